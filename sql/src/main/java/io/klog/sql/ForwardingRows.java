package io.klog.sql;

import org.jspecify.annotations.Nullable;

/** Rows whose columns are those of others. */
abstract class ForwardingRows extends RowCursor {
  private final RowCursor in;

  ForwardingRows(RowCursor in) {
    this.in = in;
  }

  @Override
  public boolean isNull(int column) {
    return in.isNull(column);
  }

  @Override
  public long getLong(int column) {
    return in.getLong(column);
  }

  @Override
  public int getInt(int column) {
    return in.getInt(column);
  }

  @Override
  public double getDouble(int column) {
    return in.getDouble(column);
  }

  @Override
  public @Nullable String getString(int column) {
    return in.getString(column);
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    return in.getBytes(column);
  }

  @Override
  int compareBytes(int column, byte[] other) {
    return in.compareBytes(column, other);
  }

  @Override
  void writeBytes(int column, KeyBuffer to) {
    in.writeBytes(column, to);
  }

  @Override
  void writeText(int column, KeyBuffer to) {
    in.writeText(column, to);
  }

  @Override
  public @Nullable Object getObject(int column) {
    return in.getObject(column);
  }

  @Override
  public void close() {
    in.close();
  }
}
