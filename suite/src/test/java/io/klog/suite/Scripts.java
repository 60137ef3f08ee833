package io.klog.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The scripts of the jar. */
final class Scripts {
  private static final String FOLDER = "test/";

  private Scripts() {}

  /** The names of all, sorted, such as {@code random/select/slt_good_0}. */
  static List<String> names() throws IOException {
    JarURLConnection connection =
        (JarURLConnection) resource(FOLDER + "select1.test").openConnection();
    try (JarFile jar = connection.getJarFile()) {
      return jar.stream()
          .filter(entry -> entry.getSize() > 0)
          .map(JarEntry::getName)
          .filter(name -> name.startsWith(FOLDER) && name.endsWith(".test"))
          .map(name -> name.substring(FOLDER.length(), name.length() - ".test".length()))
          .sorted()
          .toList();
    }
  }

  static List<Entry> read(String name) throws IOException {
    try (InputStream script = resource(FOLDER + name + ".test").openStream();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(script, StandardCharsets.ISO_8859_1))) {
      return new ScriptReader(name, lines).entries();
    }
  }

  private static URL resource(String name) {
    return Objects.requireNonNull(Scripts.class.getClassLoader().getResource(name), name);
  }
}
