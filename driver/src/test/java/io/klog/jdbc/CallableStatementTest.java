package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CallableStatementTest {
  private static final String RESET = "{call klog.reset_offsets(?, ?, ?)}";

  private final TestDatabase database;
  private final Connection connection;

  CallableStatementTest() throws SQLException {
    database =
        new TestDatabase("CREATE TOPIC orders", "INSERT INTO orders (key) VALUES ('a'), ('b')");
    connection = database.connect();
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

  private String position() throws SQLException {
    return database.rows("SELECT current_offset FROM klog.consumer_lag").get(0);
  }

  @Test
  void takesItsParametersByIndexAndGivesRows() throws SQLException {
    try (CallableStatement reset = connection.prepareCall(RESET)) {
      reset.setString(1, "billing");
      reset.setString(2, "orders");
      reset.setInt(3, 1);
      assertTrue(reset.execute());
      assertEquals(List.of("orders|0|null|1"), TestDatabase.rows(reset.getResultSet()));
      assertFalse(reset.getMoreResults());
      assertEquals(-1, reset.getUpdateCount());
      assertEquals("1", position());
      reset.setString(3, "latest");
      try (ResultSet moved = reset.executeQuery()) {
        assertEquals("new_offset", moved.getMetaData().getColumnLabel(4));
        assertEquals(List.of("orders|0|1|2"), TestDatabase.rows(moved));
      }
    }
  }

  @Test
  void takesItsParametersByName() throws SQLException {
    try (CallableStatement reset =
        connection.prepareCall("CALL klog.reset_offsets('billing', ?, CAST(? AS VARCHAR), ?)")) {
      reset.setString("TOPIC", "orders");
      reset.setObject("force", true);
      assertState("07009", () -> reset.setString("group", "billing"));
      assertState("07009", () -> reset.setString("to", "1"));
      assertState("07009", () -> reset.setString(null, "1"));
      assertState("07001", reset::executeQuery);
      reset.setLong(2, 1);
      assertEquals(List.of("orders|0|null|1"), TestDatabase.rows(reset.executeQuery()));
    }
  }

  @Test
  void saysWhichNamesThereAre() throws SQLException {
    try (CallableStatement named = connection.prepareCall(RESET);
        CallableStatement nameless =
            connection.prepareCall("CALL klog.reset_offsets('g', 'orders', CAST(? AS VARCHAR))")) {
      assertRefused("there is no parameter 'x'; the statement has group, topic, to", named);
      assertRefused("there is no parameter 'x'; the statement has none with a name", nameless);
    }
  }

  private static void assertRefused(String message, CallableStatement statement) {
    SQLException refused = assertThrows(SQLException.class, () -> statement.setString("x", ""));
    assertEquals(message, refused.getMessage());
  }

  /** Callers that go by the metadata have a value for each parameter, or NULL. */
  @Test
  void whatTheMetadataSaysMayBeNullMayBeNull() throws SQLException {
    try (CallableStatement reset = connection.prepareCall("{call klog.reset_offsets(?, ?, ?, ?)}");
        ResultSet columns =
            connection.getMetaData().getProcedureColumns(null, "klog", "reset_offsets", null)) {
      for (String value : List.of("billing", "orders", "latest", "")) {
        assertTrue(columns.next());
        boolean nullable = columns.getShort("NULLABLE") == DatabaseMetaData.procedureNullable;
        assertEquals(value.isEmpty(), nullable);
        reset.setString(columns.getString("COLUMN_NAME"), nullable ? null : value);
      }
      assertFalse(columns.next());
      assertEquals(List.of("orders|0|null|2"), TestDatabase.rows(reset.executeQuery()));
      reset.setString("to", null);
      assertState("22004", reset::executeQuery);
    }
  }

  @Test
  void theMetadataNamesTheParametersThatCanBeSet() throws SQLException {
    try (CallableStatement reset = connection.prepareCall(RESET);
        ResultSet columns =
            connection.getMetaData().getProcedureColumns(null, "klog", "reset_offsets", null)) {
      assertEquals(3, reset.getParameterMetaData().getParameterCount());
      assertEquals(4, reset.getMetaData().getColumnCount());
      String[] values = {"billing", "orders", "earliest"};
      for (String value : values) {
        assertTrue(columns.next());
        reset.setString(columns.getString("COLUMN_NAME"), value);
      }
      assertEquals(List.of("orders|0|null|0"), TestDatabase.rows(reset.executeQuery()));
    }
  }

  @Test
  void hasNoOutParameters() throws SQLException {
    try (CallableStatement check = connection.prepareCall("{call klog.check()}")) {
      assertState("HYC00", () -> check.registerOutParameter(1, Types.VARCHAR));
      assertState("HYC00", () -> check.registerOutParameter("a", JDBCType.VARCHAR));
      assertState("HYC00", () -> check.getString(1));
      assertState("HYC00", () -> check.getObject("a", Long.class));
      assertState("HYC00", check::wasNull);
      assertState("42883", () -> connection.prepareCall("{? = call klog.check()}"));
      assertEquals(List.of(), TestDatabase.rows(check.executeQuery()));
    }
  }

  @Test
  void saysWhatCannotBeCalled() {
    assertState("42883", () -> connection.prepareCall("{call klog.nothing(?)}"));
    assertState("42883", () -> connection.prepareCall("{call klog.check(?)}"));
    assertState("42601", () -> connection.prepareCall("{call}"));
    assertState("22023", () -> connection.prepareCall(null));
    assertState("22023", () -> connection.prepareCall("{call klog.check()}", 77, 1007));
  }

  @Test
  void anyOtherStatementWorksToo() throws SQLException {
    try (CallableStatement insert =
        connection.prepareCall(
            "INSERT INTO orders (key) VALUES (?)",
            ResultSet.TYPE_SCROLL_SENSITIVE,
            ResultSet.CONCUR_READ_ONLY,
            ResultSet.HOLD_CURSORS_OVER_COMMIT)) {
      assertEquals(ResultSet.TYPE_FORWARD_ONLY, insert.getResultSetType());
      assertEquals("01000", connection.getWarnings().getSQLState());
      insert.setString(1, "c");
      assertEquals(1, insert.executeUpdate());
      assertState("07009", () -> insert.setString("key", "c"));
    }
  }
}
