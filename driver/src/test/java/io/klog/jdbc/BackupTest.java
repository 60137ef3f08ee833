package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CALL klog.backup(file). */
@Timeout(120)
class BackupTest {
  private final Path folder;
  private final String url;
  private final Path copy;

  BackupTest(@TempDir Path folder) throws SQLException {
    this.folder = folder;
    this.copy = folder.resolve("copy.klog");
    this.url = "jdbc:klog:" + folder.resolve("orders.klog");
    fill(url);
  }

  private static void fill(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      fill(statement);
    }
  }

  private static void fill(Statement statement) throws SQLException {
    statement.execute("CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2))");
    statement.execute("INSERT INTO orders (id, amount) VALUES ('a', 1), ('b', 2), ('c', 3)");
    statement.execute("CREATE TOPIC nothing");
    statement.execute("CREATE VIEW large AS SELECT id FROM orders WHERE amount > 1");
    try (ResultSet rows =
        statement.executeQuery("SELECT id FROM orders LIMIT 2 FOR CONSUMER GROUP billing")) {
      while (rows.next()) {
        // acknowledged by the next call
      }
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String first(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      assertTrue(rows.next());
      return rows.getString(1);
    }
  }

  private void verifyCopy() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:klog:" + copy);
        Statement statement = connection.createStatement()) {
      assertEquals("3", first(statement, "SELECT count(*) FROM orders"));
      assertEquals("b", first(statement, "SELECT id FROM large"));
      assertEquals("c", first(statement, "SELECT id FROM orders FOR CONSUMER GROUP billing"));
      try (ResultSet faults = statement.executeQuery("CALL klog.check()")) {
        assertFalse(faults.next());
      }
    }
  }

  private SQLException refused(Statement statement, String sql) {
    return assertThrows(SQLException.class, () -> statement.execute(sql));
  }

  @Test
  void theCopyIsADatabase() throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement backup = connection.prepareStatement("CALL klog.backup(?)")) {
      assertEquals(3, backup.getMetaData().getColumnCount());
      backup.setString(1, copy.toString());
      try (ResultSet row = backup.executeQuery()) {
        assertTrue(row.next());
        assertEquals(2, row.getInt("topics"));
        assertEquals(3, row.getLong("records"));
        assertEquals(Files.size(copy), row.getLong("bytes"));
        assertFalse(row.next());
      }
    }
    verifyCopy();
    assertEquals(List.of("copy.klog", "orders.klog"), files());
  }

  @Test
  void readingOnlyIsEnough() throws Exception {
    try (Connection connection = DriverManager.getConnection(url + "?mode=ro");
        Statement statement = connection.createStatement()) {
      statement.execute("CALL klog.backup('" + copy + "')");
    }
    verifyCopy();
  }

  @Test
  void whatIsInMemoryIsShippedAsAFile() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:klog:mem:shipped");
        Statement statement = connection.createStatement()) {
      fill(statement);
      assertEquals("2", first(statement, "CALL klog.backup('" + copy + "')"));
    }
    verifyCopy();
  }

  @Test
  void anOpenTransactionIsNotInTheCopyAndGoesOn() throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("INSERT INTO orders (id, amount) VALUES ('d', 4)");
      statement.execute("CALL klog.backup('" + copy + "')");
      connection.commit();
      assertEquals("4", first(statement, "SELECT count(*) FROM orders"));
    }
    verifyCopy();
  }

  @Test
  void whatCannotBeMadeIsToldWithItsName() throws Exception {
    Files.writeString(copy, "mine");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      SQLException e = refused(statement, "CALL klog.backup('" + copy + "')");
      assertEquals("58P02", e.getSQLState());
      assertTrue(String.valueOf(e.getMessage()).contains(copy.toString()), e.getMessage());
      e = refused(statement, "CALL klog.backup('" + folder.resolve("orders.klog") + "')");
      assertEquals("58P02", e.getSQLState());
      e = refused(statement, "CALL klog.backup('" + folder.resolve("no/copy.klog") + "')");
      assertEquals("58030", e.getSQLState());
      assertTrue(String.valueOf(e.getMessage()).contains("there is no directory"), e.getMessage());
      assertEquals("58030", refused(statement, "CALL klog.backup('')").getSQLState());
      assertEquals("22023", refused(statement, "CALL klog.backup('mem:copy')").getSQLState());
      assertEquals("22004", refused(statement, "CALL klog.backup(NULL)").getSQLState());
      assertEquals("42883", refused(statement, "CALL klog.backup()").getSQLState());
      assertTrue(connection.isValid(1));
    }
    assertEquals("mine", Files.readString(copy));
    assertEquals(List.of("copy.klog", "orders.klog"), files());
  }

  private static void makeLarge(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC bulk");
    }
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO bulk (value) VALUES (?)")) {
      byte[] value = new byte[1 << 20];
      for (int i = 0; i < 100; i++) {
        insert.setBytes(1, value);
        insert.executeUpdate();
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  @Test
  void aBackupThatIsCancelledLeavesNothing() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      makeLarge(connection);
      CountDownLatch started = new CountDownLatch(1);
      Future<Integer> copies =
          threads.submit(
              () -> {
                for (int i = 0; i < 1000; i++) { // until one is met
                  started.countDown();
                  try {
                    statement.execute("CALL klog.backup('" + copy + i + "')");
                    Files.delete(Path.of(copy + "" + i));
                  } catch (SQLException e) {
                    assertEquals("57014", e.getSQLState(), e.getMessage());
                    return i;
                  }
                }
                throw new AssertionError("it was never cancelled");
              });
      assertTrue(started.await(60, TimeUnit.SECONDS));
      while (!copies.isDone()) {
        statement.cancel();
        Thread.sleep(1);
      }
      copies.get(60, TimeUnit.SECONDS);
      assertEquals(List.of("orders.klog"), files());
      statement.execute("CALL klog.backup('" + copy + "')");
    } finally {
      threads.shutdownNow();
    }
    verifyCopy();
  }
}
