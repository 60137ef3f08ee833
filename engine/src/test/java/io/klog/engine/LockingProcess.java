package io.klog.engine;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process with the same file open; tries a lock and holds it until told to end. */
final class LockingProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;

  private LockingProcess(Process process) {
    this.process = process;
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static LockingProcess start(String file) throws IOException {
    return new LockingProcess(
        java(LockingProcess.class, file).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** A command that runs a test's main class with this JVM's classes. */
  static ProcessBuilder java(Class<?> main, String... arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classes(FileStorage.class) + File.pathSeparator + classes(main),
            main.getName());
    builder.command().addAll(List.of(arguments));
    return builder;
  }

  private static String classes(Class<?> of) {
    try {
      return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether the other process got the lock; it keeps it. */
  boolean tryLock(long position, boolean shared) throws IOException {
    process
        .getOutputStream()
        .write((position + " " + shared + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the other process died");
    }
    return Boolean.parseBoolean(answer);
  }

  /** Kills the process, as kill -9 does. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (StorageFile file = new FileStorage().open(arguments[0], Storage.Mode.WRITE)) {
      List<StorageLock> held = new ArrayList<>();
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        String[] words = line.split(" ", -1);
        StorageLock lock = file.tryLock(Long.parseLong(words[0]), Boolean.parseBoolean(words[1]));
        if (lock != null) {
          held.add(lock);
        }
        System.out.println(lock != null);
      }
      for (StorageLock lock : held) {
        lock.close();
      }
    }
  }
}
