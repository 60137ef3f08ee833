package io.klog.jdbc;

import io.klog.sql.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of canonical values that are there already. */
final class ListedRows implements Rows {
  private static final @Nullable Object[] NO_ROW = {};

  private final Iterator<@Nullable Object[]> rows;
  private @Nullable Object[] row = NO_ROW;

  ListedRows(List<@Nullable Object[]> rows) {
    this.rows = rows.iterator();
  }

  @Override
  public boolean next() {
    boolean more = rows.hasNext();
    row = more ? rows.next() : NO_ROW;
    return more;
  }

  @Override
  public boolean isNull(int column) {
    return row[column] == null;
  }

  @Override
  public long getLong(int column) {
    return row[column] instanceof Long number ? number : 0;
  }

  @Override
  public int getInt(int column) {
    return row[column] instanceof Integer number ? number : 0;
  }

  @Override
  public double getDouble(int column) {
    return row[column] instanceof Double number ? number : 0;
  }

  @Override
  public @Nullable String getString(int column) {
    return row[column] instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : (String) row[column];
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    return row[column] instanceof byte[] bytes ? bytes.clone() : null;
  }

  @Override
  public @Nullable Object getObject(int column) {
    return row[column];
  }

  @Override
  public void close() {}
}
