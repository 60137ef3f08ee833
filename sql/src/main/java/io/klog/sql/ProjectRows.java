package io.klog.sql;

import org.jspecify.annotations.Nullable;

/** Expressions over the rows of another; each is evaluated when it is asked for, once a row. */
final class ProjectRows extends RowCursor {
  private final RowCursor in;
  private final Expr[] expressions;
  private final Execution execution;
  // The values of the current row that have been evaluated: those whose stamp is the row's.
  private final @Nullable Object[] values;
  private final long[] stamps;
  private long row;

  ProjectRows(RowCursor in, Expr[] expressions, Execution execution) {
    this.in = in;
    this.expressions = expressions;
    this.execution = execution;
    this.values = new Object[expressions.length];
    this.stamps = new long[expressions.length];
  }

  @Override
  public boolean next() {
    row++;
    return in.next();
  }

  @Override
  public boolean isNull(int column) {
    return expressions[column] instanceof Expr.Column plain
        ? in.isNull(plain.index())
        : getObject(column) == null;
  }

  @Override
  public long getLong(int column) {
    return expressions[column] instanceof Expr.Column plain
        ? in.getLong(plain.index())
        : super.getLong(column);
  }

  @Override
  public int getInt(int column) {
    return expressions[column] instanceof Expr.Column plain
        ? in.getInt(plain.index())
        : super.getInt(column);
  }

  @Override
  public @Nullable String getString(int column) {
    return expressions[column] instanceof Expr.Column plain
        ? in.getString(plain.index())
        : super.getString(column);
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    return expressions[column] instanceof Expr.Column plain
        ? in.getBytes(plain.index())
        : super.getBytes(column);
  }

  @Override
  public @Nullable Object getObject(int column) {
    if (stamps[column] != row) {
      Object value = expressions[column].eval(in, execution);
      // It may be the plan's own constant, or the caller's parameter.
      values[column] = value instanceof byte[] bytes ? bytes.clone() : value;
      stamps[column] = row;
    }
    return values[column];
  }

  @Override
  public void close() {
    in.close();
  }
}
