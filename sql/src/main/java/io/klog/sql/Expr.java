package io.klog.sql;

import org.jspecify.annotations.Nullable;

/**
 * An expression, ready to be evaluated over a row. Immutable: executions in many threads share it.
 * Values are canonical; NULL is null.
 */
abstract class Expr {
  abstract @Nullable Object eval(RowCursor row, Execution execution);

  boolean evalNull(RowCursor row, Execution execution) {
    return eval(row, execution) == null;
  }

  /** Of an expression of an integer, date or time type that is not NULL here. */
  long evalLong(RowCursor row, Execution execution) {
    Object value = eval(row, execution);
    if (value == null) {
      throw new AssertionError("took the number of NULL");
    }
    return ((Number) value).longValue();
  }

  /** The text; of bytes, their UTF-8 text. */
  @Nullable String evalString(RowCursor row, Execution execution) {
    return (String) eval(row, execution);
  }

  static final class Constant extends Expr {
    private final @Nullable Object value;

    Constant(@Nullable Object value) {
      this.value = value;
    }

    @Nullable Object value() {
      return value;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      return value;
    }
  }

  static final class Parameter extends Expr {
    private final int index;

    Parameter(int index) {
      this.index = index;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      return execution.parameter(index);
    }
  }

  /** A column of the row. */
  static final class Column extends Expr {
    private final int index;
    // How a number is asked for depends on the column's type.
    private final boolean isInt;

    Column(int index, boolean isInt) {
      this.index = index;
      this.isInt = isInt;
    }

    int index() {
      return index;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      return row.getObject(index);
    }

    @Override
    boolean evalNull(RowCursor row, Execution execution) {
      return row.isNull(index);
    }

    @Override
    long evalLong(RowCursor row, Execution execution) {
      return isInt ? row.getInt(index) : row.getLong(index);
    }

    @Override
    @Nullable String evalString(RowCursor row, Execution execution) {
      return row.getString(index);
    }
  }
}
