package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients need, part two: see {@link ChecklistConnectionTest}. */
class ChecklistMetadataTest {
  private final TestDatabase database;
  private final Connection connection;
  private final DatabaseMetaData metadata;

  ChecklistMetadataTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC clicks",
            "CREATE TOPIC orders (id VARCHAR(20) KEY, amount DECIMAL(10, 2) NOT NULL, at_ TIMESTAMP)",
            "CREATE VIEW dear AS SELECT id FROM orders WHERE amount > 100");
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

  private List<String> tables(String @Nullable ... types) throws SQLException {
    return column(metadata.getTables(null, null, "%", types), "TABLE_NAME");
  }

  // 10. Tables: see DatabaseMetaDataTest.

  @Test
  void topicsViewsAndSystemTablesHaveTypesOfTheirOwn() throws SQLException {
    assertEquals(List.of("clicks", "orders"), tables("TABLE"));
    assertEquals(List.of("dear"), tables("VIEW"));
    assertEquals(List.of(), tables("BASE TABLE"));
    List<String> all = tables((String[]) null);
    assertTrue(all.containsAll(tables("TABLE", "VIEW", "SYSTEM TABLE")));
    assertEquals(all.size(), tables("TABLE", "VIEW", "SYSTEM TABLE").size());
    try (ResultSet system = metadata.getTables(null, null, null, new String[] {"SYSTEM TABLE"})) {
      assertEquals(Set.of("klog"), new TreeSet<>(column(system, "TABLE_SCHEM")));
    }
    assertEquals(
        List.of("SYSTEM TABLE", "TABLE", "VIEW"), column(metadata.getTableTypes(), "TABLE_TYPE"));
  }

  // 11. Columns and keys: see MetadataResultsTest for the patterns.

  @Test
  void columnsSayWhatAMapperNeedsToKnow() throws SQLException {
    Map<String, String> found = new HashMap<>();
    try (ResultSet columns = metadata.getColumns(null, "main", "orders", "%")) {
      while (columns.next()) {
        found.put(
            columns.getString("COLUMN_NAME"),
            Stream.of(
                    "TYPE_NAME",
                    "COLUMN_SIZE",
                    "DECIMAL_DIGITS",
                    "IS_NULLABLE",
                    "IS_AUTOINCREMENT",
                    "IS_GENERATEDCOLUMN")
                .map(label -> text(columns, label))
                .reduce((a, b) -> a + " " + b)
                .orElseThrow());
      }
    }
    assertEquals("BIGINT 19 0 NO YES YES", found.get("offset"));
    assertEquals("VARCHAR 20 null YES NO NO", found.get("id"));
    assertEquals("DECIMAL 10 2 NO NO NO", found.get("amount"));
    assertEquals("TIMESTAMP 23 3 YES NO NO", found.get("at_"));
  }

  private static String text(ResultSet row, String label) {
    try {
      return String.valueOf(row.getString(label));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void typeInfoHasEveryTypeThatAColumnNames() throws SQLException {
    Set<String> types = new TreeSet<>(column(metadata.getTypeInfo(), "TYPE_NAME"));
    Set<String> used =
        new TreeSet<>(column(metadata.getColumns(null, null, null, null), "TYPE_NAME"));
    assertTrue(types.containsAll(used), used + " of " + types);
    assertTrue(used.stream().allMatch(name -> name.matches("[A-Z]+")), used.toString());
  }

  @Test
  void aRecordsPlaceIsTheKeyOfItsTopic() throws SQLException {
    for (String topic : List.of("clicks", "orders", "ORDERS")) {
      assertEquals(
          List.of("offset", "partition"),
          column(metadata.getPrimaryKeys(null, "main", topic), "COLUMN_NAME"));
      assertEquals(
          List.of("2", "1"), column(metadata.getPrimaryKeys(null, "main", topic), "KEY_SEQ"));
    }
    for (boolean unique : new boolean[] {true, false}) {
      try (ResultSet index = metadata.getIndexInfo(null, null, "orders", unique, true)) {
        assertTrue(index.next());
        assertEquals("partition", index.getString("COLUMN_NAME"));
        assertFalse(index.getBoolean("NON_UNIQUE"));
        assertEquals(DatabaseMetaData.tableIndexClustered, index.getShort("TYPE"));
        assertNull(index.getObject("CARDINALITY"), "0 would say that the topic is empty");
        assertNull(index.getObject("PAGES"));
        assertTrue(index.next());
        assertEquals("offset", index.getString("COLUMN_NAME"));
        assertEquals(2, index.getShort("ORDINAL_POSITION"));
        assertFalse(index.next());
      }
    }
    for (ResultSet none :
        List.of(
            metadata.getPrimaryKeys(null, null, "dear"),
            metadata.getIndexInfo(null, "klog", "topics", false, false),
            metadata.getVersionColumns(null, null, "orders"),
            metadata.getImportedKeys(null, null, "orders"),
            metadata.getExportedKeys(null, null, "orders"),
            metadata.getCrossReference(null, null, "orders", null, null, "clicks"))) {
      assertFalse(none.next());
    }
  }

  // 12. Catalogs and schemas.

  @Test
  void thereIsNoCatalogAndTheSchemaIsTheOneThatTablesAreIn() throws SQLException {
    assertNull(connection.getCatalog());
    connection.setCatalog("anything");
    assertNull(connection.getCatalog());
    assertFalse(metadata.getCatalogs().next());
    assertEquals("", metadata.getCatalogTerm());
    try (ResultSet tables = metadata.getTables(null, connection.getSchema(), null, null)) {
      assertEquals(List.of("clicks", "orders", "dear"), column(tables, "TABLE_NAME"));
    }
    connection.setSchema(connection.getSchema());
    assertEquals("main", connection.getSchema());
    SQLException refused = assertThrows(SQLException.class, () -> connection.setSchema("nowhere"));
    assertEquals("3F000", refused.getSQLState());
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM main.orders")) {
      assertEquals("", rows.getMetaData().getCatalogName(1));
      assertEquals("main", rows.getMetaData().getSchemaName(1));
    }
  }

  // 13. Spelling.

  @Test
  void theCaseFlagsTellTheTruth() throws SQLException {
    String quote = metadata.getIdentifierQuoteString();
    assertEquals("\"", quote);
    assertTrue(metadata.storesMixedCaseIdentifiers());
    assertFalse(metadata.supportsMixedCaseIdentifiers());
    database.execute("CREATE TOPIC " + quote + "Mixed" + quote);
    assertTrue(tables("TABLE").contains("Mixed"));
    for (String spelling : List.of("mixed", "MIXED", quote + "mIxed" + quote)) {
      assertEquals(List.of("0"), database.rows("SELECT count(*) FROM " + spelling));
    }
    assertThrows(SQLException.class, () -> database.execute("CREATE TOPIC MIXED"));
  }

  @Test
  void wordsAndFunctionsAreCommaListsWithoutDuplicates() throws SQLException {
    for (String list :
        List.of(
            metadata.getSQLKeywords(),
            metadata.getNumericFunctions(),
            metadata.getStringFunctions(),
            metadata.getSystemFunctions(),
            metadata.getTimeDateFunctions())) {
      List<String> words = Arrays.asList(list.split(",", -1));
      assertEquals(words.size(), new TreeSet<>(words).size(), list);
      assertTrue(words.stream().allMatch(word -> word.matches("[A-Z][A-Z0-9_]*")), list);
    }
  }

  @Test
  void aQuotedKeywordIsAName() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String word : metadata.getSQLKeywords().split(",", -1)) {
        String name = Objects.requireNonNull(statement.enquoteIdentifier(word, true));
        statement.execute("CREATE TOPIC " + name);
        assertEquals(1, statement.executeUpdate("INSERT INTO " + name + " (key) VALUES ('k')"));
        assertEquals(List.of("1"), database.rows("SELECT count(*) FROM " + name));
      }
    }
  }
}
