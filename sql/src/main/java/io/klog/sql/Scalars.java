package io.klog.sql;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/** Expressions that give values. */
final class Scalars {
  private Scalars() {}

  /** UTF8(bytes). */
  static final class Utf8 extends Expr {
    private final Expr bytes;

    Utf8(Expr bytes) {
      this.bytes = bytes;
    }

    /** The column whose text it is, or null. */
    @Nullable Column column() {
      return bytes instanceof Column column ? column : null;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      if (bytes instanceof Column column) {
        return column.evalString(row, execution);
      }
      byte[] value = (byte[]) bytes.eval(row, execution);
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    @Override
    boolean evalNull(RowCursor row, Execution execution) {
      return bytes.evalNull(row, execution);
    }
  }

  /** UTF8_BYTES(text). */
  static final class Utf8Bytes extends Expr {
    private final Expr text;

    Utf8Bytes(Expr text) {
      this.text = text;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      String value = text.evalString(row, execution);
      return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    }
  }

  static final class ChangeCase extends Expr {
    private final Expr text;
    private final boolean upper;

    ChangeCase(Expr text, boolean upper) {
      this.text = text;
      this.upper = upper;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      String value = text.evalString(row, execution);
      if (value == null) {
        return null;
      }
      return upper ? value.toUpperCase(Locale.ROOT) : value.toLowerCase(Locale.ROOT);
    }
  }

  /** Sum, difference or product of integers, or of times and intervals. */
  static final class LongArithmetic extends Expr {
    private final SqlKind kind;
    private final Expr left;
    private final Expr right;
    private final boolean isInt;

    /**
     * @param isInt the result is an INTEGER
     */
    LongArithmetic(SqlKind kind, Expr left, Expr right, boolean isInt) {
      this.kind = kind;
      this.left = left;
      this.right = right;
      this.isInt = isInt;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Number x = left.evalNumber(row, execution);
      Number y = x == null ? null : right.evalNumber(row, execution);
      if (x == null || y == null) {
        return null;
      }
      long a = x.longValue();
      long b = y.longValue();
      try {
        long result =
            switch (kind) {
              case PLUS -> Math.addExact(a, b);
              case MINUS -> Math.subtractExact(a, b);
              case TIMES -> Math.multiplyExact(a, b);
              default -> throw new AssertionError(kind);
            };
        if (isInt) {
          return Math.toIntExact(result);
        }
        return result;
      } catch (ArithmeticException e) {
        throw new SqlFault("22003", "a number is out of range: " + e.getMessage(), e);
      }
    }
  }

  /** An integer as a BIGINT. */
  static final class ToLong extends Expr {
    private final Expr number;

    ToLong(Expr number) {
      this.number = number;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Number value = number.evalNumber(row, execution);
      return value == null ? null : value.longValue();
    }
  }

  /** A number as a DECIMAL that has room for all of its digits. */
  static final class ToDecimal extends Expr {
    private final Expr number;
    private final int scale;

    ToDecimal(Expr number, int scale) {
      this.number = number;
      this.scale = scale;
    }

    /** Whether no value can be beyond the wider type's range, or lose digits. */
    static boolean isWidening(RelDataType from, RelDataType to) {
      if (to.getSqlTypeName() != SqlTypeName.DECIMAL || !SqlTypeUtil.isExactNumeric(from)) {
        return false;
      }
      int fromScale = Math.max(0, from.getScale()); // an integer may have none
      return to.getScale() >= fromScale
          && to.getPrecision() - to.getScale() >= from.getPrecision() - fromScale;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Object value = number.eval(row, execution);
      if (value == null) {
        return null;
      }
      return value instanceof BigDecimal decimal
          ? decimal.setScale(scale, RoundingMode.UNNECESSARY)
          : BigDecimal.valueOf(((Number) value).longValue(), 0).setScale(scale);
    }
  }

  /** An exact number as a DOUBLE. */
  static final class ToDouble extends Expr {
    private final Expr number;

    ToDouble(Expr number) {
      this.number = number;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Object value = number.eval(row, execution);
      return value == null ? null : ((Number) value).doubleValue();
    }
  }

  /** A parameter's value cut, rounded or filled to the length or the digits of a type. */
  static final class Fitted extends Expr {
    private final Expr value;
    private final RelDataType type;

    Fitted(Expr value, RelDataType type) {
      this.value = value;
      this.type = type;
    }

    static boolean canFit(RelDataType from, RelDataType to) {
      return switch (to.getSqlTypeName()) {
        case CHAR, VARCHAR ->
            from.getSqlTypeName() == SqlTypeName.VARCHAR
                && to.getPrecision() != RelDataType.PRECISION_NOT_SPECIFIED;
        case DECIMAL, TIMESTAMP -> from.getSqlTypeName() == to.getSqlTypeName();
        default -> false;
      };
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Object given = value.eval(row, execution);
      return given == null ? null : Coercion.fitted(given, type);
    }
  }

  /** The time of the execution. */
  static final class Now extends Expr {
    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      return execution.now();
    }
  }

  /** CASE WHEN, with conditions and results by turns and an ELSE at the end. */
  static final class Case extends Expr {
    private final Expr[] operands;

    Case(Expr[] operands) {
      this.operands = operands;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      int last = operands.length - 1;
      for (int i = 0; i < last; i += 2) {
        if (Boolean.TRUE.equals(operands[i].eval(row, execution))) {
          return operands[i + 1].eval(row, execution);
        }
      }
      return operands[last].eval(row, execution);
    }
  }
}
