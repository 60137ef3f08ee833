package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  private static final int THREADS = 8;
  private static final int ROWS = 200;

  @TempDir Path directory;

  private HikariDataSource pool(int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:klog:" + directory.resolve("pool.klog"));
    config.addDataSourceProperty("sync", "normal");
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(size);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setLeakDetectionThreshold(30_000);
    return new HikariDataSource(config);
  }

  private static Connection physical(Connection connection) throws SQLException {
    return connection.unwrap(KlogConnection.class);
  }

  /** All the connections that the pool has, by holding them at once. */
  private static Set<Connection> allOf(HikariDataSource pool, int size) throws SQLException {
    Set<Connection> physical = new HashSet<>();
    List<Connection> held = new ArrayList<>();
    try {
      for (int i = 0; i < size; i++) {
        Connection connection = pool.getConnection();
        held.add(connection);
        assertTrue(physical.add(physical(connection)));
      }
    } finally {
      for (Connection connection : held) {
        connection.close();
      }
    }
    return physical;
  }

  @Test
  void insertsReadsAndGivesKeysFromEightThreadsWithoutLosingAConnection() throws Exception {
    int size = 4;
    Set<Connection> made;
    Set<Connection> seen = ConcurrentHashMap.newKeySet();
    Set<Long> offsets = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (HikariDataSource pool = pool(size)) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TOPIC orders");
      }
      made = allOf(pool, size);
      List<Callable<Boolean>> jobs = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        String name = "t" + t;
        jobs.add(
            () -> {
              for (int i = 0; i < ROWS; i++) {
                try (Connection connection = pool.getConnection()) {
                  seen.add(physical(connection));
                  long offset = insert(connection, name, i);
                  assertTrue(offsets.add(offset), "offset " + offset + " was given twice");
                  assertEquals(name + "-" + i, read(connection, offset));
                }
              }
              return true;
            });
      }
      for (Future<Boolean> done : threads.invokeAll(jobs)) {
        assertTrue(done.get());
      }
      assertEquals(THREADS * ROWS, offsets.size());
      assertTrue(made.containsAll(seen));
      assertEquals(made, allOf(pool, size));
      HikariPoolMXBean state = pool.getHikariPoolMXBean();
      assertEquals(0, state.getActiveConnections());
      assertEquals(size, state.getTotalConnections());
    } finally {
      threads.shutdownNow();
    }
    for (Connection connection : made) {
      assertTrue(connection.isClosed());
    }
  }

  private static long insert(Connection connection, String name, int i) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO orders (key, value) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, name);
      insert.setString(2, name + "-" + i);
      assertEquals(1, insert.executeUpdate());
      try (ResultSet keys = insert.getGeneratedKeys()) {
        assertTrue(keys.next());
        return keys.getLong(1);
      }
    }
  }

  private static String read(Connection connection, long offset) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT value FROM orders WHERE offset = ?")) {
      query.setLong(1, offset);
      try (ResultSet rows = query.executeQuery()) {
        assertTrue(rows.next());
        return String.valueOf(rows.getString(1));
      }
    }
  }

  @Test
  void noRefusalMakesThePoolThrowAConnectionAway() throws SQLException {
    try (HikariDataSource pool = pool(1)) {
      Set<Connection> seen = new HashSet<>();
      List<String> refused =
          List.of(
              "SELEKT 1",
              "SELECT * FROM nowhere",
              "CREATE TOPIC orders WITH ('nonsense'='1')",
              "INSERT INTO orders (key) VALUES (CAST('x' AS INTEGER))");
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TOPIC orders");
      }
      for (String sql : refused) {
        try (Connection connection = pool.getConnection()) {
          seen.add(physical(connection));
          try (Statement statement = connection.createStatement()) {
            assertThrows(SQLException.class, () -> statement.execute(sql), sql);
          }
        }
      }
      try (Connection connection = pool.getConnection()) {
        seen.add(physical(connection));
        assertThrows(SQLException.class, connection::setSavepoint);
        assertThrows(SQLException.class, () -> connection.prepareCall("CALL x()"));
        assertThrows(SQLException.class, connection::createSQLXML);
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT * FROM orders")) {
          assertThrows(SQLException.class, rows::first);
          assertThrows(SQLException.class, rows::deleteRow);
        }
      }
      try (Connection connection = pool.getConnection()) {
        seen.add(physical(connection));
      }
      assertEquals(1, seen.size());
    }
  }

  @Test
  void givesConnectionsBackRolledBackAndReset() throws SQLException {
    try (HikariDataSource pool = pool(1)) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TOPIC orders");
        connection.setAutoCommit(false);
        connection.setReadOnly(false);
        statement.executeUpdate("INSERT INTO orders (key) VALUES ('lost')");
      }
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT count(*) FROM orders")) {
        assertTrue(connection.getAutoCommit());
        assertEquals(List.of("0"), TestDatabase.rows(rows));
      }
    }
  }
}
