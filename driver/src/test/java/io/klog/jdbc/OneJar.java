package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The jar that the build leaves, as people use it: alone on the class path of a JVM. */
final class OneJar {
  private final Path path = Path.of(System.getProperty("klog.jar", "target/klog.jar"));

  Path path() {
    return path;
  }

  /** The lines that a program prints, which is run in the directory and has to end well. */
  List<String> run(Path directory, String source, String... arguments)
      throws IOException, InterruptedException {
    Path program = Files.writeString(directory.resolve("Program.java"), source);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", path.toAbsolutePath().toString(), program.toString()));
    command.addAll(List.of(arguments));
    Process java =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertTrue(java.waitFor(120, TimeUnit.SECONDS));
    assertEquals("", Files.readString(err));
    assertEquals(0, java.exitValue());
    return Files.readAllLines(out);
  }
}
