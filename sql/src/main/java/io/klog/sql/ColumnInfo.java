package io.klog.sql;

import java.sql.JDBCType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a result.
 *
 * @param label the alias, or the name
 * @param name the name in its table; the label where it is an expression
 * @param table the topic or system table it comes from, or null
 * @param schema the schema of that table, or null
 * @param typeName the SQL type without precision, as in {@code VARCHAR}
 * @param precision length, digits or fractional digits; 0 where it means nothing
 * @param element what the elements of an ARRAY are, or the values of a MAP; null of other types,
 *     and where they are not all of one
 */
public record ColumnInfo(
    String label,
    String name,
    @Nullable String table,
    @Nullable String schema,
    JDBCType type,
    String typeName,
    int precision,
    int scale,
    boolean nullable,
    @Nullable ColumnInfo element) {

  /** Of a type that has no elements. */
  public ColumnInfo(
      String label,
      String name,
      @Nullable String table,
      @Nullable String schema,
      JDBCType type,
      String typeName,
      int precision,
      int scale,
      boolean nullable) {
    this(label, name, table, schema, type, typeName, precision, scale, nullable, null);
  }
}
