package io.klog.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that are in memory. */
final class ListRows extends RowCursor {
  private final List<@Nullable Object[]> rows;
  private final @Nullable MemoryBudget budget;
  private int at = -1;

  ListRows(List<@Nullable Object[]> rows) {
    this(rows, null);
  }

  /**
   * @param budget of which the rows were taken, if of any; given back when they are closed
   */
  ListRows(List<@Nullable Object[]> rows, @Nullable MemoryBudget budget) {
    this.rows = rows;
    this.budget = budget;
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
    Object value = rows.get(at)[column];
    // The rows may be the plan's own constants.
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  @Override
  public void close() {
    at = rows.size();
    if (budget != null) {
      budget.close();
    }
  }
}
