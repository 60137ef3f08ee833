package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the other statements of a connection may do while one of them waits for a row. */
@Timeout(60)
class WaitingConnectionTest {
  private static final String FOLLOW = "SELECT STREAM value FROM news";
  private static final String FOLLOW_AS_GROUP = FOLLOW + " FOR CONSUMER GROUP followers";
  private static final String READ = "SELECT value FROM orders FOR CONSUMER GROUP g";

  /** More pairs than any machine joins within the tests' patience. */
  private static final String ENDLESS =
      "SELECT count(*) FROM orders a, orders b, orders c, orders d, orders e, orders f, orders g,"
          + " orders h, orders i, orders j, orders k, orders l, orders m, orders n, orders o,"
          + " orders p, orders q, orders r, orders s, orders t WHERE a.value <> t.value";

  private final TestDatabase database;
  private final Connection connection;
  private final Statement other;

  WaitingConnectionTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC news",
            "CREATE TOPIC orders",
            "INSERT INTO orders (value) VALUES ('a'), ('b'), ('c'), ('d')");
    connection = database.connect();
    other = connection.createStatement();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  /** Something that does not end by itself. */
  private static <T> FutureTask<T> start(Callable<T> call) {
    FutureTask<T> waiting = new FutureTask<>(call);
    Thread thread = new Thread(waiting);
    thread.setDaemon(true);
    thread.start();
    while (!waiting.isDone() && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return waiting;
  }

  /** A next() that waits for a row. */
  private FutureTask<Boolean> follow(String query) throws SQLException {
    ResultSet rows = connection.createStatement().executeQuery(query);
    return start(rows::next);
  }

  private void assertStillWaits(FutureTask<Boolean> next) throws Exception {
    assertFalse(next.isDone());
    database.execute("INSERT INTO news (value) VALUES ('new')");
    assertTrue(next.get(30, TimeUnit.SECONDS));
  }

  private static <E extends SQLException> E failure(Class<E> type, FutureTask<?> call) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> call.get(30, TimeUnit.SECONDS));
    return assertInstanceOf(type, e.getCause());
  }

  private static String state(FutureTask<?> call) {
    return failure(SQLException.class, call).getSQLState();
  }

  /** What another member of the group is given, once the one before it has left. */
  private List<String> readByAnother() throws Exception {
    while (true) {
      try {
        List<String> rows = database.rows(READ);
        if (!rows.isEmpty()) {
          return rows;
        }
      } catch (SQLException e) {
        assertEquals("55006", e.getSQLState());
      }
      Thread.sleep(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {FOLLOW, FOLLOW_AS_GROUP})
  void closingAStatementLeavesItsGroupAndDoesNotWait(String query) throws Exception {
    ResultSet rows = other.executeQuery(READ);
    assertTrue(rows.next());
    assertTrue(rows.next()); // acknowledges the first
    FutureTask<Boolean> next = follow(query);
    other.close();
    assertTrue(other.isClosed());
    assertTrue(rows.isClosed());
    assertEquals("HY010", assertThrows(SQLException.class, other::cancel).getSQLState());
    assertEquals(List.of("b", "c", "d"), readByAnother());
    assertStillWaits(next);
  }

  @ParameterizedTest
  @ValueSource(strings = {FOLLOW, FOLLOW_AS_GROUP})
  void closingAResultLeavesItsGroupAndDoesNotWait(String query) throws Exception {
    ResultSet rows = other.executeQuery(READ);
    other.closeOnCompletion();
    assertTrue(rows.next());
    assertTrue(rows.next());
    FutureTask<Boolean> next = follow(query);
    rows.close();
    assertTrue(rows.isClosed());
    assertEquals("24000", assertThrows(SQLException.class, () -> rows.getString(1)).getSQLState());
    assertEquals(List.of("b", "c", "d"), readByAnother());
    while (!other.isClosed()) {
      Thread.onSpinWait(); // the one that waits closes it
    }
    assertStillWaits(next);
  }

  @Test
  void manyAreClosedWhileOneWaits() throws Exception {
    FutureTask<Boolean> next = follow(FOLLOW_AS_GROUP);
    for (int i = 0; i < 100; i++) {
      connection.createStatement().close();
    }
    assertStillWaits(next);
    assertEquals(
        List.of("4"), TestDatabase.rows(other.executeQuery("SELECT count(*) FROM orders")));
  }

  @Test
  void whatWasClosedWhileAStatementComputesIsLeftOnceItEnds() throws Exception {
    ResultSet rows = other.executeQuery(READ);
    assertTrue(rows.next());
    try (Statement computing = connection.createStatement()) {
      FutureTask<ResultSet> endless = computes(computing);
      rows.close();
      other.close();
      assertFalse(endless.isDone());
      computing.cancel();
      assertEquals("57014", state(endless));
      assertEquals(List.of("a", "b", "c", "d"), readByAnother());
    }
  }

  private static FutureTask<ResultSet> computes(Statement computing) throws Exception {
    FutureTask<ResultSet> endless = new FutureTask<>(() -> computing.executeQuery(ENDLESS));
    new Thread(endless).start();
    // Whoever takes the lock from now on waits for it.
    KlogConnection connection = computing.getConnection().unwrap(KlogConnection.class);
    while (connection.lock().user() != computing) {
      Thread.onSpinWait();
    }
    return endless;
  }

  @Test
  void whatWasClosedWhileAStatementComputesIsLeftWhenTheConnectionIsClosed() throws Exception {
    ResultSet rows = other.executeQuery(READ);
    assertTrue(rows.next());
    FutureTask<ResultSet> endless = computes(connection.createStatement());
    other.close();
    connection.close();
    assertTrue(List.of("57014", "08003").contains(state(endless)));
    assertEquals(List.of("a", "b", "c", "d"), database.rows(READ));
  }

  @Test
  void cancelEndsAStatementsWaitForTheConnection() throws Exception {
    try (PreparedStatement prepared = connection.prepareStatement("SELECT value FROM orders");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders (value) VALUES ('e')")) {
      insert.addBatch();
      other.addBatch("INSERT INTO orders (value) VALUES ('e')");
      FutureTask<Boolean> next = follow(FOLLOW);
      assertCancelled(other, () -> other.executeQuery("SELECT 1"));
      assertCancelled(other, () -> other.execute("SELECT 1"));
      assertCancelled(other, () -> other.executeUpdate("INSERT INTO orders (value) VALUES ('e')"));
      assertCancelled(other, other::executeBatch);
      assertCancelled(prepared, prepared::executeQuery);
      assertCancelled(prepared, prepared::execute);
      assertCancelled(insert, insert::executeUpdate);
      assertCancelled(insert, insert::executeBatch);
      assertStillWaits(next);
      assertEquals(4, TestDatabase.rows(prepared.executeQuery()).size());
      assertEquals(1, other.executeBatch().length, "it was not begun, so it is all there");
      assertEquals(1, insert.executeBatch().length);
    }
  }

  private static <T> void assertCancelled(Statement statement, Callable<T> call)
      throws SQLException {
    FutureTask<T> waiting = start(call);
    statement.cancel();
    assertEquals("57014", state(waiting));
  }

  @Test
  void cancelAndClosingEndANextThatWaitsForTheConnection() throws Exception {
    ResultSet rows = other.executeQuery("SELECT value FROM orders");
    Statement another = connection.createStatement();
    ResultSet more = another.executeQuery("SELECT value FROM orders");
    FutureTask<Boolean> next = follow(FOLLOW);
    assertCancelled(other, rows::next);
    FutureTask<Boolean> waiting = start(more::next);
    more.close();
    assertTrue(List.of("57014", "24000").contains(state(waiting)));
    assertStillWaits(next);
  }

  @Test
  void aQueryTimeoutEndsAWaitForTheConnectionAndLosesNothing() throws Exception {
    ResultSet untimed = other.executeQuery("SELECT value FROM orders");
    assertTrue(untimed.next());
    try (Statement timed = connection.createStatement()) {
      timed.setQueryTimeout(1);
      ResultSet rows = timed.executeQuery("SELECT value FROM orders");
      FutureTask<Boolean> next = follow(FOLLOW);
      SQLException late = assertThrows(SQLTimeoutException.class, rows::next);
      assertEquals("HYT00", late.getSQLState());
      other.setQueryTimeout(1);
      assertThrows(SQLTimeoutException.class, () -> other.execute("SELECT 1"));
      assertStillWaits(next);
      assertEquals(List.of("a", "b", "c", "d"), TestDatabase.rows(rows));
      assertEquals(List.of("b", "c", "d"), TestDatabase.rows(untimed), "it was not ended");
    }
  }

  @Test
  void closingEndsAStatementsWaitForTheConnection() throws Exception {
    FutureTask<Boolean> next = follow(FOLLOW);
    FutureTask<ResultSet> waiting = start(() -> other.executeQuery("SELECT 1"));
    other.close();
    assertEquals("HY010", state(waiting));
    assertStillWaits(next);
  }

  @Test
  void closingTheConnectionEndsAStatementsWaitForIt() throws Exception {
    FutureTask<Boolean> next = follow(FOLLOW);
    FutureTask<ResultSet> waiting = start(() -> other.executeQuery("SELECT 1"));
    connection.close();
    // By what they are ended first: the cancel of each, or that there is no connection any more.
    assertTrue(List.of("57014", "08003").contains(state(waiting)));
    assertTrue(List.of("57014", "08003").contains(state(next)));
  }

  @Test
  void cancelEndsABatchOfTextBetweenTwoStatements() throws Exception {
    int statements = 100_000;
    for (int i = 0; i < statements; i++) {
      other.addBatch("INSERT INTO news (value) VALUES ('new')");
    }
    FutureTask<int[]> batch = new FutureTask<>(other::executeBatch);
    new Thread(batch).start();
    while (database.rows("SELECT value FROM news LIMIT 1").isEmpty()) {
      Thread.onSpinWait();
    }
    other.cancel();
    BatchUpdateException cancelled = failure(BatchUpdateException.class, batch);
    assertEquals("57014", cancelled.getSQLState());
    assertTrue(cancelled.getUpdateCounts().length < statements);
    assertEquals(
        List.of("" + cancelled.getUpdateCounts().length),
        database.rows("SELECT count(*) FROM news"));
    assertEquals(1, other.executeUpdate("INSERT INTO news (value) VALUES ('new')"));
  }

  @Test
  void theQueryTimeoutIsThatOfAWholeBatchOfText() throws Exception {
    int statements = 2_000_000;
    for (int i = 0; i < statements; i++) {
      other.addBatch("INSERT INTO news (value) VALUES ('new')");
    }
    other.setQueryTimeout(1);
    BatchUpdateException late = assertThrows(BatchUpdateException.class, other::executeBatch);
    assertEquals("HYT00", late.getSQLState());
    assertEquals(
        List.of("" + late.getUpdateCounts().length), database.rows("SELECT count(*) FROM news"));
  }
}
