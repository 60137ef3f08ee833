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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Seeing, moving and dropping consumer groups, over a file. */
class GroupAdministrationTest {
  private static final String OF_GROUP = "SELECT key FROM t FOR CONSUMER GROUP g";

  private final String url;
  private final Connection reader;
  private final Connection connection;
  private final Statement statement;

  GroupAdministrationTest(@TempDir Path directory) throws SQLException {
    url = "jdbc:klog:" + directory.resolve("t.klog") + "?sync=off";
    connection = DriverManager.getConnection(url);
    reader = DriverManager.getConnection(url);
    statement = connection.createStatement();
    statement.execute("CREATE TOPIC t WITH ('partitions'='2')");
    statement.execute(
        "INSERT INTO t (partition, timestamp, key) VALUES (0, '2026-11-01 01:00:00', 'a'),"
            + " (0, '2026-11-01 02:00:00', 'b'), (1, '2026-11-01 03:00:00', 'c')");
    reader.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    reader.close();
    connection.close();
  }

  private List<String> rows(String sql) throws SQLException {
    return TestDatabase.rows(statement.executeQuery(sql));
  }

  private static void assertState(String sqlState, Executable call) {
    SQLException refused = assertThrows(SQLException.class, call);
    assertEquals(sqlState, refused.getSQLState(), refused.getMessage());
  }

  @Test
  void groupsAreShownWithTheirMembersAndLags() throws SQLException {
    try (Statement reading = reader.createStatement();
        ResultSet cursor = reading.executeQuery(OF_GROUP)) {
      assertTrue(cursor.next());
      reader.commit();
      assertEquals(List.of("g|Stable|1|1|2|1"), rows("SHOW CONSUMER GROUPS"));
      String member = rows("SELECT member_id FROM klog.consumer_members").get(0);
      assertEquals(
          List.of("g|t|" + member + "|2|0,1"), rows("SELECT * FROM klog.consumer_members"));
      assertEquals(
          List.of("g|t|0|1|2|1|" + member, "g|t|1|null|1|null|" + member),
          rows("SELECT * FROM klog.consumer_lag"));
    }
    assertEquals(List.of("g|Empty|0|1|2|1"), rows("SHOW CONSUMER GROUPS"));
  }

  @Test
  void aGroupIsMovedWhenNobodyReadsIt() throws SQLException {
    try (PreparedStatement reset =
        connection.prepareStatement("CALL klog.reset_offsets(?, ?, ?)")) {
      reset.setString(1, "g");
      reset.setString(2, "t");
      reset.setString(3, "2026-11-01T02:00:00Z");
      assertEquals(List.of("t|0|null|1", "t|1|null|0"), TestDatabase.rows(reset.executeQuery()));
      reset.setInt(3, 2);
      assertEquals(List.of("t|0|1|2", "t|1|0|1"), TestDatabase.rows(reset.executeQuery()));
      reset.setString(3, "earliest");
      assertTrue(reset.execute());
    }
    assertEquals(List.of("a", "b", "c"), rows(OF_GROUP));
    assertEquals(List.of("t|0|2|1", "t|1|1|1"), rows("CALL klog.reset_offsets('g', 't', 1)"));
    assertEquals(List.of("b"), rows(OF_GROUP));
  }

  @Test
  void aMemberStandsInTheWayUnlessForced() throws SQLException {
    ResultSet cursor = reader.createStatement().executeQuery(OF_GROUP);
    assertTrue(cursor.next());
    assertState("55006", () -> rows("CALL klog.reset_offsets('g', 't', 'latest')"));
    assertState("55006", () -> statement.execute("DROP CONSUMER GROUP g"));
    rows("CALL klog.reset_offsets('g', 't', 'latest', TRUE)");
    assertState("40001", reader::commit);
    assertTrue(cursor.isClosed());
    assertEquals(List.of(), rows(OF_GROUP));
  }

  @Test
  void aDroppedGroupBeginsAnew() throws SQLException {
    rows(OF_GROUP);
    assertFalse(statement.execute("DROP CONSUMER GROUP g"));
    assertEquals(0, statement.getUpdateCount());
    assertState("42704", () -> statement.execute("DROP CONSUMER GROUP g"));
    statement.execute("DROP CONSUMER GROUP IF EXISTS 'g'");
    assertEquals(List.of("a", "b", "c"), rows(OF_GROUP));
  }

  @Test
  void whoOnlyReadsMovesNothing() throws SQLException {
    connection.setReadOnly(true);
    assertState("25006", () -> rows("CALL klog.reset_offsets('g', 't', 0)"));
    assertState("25006", () -> statement.execute("DROP CONSUMER GROUP g"));
    try (Connection readOnly = DriverManager.getConnection(url + "&mode=ro");
        Statement asking = readOnly.createStatement()) {
      assertState("25006", () -> asking.executeQuery("CALL klog.reset_offsets('g', 't', 0)"));
    }
  }

  @Test
  void aRollbackClosesTheGroupsCursor() throws SQLException {
    ResultSet cursor = reader.createStatement().executeQuery(OF_GROUP);
    assertTrue(cursor.next());
    assertFalse(cursor.isClosed());
    reader.rollback();
    assertTrue(cursor.isClosed());
    assertState("24000", cursor::next);
    cursor.close();
  }

  @Test
  void settingsAreSetAndShownInSql() throws SQLException {
    assertFalse(statement.execute("SET poll.timeout = 5000"));
    assertEquals(0, statement.getUpdateCount());
    assertEquals(List.of("5000"), rows("SHOW poll.timeout"));
    statement.execute("SET auto.offset.reset = latest");
    assertEquals(List.of(), rows(OF_GROUP));
    statement.execute("RESET ALL");
    assertEquals(List.of("-1"), rows("SHOW poll.timeout"));
    assertState("42704", () -> statement.execute("SET nonsense = 1"));
    assertState("22023", () -> statement.execute("SET poll.timeout = 'soon'"));
  }
}
