package io.klog.sql;

/** Stands for the row where an expression looks at none. */
final class NoRow extends RowCursor {
  static final NoRow INSTANCE = new NoRow();

  private NoRow() {}

  @Override
  public boolean next() {
    return false;
  }

  @Override
  public Object getObject(int column) {
    throw new AssertionError("there is no row");
  }

  @Override
  public void close() {}
}
