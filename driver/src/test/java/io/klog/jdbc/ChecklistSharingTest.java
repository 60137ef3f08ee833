package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What clients need, part four: see {@link ChecklistConnectionTest}. One connection for several
 * threads (26) is {@link SharedConnectionStressTest}, several class loaders (27) {@link
 * ClassLoadersTest}.
 */
@Timeout(120)
class ChecklistSharingTest {
  private final TestDatabase database;
  private final Connection connection;
  private final Statement statement;

  ChecklistSharingTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC orders",
            "INSERT INTO orders (key, value) VALUES ('a', '1'), ('b', '2'), ('c', '3')",
            "CREATE TOPIC typed (id VARCHAR(3) KEY, whole INTEGER NOT NULL)");
    connection = database.connect();
    statement = connection.createStatement();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  // 23. SQLStates: a pool throws a connection away on 08xxx and 0A000, Spring translates by the
  // first two characters. See
  // JdbcPageTest for the list of all.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELEKT 1 | 42601",
        "SELECT * FROM nowhere | 42P01",
        "SELECT nothing FROM orders | 42703",
        "SELECT nothing(key) FROM orders | 42883",
        "SELECT * FROM orders a, orders b WHERE key = 'a' | 42702",
        "SELECT key, count(*) FROM orders | 42803",
        "UPDATE orders SET value = 'x' | 42000",
        "MERGE INTO orders USING typed ON TRUE WHEN MATCHED THEN UPDATE SET value = '' | 42000",
        "CREATE TOPIC Orders | 42P07",
        "DROP TOPIC nowhere | 42P01",
        "DROP CONSUMER GROUP nobody | 42704",
        "ALTER TOPIC typed ADD COLUMN whole INTEGER | 42701",
        "CREATE TOPIC t WITH ('no.such.option' = '1') | 42000",
        "INSERT INTO typed (id, whole) VALUES ('a', NULL) | 23502",
        "INSERT INTO typed (id) VALUES ('a') | 23502",
        "INSERT INTO typed (id, whole) VALUES ('long', 1) | 22001",
        "INSERT INTO typed (id, whole) VALUES ('a', 1 / 0) | 22012",
        "INSERT INTO typed (id, whole) VALUES ('a', CAST('x' AS INTEGER)) | 22018",
        "INSERT INTO typed (id, whole) VALUES ('a', 3000000000) | 22003",
        "SELECT CAST('no date' AS DATE) | 22007",
        "SELECT DATE '2026-13-01' | 22007",
        "SELECT (SELECT key FROM orders) | 21000",
        "COMMIT | 25000",
        "CALL klog.nothing() | 42883",
      })
  void everyRefusalHasTheStateOfItsKind(String sql, String state) throws SQLException {
    SQLException refused =
        assertThrows(
            SQLException.class,
            () -> {
              if (statement.execute(sql)) {
                TestDatabase.rows(statement.getResultSet());
              }
            });
    assertEquals(state, refused.getSQLState(), refused.getMessage());
    assertEquals(1, statement.executeUpdate("INSERT INTO orders (key) VALUES ('still alive')"));
  }

  @Test
  void openingHasStatesOfItsOwn() {
    for (String url :
        List.of(
            "jdbc:klog:/no/such/folder/x.klog",
            "jdbc:klog:nowhere.klog?mode=ro",
            "jdbc:klog:x.klog?no_such_property=1",
            "jdbc:klog:")) {
      SQLException refused =
          assertThrows(SQLException.class, () -> DriverManager.getConnection(url));
      assertEquals("08001", refused.getSQLState(), url);
    }
  }

  // 24. Waiting for the lock: TwoProcessesTest and LockWaitTest. And:

  @Test
  void aConnectionOfTheSameProcessIsNamedToo(@TempDir Path folder) throws SQLException {
    String url = "jdbc:klog:" + folder.resolve("t.klog") + "?busy_timeout=100";
    try (Connection holder = DriverManager.getConnection(url);
        Connection waiter = DriverManager.getConnection(url);
        Statement held = holder.createStatement();
        Statement waiting = waiter.createStatement()) {
      held.execute("CREATE TOPIC t");
      holder.setAutoCommit(false);
      String insert = "INSERT INTO t (key) VALUES ('x')";
      held.executeUpdate(insert, Statement.RETURN_GENERATED_KEYS);
      SQLException busy = assertThrows(SQLException.class, () -> waiting.execute(insert));
      assertEquals("40001", busy.getSQLState());
      assertTrue(
          String.valueOf(busy.getMessage()).contains("" + ProcessHandle.current().pid())
              || String.valueOf(busy.getMessage()).contains("this process"),
          busy.getMessage());
      holder.rollback();
      assertEquals(1, waiting.executeUpdate(insert));
    }
  }

  @Test
  void anInterruptOfOneThreadHarmsNoOtherConnection(@TempDir Path folder) throws Exception {
    String url = "jdbc:klog:" + folder.resolve("t.klog");
    String insert = "INSERT INTO t (key) VALUES (?)";
    AtomicBoolean done = new AtomicBoolean();
    try (Connection one = DriverManager.getConnection(url);
        Connection two = DriverManager.getConnection(url)) {
      one.createStatement().execute("CREATE TOPIC t");
      FutureTask<Integer> interrupted =
          new FutureTask<>(
              () -> {
                int inserted = 0;
                try (PreparedStatement statement = one.prepareStatement(insert)) {
                  statement.setString(1, "one");
                  while (!done.get()) {
                    try {
                      inserted += statement.executeUpdate();
                    } catch (SQLException e) {
                      assertFalse(e.getSQLState().startsWith("08"), e.toString());
                    }
                    Thread.interrupted();
                  }
                }
                return inserted;
              });
      Thread thread = new Thread(interrupted);
      thread.start();
      try (PreparedStatement statement = two.prepareStatement(insert);
          PreparedStatement count = two.prepareStatement("SELECT count(*) FROM t WHERE key = ?")) {
        statement.setString(1, "two");
        count.setString(1, "two");
        for (int i = 0; i < 300; i++) {
          thread.interrupt();
          assertEquals(1, statement.executeUpdate());
          thread.interrupt();
          assertEquals(List.of("" + (i + 1)), TestDatabase.rows(count.executeQuery()));
        }
        done.set(true);
        int inserted = interrupted.get(60, TimeUnit.SECONDS);
        count.setString(1, "one");
        assertEquals(List.of("" + inserted), TestDatabase.rows(count.executeQuery()));
        assertTrue(one.isValid(1));
      }
      assertEquals(
          List.of(), TestDatabase.rows(two.createStatement().executeQuery("CALL klog.check()")));
    }
  }

  // 25. How DBeaver opens a table.

  @Test
  void theRowLimitEndsAQueryThatWouldNotEnd() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key) VALUES (?)")) {
      for (int i = 0; i < 2_000; i++) {
        insert.setString(1, "k" + i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    statement.setMaxRows(200);
    statement.setFetchSize(200);
    try (ResultSet rows = statement.executeQuery("SELECT x.* FROM main.orders x")) {
      assertEquals(6, rows.getMetaData().getColumnCount());
      assertEquals("orders", rows.getMetaData().getTableName(1));
      assertEquals(200, TestDatabase.rows(rows).size());
    }
    try (ResultSet rows =
        statement.executeQuery("SELECT a.key FROM orders a, orders b, orders c, orders d")) {
      assertEquals(200, TestDatabase.rows(rows).size());
    }
    statement.setMaxRows(2);
    try (ResultSet rows = statement.executeQuery("SELECT x.* FROM \"main\".\"orders\" x LIMIT 5")) {
      assertEquals(2, TestDatabase.rows(rows).size());
    }
  }
}
