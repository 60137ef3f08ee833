package io.klog.jdbc;

import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.PseudoColumnUsage;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What tools ask for: tables, columns and keys, from the system tables; types and names. */
final class KlogDatabaseMetaData extends ProcedureMetaData {
  private static final List<String> TABLE_TYPES = List.of("SYSTEM TABLE", "TABLE", "VIEW");

  private static final String KEY_NAME = "PRIMARY";

  private static final MetadataResult TABLES =
      MetadataResult.of(
          "TABLE_CAT TABLE_SCHEM TABLE_NAME TABLE_TYPE REMARKS TYPE_CAT TYPE_SCHEM TYPE_NAME"
              + " SELF_REFERENCING_COL_NAME REF_GENERATION");

  private static final MetadataResult COLUMNS =
      MetadataResult.of(
          "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE:int TYPE_NAME COLUMN_SIZE:int"
              + " BUFFER_LENGTH:int DECIMAL_DIGITS:int NUM_PREC_RADIX:int NULLABLE:int REMARKS"
              + " COLUMN_DEF SQL_DATA_TYPE:int SQL_DATETIME_SUB:int CHAR_OCTET_LENGTH:int"
              + " ORDINAL_POSITION:int IS_NULLABLE SCOPE_CATALOG SCOPE_SCHEMA SCOPE_TABLE"
              + " SOURCE_DATA_TYPE:short IS_AUTOINCREMENT IS_GENERATEDCOLUMN");

  private static final MetadataResult PRIMARY_KEYS =
      MetadataResult.of("TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME KEY_SEQ:short PK_NAME");

  private static final MetadataResult SCHEMAS = MetadataResult.of("TABLE_SCHEM TABLE_CATALOG");
  private static final MetadataResult TABLE_TYPE = MetadataResult.of("TABLE_TYPE");

  private static final MetadataResult TYPE_INFO =
      MetadataResult.of(
          "TYPE_NAME DATA_TYPE:int PRECISION:int LITERAL_PREFIX LITERAL_SUFFIX CREATE_PARAMS"
              + " NULLABLE:short CASE_SENSITIVE:boolean SEARCHABLE:short"
              + " UNSIGNED_ATTRIBUTE:boolean FIXED_PREC_SCALE:boolean AUTO_INCREMENT:boolean"
              + " LOCAL_TYPE_NAME MINIMUM_SCALE:short MAXIMUM_SCALE:short SQL_DATA_TYPE:int"
              + " SQL_DATETIME_SUB:int NUM_PREC_RADIX:int");

  private static final MetadataResult BEST_ROW =
      MetadataResult.of(
          "SCOPE:short COLUMN_NAME DATA_TYPE:int TYPE_NAME COLUMN_SIZE:int BUFFER_LENGTH:int"
              + " DECIMAL_DIGITS:short PSEUDO_COLUMN:short");

  private static final MetadataResult INDEXES =
      MetadataResult.of(
          "TABLE_CAT TABLE_SCHEM TABLE_NAME NON_UNIQUE:boolean INDEX_QUALIFIER INDEX_NAME"
              + " TYPE:short ORDINAL_POSITION:short COLUMN_NAME ASC_OR_DESC CARDINALITY:long"
              + " PAGES:long FILTER_CONDITION");

  private static final MetadataResult PSEUDO_COLUMNS =
      MetadataResult.of(
          "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE:int COLUMN_SIZE:int"
              + " DECIMAL_DIGITS:int NUM_PREC_RADIX:int COLUMN_USAGE REMARKS"
              + " CHAR_OCTET_LENGTH:int IS_NULLABLE");

  private final KlogConnection connection;

  KlogDatabaseMetaData(KlogConnection connection) {
    this.connection = connection;
  }

  @Override
  void checkOpen() throws SQLException {
    connection.checkOpen();
  }

  @Override
  public Connection getConnection() {
    return connection;
  }

  @Override
  public String getURL() {
    return connection.settings().url();
  }

  /** Empty: a file has no users. */
  @Override
  public String getUserName() {
    return "";
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    return connection.isReadOnly();
  }

  @Override
  public RowIdLifetime getRowIdLifetime() {
    return RowIdLifetime.ROWID_UNSUPPORTED;
  }

