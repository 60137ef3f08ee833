package io.klog.sql;

import org.jspecify.annotations.Nullable;

/** What a scan of a topic gives: some columns of those records that pass its filter. */
final class ScanRows extends RowCursor {
  // How many records are looked at between two looks at the statement's control.
  private static final int CONTROL_MASK = 0xff;

  private final RecordRows in;
  private final int[] columns;
  private final @Nullable Expr filter;
  private final Execution execution;
  private long skip;
  private long remaining;
  private int looked;

  /**
   * @param columns the column of the topic for each column of the rows
   */
  ScanRows(
      RecordRows in,
      int[] columns,
      @Nullable Expr filter,
      long skip,
      long limit,
      Execution execution) {
    this.in = in;
    this.columns = columns;
    this.filter = filter;
    this.skip = skip;
    this.remaining = limit;
    this.execution = execution;
  }

  @Override
  public boolean next() {
    if (remaining <= 0) {
      return false;
    }
    while (true) {
      // Before the step: what was stepped to and not given would be lost to a group.
      if ((++looked & CONTROL_MASK) == 0) {
        execution.control().check();
      }
      if (!in.next()) {
        return false; // of a group's, or a following one, there may be more later
      }
      if (filter != null && !Boolean.TRUE.equals(filter.eval(in, execution))) {
        continue;
      }
      if (skip > 0) {
        skip--;
        continue;
      }
      remaining--;
      return true;
    }
  }

  @Override
  public boolean isNull(int column) {
    return in.isNull(columns[column]);
  }

  @Override
  public long getLong(int column) {
    return in.getLong(columns[column]);
  }

  @Override
  public int getInt(int column) {
    return in.getInt(columns[column]);
  }

  @Override
  public double getDouble(int column) {
    return in.getDouble(columns[column]);
  }

  @Override
  public @Nullable String getString(int column) {
    return in.getString(columns[column]);
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    return in.getBytes(columns[column]);
  }

  @Override
  int compareBytes(int column, byte[] other) {
    return in.compareBytes(columns[column], other);
  }

  @Override
  void writeBytes(int column, KeyBuffer to) {
    in.writeBytes(columns[column], to);
  }

  @Override
  void writeText(int column, KeyBuffer to) {
    in.writeText(columns[column], to);
  }

  @Override
  public @Nullable Object getObject(int column) {
    return in.getObject(columns[column]);
  }

  @Override
  public void close() {
    in.close();
  }
}
