package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The jar that the build leaves, and the JVMs that run programs with it. */
final class OneJar {
  private final Path path =
      Path.of(System.getProperty("klog.jar", "target/klog.jar")).toAbsolutePath();

  Path path() {
    return path;
  }

  /** The lines that a program prints, run in the directory with the jar and nothing else. */
  List<String> run(Path directory, String source, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("-cp", path.toString()));
    command.add(Files.writeString(directory.resolve("Program.java"), source).toString());
    command.addAll(List.of(arguments));
    return java(directory, command);
  }

  /** The lines that a JVM prints. It says nothing on standard error, and ends well. */
  static List<String> java(Path directory, List<String> arguments)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Process java =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = java.waitFor(120, TimeUnit.SECONDS);
    if (!ended) {
      java.destroyForcibly();
    }
    assertTrue(ended, "it runs for ever");
    assertEquals("", Files.readString(err));
    assertEquals(0, java.exitValue());
    return Files.readAllLines(out);
  }
}
