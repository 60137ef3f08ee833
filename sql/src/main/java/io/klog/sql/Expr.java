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

  /**
   * Of an expression of an integer, date or time type. Evaluates once: to ask for NULL first would
   * double the work with every level of a nested expression.
   */
  @Nullable Number evalNumber(RowCursor row, Execution execution) {
    return (Number) eval(row, execution);
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
    @Nullable Number evalNumber(RowCursor row, Execution execution) {
      if (row.isNull(index)) {
        return null;
      }
      // One kind of box, so that the compiler can do without.
      return isInt ? Long.valueOf(row.getInt(index)) : Long.valueOf(row.getLong(index));
    }

    @Override
    @Nullable String evalString(RowCursor row, Execution execution) {
      return row.getString(index);
    }
  }
}
