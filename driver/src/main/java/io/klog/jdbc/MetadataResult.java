package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a metadata method's result: its columns as JDBC fixes their names, order and types.
 */
final class MetadataResult {
  private final ResultColumns columns;

  private MetadataResult(List<ColumnInfo> columns) {
    this.columns = new ResultColumns(columns);
  }

  /**
   * @param columns names with blanks between, each VARCHAR unless {@code :int}, {@code :short},
   *     {@code :long} or {@code :boolean} follows
   */
  static MetadataResult of(String columns) {
    List<ColumnInfo> infos = new ArrayList<>();
    for (String column : columns.split(" ", -1)) {
      int colon = column.indexOf(':');
      String name = colon < 0 ? column : column.substring(0, colon);
      JDBCType type = type(colon < 0 ? "" : column.substring(colon + 1));
      infos.add(new ColumnInfo(name, name, null, null, type, type.getName(), 0, 0, true));
    }
    return new MetadataResult(infos);
  }

  private static JDBCType type(String suffix) {
    return switch (suffix) {
      case "" -> JDBCType.VARCHAR;
      case "int" -> JDBCType.INTEGER;
      case "short" -> JDBCType.SMALLINT;
      case "long" -> JDBCType.BIGINT;
      case "boolean" -> JDBCType.BOOLEAN;
      default -> throw new AssertionError(suffix);
    };
  }

  ResultSet empty() {
    return rows(List.of());
  }

  /**
   * @param rows of canonical values in the order of the columns
   */
  ResultSet rows(List<@Nullable Object[]> rows) {
    return KlogResultSet.detached(columns, new ListedRows(rows));
  }

  /** The rows in the order of these columns, counted from 0; nulls first. */
  ResultSet sorted(List<@Nullable Object[]> rows, int... by) {
    List<@Nullable Object[]> sorted = new ArrayList<>(rows);
    sorted.sort(
        (a, b) -> {
          for (int column : by) {
            int order = ORDER.compare(a[column], b[column]);
            if (order != 0) {
              return order;
            }
          }
          return 0;
        });
    return rows(sorted);
  }

  private static final Comparator<@Nullable Object> ORDER =
      Comparator.nullsFirst(
          (a, b) ->
              a instanceof Integer x && b instanceof Integer y
                  ? Integer.compare(x, y)
                  : a.toString().compareTo(b.toString()));
}
