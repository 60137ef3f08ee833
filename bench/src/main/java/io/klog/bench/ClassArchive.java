package io.klog.bench;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** A class-data archive of what a program has loaded by its end, which the next JVM maps. */
final class ClassArchive {
  private final Path file;
  private final String classPath;

  private ClassArchive(Path file, String classPath) {
    this.file = file;
    this.classPath = classPath;
  }

  /** Of a program of ours, run once for it. */
  static ClassArchive of(Path folder, Class<?> main, String... args) throws Exception {
    Path file = folder.resolve(main.getSimpleName() + "-" + args[0] + ".jsa");
    ClassArchive archive = new ClassArchive(file, jars(folder));
    Process process =
        ChildJvm.builder(archive.options("-XX:ArchiveClassesAtExit="), main, args)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0 || !Files.exists(file)) {
      throw new IllegalStateException("no archive was made: " + output);
    }
    return archive;
  }

  /** What has a JVM use it. */
  List<String> options() {
    return options("-XX:SharedArchiveFile=");
  }

  private List<String> options(String flag) {
    return List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off", flag + file, "-cp", classPath);
  }

  /** Our class path, its folders as jars: an archive is of jars only. */
  private static String jars(Path folder) throws IOException {
    List<String> jars = new ArrayList<>();
    for (String element : OneJar.classPath().split(File.pathSeparator, -1)) {
      Path path = Path.of(element);
      if (Files.isDirectory(path)) {
        Path jar = folder.resolve("classes" + jars.size() + ".jar");
        pack(path, jar);
        jars.add(jar.toString());
      } else if (Files.exists(path)) {
        jars.add(path.toString());
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  private static void pack(Path classes, Path jar) throws IOException {
    if (Files.exists(jar)) {
      return;
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      files.filter(Files::isRegularFile).forEach(file -> pack(classes, file, packed));
    }
  }

  private static void pack(Path classes, Path file, JarOutputStream packed) {
    try {
      String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
      packed.putNextEntry(new JarEntry(name));
      Files.copy(file, packed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
