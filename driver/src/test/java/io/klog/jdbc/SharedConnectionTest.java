package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads and one connection: all is correct, and nobody waits to cancel or to close. */
@Timeout(60)
class SharedConnectionTest {
  /** More pairs than any machine joins within the tests' patience. */
  private static final String ENDLESS =
      "SELECT count(*) FROM orders a, orders b, orders c, orders d WHERE a.value <> d.value";

  private final TestDatabase database;
  private final Connection connection;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  SharedConnectionTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC orders");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException, InterruptedException {
    threads.shutdownNow();
    connection.close();
    database.close();
    assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
  }

  private void fill(int rows) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key, value) VALUES (?, ?)")) {
      for (int i = 0; i < rows; i++) {
        insert.setString(1, "k" + i);
        insert.setString(2, "v" + i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Test
  void insertsAndReadsFromManyThreadsAtOnce() throws Exception {
    int perThread = 300;
    List<Callable<Integer>> jobs = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      String name = "t" + t;
      jobs.add(
          () -> {
            try (PreparedStatement insert =
                    connection.prepareStatement(
                        "INSERT INTO orders (key, value) VALUES (?, ?)",
                        Statement.RETURN_GENERATED_KEYS);
                PreparedStatement query =
                    connection.prepareStatement("SELECT key, value FROM orders WHERE offset = ?")) {
              for (int i = 0; i < perThread; i++) {
                insert.setBytes(1, name.getBytes(StandardCharsets.UTF_8));
                insert.setString(2, name + "-" + i);
                assertEquals(1, insert.executeUpdate());
                try (ResultSet keys = insert.getGeneratedKeys()) {
                  assertTrue(keys.next());
                  query.setLong(1, keys.getLong(1));
                }
                try (ResultSet rows = query.executeQuery()) {
                  assertTrue(rows.next());
                  assertEquals(name, rows.getString(1));
                  assertEquals(name + "-" + i, rows.getString(2));
                  assertFalse(rows.next());
                }
              }
            }
            return perThread;
          });
    }
    int inserted = 0;
    for (Future<Integer> done : threads.invokeAll(jobs)) {
      inserted += done.get();
    }
    assertEquals(
        List.of(inserted + "|" + (inserted - 1)),
        database.rows("SELECT count(*), max(offset) FROM orders"));
  }

  @Test
  void cancelFromAnotherThreadEndsAStatementAndLeavesItUsable() throws Exception {
    fill(2_000);
    try (Statement statement = connection.createStatement()) {
      Future<SQLException> failure =
          threads.submit(
              () ->
                  assertThrows(
                      SQLException.class,
                      () -> {
                        try (ResultSet rows = statement.executeQuery(ENDLESS)) {
                          rows.next();
                        }
                      }));
      while (!failure.isDone()) {
        Thread.sleep(100);
        statement.cancel();
      }
      assertEquals("57014", failure.get().getSQLState());
      try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM orders")) {
        assertEquals(List.of("2000"), TestDatabase.rows(rows));
      }
    }
  }

  @Test
  void cancelWhereNothingRunsDoesNoHarmToWhatRunsNext() throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders (key) VALUES ('a')");
        Statement statement = connection.createStatement()) {
      insert.cancel();
      assertEquals(1, insert.executeUpdate());
      insert.cancel();
      assertEquals(1, insert.executeUpdate());
      statement.cancel();
      assertEquals(
          List.of("2"), TestDatabase.rows(statement.executeQuery("SELECT count(*) FROM orders")));
    }
  }

  @Test
  void aCancelledResultGivesNoMoreRows() throws SQLException {
    fill(20_000);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT key FROM orders")) {
      assertTrue(rows.next());
      statement.cancel();
      SQLException ended =
          assertThrows(
              SQLException.class,
              () -> {
                while (rows.next()) {
                  rows.getBytes(1);
                }
              });
      assertEquals("57014", ended.getSQLState());
      // What comes behind the row that was lost must not pass for what comes next.
      assertEquals("24000", assertThrows(SQLException.class, rows::next).getSQLState());
      assertEquals("24000", assertThrows(SQLException.class, () -> rows.getBytes(1)).getSQLState());
    }
  }

  @Test
  void theTimeThatTheCallerTakesBetweenRowsIsNotTheStatements() throws Exception {
    fill(2_000);
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      try (ResultSet rows = statement.executeQuery("SELECT key FROM orders")) {
        assertTrue(rows.next());
        Thread.sleep(2_500);
        int count = 1;
        while (rows.next()) {
          count++;
        }
        assertEquals(2_000, count);
      }
    }
  }

  @Test
  void closingARowThatIsBeingReadGivesItsValuesOrSaysSo() throws Exception {
    fill(50);
    for (int i = 0; i < 200; i++) {
      Connection shared = i % 2 == 0 ? connection : database.connect();
      Statement statement = shared.createStatement();
      ResultSet rows = statement.executeQuery("SELECT value, offset FROM orders");
      assertTrue(rows.next());
      Future<SQLException> failure =
          threads.submit(
              () ->
                  assertThrows(
                      SQLException.class,
                      () -> {
                        while (true) {
                          assertEquals("v0", rows.getString(1));
                          assertEquals(0, rows.getLong(2));
                        }
                      }));
      if (shared == connection) {
        rows.close();
      } else {
        shared.close();
      }
      SQLException thrown = failure.get();
      String expected = shared == connection ? "24000" : "08003";
      assertEquals(expected, thrown.getSQLState(), thrown.toString());
      statement.close();
    }
  }

  @Test
  void afterAnAbortNoRowIsSteppedTo() throws Exception {
    fill(50);
    Connection aborted = database.connect();
    ResultSet rows = aborted.createStatement().executeQuery("SELECT key FROM orders");
    assertTrue(rows.next());
    List<Runnable> left = new ArrayList<>();
    aborted.abort(left::add);
    assertEquals("08003", assertThrows(SQLException.class, rows::next).getSQLState());
    left.forEach(Runnable::run);
    assertEquals("08003", assertThrows(SQLException.class, () -> rows.getString(1)).getSQLState());
  }

  @Test
  void abortClosesEvenWhereTheExecutorRefuses() throws Exception {
    Connection aborted = database.connect();
    ResultSet rows =
        aborted.createStatement().executeQuery("SELECT key FROM orders FOR CONSUMER GROUP g");
    threads.shutdown();
    SQLException refused = assertThrows(SQLException.class, () -> aborted.abort(threads));
    assertEquals("22023", refused.getSQLState());
    assertTrue(rows.isClosed());
    assertEquals(List.of(), database.rows("SELECT key FROM orders FOR CONSUMER GROUP g"));
  }

  @Test
  void aGroupIsLeftWhenItsStatementWasDroppedWithoutClosing() throws Exception {
    fill(5);
    dropReader();
    for (int i = 0; i < 100; i++) {
      System.gc();
      Thread.sleep(20);
      connection.createStatement().execute("SELECT 1");
      try {
        assertEquals(5, database.rows("SELECT key FROM orders FOR CONSUMER GROUP g").size());
        return;
      } catch (SQLException e) {
        assertEquals("55006", e.getSQLState());
      }
    }
    fail("the group is still in use");
  }

  private void dropReader() throws SQLException {
    connection.createStatement().executeQuery("SELECT key FROM orders FOR CONSUMER GROUP g");
  }

  @Test
  void aStatementThatRunsTooLongTimesOut() throws SQLException {
    fill(2_000);
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      SQLException late =
          assertTimeoutPreemptively(
              Duration.ofSeconds(20),
              () ->
                  assertThrows(
                      SQLTimeoutException.class,
                      () -> {
                        try (ResultSet rows = statement.executeQuery(ENDLESS)) {
                          rows.next();
                        }
                      }));
      assertEquals("HYT00", late.getSQLState());
    }
  }

  @Test
  void whatMustNotWaitDoesNotWaitForARunningStatement() throws Exception {
    fill(2_000);
    Statement statement = connection.createStatement();
    Future<SQLException> failure =
        threads.submit(
            () ->
                assertThrows(
                    SQLException.class,
                    () -> {
                      ResultSet rows = statement.executeQuery(ENDLESS);
                      rows.next();
                    }));
    Thread.sleep(500);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertFalse(connection.isClosed());
          assertTrue(connection.isValid(1));
          assertTrue(connection.getAutoCommit());
          assertFalse(connection.isReadOnly());
          assertFalse(statement.isClosed());
          connection.close();
        });
    assertTrue(List.of("57014", "08003").contains(failure.get().getSQLState()));
    assertTrue(statement.isClosed());
  }

  @Test
  void forgetsStatementsThatNobodyClosed() throws Exception {
    WeakReference<Statement> dropped = new WeakReference<>(connection.createStatement());
    for (int i = 0; i < 100 && dropped.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(null, dropped.get());
  }
}
