package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import java.sql.Array;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An array in memory. Its elements have no declared type: they are what they are. */
final class KlogArray implements Array {
  private final String typeName;
  private final JDBCType type;
  private @Nullable List<@Nullable Object> elements;

  KlogArray(List<?> elements) {
    this("ANY", JDBCType.JAVA_OBJECT, elements);
  }

  KlogArray(String typeName, JDBCType type, List<?> elements) {
    this.typeName = typeName;
    this.type = type;
    this.elements = new ArrayList<>(elements);
  }

  List<@Nullable Object> elements() throws SQLException {
    List<@Nullable Object> present = elements;
    if (present == null) {
      throw SqlExceptions.invalidArgument("the array was freed");
    }
    return Collections.unmodifiableList(present);
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
    return elements().toArray();
  }

  @Override
  public Object getArray(@Nullable Map<String, Class<?>> map) throws SQLException {
    return getArray();
  }

  @Override
  public Object getArray(long index, int count) throws SQLException {
    return range(index, count).toArray();
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
            List.of(column("INDEX", JDBCType.BIGINT, "BIGINT"), column("VALUE", type, typeName))),
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
    return present == null ? "freed" : TextConversion.toText(present);
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
