package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Savepoints, over a file. */
class SavepointTest {
  private static final String OF_GROUP = "SELECT key FROM t FOR CONSUMER GROUP g";

  private final String url;
  private final Connection connection;
  private final Statement statement;

  SavepointTest(@TempDir Path directory) throws SQLException {
    url = "jdbc:klog:" + directory.resolve("t.klog") + "?sync=off";
    connection = DriverManager.getConnection(url);
    statement = connection.createStatement();
    statement.execute("CREATE TOPIC t");
    statement.execute("CREATE TOPIC made");
    statement.execute("INSERT INTO t (key) VALUES ('a'), ('b'), ('c')");
    connection.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private static void assertState(String sqlState, Executable call) {
    SQLException refused = assertThrows(SQLException.class, call);
    assertEquals(sqlState, refused.getSQLState(), refused.getMessage());
  }

  private void insert(String key) throws SQLException {
    statement.executeUpdate("INSERT INTO made (key) VALUES ('" + key + "')");
  }

  private List<String> made() throws SQLException {
    return TestDatabase.rows(statement.executeQuery("SELECT offset, key FROM made"));
  }

  @Test
  void theTransactionGoesOnFromTheSavepoint() throws SQLException {
    assertTrue(connection.getMetaData().supportsSavepoints());
    insert("1");
    Savepoint savepoint = connection.setSavepoint();
    insert("2");
    connection.rollback(savepoint);
    insert("3");
    connection.commit();
    assertEquals(List.of("0|1", "1|3"), made());
  }

  @Test
  void theyHaveANumberOrAName() throws SQLException {
    Savepoint first = connection.setSavepoint();
    Savepoint second = connection.setSavepoint();
    assertNotEquals(first.getSavepointId(), second.getSavepointId());
    assertState("3B001", first::getSavepointName);
    Savepoint named = connection.setSavepoint("s");
    assertEquals("s", named.getSavepointName());
    assertState("3B001", named::getSavepointId);
    assertState("22023", () -> connection.setSavepoint(null));
    insert("1");
    statement.execute("ROLLBACK TO s");
    connection.commit();
    assertEquals(List.of(), made());
  }

  @Test
  void whatIsGoneIsRefused() throws SQLException {
    Savepoint first = connection.setSavepoint();
    Savepoint second = connection.setSavepoint();
    connection.releaseSavepoint(first);
    assertState("3B001", () -> connection.rollback(first));
    assertState("3B001", () -> connection.releaseSavepoint(second));
    Savepoint ended = connection.setSavepoint();
    connection.commit();
    assertState("3B001", () -> connection.rollback(ended));
    try (Connection other = DriverManager.getConnection(url)) {
      other.setAutoCommit(false);
      Savepoint foreign = other.setSavepoint();
      assertState("3B001", () -> connection.rollback(foreign));
    }
    assertState("22023", () -> connection.releaseSavepoint(null));
    assertState("22023", () -> connection.rollback((Savepoint) null));
  }

  @Test
  void withAutocommitThereAreNone() throws SQLException {
    Savepoint savepoint = connection.setSavepoint();
    connection.setAutoCommit(true);
    assertState("25000", connection::setSavepoint);
    assertState("25000", () -> connection.setSavepoint("s"));
    assertState("25000", () -> connection.rollback(savepoint));
    connection.close();
    assertState("08003", connection::setSavepoint);
  }

  @Test
  void groupsAreRewoundAndTheirCursorsSayThatTheyAreClosed() throws SQLException {
    Statement reading = connection.createStatement();
    ResultSet rows = reading.executeQuery(OF_GROUP);
    assertTrue(rows.next());
    Savepoint savepoint = connection.setSavepoint();
    connection.rollback(savepoint);
    assertFalse(rows.isClosed(), "it has not read since");
    assertTrue(rows.next());
    connection.rollback(savepoint);
    assertTrue(rows.isClosed());
    assertState("24000", rows::next);
    rows.close();
    rows = reading.executeQuery(OF_GROUP);
    assertTrue(rows.next());
    assertEquals("b", rows.getString(1));
    connection.commit();
    assertEquals(
        List.of("2"),
        TestDatabase.rows(statement.executeQuery("SELECT current_offset FROM klog.consumer_lag")));
  }
}
