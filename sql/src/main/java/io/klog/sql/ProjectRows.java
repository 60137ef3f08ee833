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
    if (expressions[column] instanceof Expr.Column plain) {
      return in.isNull(plain.index());
    }
    Expr.Column text = textColumn(column);
    return text != null ? in.isNull(text.index()) : getObject(column) == null;
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
  public double getDouble(int column) {
    return expressions[column] instanceof Expr.Column plain
        ? in.getDouble(plain.index())
        : super.getDouble(column);
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
  void writeBytes(int column, KeyBuffer to) {
    if (expressions[column] instanceof Expr.Column plain) {
      in.writeBytes(plain.index(), to);
    } else {
      super.writeBytes(column, to);
    }
  }

  @Override
  void writeText(int column, KeyBuffer to) {
    if (expressions[column] instanceof Expr.Column plain) {
      in.writeText(plain.index(), to);
      return;
    }
    Expr.Column text = textColumn(column);
    if (text != null) {
      in.writeText(text.index(), to);
    } else {
      super.writeText(column, to);
    }
  }

  /** The column of bytes whose text the expression is, or null. */
  private Expr.@Nullable Column textColumn(int column) {
    return expressions[column] instanceof Scalars.Utf8 text ? text.column() : null;
  }

  @Override
  int compareBytes(int column, byte[] other) {
    return expressions[column] instanceof Expr.Column plain
        ? in.compareBytes(plain.index(), other)
        : super.compareBytes(column, other);
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
