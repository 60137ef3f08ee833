package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseMetaDataTest {
  private final TestDatabase database;
  private final Connection connection;
  private final DatabaseMetaData metadata;

  DatabaseMetaDataTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC orders", "CREATE TOPIC a_b", "CREATE TOPIC axb");
    connection = database.connect();
    metadata = connection.getMetaData();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static List<String> column(ResultSet rows, String label) throws SQLException {
    List<String> result = new ArrayList<>();
    while (rows.next()) {
      result.add(rows.getString(label));
    }
    return result;
  }

  private List<String> tables(
      @Nullable String schema, @Nullable String name, String @Nullable ... types)
      throws SQLException {
    return column(metadata.getTables(null, schema, name, types), "TABLE_NAME");
  }

  @Test
  void saysWhoItIs() throws SQLException {
    assertEquals("klog", metadata.getDatabaseProductName());
    assertEquals(DriverVersion.TEXT, metadata.getDatabaseProductVersion());
    assertEquals(DriverVersion.TEXT, metadata.getDriverVersion());
    assertNotNull(metadata.getDriverName());
    assertEquals(database.url(), metadata.getURL());
    assertEquals("", metadata.getUserName());
    assertSame(connection, metadata.getConnection());
    assertEquals(4, metadata.getJDBCMajorVersion());
    assertEquals("\"", metadata.getIdentifierQuoteString());
    assertTrue(metadata.supportsGetGeneratedKeys());
    assertTrue(metadata.supportsBatchUpdates());
    assertTrue(metadata.supportsAlterTableWithAddColumn());
    assertFalse(metadata.supportsAlterTableWithDropColumn());
    assertTrue(metadata.supportsTransactions());
    assertFalse(metadata.supportsResultSetType(ResultSet.TYPE_SCROLL_INSENSITIVE));
  }

  @Test
  void viewsAreTablesWithColumns() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE VIEW recent AS SELECT offset AS o, key AS k FROM orders");
      assertEquals(List.of("recent"), tables(null, null, "VIEW"));
      assertEquals(
          List.of("o", "k"),
          column(metadata.getColumns(null, "main", "recent", "%"), "COLUMN_NAME"));
      statement.execute("DROP TOPIC orders");
      assertEquals(List.of("recent"), tables(null, null, "VIEW"), "broken, and there");
      assertEquals(
          List.of(), column(metadata.getColumns(null, "main", "recent", "%"), "COLUMN_NAME"));
      SQLException gone =
          assertThrows(SQLException.class, () -> statement.executeQuery("SELECT * FROM recent"));
      assertEquals("42P01", gone.getSQLState());
      statement.execute("DROP VIEW recent");
      assertEquals(List.of(), tables(null, null, "VIEW"));
    }
  }

  @Test
  void listsTopicsAndSystemTables() throws SQLException {
    assertEquals(List.of("a_b", "axb", "orders"), tables(null, null, "TABLE"));
    assertEquals(List.of("a_b", "axb", "orders"), tables("main", "%", "table", "VIEW"));
    assertTrue(tables(null, null, (String[]) null).containsAll(List.of("orders", "topics")));
    assertTrue(tables("klog", null, "SYSTEM TABLE").contains("columns"));
    assertEquals(List.of(), tables("klog", null, "TABLE"));
    assertEquals(List.of(), tables(null, null, "VIEW"));
    assertEquals(List.of(), tables("", null, "TABLE"));
    assertEquals(List.of(), tables("nowhere", null, (String[]) null));
    assertEquals(List.of(), column(metadata.getTables("catalog", null, null, null), "TABLE_NAME"));
    try (ResultSet rows = metadata.getTables(null, "main", "orders", null)) {
      assertTrue(rows.next());
      assertNull(rows.getString("TABLE_CAT"));
      assertEquals("main", rows.getString("TABLE_SCHEM"));
      assertEquals("TABLE", rows.getString("TABLE_TYPE"));
      assertFalse(rows.next());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "orders, orders",
    "ORDERS, orders",
    "o%, orders",
    "a_b, a_b axb",
    "a\\_b, a_b",
    "_xb, axb",
    "%, a_b axb orders",
    "'', ''",
    "order, ''",
  })
  void honoursPatterns(String pattern, String expected) throws SQLException {
    assertEquals(expected, String.join(" ", tables(null, pattern, "TABLE")));
  }

  @Test
  void describesTheColumnsOfATopic() throws SQLException {
    List<String> described = new ArrayList<>();
    try (ResultSet rows = metadata.getColumns(null, null, "orders", null)) {
      while (rows.next()) {
        described.add(
            String.join(
                " ",
                rows.getString("ORDINAL_POSITION"),
                rows.getString("COLUMN_NAME"),
                rows.getString("TYPE_NAME"),
                rows.getString("IS_NULLABLE"),
                rows.getString("IS_AUTOINCREMENT"),
                rows.getString("IS_GENERATEDCOLUMN")));
        assertEquals("main", rows.getString("TABLE_SCHEM"));
        assertEquals("orders", rows.getString("TABLE_NAME"));
      }
    }
    assertEquals(
        List.of(
            "1 offset BIGINT NO YES YES",
            "2 partition INTEGER NO NO NO",
            "3 timestamp TIMESTAMP NO NO NO",
            "4 key VARBINARY YES NO NO",
            "5 value VARBINARY YES NO NO",
            "6 headers MAP YES NO NO"),
        described);
    assertEquals(
        List.of("key"), column(metadata.getColumns(null, "main", "orders", "k%"), "COLUMN_NAME"));
    assertEquals(List.of(), column(metadata.getColumns("x", null, null, null), "COLUMN_NAME"));
    try (ResultSet rows = metadata.getColumns(null, null, "orders", "timestamp")) {
      assertTrue(rows.next());
      assertEquals(Types.TIMESTAMP, rows.getInt("DATA_TYPE"));
      assertEquals(23, rows.getInt("COLUMN_SIZE"));
      assertEquals(3, rows.getInt("DECIMAL_DIGITS"));
      assertEquals(DatabaseMetaData.columnNoNulls, rows.getInt("NULLABLE"));
      assertNull(rows.getString("COLUMN_DEF"));
    }
    try (ResultSet rows = metadata.getColumns(null, null, "orders", "offset")) {
      assertTrue(rows.next());
      assertEquals(10, rows.getInt("NUM_PREC_RADIX"));
      assertEquals(19, rows.getInt("COLUMN_SIZE"));
    }
  }

  @Test
  void columnsAgreeWithWhatQueriesSay() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet orders = statement.executeQuery("SELECT x.* FROM main.orders x");
        ResultSet columns = metadata.getColumns(null, "main", "orders", null)) {
      ResultSetMetaData described = orders.getMetaData();
      for (int i = 1; i <= described.getColumnCount(); i++) {
        assertTrue(columns.next());
        assertEquals(columns.getString("COLUMN_NAME"), described.getColumnName(i));
        assertEquals(columns.getInt("DATA_TYPE"), described.getColumnType(i));
        assertEquals(columns.getString("TYPE_NAME"), described.getColumnTypeName(i));
        assertEquals(columns.getInt("COLUMN_SIZE"), described.getPrecision(i));
        assertEquals(columns.getInt("NULLABLE"), described.isNullable(i));
      }
      assertFalse(columns.next());
    }
  }

  @Test
  void everyTypeOfAColumnIsInTypeInfo() throws SQLException {
    Set<String> known = new HashSet<>(column(metadata.getTypeInfo(), "TYPE_NAME"));
    for (String used : column(metadata.getColumns(null, null, null, null), "TYPE_NAME")) {
      assertTrue(known.contains(used), used);
    }
    List<String> codes = column(metadata.getTypeInfo(), "DATA_TYPE");
    List<Integer> sorted = codes.stream().map(Integer::valueOf).sorted().toList();
    assertEquals(sorted, codes.stream().map(Integer::valueOf).toList());
  }

  @Test
  void partitionAndOffsetAreTheKey() throws SQLException {
    assertEquals(
        List.of("offset 2", "partition 1"),
        TestDatabase.rows(metadata.getPrimaryKeys(null, null, "ORDERS")).stream()
            .map(row -> row.split("\\|", -1))
            .map(row -> row[3] + " " + row[4])
            .toList());
    assertEquals(List.of(), TestDatabase.rows(metadata.getPrimaryKeys(null, "klog", "topics")));
    assertEquals(List.of(), TestDatabase.rows(metadata.getPrimaryKeys(null, null, null)));
    assertEquals(
        List.of("offset", "partition"),
        column(
            metadata.getBestRowIdentifier(
                null, "main", "orders", DatabaseMetaData.bestRowSession, false),
            "COLUMN_NAME"));
  }

  @Test
  void schemasAgreeWithGetSchema() throws SQLException {
    assertEquals(List.of("klog", "main"), column(metadata.getSchemas(), "TABLE_SCHEM"));
    assertEquals(List.of("main"), column(metadata.getSchemas(null, "m%"), "TABLE_SCHEM"));
    assertEquals(
        List.of("a_b", "axb", "orders"), tables(connection.getSchema(), null, (String[]) null));
    assertEquals(List.of(), TestDatabase.rows(metadata.getCatalogs()));
    assertNull(connection.getCatalog());
    assertTrue(column(metadata.getTableTypes(), "TABLE_TYPE").contains("TABLE"));
  }

  @Test
  void keywordsAndFunctionsAreCommaLists() throws SQLException {
    for (String list :
        List.of(
            metadata.getSQLKeywords(),
            metadata.getNumericFunctions(),
            metadata.getStringFunctions(),
            metadata.getSystemFunctions(),
            metadata.getTimeDateFunctions())) {
      assertTrue(list.matches("[A-Z0-9_]+(,[A-Z0-9_]+)*"), list);
    }
  }

  @Test
  void noMethodGivesNullOrThrows() throws Exception {
    for (Method method : DatabaseMetaData.class.getMethods()) {
      if (method.getReturnType() != ResultSet.class) {
        continue;
      }
      Object[] arguments = new Object[method.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        Class<?> type = method.getParameterTypes()[i];
        arguments[i] = type == int.class ? (Object) 0 : type == boolean.class ? false : null;
      }
      try (ResultSet rows = (ResultSet) method.invoke(metadata, arguments)) {
        assertNotNull(rows, method.getName());
        ResultSetMetaData columns = rows.getMetaData();
        assertTrue(columns.getColumnCount() > 0, method.getName());
        while (rows.next()) {
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            Object value = rows.getObject(i);
            if (value != null) {
              assertTrue(
                  Class.forName(columns.getColumnClassName(i)).isInstance(value),
                  method.getName() + "." + columns.getColumnName(i));
            }
          }
        }
      }
    }
  }
}
