package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One file, two processes: who has to wait for the other is told for whom. */
@Timeout(120)
class TwoProcessesTest {
  private static final String INSERT = "INSERT INTO t (value) VALUES ('x')";

  @TempDir Path folder;

  private String url(String properties) {
    return "jdbc:klog:" + folder.resolve("t.klog") + "?" + properties;
  }

  private Connection connect(String properties) throws SQLException {
    return DriverManager.getConnection(url(properties));
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return TestDatabase.rows(rows);
    }
  }

  @Test
  void waitsForBusyTimeoutAndNamesTheOwner() throws Exception {
    try (Connection connection = connect("busy_timeout=200");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC t");
      try (HoldingProcess other = new HoldingProcess(url("sync=full"), INSERT)) {
        SQLException busy = assertThrows(SQLException.class, () -> statement.execute(INSERT));
        assertEquals("40001", busy.getSQLState());
        assertTrue(busy instanceof SQLTransactionRollbackException, busy.toString());
        assertTrue(String.valueOf(busy.getMessage()).contains("" + other.pid()), busy.getMessage());
        assertEquals(List.of("0"), rows(connection, "SELECT count(*) FROM t"));
        assertTrue(connection.isValid(1));
        other.letGoOn();
      }
      assertEquals(1, statement.executeUpdate(INSERT));
      assertEquals(List.of("2"), rows(connection, "SELECT count(*) FROM t"));
    }
  }

  @Test
  void whoIsKilledHoldsNothing() throws Exception {
    try (Connection connection = connect("busy_timeout=60000");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC t");
      try (HoldingProcess other = new HoldingProcess(url("sync=full"), INSERT)) {
        other.kill();
        assertEquals(1, statement.executeUpdate(INSERT));
        assertEquals(List.of("1"), rows(connection, "SELECT count(*) FROM t"));
      }
    }
  }

  @Test
  void theLastCloseLetsOthersOpenTheFileForThemselves() throws Exception {
    connect("sync=full").close();
    try (HoldingProcess other = new HoldingProcess(url("exclusive=true"))) {
      SQLException refused = assertThrows(SQLException.class, () -> connect("busy_timeout=100"));
      assertEquals("08001", refused.getSQLState());
      assertTrue(
          String.valueOf(refused.getMessage()).contains("" + other.pid()), refused.getMessage());
      other.letGoOn();
    }
    try (Connection connection = connect("exclusive=true")) {
      assertEquals(List.of(), rows(connection, "SHOW TOPICS"));
    }
  }
}
