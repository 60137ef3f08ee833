package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.sql.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WarningsTest {
  private final TestDatabase database;
  private final KlogConnection connection;
  private final KlogStatement statement;
  private final Telling rows = new Telling();
  private final KlogResultSet result;

  WarningsTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC t");
    connection = database.connect().unwrap(KlogConnection.class);
    statement = connection.createStatement().unwrap(KlogStatement.class);
    result =
        new KlogResultSet(
            statement, connection.lock(), new ResultColumns(List.of()), rows, null, null, 0);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  /** Rows without end that say what they are told to. */
  private static final class Telling implements Rows {
    private final List<String> warnings = new ArrayList<>();

    @Override
    public List<String> drainWarnings() {
      List<String> drained = List.copyOf(warnings);
      warnings.clear();
      return drained;
    }

    @Override
    public boolean next() {
      return true;
    }

    @Override
    public boolean isNull(int column) {
      return true;
    }

    @Override
    public long getLong(int column) {
      return 0;
    }

    @Override
    public int getInt(int column) {
      return 0;
    }

    @Override
    public double getDouble(int column) {
      return 0;
    }

    @Override
    public @Nullable String getString(int column) {
      return null;
    }

    @Override
    public byte @Nullable [] getBytes(int column) {
      return null;
    }

    @Override
    public @Nullable Object getObject(int column) {
      return null;
    }

    @Override
    public void close() {}
  }

  private static List<String> chain(@Nullable SQLWarning first) {
    List<String> messages = new ArrayList<>();
    for (SQLWarning at = first; at != null; at = at.getNextWarning()) {
      assertEquals("01000", at.getSQLState());
      messages.add(at.getMessage());
    }
    return messages;
  }

  @Test
  void comeOnceEachInOrderAndStayUntilCleared() throws SQLException {
    assertNull(result.getWarnings());
    rows.warnings.addAll(List.of("a", "b"));
    assertEquals(List.of("a", "b"), chain(result.getWarnings()));
    rows.warnings.add("c");
    assertTrue(result.next());
    assertEquals(List.of("a", "b", "c"), chain(result.getWarnings()));
    result.clearWarnings();
    assertNull(result.getWarnings());
    rows.warnings.add("d");
    result.clearWarnings();
    assertNull(result.getWarnings());
  }

  @Test
  void theStatementHasThemToo() throws SQLException {
    rows.warnings.add("a");
    result.getWarnings();
    rows.warnings.add("b");
    result.close();
    assertEquals(List.of("a", "b"), chain(statement.getWarnings()));
    assertThrows(SQLException.class, result::getWarnings);
    statement.clearWarnings();
    assertNull(statement.getWarnings());
  }

  @Test
  void theNextExecutionBeginsWithNone() throws SQLException {
    rows.warnings.add("a");
    result.close();
    try (ResultSet next = statement.executeQuery("SELECT * FROM t")) {
      assertNull(next.getWarnings());
      assertNull(statement.getWarnings());
    }
  }
}
