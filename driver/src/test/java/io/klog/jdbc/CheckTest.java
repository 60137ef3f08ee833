package io.klog.jdbc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CALL klog.check(), of files. */
class CheckTest {
  private final Path file;
  private final String url;

  CheckTest(@TempDir Path folder) throws SQLException {
    file = folder.resolve("orders.klog");
    url = "jdbc:klog:" + file;
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC orders");
      statement.execute("INSERT INTO orders (key, value) VALUES ('k', 'find me'), ('k', 'too')");
    }
  }

  @Test
  void aSoundFileGivesNoRows() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      assertTrue(statement.execute("CALL klog.check()"));
      assertFalse(statement.getResultSet().next());
      statement.execute("INSERT INTO orders (key) VALUES ('of the log')");
      try (ResultSet rows = statement.executeQuery("CALL klog.check()")) {
        assertFalse(rows.next());
      }
    }
  }

  @Test
  void damageIsTold() throws SQLException, IOException {
    // The commit log had it too, before it was closed.
    String text = Files.readString(file, ISO_8859_1).replace("find me", "Find me");
    Files.writeString(file, text, ISO_8859_1);
    try (Connection connection = DriverManager.getConnection(url + "?mode=ro");
        PreparedStatement check = connection.prepareStatement("CALL klog.check()")) {
      assertEquals(4, check.getMetaData().getColumnCount());
      try (ResultSet rows = check.executeQuery()) {
        assertTrue(rows.next());
        assertTrue(rows.getLong("position") >= 12_288, "behind the superblocks");
        assertEquals("topic orders, partition 0", rows.getString("where"));
        assertEquals("records with their checksum", rows.getString("expected"));
        assertEquals("others", rows.getString("found"));
        assertFalse(rows.next());
      }
    }
  }

  @Test
  void aWrongCallIsASyntaxError() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql : List.of("CALL klog.chekc()", "CALL klog.check(1)")) {
        SQLException e = assertThrows(SQLException.class, () -> statement.execute(sql));
        assertEquals("42883", e.getSQLState());
        assertTrue(e instanceof SQLSyntaxErrorException, e.toString());
        assertTrue(String.valueOf(e.getMessage()).contains("klog.check()"), e.getMessage());
      }
      assertThrows(SQLException.class, () -> statement.executeUpdate("CALL klog.check()"));
    }
  }
}
