package io.klog.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process, of this program's classes, that is talked to in lines. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;

  ChildJvm(Class<?> main, String... args) throws IOException {
    process = builder(main, args).redirectErrorStream(true).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  static ProcessBuilder builder(Class<?> main, String... args) {
    return builder(List.of("-cp", System.getProperty("java.class.path")), main, args);
  }

  /**
   * @param options of the JVM, the class path among them
   */
  static ProcessBuilder builder(List<String> options, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }

  /** In the other process: has it end when this one closes it, or dies. */
  static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // nothing is said
                }
              } catch (IOException e) {
                // The parent is gone.
              }
              Runtime.getRuntime().halt(0);
            });
    watch.setDaemon(true);
    watch.start();
  }

  /** In the other process: the next line that it is told. */
  static String hear() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int read = System.in.read(); read != '\n'; read = System.in.read()) {
      if (read < 0) {
        Runtime.getRuntime().halt(0);
      }
      line.append((char) read);
    }
    return line.toString();
  }

  /** As kill -9 does. */
  void kill() {
    process.destroyForcibly();
  }

  void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** The rest of the next line, which has to begin so. */
  String expect(String word) throws IOException {
    String line = answers.readLine();
    if (line == null || !line.startsWith(word)) {
      StringBuilder said = new StringBuilder(String.valueOf(line));
      answers.lines().limit(30).forEach(more -> said.append('\n').append(more));
      throw new IllegalStateException("another process said: " + said);
    }
    return line.substring(word.length()).trim();
  }

  /** How much of a core it has used so far, ns. */
  long cpuNanos() {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  /** Ends it, gently if it listens. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (IOException e) {
      // It has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
