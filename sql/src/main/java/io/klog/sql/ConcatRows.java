package io.klog.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one operator after those of another; each is opened when the one before has ended.
 */
final class ConcatRows extends RowCursor {
  private final List<Operator> inputs;
  private final Execution execution;
  private int at = -1;
  private RowCursor current = NoRow.INSTANCE;

  ConcatRows(List<Operator> inputs, Execution execution) {
    this.inputs = inputs;
    this.execution = execution;
  }

  @Override
  public boolean next() {
    while (!current.next()) {
      current.close();
      current = NoRow.INSTANCE;
      if (at + 1 >= inputs.size()) {
        return false;
      }
      current = inputs.get(++at).open(execution);
    }
    return true;
  }

  @Override
  public boolean isNull(int column) {
    return current.isNull(column);
  }

  @Override
  public @Nullable Object getObject(int column) {
    return current.getObject(column);
  }

  @Override
  public void close() {
    current.close();
    current = NoRow.INSTANCE;
    at = inputs.size();
  }
}
