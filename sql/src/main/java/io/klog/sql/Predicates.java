package io.klog.sql;

import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** Expressions that give BOOLEAN, in SQL's three values. */
final class Predicates {
  private Predicates() {}

  /** What a comparison says of the sign of left compared with right. */
  private static Boolean holds(SqlKind kind, int sign) {
    return switch (kind) {
      case EQUALS -> sign == 0;
      case NOT_EQUALS -> sign != 0;
      case LESS_THAN -> sign < 0;
      case LESS_THAN_OR_EQUAL -> sign <= 0;
      case GREATER_THAN -> sign > 0;
      case GREATER_THAN_OR_EQUAL -> sign >= 0;
      default -> throw new AssertionError(kind);
    };
  }

  /** Compares integers, dates or times without boxing them. */
  static final class CompareLongs extends Expr {
    private final SqlKind kind;
    private final Expr left;
    private final Expr right;

    CompareLongs(SqlKind kind, Expr left, Expr right) {
      this.kind = kind;
      this.left = left;
      this.right = right;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Number a = left.evalNumber(row, execution);
      Number b = a == null ? null : right.evalNumber(row, execution);
      return (a == null || b == null)
          ? null
          : holds(kind, Long.compare(a.longValue(), b.longValue()));
    }
  }

  /** Compares the bytes of a column with other bytes, without a copy of the column's. */
  static final class CompareColumnBytes extends Expr {
    private final SqlKind kind;
    private final int column;
    private final Expr right;

    CompareColumnBytes(SqlKind kind, int column, Expr right) {
      this.kind = kind;
      this.column = column;
      this.right = right;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      byte[] other = (byte[]) right.eval(row, execution);
      if (other == null || row.isNull(column)) {
        return null;
      }
      return holds(kind, row.compareBytes(column, other));
    }
  }

  /** Compares values of any other types that SQL can order. */
  static final class Compare extends Expr {
    private final SqlKind kind;
    private final Expr left;
    private final Expr right;

    Compare(SqlKind kind, Expr left, Expr right) {
      this.kind = kind;
      this.left = left;
      this.right = right;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Object a = left.eval(row, execution);
      Object b = a == null ? null : right.eval(row, execution);
      return (a == null || b == null) ? null : holds(kind, compare(a, b));
    }
  }

  /** Orders two values of types that can be compared; text by code units, bytes unsigned. */
  static int compare(Object a, Object b) {
    if (a instanceof byte[] x && b instanceof byte[] y) {
      return Arrays.compareUnsigned(x, y);
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    if (a instanceof Boolean x && b instanceof Boolean y) {
      return Boolean.compare(x, y);
    }
    if (a instanceof Double || b instanceof Double) {
      double x = ((Number) a).doubleValue();
      double y = ((Number) b).doubleValue();
      return x == y ? 0 : Double.compare(x, y); // to SQL there is one zero
    }
    if (a instanceof BigDecimal || b instanceof BigDecimal) {
      return decimal(a).compareTo(decimal(b));
    }
    return Long.compare(((Number) a).longValue(), ((Number) b).longValue());
  }

  private static BigDecimal decimal(Object value) {
    return value instanceof BigDecimal decimal
        ? decimal
        : BigDecimal.valueOf(((Number) value).longValue());
  }

  static final class And extends Expr {
    private final Expr[] terms;

    And(Expr[] terms) {
      this.terms = terms;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      @Nullable Boolean result = true;
      for (Expr term : terms) {
        Object value = term.eval(row, execution);
        if (value == null) {
          result = null;
        } else if (!(Boolean) value) {
          return false;
        }
      }
      return result;
    }
  }

  static final class Or extends Expr {
    private final Expr[] terms;

    Or(Expr[] terms) {
      this.terms = terms;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      @Nullable Boolean result = false;
      for (Expr term : terms) {
        Object value = term.eval(row, execution);
        if (value == null) {
          result = null;
        } else if ((Boolean) value) {
          return true;
        }
      }
      return result;
    }
  }

  static final class Not extends Expr {
    private final Expr term;

    Not(Expr term) {
      this.term = term;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Object value = term.eval(row, execution);
      return value == null ? null : !(Boolean) value;
    }
  }

  /** IS NULL, IS TRUE and their like: never NULL. */
  static final class Is extends Expr {
    private final SqlKind kind;
    private final Expr term;

    Is(SqlKind kind, Expr term) {
      this.kind = kind;
      this.term = term;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      return switch (kind) {
        case IS_NULL -> term.evalNull(row, execution);
        case IS_NOT_NULL -> !term.evalNull(row, execution);
        case IS_TRUE -> Boolean.TRUE.equals(term.eval(row, execution));
        case IS_NOT_TRUE -> !Boolean.TRUE.equals(term.eval(row, execution));
        case IS_FALSE -> Boolean.FALSE.equals(term.eval(row, execution));
        case IS_NOT_FALSE -> !Boolean.FALSE.equals(term.eval(row, execution));
        default -> throw new AssertionError(kind);
      };
    }
  }

  static final class Like extends Expr {
    private static final int NO_ESCAPE = -1;

    private final Expr text;
    private final Expr pattern;
    private final @Nullable Expr escape;

    Like(Expr text, Expr pattern, @Nullable Expr escape) {
      this.text = text;
      this.pattern = pattern;
      this.escape = escape;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      String t = text.evalString(row, execution);
      String p = t == null ? null : pattern.evalString(row, execution);
      if (t == null || p == null) {
        return null;
      }
      if (escape == null) {
        return matches(t, p, NO_ESCAPE);
      }
      String e = escape.evalString(row, execution);
      if (e == null) {
        return null;
      }
      if (e.length() != 1) {
        throw new SqlFault("22019", "an ESCAPE is one character, not '" + e + "'");
      }
      return matches(t, p, e.charAt(0));
    }

    /** Greedy with one point to fall back to: linear for every pattern with one % at its ends. */
    private static boolean matches(String text, String pattern, int escape) {
      int t = 0;
      int p = 0;
      int afterPercent = -1;
      int tried = 0;
      while (t < text.length()) {
        char c = p < pattern.length() ? pattern.charAt(p) : 0;
        if (p < pattern.length() && c == escape) {
          if (p + 1 == pattern.length()) {
            throw new SqlFault("22025", "nothing follows the escape in the pattern");
          }
          if (pattern.charAt(p + 1) == text.charAt(t)) {
            t++;
            p += 2;
            continue;
          }
        } else if (p < pattern.length() && c == '%') {
          afterPercent = ++p;
          tried = t;
          continue;
        } else if (p < pattern.length() && (c == '_' || c == text.charAt(t))) {
          // A character beyond the BMP is one _ though it is two chars.
          t += c == '_' ? Character.charCount(text.codePointAt(t)) : 1;
          p++;
          continue;
        }
        if (afterPercent < 0) {
          return false;
        }
        p = afterPercent;
        t = ++tried;
      }
      while (p < pattern.length() && pattern.charAt(p) == '%') {
        p++;
      }
      return p == pattern.length();
    }
  }
}
