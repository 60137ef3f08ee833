package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A typed topic in a file, as a Java program sees it. */
class TypedColumnsTest {
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00.123Z");

  @TempDir Path directory;

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:klog:" + directory.resolve("typed.klog"));
  }

  private static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE orders (id VARCHAR(20) KEY NOT NULL, amount DECIMAL(10,2), n INT,"
              + " big BIGINT, yes BOOLEAN, x DOUBLE, r REAL, b VARBINARY, d DATE, t TIME(3),"
              + " ts TIMESTAMP(3), tags VARCHAR ARRAY, attrs MAP<VARCHAR, INT>, s SMALLINT)");
    }
  }

  private static void insert(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, "a");
      insert.setBigDecimal(2, new BigDecimal("12.5"));
      insert.setInt(3, -7);
      insert.setLong(4, Long.MAX_VALUE);
      insert.setBoolean(5, true);
      insert.setDouble(6, 0.1);
      insert.setFloat(7, 1.1f);
      insert.setBytes(8, new byte[] {0, -1});
      insert.setObject(9, LocalDate.of(2026, 11, 25));
      insert.setObject(10, LocalTime.of(1, 2, 3, 4_000_000));
      insert.setObject(11, NOON);
      insert.setArray(12, connection.createArrayOf("VARCHAR", new Object[] {"p", null, "q"}));
      insert.setObject(13, Map.of("m", 1));
      insert.setShort(14, (short) 3);
      assertEquals(1, insert.executeUpdate());
    }
  }

  @Test
  void valuesOfAllTypesAreThereWhenTheFileIsOpenedAgain() throws SQLException {
    try (Connection connection = connect()) {
      create(connection);
      insert(connection);
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM orders WHERE amount > 12")) {
      assertTrue(row.next());
      assertEquals("a", row.getObject("id"));
      assertEquals(new BigDecimal("12.50"), row.getObject("amount"));
      assertEquals(-7, row.getObject("n"));
      assertEquals(Long.MAX_VALUE, row.getObject("big"));
      assertEquals(true, row.getObject("yes"));
      assertEquals(0.1, row.getObject("x"));
      assertEquals(1.1f, row.getObject("r"));
      assertArrayEquals(new byte[] {0, -1}, (byte[]) row.getObject("b"));
      assertEquals(Date.valueOf("2026-11-25"), row.getObject("d"));
      assertEquals(LocalTime.of(1, 2, 3, 4_000_000), row.getObject("t", LocalTime.class));
      assertTrue(row.getObject("t") instanceof Time);
      assertEquals(Timestamp.from(NOON), row.getObject("ts"));
      assertEquals(NOON, row.getObject("ts", Instant.class));
      assertArrayEquals(new Object[] {"p", null, "q"}, (Object[]) row.getArray("tags").getArray());
      assertEquals(Map.of("m", 1), row.getObject("attrs"));
      assertEquals(3, row.getShort("s"));
      assertEquals(-7, row.getInt("n"));
      assertEquals(12.5, row.getDouble("amount"));
      assertEquals("12.50", row.getString("amount"));
      assertEquals(18, row.getMetaData().getColumnCount(), "key and value are hidden");
    }
  }

  @Test
  void aDateHasTheSameYearMonthAndDayInWhateverClassItComesAndGoes() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC days (d DATE)");
      for (String day : List.of("0001-01-01", "1500-02-28", "1582-10-04", "1582-10-15")) {
        Date date = Date.valueOf(day);
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO days VALUES (?)")) {
          insert.setDate(1, date);
          insert.executeUpdate();
          insert.setObject(1, date);
          insert.executeUpdate();
          insert.setObject(1, LocalDate.parse(day));
          insert.executeUpdate();
        }
        try (PreparedStatement query =
            connection.prepareStatement("SELECT d FROM days WHERE d = ?")) {
          query.setDate(1, date);
          try (ResultSet rows = query.executeQuery()) {
            for (int i = 0; i < 3; i++) {
              assertTrue(rows.next(), day);
              assertEquals(date, rows.getDate(1));
              assertEquals(LocalDate.parse(day), rows.getObject(1, LocalDate.class));
              assertEquals(day, rows.getString(1));
            }
          }
        }
      }
    }
  }

  @Test
  void metadataSaysWhatWasDeclared() throws SQLException {
    try (Connection connection = connect()) {
      create(connection);
      List<String> columns = new ArrayList<>();
      try (ResultSet rows = connection.getMetaData().getColumns(null, "main", "orders", null)) {
        while (rows.next()) {
          columns.add(
              rows.getString("COLUMN_NAME")
                  + " "
                  + rows.getString("TYPE_NAME")
                  + " "
                  + rows.getInt("COLUMN_SIZE")
                  + " "
                  + rows.getInt("DECIMAL_DIGITS")
                  + " "
                  + (rows.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls ? "NO" : "YES"));
        }
      }
      assertEquals(
          List.of("id VARCHAR 20 0 NO", "amount DECIMAL 10 2 YES", "n INTEGER 10 0 YES"),
          columns.subList(3, 6));
      assertEquals("headers MAP 0 0 YES", columns.get(columns.size() - 1));
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT amount, id, tags, key FROM orders WHERE amount = ?")) {
        ResultSetMetaData described = query.getMetaData();
        assertEquals(Types.DECIMAL, described.getColumnType(1));
        assertEquals(10, described.getPrecision(1));
        assertEquals(2, described.getScale(1));
        assertEquals("orders", described.getTableName(1));
        assertEquals(20, described.getPrecision(2));
        assertEquals(Types.ARRAY, described.getColumnType(3));
        assertEquals(Types.VARBINARY, described.getColumnType(4));
        assertEquals(Types.DECIMAL, query.getParameterMetaData().getParameterType(1));
      }
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO orders (ts, id, n) VALUES (?, ?, ?)")) {
        ParameterMetaData parameters = insert.getParameterMetaData();
        assertEquals(Types.TIMESTAMP, parameters.getParameterType(1));
        assertEquals(Types.VARCHAR, parameters.getParameterType(2));
        assertEquals(20, parameters.getPrecision(2));
        assertEquals(Types.INTEGER, parameters.getParameterType(3));
      }
    }
  }

  @Test
  void aRefusedValueLosesNothingAndTheConnectionGoesOn() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      create(connection);
      connection.setAutoCommit(false);
      insert(connection);
      for (String values :
          List.of("(NULL, 1)", "('x', 123456789)", "('much too long to be an id of it', 1)")) {
        SQLException refused =
            assertThrows(
                SQLException.class,
                () -> statement.execute("INSERT INTO orders (id, amount) VALUES " + values));
        assertTrue(List.of("23502", "22003", "22001").contains(refused.getSQLState()), values);
      }
      statement.execute("INSERT INTO orders (id) VALUES ('b')");
      connection.commit();
      try (ResultSet rows = statement.executeQuery("SELECT id, amount FROM orders")) {
        assertTrue(rows.next());
        assertTrue(rows.next());
        assertEquals("b", rows.getString(1));
        assertNull(rows.getBigDecimal(2));
        assertTrue(rows.wasNull());
      }
    }
  }

  @Test
  void aGroupsCursorReadsDeclaredColumns() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      create(connection);
      insert(connection);
      statement.execute("INSERT INTO orders (id, n) VALUES ('b', 1), ('c', 2)");
      String consume = "SELECT id, n FROM orders WHERE n > 0 FOR CONSUMER GROUP g";
      try (ResultSet rows = statement.executeQuery(consume)) {
        assertEquals(List.of("b|1", "c|2"), TestDatabase.rows(rows));
      }
      try (ResultSet rows = statement.executeQuery(consume)) {
        assertEquals(List.of(), TestDatabase.rows(rows));
      }
    }
  }
}
