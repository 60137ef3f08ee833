package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KilledPoolTest {
  private static final int KILLS = 3;
  private static final int ACKNOWLEDGED = 150;

  @TempDir Path directory;

  @Test
  void nothingAcknowledgedIsLostAndNothingIsDoneTwiceWhenAPoolIsKilled() throws Exception {
    new PooledFile(directory, "CREATE TOPIC orders", "CREATE TOPIC done").close();
    Set<String> acknowledged = new TreeSet<>();
    for (int kill = 0; kill < KILLS; kill++) {
      acknowledged.addAll(linesUntilKilled("k" + kill));
    }
    try (PooledFile file = new PooledFile(directory)) {
      try (Connection connection = file.connect()) {
        while (PoolingProcess.move(connection) > 0) {
          // The rest of what nobody had moved.
        }
      }
      List<String> orders = keys(file, "orders");
      Set<String> distinct = new TreeSet<>(orders);
      assertEquals(orders.size(), distinct.size());
      assertTrue(distinct.containsAll(acknowledged));
      assertTrue(acknowledged.size() >= KILLS * ACKNOWLEDGED);
      List<String> done = keys(file, "done");
      assertEquals(orders.size(), done.size());
      assertEquals(distinct, new TreeSet<>(done));
    }
  }

  private List<String> linesUntilKilled(String name) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PoolingProcess.class.getName(),
                directory.toString(),
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // Its death ends a wait for what it says; of too few lines, the test tells.
    CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS)
        .execute(() -> process.toHandle().destroyForcibly());
    List<String> lines = new ArrayList<>();
    boolean hasMoved = false;
    try (BufferedReader output = process.inputReader()) {
      String line;
      while ((line = output.readLine()) != null) {
        if (line.equals(PoolingProcess.MOVED + ";")) {
          hasMoved = true;
        } else if (line.endsWith(";")) {
          lines.add(line.substring(0, line.length() - 1));
        }
        // Consumers are to be in the middle of their work, too.
        if (hasMoved && lines.size() >= ACKNOWLEDGED) {
          // Process.destroyForcibly() would close the output with what is still in it.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertNotEquals(1, process.exitValue(), "it ended by itself");
    return lines;
  }

  private static List<String> keys(PooledFile file, String from) throws SQLException {
    List<String> keys = new ArrayList<>();
    try (Connection connection = file.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT key FROM " + from)) {
      while (rows.next()) {
        keys.add(String.valueOf(rows.getString(1)));
      }
    }
    return keys;
  }
}
