package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import java.sql.Array;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An array in memory. */
final class KlogArray implements Array {
  private final String typeName;
  private final JDBCType type;
  // What they are, where that is known: their values are canonical then, else whatever they are.
  private final @Nullable ColumnInfo element;
  private @Nullable List<@Nullable Object> elements;

  /** Of a result. */
  KlogArray(List<?> elements, @Nullable ColumnInfo element) {
    this.typeName = element == null ? "ANY" : element.typeName();
    this.type = element == null ? JDBCType.JAVA_OBJECT : element.type();
    this.element = element;
    this.elements = new ArrayList<>(elements);
  }

  /** Of what a caller gave. */
  KlogArray(String typeName, JDBCType type, List<?> elements) {
    this.typeName = typeName;
    this.type = type;
    this.element = null;
    this.elements = new ArrayList<>(elements);
  }

  private List<@Nullable Object> elements() throws SQLException {
    List<@Nullable Object> present = elements;
    if (present == null) {
      throw SqlExceptions.invalidArgument("the array was freed");
    }
    return Collections.unmodifiableList(present);
  }

  /** As getObject would give them, in an array of their class: VARCHAR in a String[]. */
  private Object[] toArray(List<@Nullable Object> values) {
    ColumnInfo known = element;
    if (known == null) {
      return values.toArray();
    }
    ColumnKind kind = ColumnKind.of(known);
    Object[] array =
        (Object[]) java.lang.reflect.Array.newInstance(kind.jdbcClass(), values.size());
    return values.stream().map(value -> kind.jdbc(value, known)).toList().toArray(array);
  }

  @Override
  public String getBaseTypeName() {
    return typeName;
  }

  @Override
  public int getBaseType() {
    return type.getVendorTypeNumber();
  }

  @Override
  public Object getArray() throws SQLException {
    return toArray(elements());
  }

  @Override
  public Object getArray(@Nullable Map<String, Class<?>> map) throws SQLException {
    return getArray();
  }

  @Override
  public Object getArray(long index, int count) throws SQLException {
    return toArray(range(index, count));
  }

  @Override
  public Object getArray(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return getArray(index, count);
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    return getResultSet(1, elements().size());
  }

  @Override
  public ResultSet getResultSet(@Nullable Map<String, Class<?>> map) throws SQLException {
    return getResultSet();
  }

  @Override
  public ResultSet getResultSet(long index, int count) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Object element : range(index, count)) {
      rows.add(new @Nullable Object[] {index + rows.size(), element});
    }
    return KlogResultSet.detached(
        new ResultColumns(
            List.of(
                column("INDEX", JDBCType.BIGINT, "BIGINT"),
                element == null ? column("VALUE", JDBCType.JAVA_OBJECT, typeName) : element)),
        new ListedRows(rows));
  }

  @Override
  public ResultSet getResultSet(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return getResultSet(index, count);
  }

  @Override
  public void free() {
    elements = null;
  }

  @Override
  public String toString() {
    List<@Nullable Object> present = elements;
    return present == null ? "freed" : TextConversion.toText(Arrays.asList(toArray(present)));
  }

  private List<@Nullable Object> range(long index, int count) throws SQLException {
    List<@Nullable Object> all = elements();
    if (index < 1 || count < 0 || index > all.size() - (long) count + 1) {
      throw SqlExceptions.invalidArgument(count + " elements from " + index + " of " + all.size());
    }
    return all.subList((int) index - 1, (int) index - 1 + count);
  }

  private static ColumnInfo column(String name, JDBCType type, String typeName) {
    return new ColumnInfo(name, name, null, null, type, typeName, 0, 0, true);
  }
}
