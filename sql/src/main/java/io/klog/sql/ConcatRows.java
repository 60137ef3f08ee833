package io.klog.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one cursor after those of another. */
final class ConcatRows extends RowCursor {
  private final List<RowCursor> inputs;
  private final boolean again;
  private int at;

  /**
   * @param inputs at least one; all open, because whoever executes a query joins its groups
   * @param again whether all are asked again once the last has ended for now
   */
  ConcatRows(List<RowCursor> inputs, boolean again) {
    this.inputs = inputs;
    this.again = again;
  }

  @Override
  public boolean next() {
    for (int ended = 0; !inputs.get(at).next(); ) {
      ended++;
      if (again ? ended == inputs.size() : at + 1 == inputs.size()) {
        return false;
      }
      if (!again) {
        inputs.get(at).close();
      }
      at = (at + 1) % inputs.size();
    }
    return true;
  }

  @Override
  public boolean isNull(int column) {
    return inputs.get(at).isNull(column);
  }

  @Override
  public long getLong(int column) {
    return inputs.get(at).getLong(column);
  }

  @Override
  public int getInt(int column) {
    return inputs.get(at).getInt(column);
  }

  @Override
  public double getDouble(int column) {
    return inputs.get(at).getDouble(column);
  }

  @Override
  public @Nullable String getString(int column) {
    return inputs.get(at).getString(column);
  }

  @Override
  int compareBytes(int column, byte[] other) {
    return inputs.get(at).compareBytes(column, other);
  }

  @Override
  void writeBytes(int column, KeyBuffer to) {
    inputs.get(at).writeBytes(column, to);
  }

  @Override
  void writeText(int column, KeyBuffer to) {
    inputs.get(at).writeText(column, to);
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
