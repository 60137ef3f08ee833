package io.klog.jdbc;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each metadata method, against what the JDBC standard says of its result: the columns, their types
 * and the order of the rows, whatever it is asked for.
 */
class MetadataResultsTest {
  private static final String KEYS =
      "PKTABLE_CAT PKTABLE_SCHEM PKTABLE_NAME PKCOLUMN_NAME FKTABLE_CAT FKTABLE_SCHEM FKTABLE_NAME"
          + " FKCOLUMN_NAME KEY_SEQ=SMALLINT UPDATE_RULE=SMALLINT DELETE_RULE=SMALLINT FK_NAME"
          + " PK_NAME DEFERRABILITY=SMALLINT";

  private static final String FOREIGN = "FKTABLE_CAT FKTABLE_SCHEM FKTABLE_NAME KEY_SEQ";

  /** What a method gives: VARCHAR where no other type is said. And by what it is ordered. */
  private record Standard(String columns, String order) {}

  private static final Map<String, Standard> STANDARD =
      Map.ofEntries(
          entry(
              "getAttributes",
              new Standard(
                  "TYPE_CAT TYPE_SCHEM TYPE_NAME ATTR_NAME DATA_TYPE=INTEGER ATTR_TYPE_NAME"
                      + " ATTR_SIZE=INTEGER DECIMAL_DIGITS=INTEGER NUM_PREC_RADIX=INTEGER"
                      + " NULLABLE=INTEGER REMARKS ATTR_DEF SQL_DATA_TYPE=INTEGER"
                      + " SQL_DATETIME_SUB=INTEGER CHAR_OCTET_LENGTH=INTEGER"
                      + " ORDINAL_POSITION=INTEGER IS_NULLABLE SCOPE_CATALOG SCOPE_SCHEMA"
                      + " SCOPE_TABLE SOURCE_DATA_TYPE=SMALLINT",
                  "TYPE_CAT TYPE_SCHEM TYPE_NAME ORDINAL_POSITION")),
          entry(
              "getBestRowIdentifier",
              new Standard(
                  "SCOPE=SMALLINT COLUMN_NAME DATA_TYPE=INTEGER TYPE_NAME COLUMN_SIZE=INTEGER"
                      + " BUFFER_LENGTH=INTEGER DECIMAL_DIGITS=SMALLINT PSEUDO_COLUMN=SMALLINT",
                  "SCOPE")),
          entry("getCatalogs", new Standard("TABLE_CAT", "TABLE_CAT")),
          entry(
              "getClientInfoProperties",
              new Standard("NAME MAX_LEN=INTEGER DEFAULT_VALUE DESCRIPTION", "NAME")),
          entry(
              "getColumnPrivileges",
              new Standard(
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME GRANTOR GRANTEE PRIVILEGE"
                      + " IS_GRANTABLE",
                  "COLUMN_NAME PRIVILEGE")),
          entry(
              "getColumns",
              new Standard(
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE=INTEGER TYPE_NAME"
                      + " COLUMN_SIZE=INTEGER BUFFER_LENGTH=INTEGER DECIMAL_DIGITS=INTEGER"
                      + " NUM_PREC_RADIX=INTEGER NULLABLE=INTEGER REMARKS COLUMN_DEF"
                      + " SQL_DATA_TYPE=INTEGER SQL_DATETIME_SUB=INTEGER CHAR_OCTET_LENGTH=INTEGER"
                      + " ORDINAL_POSITION=INTEGER IS_NULLABLE SCOPE_CATALOG SCOPE_SCHEMA"
                      + " SCOPE_TABLE SOURCE_DATA_TYPE=SMALLINT IS_AUTOINCREMENT"
                      + " IS_GENERATEDCOLUMN",
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME ORDINAL_POSITION")),
          entry("getCrossReference", new Standard(KEYS, FOREIGN)),
          entry("getExportedKeys", new Standard(KEYS, FOREIGN)),
          entry(
              "getFunctionColumns",
              new Standard(
                  "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME COLUMN_NAME COLUMN_TYPE=SMALLINT"
                      + " DATA_TYPE=INTEGER TYPE_NAME PRECISION=INTEGER LENGTH=INTEGER"
                      + " SCALE=SMALLINT RADIX=SMALLINT NULLABLE=SMALLINT REMARKS"
                      + " CHAR_OCTET_LENGTH=INTEGER ORDINAL_POSITION=INTEGER IS_NULLABLE"
                      + " SPECIFIC_NAME",
                  "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME SPECIFIC_NAME")),
          entry(
              "getFunctions",
              new Standard(
                  "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME REMARKS FUNCTION_TYPE=SMALLINT"
                      + " SPECIFIC_NAME",
                  "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME SPECIFIC_NAME")),
          entry(
              "getImportedKeys",
              new Standard(KEYS, "PKTABLE_CAT PKTABLE_SCHEM PKTABLE_NAME KEY_SEQ")),
          entry(
              "getIndexInfo",
              new Standard(
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME NON_UNIQUE=BOOLEAN INDEX_QUALIFIER INDEX_NAME"
                      + " TYPE=SMALLINT ORDINAL_POSITION=SMALLINT COLUMN_NAME ASC_OR_DESC"
                      + " CARDINALITY=BIGINT PAGES=BIGINT FILTER_CONDITION",
                  "NON_UNIQUE TYPE INDEX_NAME ORDINAL_POSITION")),
          entry(
              "getPrimaryKeys",
              new Standard(
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME KEY_SEQ=SMALLINT PK_NAME",
                  "COLUMN_NAME")),
          entry(
              "getProcedureColumns",
              new Standard(
                  "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME COLUMN_NAME COLUMN_TYPE=SMALLINT"
                      + " DATA_TYPE=INTEGER TYPE_NAME PRECISION=INTEGER LENGTH=INTEGER"
                      + " SCALE=SMALLINT RADIX=SMALLINT NULLABLE=SMALLINT REMARKS COLUMN_DEF"
                      + " SQL_DATA_TYPE=INTEGER SQL_DATETIME_SUB=INTEGER CHAR_OCTET_LENGTH=INTEGER"
                      + " ORDINAL_POSITION=INTEGER IS_NULLABLE SPECIFIC_NAME",
                  "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME SPECIFIC_NAME ORDINAL_POSITION")),
          entry(
              "getProcedures",
              new Standard(
                  "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME RESERVED1 RESERVED2 RESERVED3"
                      + " REMARKS PROCEDURE_TYPE=SMALLINT SPECIFIC_NAME",
                  "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME SPECIFIC_NAME")),
          entry(
              "getPseudoColumns",
              new Standard(
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE=INTEGER"
                      + " COLUMN_SIZE=INTEGER DECIMAL_DIGITS=INTEGER NUM_PREC_RADIX=INTEGER"
                      + " COLUMN_USAGE REMARKS CHAR_OCTET_LENGTH=INTEGER IS_NULLABLE",
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME")),
          entry(
              "getSchemas", new Standard("TABLE_SCHEM TABLE_CATALOG", "TABLE_CATALOG TABLE_SCHEM")),
          entry(
              "getSuperTables",
              new Standard("TABLE_CAT TABLE_SCHEM TABLE_NAME SUPERTABLE_NAME", "TABLE_NAME")),
          entry(
              "getSuperTypes",
              new Standard(
                  "TYPE_CAT TYPE_SCHEM TYPE_NAME SUPERTYPE_CAT SUPERTYPE_SCHEM SUPERTYPE_NAME",
                  "TYPE_NAME")),
          entry(
              "getTablePrivileges",
              new Standard(
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME GRANTOR GRANTEE PRIVILEGE IS_GRANTABLE",
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME PRIVILEGE")),
          entry("getTableTypes", new Standard("TABLE_TYPE", "TABLE_TYPE")),
          entry(
              "getTables",
              new Standard(
                  "TABLE_CAT TABLE_SCHEM TABLE_NAME TABLE_TYPE REMARKS TYPE_CAT TYPE_SCHEM"
                      + " TYPE_NAME SELF_REFERENCING_COL_NAME REF_GENERATION",
                  "TABLE_TYPE TABLE_CAT TABLE_SCHEM TABLE_NAME")),
          entry(
              "getTypeInfo",
              new Standard(
                  "TYPE_NAME DATA_TYPE=INTEGER PRECISION=INTEGER LITERAL_PREFIX LITERAL_SUFFIX"
                      + " CREATE_PARAMS NULLABLE=SMALLINT CASE_SENSITIVE=BOOLEAN"
                      + " SEARCHABLE=SMALLINT UNSIGNED_ATTRIBUTE=BOOLEAN FIXED_PREC_SCALE=BOOLEAN"
                      + " AUTO_INCREMENT=BOOLEAN LOCAL_TYPE_NAME MINIMUM_SCALE=SMALLINT"
                      + " MAXIMUM_SCALE=SMALLINT SQL_DATA_TYPE=INTEGER SQL_DATETIME_SUB=INTEGER"
                      + " NUM_PREC_RADIX=INTEGER",
                  "DATA_TYPE")),
          entry(
              "getUDTs",
              new Standard(
                  "TYPE_CAT TYPE_SCHEM TYPE_NAME CLASS_NAME DATA_TYPE=INTEGER REMARKS"
                      + " BASE_TYPE=SMALLINT",
                  "DATA_TYPE TYPE_CAT TYPE_SCHEM TYPE_NAME")),
          entry(
              "getVersionColumns",
              new Standard(
                  "SCOPE=SMALLINT COLUMN_NAME DATA_TYPE=INTEGER TYPE_NAME COLUMN_SIZE=INTEGER"
                      + " BUFFER_LENGTH=INTEGER DECIMAL_DIGITS=SMALLINT PSEUDO_COLUMN=SMALLINT",
                  "COLUMN_NAME")));

  private final TestDatabase database;
  private final Connection connection;
  private final DatabaseMetaData metadata;

  MetadataResultsTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2), tags VARCHAR ARRAY)",
            "CREATE TOPIC raw_bytes",
            "CREATE TOPIC rawxbytes",
            "CREATE VIEW dear AS SELECT id, amount FROM orders WHERE amount > 100");
    connection = database.connect();
    metadata = connection.getMetaData();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static Stream<Method> methods() {
    return Arrays.stream(DatabaseMetaData.class.getMethods())
        .filter(method -> method.getReturnType() == ResultSet.class);
  }

  private ResultSet call(Method method, @Nullable String text) throws Throwable {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes())
            .map(
                type ->
                    type == String.class
                        ? text
                        : type == int.class ? (Object) 0 : type == boolean.class ? false : null)
            .toArray();
    try {
      return (ResultSet) method.invoke(metadata, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void theStandardKnowsEveryMethod() {
    Set<String> names = new TreeSet<>(methods().map(Method::getName).toList());
    assertEquals(names, new TreeSet<>(STANDARD.keySet()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theColumnsAndTheOrderAreTheStandards(Method method) throws Throwable {
    Standard standard = Objects.requireNonNull(STANDARD.get(method.getName()));
    List<String> columns =
        Stream.of(standard.columns().split(" ", -1))
            .map(column -> column.contains("=") ? column : column + "=VARCHAR")
            .toList();
    for (String text :
        Arrays.asList(null, "", "%", "orders", "raw\\_%", "nowhere", "a\\", "\\", "'")) {
      try (ResultSet rows = call(method, text)) {
        assertEquals(columns, columns(rows.getMetaData()));
        assertOrdered(rows, standard.order().split(" ", -1));
      }
    }
  }

  private static List<String> columns(ResultSetMetaData described) throws SQLException {
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= described.getColumnCount(); i++) {
      columns.add(described.getColumnLabel(i) + "=" + JDBCType.valueOf(described.getColumnType(i)));
      assertEquals(described.getColumnLabel(i), described.getColumnName(i));
    }
    return columns;
  }

  private static void assertOrdered(ResultSet rows, String[] by) throws SQLException {
    List<List<String>> found = new ArrayList<>();
    while (rows.next()) {
      List<String> key = new ArrayList<>();
      for (String column : by) {
        Object value = rows.getObject(column);
        key.add(value instanceof Number n ? String.format("%020d", n.longValue()) : "" + value);
      }
      found.add(key);
    }
    if (by[0].equals("DATA_TYPE")) { // of types, which may be negative
      return;
    }
    List<List<String>> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparing(Object::toString));
    assertEquals(sorted, found);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aClosedConnectionIsTold(Method method) throws SQLException {
    connection.close();
    SQLException closed = assertThrows(SQLException.class, () -> call(method, "%").close());
    assertEquals("08003", closed.getSQLState());
  }

  private static List<String> column(ResultSet rows, String label) throws SQLException {
    List<String> result = new ArrayList<>();
    while (rows.next()) {
      result.add(rows.getString(label));
    }
    return result;
  }

  @Test
  void catalogsAreNotThereAndSchemasAreTold() throws SQLException {
    for (String catalog : Arrays.asList(null, "")) {
      assertEquals(
          List.of("orders"),
          column(metadata.getTables(catalog, "main", "or%", null), "TABLE_NAME"));
      assertEquals(
          List.of("id"), column(metadata.getColumns(catalog, null, "orders", "id"), "COLUMN_NAME"));
      assertEquals(
          List.of("partition", "offset"),
          column(metadata.getIndexInfo(catalog, "main", "orders", true, false), "COLUMN_NAME"));
      assertEquals(
          List.of("check"),
          column(metadata.getProcedures(catalog, "klog", "ch%"), "PROCEDURE_NAME"));
    }
    for (ResultSet none :
        List.of(
            metadata.getTables("main", null, "orders", null),
            metadata.getTables(null, "nowhere", "orders", null),
            metadata.getTables(null, "", "orders", null),
            metadata.getColumns(null, "klog", "orders", null),
            metadata.getPrimaryKeys(null, "klog", "orders"),
            metadata.getIndexInfo("x", null, "orders", false, false),
            metadata.getPseudoColumns(null, "klog", "orders", null),
            metadata.getProcedures(null, "main", null))) {
      assertEquals(List.of(), TestDatabase.rows(none));
    }
  }

  @Test
  void patternsHonourTheEscapeThatTheMetadataNames() throws SQLException {
    String escaped = "raw" + metadata.getSearchStringEscape() + "_bytes";
    assertEquals(
        List.of("raw_bytes"), column(metadata.getTables(null, null, escaped, null), "TABLE_NAME"));
    assertEquals(
        List.of("raw_bytes", "rawxbytes"),
        column(metadata.getTables(null, null, "raw_bytes", null), "TABLE_NAME"));
  }

  @Test
  void viewsAndSystemTablesHaveColumnsOfKnownTypes() throws SQLException {
    assertEquals(
        List.of("id", "amount"),
        column(metadata.getColumns(null, "main", "dear", null), "COLUMN_NAME"));
    Set<String> described =
        new TreeSet<>(column(metadata.getColumns(null, "klog", null, null), "TABLE_NAME"));
    assertEquals(
        described,
        new TreeSet<>(column(metadata.getTables(null, "klog", null, null), "TABLE_NAME")));
    Map<String, Integer> codes = new java.util.HashMap<>();
    try (ResultSet types = metadata.getTypeInfo()) {
      while (types.next()) {
        codes.put(types.getString("TYPE_NAME"), types.getInt("DATA_TYPE"));
      }
    }
    try (ResultSet columns = metadata.getColumns(null, null, null, null)) {
      while (columns.next()) {
        assertEquals(codes.get(columns.getString("TYPE_NAME")), columns.getInt("DATA_TYPE"));
      }
    }
  }

  @Test
  void theTypesAreInTheOrderOfTheirCodes() throws SQLException {
    List<Integer> codes = new ArrayList<>();
    try (ResultSet types = metadata.getTypeInfo()) {
      while (types.next()) {
        codes.add(types.getInt("DATA_TYPE"));
      }
    }
    List<Integer> sorted = new ArrayList<>(codes);
    Collections.sort(sorted);
    assertEquals(sorted, codes);
  }

  @Test
  void theBytesBehindDeclaredColumnsArePseudoColumns() throws SQLException {
    assertEquals(
        List.of("key", "value"),
        column(metadata.getPseudoColumns(null, null, "orders", null), "COLUMN_NAME"));
    assertEquals(
        List.of(), column(metadata.getPseudoColumns(null, null, "raw%", null), "COLUMN_NAME"));
    try (ResultSet hidden = metadata.getPseudoColumns(null, "main", "orders", "v%");
        ResultSet shown = metadata.getColumns(null, "main", "raw\\_bytes", "value")) {
      assertTrue(hidden.next() && shown.next());
      for (String same : List.of("DATA_TYPE", "COLUMN_SIZE", "CHAR_OCTET_LENGTH", "IS_NULLABLE")) {
        assertEquals(shown.getString(same), hidden.getString(same), same);
      }
    }
    database.execute("INSERT INTO orders (id, amount) VALUES ('a', 1)");
    assertEquals(List.of("a|{\"amount\":1.00}"), database.rows("SELECT key, value FROM orders"));
  }

  @Test
  void proceduresAreDescribedByTheirParameters() throws SQLException {
    List<String> described = new ArrayList<>();
    try (ResultSet rows = metadata.getProcedureColumns(null, "klog", "reset%", null)) {
      while (rows.next()) {
        assertEquals(DatabaseMetaData.procedureColumnIn, rows.getInt("COLUMN_TYPE"));
        described.add(
            String.join(
                " ",
                rows.getString("ORDINAL_POSITION"),
                rows.getString("COLUMN_NAME"),
                rows.getString("TYPE_NAME"),
                rows.getString("IS_NULLABLE")));
      }
    }
    assertEquals(
        List.of(
            "1 group VARCHAR NO", "2 topic VARCHAR NO", "3 to VARCHAR NO", "4 force VARCHAR YES"),
        described);
    assertTrue(metadata.supportsStoredProcedures());
    assertTrue(
        column(metadata.getProcedures(null, null, null), "REMARKS")
            .contains("klog.reset_offsets(group, topic, to [, force])"));
  }
}
