package io.klog.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The class path of a program that uses klog as people do, with klog.jar: where {@code mvn package}
 * has left one. Else that of the modules; among their jars are signed ones, which cost a JVM that
 * starts some 100 ms more.
 */
final class OneJar {
  private static final Path JAR = Path.of("..", "driver", "target", "klog.jar");

  private OneJar() {}

  static boolean isThere() {
    return Files.exists(JAR);
  }

  static String classPath() {
    String ours = System.getProperty("java.class.path");
    if (!isThere()) {
      return ours;
    }
    List<String> kept = new ArrayList<>();
    kept.add(OneJar.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    for (String element : ours.split(File.pathSeparator, -1)) {
      if (element.contains("sqlite-jdbc")) {
        kept.add(element);
      }
    }
    kept.add(JAR.toAbsolutePath().normalize().toString());
    return String.join(File.pathSeparator, kept);
  }
}