  @Override
  public ResultSet getTables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      String @Nullable [] types)
      throws SQLException {
    checkOpen();
    if (excludes(catalog)) {
      return TABLES.empty();
    }
    Set<String> wanted = types == null ? null : upper(types);
    LikePattern tables = new LikePattern(tablePattern);
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (@Nullable Object[] table :
        connection.query("SELECT table_schem, table_name, table_type, remarks FROM klog.tables")) {
      if (matchesSchema(schemaPattern, table[0])
          && tables.matches((String) table[1])
          && (wanted == null || wanted.contains(String.valueOf(table[2])))) {
        rows.add(
            new @Nullable Object[] {
              null, table[0], table[1], table[2], table[3], null, null, null, null, null
            });
      }
    }
    return TABLES.sorted(rows, 3, 1, 2);
  }

  private static Set<String> upper(@Nullable String[] types) {
    Set<String> result = new TreeSet<>();
    for (String type : types) {
      if (type != null) {
        result.add(type.toUpperCase(Locale.ROOT));
      }
    }
    return result;
  }

  @Override
  public ResultSet getColumns(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      @Nullable String columnPattern)
      throws SQLException {
    checkOpen();
    if (excludes(catalog)) {
      return COLUMNS.empty();
    }
    LikePattern tables = new LikePattern(tablePattern);
    LikePattern columns = new LikePattern(columnPattern);
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (@Nullable Object[] column : columns()) {
      if (matchesSchema(schemaPattern, column[0])
          && tables.matches((String) column[1])
          && columns.matches((String) column[2])) {
        rows.add(describe(column));
      }
    }
    return COLUMNS.sorted(rows, 1, 2, 16);
  }

  private List<@Nullable Object[]> columns() throws SQLException {
    return connection.query(
        "SELECT table_schem, table_name, column_name, ordinal_position, data_type, type_name,"
            + " column_size, decimal_digits, nullable, is_nullable, is_autoincrement,"
            + " is_generatedcolumn, remarks FROM klog.columns");
  }

  private static @Nullable Object[] describe(@Nullable Object[] column) {
    JDBCType type = JDBCType.valueOf((Integer) value(column[4]));
    ColumnKind kind = ColumnKind.of(type, (String) value(column[5]));
    boolean text = kind == ColumnKind.TEXT || kind == ColumnKind.BYTES;
    return new @Nullable Object[] {
      null, // TABLE_CAT
      column[0],
      column[1],
      column[2],
      column[4],
      column[5],
      column[6],
      null, // BUFFER_LENGTH, which JDBC does not use
      hasDigits(kind) ? column[7] : null,
      isNumber(kind) ? 10 : null,
      column[8],
      column[12],
      null, // COLUMN_DEF
      null, // SQL_DATA_TYPE, not used
      null, // SQL_DATETIME_SUB, not used
      text ? column[6] : null,
      column[3],
      column[9],
      null, // SCOPE_CATALOG
      null, // SCOPE_SCHEMA
      null, // SCOPE_TABLE
      null, // SOURCE_DATA_TYPE
      column[10],
      column[11]
    };
  }

  private static Object value(@Nullable Object value) {
    if (value == null) {
      throw new IllegalStateException("a NULL in klog.columns");
    }
    return value;
  }

  private static boolean isNumber(ColumnKind kind) {
    return switch (kind) {
      case INT, LONG, DECIMAL, REAL, DOUBLE -> true;
      default -> false;
    };
  }

  private static boolean hasDigits(ColumnKind kind) {
    return switch (kind) {
      case INT, LONG, DECIMAL, TIMESTAMP, TIME -> true;
      default -> false;
    };
  }

  // A record's place, partition and offset, is the key of every topic.

  @Override
  public ResultSet getPrimaryKeys(
      @Nullable String catalog, @Nullable String schema, @Nullable String table)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (@Nullable Object[] column : keyColumns(catalog, schema, table)) {
      rows.add(
          new @Nullable Object[] {
            null, column[0], column[1], column[2], keySequence(column), KEY_NAME
          });
    }
    return PRIMARY_KEYS.sorted(rows, 1, 2, 3);
  }

  @Override
  public ResultSet getBestRowIdentifier(
      @Nullable String catalog,
      @Nullable String schema,
      @Nullable String table,
      int scope,
      boolean nullable)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (@Nullable Object[] column : keyColumns(catalog, schema, table)) {
      rows.add(
          new @Nullable Object[] {
            bestRowSession, column[2], column[4], column[5], column[6], null, 0, bestRowNotPseudo
          });
    }
    return BEST_ROW.rows(rows);
  }

  /** The place alone: it is what a log is ordered by, in each partition. */
  @Override
  public ResultSet getIndexInfo(
      @Nullable String catalog,
      @Nullable String schema,
      @Nullable String table,
      boolean unique,
      boolean approximate)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (@Nullable Object[] column : keyColumns(catalog, schema, table)) {
      rows.add(
          new @Nullable Object[] {
            null,
            column[0],
            column[1],
            false,
            null,
            KEY_NAME,
            (int) tableIndexClustered,
            keySequence(column),
            column[2],
            "A",
            null, // CARDINALITY and PAGES, not known here: 0 would call the topic empty
            null,
            null
          });
    }
    return INDEXES.sorted(rows, 1, 2, 7);
  }

  private static int keySequence(@Nullable Object[] column) {
    return "offset".equals(column[2]) ? 2 : 1;
  }

  private List<@Nullable Object[]> keyColumns(
      @Nullable String catalog, @Nullable String schema, @Nullable String table)
      throws SQLException {
    checkOpen();
    List<@Nullable Object[]> result = new ArrayList<>();
    if (excludes(catalog) || table == null) {
      return result;
    }
    for (@Nullable Object[] column : columns()) {
      if (KlogConnection.TOPIC_SCHEMA.equals(column[0])
          && (schema == null || schema.equalsIgnoreCase(KlogConnection.TOPIC_SCHEMA))
          && table.equalsIgnoreCase(String.valueOf(column[1]))
          && ("offset".equals(column[2]) || "partition".equals(column[2]))) {
        result.add(column);
      }
    }
    return result;
  }

  /** The bytes of a topic that declares columns: they can be selected, though * leaves them out. */
  @Override
  public ResultSet getPseudoColumns(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      @Nullable String columnPattern)
      throws SQLException {
    checkOpen();
    LikePattern tables = new LikePattern(tablePattern);
    LikePattern columns = new LikePattern(columnPattern);
    List<@Nullable Object[]> rows = new ArrayList<>();
    if (!excludes(catalog) && matchesSchema(schemaPattern, KlogConnection.TOPIC_SCHEMA)) {
      Set<String> shown = new HashSet<>();
      for (@Nullable Object[] column : columns()) {
        shown.add(column[0] + "." + column[1] + "." + column[2]);
      }
      for (@Nullable Object[] topic :
          connection.query("SELECT table_name FROM klog.tables WHERE table_type = 'TABLE'")) {
        for (String name : List.of("key", "value")) {
          if (tables.matches((String) topic[0])
              && columns.matches(name)
              && !shown.contains(KlogConnection.TOPIC_SCHEMA + "." + topic[0] + "." + name)) {
            rows.add(hidden(topic[0], name));
          }
        }
      }
    }
    return PSEUDO_COLUMNS.sorted(rows, 1, 2, 3);
  }

  private static @Nullable Object[] hidden(@Nullable Object topic, String name) {
    return new @Nullable Object[] {
      null,
      KlogConnection.TOPIC_SCHEMA,
      topic,
      name,
      JDBCType.VARBINARY.getVendorTypeNumber(),
      Integer.MAX_VALUE,
      null,
      null,
      PseudoColumnUsage.NO_USAGE_RESTRICTIONS.name(),
      "the " + name + " of the record, as bytes",
      Integer.MAX_VALUE,
      "YES"
    };
  }

  @Override
  public ResultSet getSchemas() throws SQLException {
    return getSchemas(null, null);
  }

  @Override
  public ResultSet getSchemas(@Nullable String catalog, @Nullable String schemaPattern)
      throws SQLException {
    checkOpen();
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (String schema : List.of(KlogConnection.SYSTEM_SCHEMA, KlogConnection.TOPIC_SCHEMA)) {
      if (!excludes(catalog) && matchesSchema(schemaPattern, schema)) {
        rows.add(new @Nullable Object[] {schema, null});
      }
    }
    return SCHEMAS.rows(rows);
  }

  @Override
  public ResultSet getTableTypes() throws SQLException {
    checkOpen();
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (String type : TABLE_TYPES) {
      rows.add(new @Nullable Object[] {type});
    }
    return TABLE_TYPE.rows(rows);
  }

  @Override
  public ResultSet getTypeInfo() throws SQLException {
    checkOpen();
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (SqlTypeInfo type : SqlTypeInfo.ALL) {
      rows.add(type.row());
    }
    return TYPE_INFO.rows(rows);
  }
}
