package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HikariPoolTest {
  private static final int CONNECTIONS = 10;
  private static final int PRODUCERS = 12;
  private static final int CONSUMERS = 4;
  private static final int ROWS = 60;

  @TempDir Path directory;

  @Test
  void sixteenThreadsOnTenConnectionsLoseNothingAndDoNothingTwice() throws Exception {
    HikariConfig config = PooledFile.config(directory);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(CONNECTIONS);
    Set<Connection> made;
    Set<Connection> seen = ConcurrentHashMap.newKeySet();
    Set<String> places = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS + CONSUMERS);
    try (PooledFile file =
        new PooledFile(
            new HikariDataSource(config),
            "CREATE TOPIC orders WITH ('partitions'='3')",
            "CREATE TOPIC done")) {
      made = file.physical(CONNECTIONS);
      assertEquals(CONNECTIONS, made.size());
      List<Callable<Boolean>> jobs = new ArrayList<>();
      for (int p = 0; p < PRODUCERS; p++) {
        String name = "p" + p;
        jobs.add(
            () -> {
              for (int i = 0; i < ROWS; i++) {
                try (Connection connection = file.connect()) {
                  seen.add(PooledFile.physical(connection));
                  insertAndReadBack(connection, name, name + "-" + i, places);
                }
              }
              return true;
            });
      }
      for (int c = 0; c < CONSUMERS; c++) {
        jobs.add(
            () -> {
              while (count(file, "done") < PRODUCERS * ROWS) {
                try (Connection connection = file.connect()) {
                  seen.add(PooledFile.physical(connection));
                  moveSome(connection);
                }
              }
              return true;
            });
      }
      for (Future<Boolean> done : threads.invokeAll(jobs)) {
        assertTrue(done.get());
      }
      assertEquals(PRODUCERS * ROWS, places.size());
      List<String> moved = texts(file, "SELECT value FROM done");
      assertEquals(PRODUCERS * ROWS, moved.size());
      assertEquals(new TreeSet<>(texts(file, "SELECT value FROM orders")), new TreeSet<>(moved));
      assertTrue(made.containsAll(seen));
      assertEquals(made, file.physical(CONNECTIONS));
      HikariPoolMXBean state = file.pool().getHikariPoolMXBean();
      assertEquals(0, state.getActiveConnections());
      assertEquals(CONNECTIONS, state.getTotalConnections());
    } finally {
      threads.shutdownNow();
    }
    for (Connection connection : made) {
      assertTrue(connection.isClosed());
    }
  }

  private static void insertAndReadBack(
      Connection connection, String key, String value, Set<String> places) throws SQLException {
    int partition;
    long offset;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO orders (key, value) VALUES (?, ?)",
            new String[] {"partition", "offset"})) {
      insert.setString(1, key);
      insert.setString(2, value);
      assertEquals(1, insert.executeUpdate());
      try (ResultSet keys = insert.getGeneratedKeys()) {
        assertTrue(keys.next());
        partition = keys.getInt(1);
        offset = keys.getLong(2);
      }
    }
    String place = partition + ":" + offset;
    assertTrue(places.add(place), place + " was given twice");
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT value FROM orders WHERE partition = ? AND offset = ?")) {
      query.setInt(1, partition);
      query.setLong(2, offset);
      try (ResultSet rows = query.executeQuery()) {
        assertTrue(rows.next());
        assertEquals(value, rows.getString(1));
        assertFalse(rows.next());
      }
    }
  }

  /** From orders to done, in one transaction with the group's position. */
  private static void moveSome(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement read =
            connection.prepareStatement(
                "SELECT value FROM orders LIMIT 20 FOR CONSUMER GROUP movers");
        PreparedStatement write =
            connection.prepareStatement("INSERT INTO done (value) VALUES (?)")) {
      try (ResultSet rows = read.executeQuery()) {
        while (rows.next()) {
          write.setString(1, rows.getString(1));
          write.executeUpdate();
        }
      }
      connection.commit();
    } catch (SQLException e) {
      if (!"40001".equals(e.getSQLState())) {
        throw e;
      }
      // Another member took a partition over, or held the lock for long: it is read again.
      connection.rollback();
    }
  }

  @Test
  void noRefusalMakesThePoolThrowAConnectionAway() throws SQLException {
    HikariConfig config = PooledFile.config(directory);
    config.addDataSourceProperty("busy_timeout", "50");
    config.setMaximumPoolSize(1);
    try (PooledFile file =
        new PooledFile(
            new HikariDataSource(config),
            "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL)")) {
      Set<Connection> made = file.physical(1);
      for (Refusal refusal : Refusal.values()) {
        try (Connection connection = file.connect()) {
          SQLException refused =
              assertThrows(SQLException.class, () -> refusal.provoke(connection), refusal.name());
          assertEquals(refusal.sqlState(), refused.getSQLState(), refused.getMessage());
          assertFalse(connection.isClosed(), refusal.name());
        }
        assertEquals(made, file.physical(1), refusal.name());
      }
      assertEquals(1, file.pool().getHikariPoolMXBean().getTotalConnections());
    }
  }

  @Test
  void givesConnectionsBackRolledBackAndReset() throws SQLException {
    HikariConfig config = PooledFile.config(directory);
    config.setMaximumPoolSize(1);
    try (PooledFile file = new PooledFile(new HikariDataSource(config), "CREATE TOPIC orders")) {
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.executeUpdate("INSERT INTO orders (key) VALUES ('lost')");
        connection.commit();
        statement.executeUpdate("INSERT INTO orders (key) VALUES ('lost')");
        connection.rollback();
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      }
      try (Connection connection = file.connect()) {
        assertTrue(connection.getAutoCommit());
        assertFalse(connection.isReadOnly());
        assertEquals("main", connection.getSchema());
        assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
        assertEquals(1, count(file.pool(), connection, "orders"));
      }
    }
  }

  @Test
  void whatWasNotCommittedIsRolledBackOnReturnToAPoolWithoutAutocommit() throws SQLException {
    HikariConfig config = PooledFile.config(directory);
    config.setMaximumPoolSize(1);
    config.setAutoCommit(false);
    try (PooledFile file =
        new PooledFile(
            new HikariDataSource(config),
            "CREATE TOPIC orders",
            "INSERT INTO orders (key) VALUES ('a')",
            "COMMIT",
            "INSERT INTO orders (key) VALUES ('lost')")) {
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement()) {
        assertFalse(connection.getAutoCommit());
        try (ResultSet rows =
            statement.executeQuery("SELECT key FROM orders FOR CONSUMER GROUP g")) {
          assertTrue(rows.next());
        }
      }
      assertEquals(List.of("a"), texts(file, "SELECT key FROM orders FOR CONSUMER GROUP g"));
    }
  }

  @Test
  void opensConnectionsAsThePoolIsConfigured() throws SQLException {
    HikariConfig config = PooledFile.config(directory);
    config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    config.setSchema("main");
    config.setReadOnly(true);
    config.setConnectionInitSql("SET poll.timeout = 50");
    config.setConnectionTestQuery("VALUES 1");
    new PooledFile(directory, "CREATE TOPIC orders").close();
    try (HikariDataSource pool = new HikariDataSource(config);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      assertEquals(Connection.TRANSACTION_REPEATABLE_READ, connection.getTransactionIsolation());
      assertEquals("main", connection.getSchema());
      assertTrue(connection.isReadOnly());
      try (ResultSet rows = statement.executeQuery("SHOW poll.timeout")) {
        assertTrue(rows.next());
        assertEquals("50", rows.getString(1));
      }
      try (ResultSet rows = statement.executeQuery("SELECT * FROM klog.topics")) {
        assertTrue(rows.next());
      }
      SQLException refused =
          assertThrows(
              SQLException.class, () -> statement.execute("INSERT INTO orders (key) VALUES ('a')"));
      assertEquals("25006", refused.getSQLState());
    }
  }

  @Test
  void aPoolOverAFileThatCannotBeOpenedSaysWhy() {
    HikariConfig config = PooledFile.config(directory);
    config.setJdbcUrl("jdbc:klog:" + directory.resolve("nowhere/pool.klog"));
    RuntimeException refused =
        assertThrows(RuntimeException.class, () -> new HikariDataSource(config).close());
    SQLException cause = (SQLException) refused.getCause();
    assertNotNull(cause);
    assertEquals("08001", cause.getSQLState());
    assertTrue(String.valueOf(cause.getMessage()).contains("nowhere"), cause.getMessage());
  }

  private static long count(PooledFile file, String topic) throws SQLException {
    try (Connection connection = file.connect()) {
      return count(file.pool(), connection, topic);
    }
  }

  private static long count(HikariDataSource pool, Connection connection, String topic)
      throws SQLException {
    assertTrue(pool.isRunning());
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + topic)) {
      assertTrue(rows.next());
      return rows.getLong(1);
    }
  }

  private static List<String> texts(PooledFile file, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = file.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        texts.add(String.valueOf(rows.getString(1)));
      }
    }
    return texts;
  }
}
