package io.klog.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Another process that has a file open, until it is told to go on. */
final class HoldingProcess implements AutoCloseable {
  private static final String READY = "ready";

  private final Process process;
  private final BufferedReader said;

  /**
   * @param statements executed in a transaction that is open until it is let go on
   */
  HoldingProcess(String url, String... statements) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HoldingProcess.class.getName(),
                url));
    command.addAll(List.of(statements));
    process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    // Its death ends a wait for what it says.
    CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS).execute(process::destroyForcibly);
    said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertEquals(READY, said.readLine());
  }

  long pid() {
    return process.pid();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
  }

  /** Commits, and waits for its end. */
  void letGoOn() throws IOException, InterruptedException {
    process.getOutputStream().close();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Arguments: the URL, and statements. */
  public static void main(String[] arguments) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 1; i < arguments.length; i++) {
        // Asking for the keys takes the writer's lock.
        statement.execute(arguments[i], Statement.RETURN_GENERATED_KEYS);
      }
      System.out.println(READY);
      while (System.in.read() >= 0) {
        // Until the other end is closed.
      }
      connection.commit();
    }
  }
}
