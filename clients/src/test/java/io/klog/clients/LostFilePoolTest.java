package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool whose file another process takes, because this one dropped the locks. */
@Timeout(120)
class LostFilePoolTest {
  private static final int CONNECTIONS = 3;

  @TempDir Path directory;

  @Test
  void thePoolReplacesAllItsConnectionsAndGoesOn() throws Exception {
    HikariConfig config = PooledFile.config(directory);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(CONNECTIONS);
    try (PooledFile file = new PooledFile(new HikariDataSource(config), "CREATE TOPIC orders")) {
      Set<Connection> lost = file.physical(CONNECTIONS);
      Process taker;
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement()) {
        Files.readAllBytes(directory.resolve("pool.klog"));
        taker = taker();
        SQLException told = assertThrows(SQLException.class, () -> insert(statement));
        assertEquals("08006", told.getSQLState());
        assertTrue(connection.isClosed(), "the pool has taken it out");
      }
      try {
        insertInTheEnd(file);
        assertTrue(Collections.disjoint(lost, file.physical(CONNECTIONS)));
        for (Connection connection : lost) {
          assertTrue(connection.isClosed());
        }
        taker.getOutputStream().close();
        assertTrue(taker.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, taker.exitValue());
      } finally {
        taker.destroyForcibly();
      }
      insertInTheEnd(file);
    }
  }

  /** Connections that had not been idle for long are handed out without a look at them. */
  private static void insertInTheEnd(PooledFile file) throws SQLException {
    for (int i = 0; i < CONNECTIONS; i++) {
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement()) {
        insert(statement);
        return;
      } catch (SQLException e) {
        assertEquals("08006", e.getSQLState(), e.getMessage());
      }
    }
    try (Connection connection = file.connect();
        Statement statement = connection.createStatement()) {
      insert(statement);
      assertFalse(connection.isClosed());
    }
  }

  private static void insert(Statement statement) throws SQLException {
    assertEquals(1, statement.executeUpdate("INSERT INTO orders (key) VALUES ('x')"));
  }

  private Process taker() throws Exception {
    Process taker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TakingProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // Its death ends a wait for what it says.
    CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS).execute(taker::destroyForcibly);
    assertEquals(TakingProcess.OPEN, taker.inputReader().readLine());
    return taker;
  }
}
