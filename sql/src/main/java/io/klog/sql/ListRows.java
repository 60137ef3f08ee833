package io.klog.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that are in memory. */
final class ListRows extends RowCursor {
  private final List<@Nullable Object[]> rows;
  private int at = -1;

  ListRows(List<@Nullable Object[]> rows) {
    this.rows = rows;
  }

  @Override
  public boolean next() {
    if (at < rows.size()) {
      at++;
    }
    return at < rows.size();
  }

  @Override
  public @Nullable Object getObject(int column) {
    return rows.get(at)[column];
  }

  @Override
  public void close() {
    at = rows.size();
  }
}
