package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Isolation levels, over a file. */
@Timeout(60)
class IsolationLevelTest {
  private final String url;
  private final Connection connection;
  private final Connection other;

  IsolationLevelTest(@TempDir Path directory) throws SQLException {
    url = "jdbc:klog:" + directory.resolve("t.klog") + "?busy_timeout=60000";
    connection = DriverManager.getConnection(url);
    other = DriverManager.getConnection(url);
  }

  @BeforeEach
  void create() throws SQLException {
    execute(connection, "CREATE TOPIC t");
    execute(connection, "INSERT INTO t (value) VALUES ('0')");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    other.close();
  }

  private static void execute(Connection on, String sql) throws SQLException {
    try (Statement statement = on.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(Connection on, String sql) throws SQLException {
    try (Statement statement = on.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertTrue(rows.next());
      return rows.getString(1);
    }
  }

  private static String count(Connection on) throws SQLException {
    return one(on, "SELECT count(*) FROM t");
  }

  private static void assertState(String sqlState, Executable call) {
    SQLException refused = assertThrows(SQLException.class, call);
    assertEquals(sqlState, refused.getSQLState(), refused.getMessage());
  }

  @Test
  void theLevelIsWhatWasSet() throws SQLException {
    DatabaseMetaData metaData = connection.getMetaData();
    assertEquals(Connection.TRANSACTION_READ_COMMITTED, metaData.getDefaultTransactionIsolation());
    assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
    for (int level :
        new int[] {
          Connection.TRANSACTION_REPEATABLE_READ,
          Connection.TRANSACTION_SERIALIZABLE,
          Connection.TRANSACTION_READ_COMMITTED
        }) {
      connection.setTransactionIsolation(level);
      assertEquals(level, connection.getTransactionIsolation());
      assertTrue(metaData.supportsTransactionIsolationLevel(level));
    }
    for (int less :
        new int[] {Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_NONE}) {
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setTransactionIsolation(less);
      assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
    }
    assertNull(connection.getWarnings());
    assertFalse(
        metaData.supportsTransactionIsolationLevel(Connection.TRANSACTION_READ_UNCOMMITTED));
    assertFalse(metaData.supportsTransactionIsolationLevel(Connection.TRANSACTION_NONE));
    assertState("22023", () -> connection.setTransactionIsolation(77));
  }

  @Test
  void repeatableReadSeesOneSnapshot() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    assertEquals("1", count(connection));
    execute(other, "INSERT INTO t (value) VALUES ('1')");
    assertEquals("1", count(connection));
    execute(other, "CREATE TOPIC later");
    assertState("40001", () -> execute(connection, "SELECT * FROM later"));
    assertState(
        "25001", () -> connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED));
    connection.commit();
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    assertEquals("2", count(connection));
  }

  @Test
  void metadataBeginsNoTransaction() throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    try (ResultSet tables = connection.getMetaData().getTables(null, null, "t", null)) {
      assertTrue(tables.next());
    }
    execute(other, "INSERT INTO t (value) VALUES ('1')");
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    assertEquals("2", count(connection));
  }

  @Test
  void serializableKeepsOtherWritersOut() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    connection.setAutoCommit(false);
    assertEquals("1", count(connection));
    try (Connection impatient =
        DriverManager.getConnection(url.replace("busy_timeout=60000", "busy_timeout=0"))) {
      assertState("40001", () -> execute(impatient, "INSERT INTO t (value) VALUES ('1')"));
      assertEquals("1", count(impatient), "readers go on");
      connection.rollback();
      execute(impatient, "INSERT INTO t (value) VALUES ('1')");
    }
  }

  /** Each reads the newest number and appends the next: no number comes twice. */
  @Test
  void serializableTransactionsDoNotLoseUpdates() throws Exception {
    int threads = 4;
    int each = 25;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> working = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      working.add(
          pool.submit(
              () -> {
                increment(each);
                return null;
              }));
    }
    for (Future<?> work : working) {
      work.get();
    }
    pool.shutdown();
    assertEquals(
        threads * each + "",
        one(other, "SELECT max(CAST(CAST(value AS VARCHAR) AS INTEGER)) FROM t"));
    assertEquals(threads * each + 1 + "", count(other));
  }

  private void increment(int times) throws SQLException {
    try (Connection mine = DriverManager.getConnection(url)) {
      mine.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      mine.setAutoCommit(false);
      for (int i = 0; i < times; i++) {
        int newest =
            Integer.parseInt(one(mine, "SELECT value FROM t ORDER BY offset DESC LIMIT 1"));
        execute(mine, "INSERT INTO t (value) VALUES ('" + (newest + 1) + "')");
        mine.commit();
      }
    }
  }

  @Test
  void groupsAreReadWithinASerializableTransaction() throws SQLException {
    String consume = "SELECT value FROM t FOR CONSUMER GROUP g";
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery(consume).close();
      assertEquals("0", one(connection, consume));
      execute(connection, "INSERT INTO t (value) VALUES ('1')");
      connection.rollback();
      assertEquals("0", one(connection, consume));
      connection.commit();
      execute(other, "INSERT INTO t (value) VALUES ('2')");
      ResultSet rows = statement.executeQuery(consume);
      assertTrue(rows.next());
      assertEquals("2", rows.getString(1));
      connection.rollback();
      assertTrue(rows.isClosed());
    }
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    assertEquals("2", one(connection, consume));
  }

  @Test
  void beginInSqlAndTheAutocommitFlagAgree() throws SQLException {
    execute(connection, "BEGIN");
    assertFalse(connection.getAutoCommit());
    execute(connection, "INSERT INTO t (value) VALUES ('1')");
    assertEquals("1", count(other));
    connection.commit();
    assertTrue(connection.getAutoCommit());
    assertEquals("2", count(other));
    assertState("25000", connection::commit);
    execute(connection, "BEGIN TRANSACTION");
    execute(connection, "INSERT INTO t (value) VALUES ('2')");
    execute(connection, "ROLLBACK");
    assertTrue(connection.getAutoCommit());
    assertEquals("2", count(other));
    execute(connection, "BEGIN");
    connection.rollback();
    assertTrue(connection.getAutoCommit());
  }
}
