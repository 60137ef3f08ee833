package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import java.sql.JDBCType;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** The columns of a result. */
final class KlogResultSetMetaData implements ResultSetMetaData, Unwrappable {
  private final ResultColumns columns;

  KlogResultSetMetaData(ResultColumns columns) {
    this.columns = columns;
  }

  private ColumnInfo info(int column) throws SQLException {
    if (column < 1 || column > columns.count()) {
      throw SqlExceptions.of(
          SqlExceptions.NO_SUCH_INDEX,
          "there is no column " + column + ": the result has " + columns.count());
    }
    return columns.info(column - 1);
  }

  @Override
  public int getColumnCount() {
    return columns.count();
  }

  @Override
  public String getColumnLabel(int column) throws SQLException {
    return info(column).label();
  }

  @Override
  public String getColumnName(int column) throws SQLException {
    return info(column).name();
  }

  @Override
  public String getTableName(int column) throws SQLException {
    String table = info(column).table();
    return table == null ? "" : table;
  }

  @Override
  public String getSchemaName(int column) throws SQLException {
    String schema = info(column).schema();
    return schema == null ? "" : schema;
  }

  @Override
  public String getCatalogName(int column) throws SQLException {
    info(column);
    return "";
  }

  @Override
  public int getColumnType(int column) throws SQLException {
    return info(column).type().getVendorTypeNumber();
  }

  @Override
  public String getColumnTypeName(int column) throws SQLException {
    return info(column).typeName();
  }

  @Override
  public String getColumnClassName(int column) throws SQLException {
    return ColumnKind.of(info(column)).jdbcClass().getName();
  }

  @Override
  public int getPrecision(int column) throws SQLException {
    return info(column).precision();
  }

  @Override
  public int getScale(int column) throws SQLException {
    return info(column).scale();
  }

  /** Signs and points count, where the precision counts digits. */
  @Override
  public int getColumnDisplaySize(int column) throws SQLException {
    ColumnInfo info = info(column);
    return switch (info.type()) {
      case BOOLEAN -> "false".length();
      case TINYINT, SMALLINT, INTEGER, BIGINT -> info.precision() + 1;
      case DECIMAL, NUMERIC -> info.precision() + 2;
      case REAL, FLOAT, DOUBLE -> "-1.7976931348623157E-308".length();
      default -> info.precision() > 0 ? info.precision() : Integer.MAX_VALUE;
    };
  }

  @Override
  public int isNullable(int column) throws SQLException {
    return info(column).nullable() ? columnNullable : columnNoNulls;
  }

  /** The offset of a topic, which inserting gives. */
  @Override
  public boolean isAutoIncrement(int column) throws SQLException {
    ColumnInfo info = info(column);
    return info.table() != null
        && !KlogConnection.SYSTEM_SCHEMA.equals(info.schema())
        && info.type() == JDBCType.BIGINT
        && info.name().equals("offset");
  }

  @Override
  public boolean isSigned(int column) throws SQLException {
    return switch (info(column).type()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, NUMERIC, REAL, FLOAT, DOUBLE -> true;
      default -> false;
    };
  }

  @Override
  public boolean isCaseSensitive(int column) throws SQLException {
    return switch (ColumnKind.of(info(column))) {
      case TEXT, BYTES, MAP, ARRAY, OTHER -> true;
      default -> false;
    };
  }

  @Override
  public boolean isSearchable(int column) throws SQLException {
    info(column);
    return true;
  }

  @Override
  public boolean isCurrency(int column) throws SQLException {
    info(column);
    return false;
  }

  @Override
  public boolean isReadOnly(int column) throws SQLException {
    info(column);
    return true;
  }

  @Override
  public boolean isWritable(int column) throws SQLException {
    info(column);
    return false;
  }

  @Override
  public boolean isDefinitelyWritable(int column) throws SQLException {
    info(column);
    return false;
  }
}
