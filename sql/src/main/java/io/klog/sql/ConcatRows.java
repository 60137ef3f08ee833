package io.klog.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one cursor after those of another. */
final class ConcatRows extends RowCursor {
  private final List<RowCursor> inputs;
  private int at;

  /**
   * @param inputs at least one; all open, because whoever executes a query joins its groups
   */
  ConcatRows(List<RowCursor> inputs) {
    this.inputs = inputs;
  }

  @Override
  public boolean next() {
    while (!inputs.get(at).next()) {
      if (at + 1 == inputs.size()) {
        return false;
      }
      inputs.get(at++).close();
    }
    return true;
  }

  @Override
  public boolean isNull(int column) {
    return inputs.get(at).isNull(column);
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    return inputs.get(at).getBytes(column);
  }

  @Override
  public @Nullable Object getObject(int column) {
    return inputs.get(at).getObject(column);
  }

  @Override
  public void close() {
    inputs.forEach(RowCursor::close);
  }
}
