package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TransactionTest {
  private final TestDatabase database;
  private final Connection connection;
  private final Statement statement;

  TransactionTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC orders", "CREATE TOPIC audit");
    connection = database.connect();
    statement = connection.createStatement();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static void assertState(String sqlState, Executable call) {
    SQLException refused = assertThrows(SQLException.class, call);
    assertEquals(sqlState, refused.getSQLState(), refused.getMessage());
  }

  private void insert(String key) throws SQLException {
    statement.executeUpdate("INSERT INTO orders (key) VALUES ('" + key + "')");
  }

  private List<String> keys() throws SQLException {
    return database.rows("SELECT key FROM orders");
  }

  @Test
  void commitsAtOnceUntilToldOtherwise() throws SQLException {
    assertTrue(connection.getAutoCommit());
    insert("a");
    assertEquals(List.of("a"), keys());
  }

  @Test
  void showsNothingBeforeCommitAndEverythingAfter() throws SQLException {
    connection.setAutoCommit(false);
    assertFalse(connection.getAutoCommit());
    insert("a");
    statement.executeUpdate("INSERT INTO audit (value) VALUES ('x')");
    assertEquals(List.of(), keys());
    connection.commit();
    assertEquals(List.of("a"), keys());
    assertEquals(List.of("x"), database.rows("SELECT value FROM audit"));
  }

  @Test
  void rollbackDropsWhatWasInsertedAndUsesUpNoOffset() throws SQLException {
    connection.setAutoCommit(false);
    insert("a");
    connection.rollback();
    connection.rollback();
    insert("b");
    connection.commit();
    assertEquals(List.of("0|b"), database.rows("SELECT offset, key FROM orders"));
  }

  @Test
  void turningAutocommitOnCommitsAndClosingRollsBack() throws SQLException {
    connection.setAutoCommit(false);
    insert("a");
    connection.setAutoCommit(true);
    assertEquals(List.of("a"), keys());
    connection.setAutoCommit(false);
    insert("b");
    connection.close();
    assertEquals(List.of("a"), keys());
  }

  @Test
  void refusesToEndATransactionThatAutocommitHasEnded() {
    assertState("25000", connection::commit);
    assertState("25000", connection::rollback);
  }

  @Test
  void keepsResultsOpenOverACommit() throws SQLException {
    insert("a");
    insert("b");
    connection.setAutoCommit(false);
    try (Statement other = connection.createStatement();
        ResultSet rows = other.executeQuery("SELECT key FROM orders")) {
      assertTrue(rows.next());
      insert("c");
      connection.commit();
      assertTrue(rows.next());
      assertEquals("b", rows.getString(1));
      assertFalse(rows.next());
    }
    assertEquals(ResultSet.HOLD_CURSORS_OVER_COMMIT, connection.getHoldability());
  }

  @Test
  void writesNothingWhileReadOnly() throws SQLException {
    assertFalse(connection.isReadOnly());
    connection.setReadOnly(true);
    assertTrue(connection.isReadOnly());
    assertState("25006", () -> insert("a"));
    assertState("25006", () -> statement.execute("CREATE TOPIC other"));
    assertEquals(List.of(), TestDatabase.rows(statement.executeQuery("SELECT * FROM orders")));
    connection.setReadOnly(false);
    insert("a");
    assertEquals(List.of("a"), keys());
  }

  @Test
  void callsAreStatementsLikeOthers() throws SQLException {
    assertEquals(List.of(), TestDatabase.rows(statement.executeQuery("{call klog.check()}")));
  }

  @Test
  void keepsWhatClientsSetOnAConnection() throws SQLException {
    assertEquals("main", connection.getSchema());
    connection.setSchema("main");
    connection.setSchema("MAIN");
    assertState("3F000", () -> connection.setSchema("nowhere"));
    assertNull(connection.getCatalog());
    connection.setCatalog("ignored");
    assertNull(connection.getCatalog());
    connection.setClientInfo("ApplicationName", "test");
    assertEquals("test", connection.getClientInfo("ApplicationName"));
    assertEquals("test", connection.getClientInfo().getProperty("ApplicationName"));
    connection.setClientInfo(new Properties());
    assertNull(connection.getClientInfo("ApplicationName"));
    assertTrue(connection.getTypeMap().isEmpty());
    connection.setNetworkTimeout(Runnable::run, 1000);
    assertEquals(1000, connection.getNetworkTimeout());
    assertEquals("SELECT 1", connection.nativeSQL("SELECT 1"));
    assertTrue(connection.isValid(0));
    assertState("22023", () -> connection.isValid(-1));
    assertTrue(connection.isWrapperFor(Connection.class));
    assertEquals(connection, connection.unwrap(Connection.class));
    assertEquals(
        "abc",
        connection.createArrayOf("VARCHAR", new Object[] {"abc"}).toString().substring(1, 4));
  }

  @Test
  void abortEndsAConnectionFromOutside() throws SQLException {
    connection.setAutoCommit(false);
    insert("a");
    assertState("22023", () -> connection.abort(null));
    List<Runnable> left = new ArrayList<>();
    connection.abort(left::add);
    assertTrue(connection.isClosed());
    assertState("08003", () -> insert("b"));
    left.forEach(Runnable::run);
    connection.abort(Runnable::run);
    connection.close();
    assertEquals(List.of(), keys());
  }

  // Batches.

  private PreparedStatement batch(String... keys) throws SQLException {
    PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO orders (key, \"partition\") VALUES (?, CAST(? AS INTEGER))");
    for (String key : keys) {
      insert.setString(1, key);
      insert.setString(2, key.equals("bad") ? "7" : "0");
      insert.addBatch();
    }
    return insert;
  }

  @Test
  void batchGivesACountForEachRowAndIsEmptyAfterwards() throws SQLException {
    try (PreparedStatement insert = batch("a", "b", "c")) {
      assertArrayEquals(new int[] {1, 1, 1}, insert.executeBatch());
      assertEquals(List.of("a", "b", "c"), keys());
      assertArrayEquals(new int[0], insert.executeBatch());
      insert.addBatch();
      insert.clearBatch();
      assertArrayEquals(new long[0], insert.executeLargeBatch());
      insert.addBatch();
      assertArrayEquals(new long[] {1}, insert.executeLargeBatch());
    }
  }

  @Test
  void batchKeepsTheBytesAsTheyWereWhenAdded() throws SQLException {
    byte[] buffer = {'a'};
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key) VALUES (?)")) {
      for (byte b = 'a'; b <= 'c'; b++) {
        buffer[0] = b;
        insert.setBytes(1, buffer);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    assertEquals(List.of("a", "b", "c"), keys());
  }

  @Test
  void batchThatFailsLeavesNothingAndSaysWhichRow() throws SQLException {
    try (PreparedStatement insert = batch("a", "b", "bad", "d")) {
      BatchUpdateException failed = assertThrows(BatchUpdateException.class, insert::executeBatch);
      assertTrue(
          String.valueOf(failed.getMessage()).startsWith("row 3 of the batch: "),
          failed.getMessage());
      assertTrue(String.valueOf(failed.getSQLState()).startsWith("22"), failed.getSQLState());
      assertArrayEquals(
          new int[] {
            Statement.EXECUTE_FAILED,
            Statement.EXECUTE_FAILED,
            Statement.EXECUTE_FAILED,
            Statement.EXECUTE_FAILED
          },
          failed.getUpdateCounts());
      assertNotNull(failed.getNextException());
      assertEquals(List.of(), keys());
      assertArrayEquals(new int[0], insert.executeBatch());
    }
  }

  @Test
  void batchThatFailsLeavesTheTransactionAsItWas() throws SQLException {
    connection.setAutoCommit(false);
    insert("before");
    try (PreparedStatement insert = batch("a", "bad")) {
      assertThrows(BatchUpdateException.class, insert::executeBatch);
    }
    insert("after");
    connection.commit();
    assertEquals(List.of("before", "after"), keys());
  }

  @Test
  void batchOfStatementsRunsThemInOrderUpToTheFirstFailure() throws SQLException {
    statement.addBatch("CREATE TOPIC other");
    statement.addBatch("INSERT INTO other (key) VALUES ('a'), ('b')");
    assertArrayEquals(new int[] {0, 2}, statement.executeBatch());
    statement.addBatch("INSERT INTO orders (key) VALUES ('a')");
    statement.addBatch("INSERT INTO nowhere (key) VALUES ('b')");
    statement.addBatch("INSERT INTO orders (key) VALUES ('c')");
    BatchUpdateException failed = assertThrows(BatchUpdateException.class, statement::executeBatch);
    assertEquals("42P01", failed.getSQLState());
    assertArrayEquals(new int[] {1}, failed.getUpdateCounts());
    assertTrue(
        String.valueOf(failed.getMessage()).startsWith("statement 2 of the batch: "),
        failed.getMessage());
    assertEquals(List.of("a"), keys());
    statement.addBatch("SELECT * FROM orders");
    assertEquals(
        "07003", assertThrows(BatchUpdateException.class, statement::executeBatch).getSQLState());
  }
}
