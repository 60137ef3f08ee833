package io.klog.sql;

import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/** What a condition says of the values of a column: the interval that holds them all. */
final class Bounds {
  /** Inclusive at both ends; empty where low is above high. */
  record Interval(long low, long high) {
    static final Interval ALL = new Interval(Long.MIN_VALUE, Long.MAX_VALUE);
    static final Interval NONE = new Interval(Long.MAX_VALUE, Long.MIN_VALUE);

    boolean isEmpty() {
      return low > high;
    }

    Interval intersect(Interval other) {
      return new Interval(Math.max(low, other.low), Math.min(high, other.high));
    }

    Interval hull(Interval other) {
      if (isEmpty()) {
        return other;
      }
      return other.isEmpty()
          ? this
          : new Interval(Math.min(low, other.low), Math.max(high, other.high));
    }
  }

  /** Gives the interval of an execution. */
  interface Evaluator {
    Interval eval(Execution execution);
  }

  /** A comparison of the column with something that no row changes. */
  private record Comparison(SqlKind kind, RexNode value) {}

  private static final Pattern LITERAL_TYPE = Pattern.compile(":[A-Z]+(\\(\\d+\\))?$");

  private Bounds() {}

  /** Whether the condition is just an interval of the column, so that no filter need remain. */
  static boolean isExact(RexNode condition, int column) {
    return comparison(condition, column) != null;
  }

  /** Whether the condition limits the column, exactly or not. */
  static boolean limits(RexNode condition, int column) {
    return switch (condition.getKind()) {
      case OR -> ((RexCall) condition).getOperands().stream().allMatch(c -> limits(c, column));
      case AND -> ((RexCall) condition).getOperands().stream().anyMatch(c -> limits(c, column));
      default -> comparison(condition, column) != null;
    };
  }

  /**
   * @param compile makes expressions that look at no row
   */
  static Evaluator compile(RexNode condition, int column, Function<RexNode, Expr> compile) {
    if (condition.getKind() == SqlKind.AND || condition.getKind() == SqlKind.OR) {
      boolean and = condition.getKind() == SqlKind.AND;
      List<Evaluator> terms = new ArrayList<>();
      for (RexNode term : ((RexCall) condition).getOperands()) {
        terms.add(compile(term, column, compile));
      }
      return execution -> {
        Interval result = and ? Interval.ALL : Interval.NONE;
        for (Evaluator term : terms) {
          Interval interval = term.eval(execution);
          result = and ? result.intersect(interval) : result.hull(interval);
        }
        return result;
      };
    }
    Comparison comparison = comparison(condition, column);
    if (comparison == null) {
      return execution -> Interval.ALL;
    }
    Expr value = compile.apply(comparison.value);
    SqlKind kind = comparison.kind;
    return execution -> {
      Object limit = value.eval(NoRow.INSTANCE, execution);
      return limit == null ? Interval.NONE : interval(kind, ((Number) limit).longValue());
    };
  }

  private static Interval interval(SqlKind kind, long limit) {
    return switch (kind) {
      case EQUALS -> new Interval(limit, limit);
      case GREATER_THAN ->
          limit == Long.MAX_VALUE ? Interval.NONE : new Interval(limit + 1, Long.MAX_VALUE);
      case GREATER_THAN_OR_EQUAL -> new Interval(limit, Long.MAX_VALUE);
      case LESS_THAN ->
          limit == Long.MIN_VALUE ? Interval.NONE : new Interval(Long.MIN_VALUE, limit - 1);
      case LESS_THAN_OR_EQUAL -> new Interval(Long.MIN_VALUE, limit);
      default -> throw new AssertionError(kind);
    };
  }

  private static @Nullable Comparison comparison(RexNode condition, int column) {
    boolean compares =
        switch (condition.getKind()) {
          case EQUALS, GREATER_THAN, GREATER_THAN_OR_EQUAL, LESS_THAN, LESS_THAN_OR_EQUAL -> true;
          default -> false;
        };
    if (!compares) {
      return null;
    }
    RexNode left = ((RexCall) condition).getOperands().get(0);
    RexNode right = ((RexCall) condition).getOperands().get(1);
    if (isColumn(left, column) && isFixed(right, left.getType())) {
      return new Comparison(condition.getKind(), right);
    }
    if (isColumn(right, column) && isFixed(left, right.getType())) {
      return new Comparison(condition.getKind().reverse(), left);
    }
    return null;
  }

  private static boolean isColumn(RexNode node, int column) {
    RexNode inner = node;
    // A row comparison casts its terms to their own types, but for NULLs.
    while (inner.getKind() == SqlKind.CAST
        && SqlTypeUtil.equalSansNullability(
            inner.getType(), ((RexCall) inner).getOperands().get(0).getType())) {
      inner = ((RexCall) inner).getOperands().get(0);
    }
    return inner instanceof RexInputRef ref && ref.getIndex() == column;
  }

  /** Whether a value is the same for all rows of an execution, and an exact bound of the type. */
  private static boolean isFixed(RexNode value, RelDataType columnType) {
    boolean sameKind =
        columnType.getSqlTypeName() == SqlTypeName.TIMESTAMP
            ? value.getType().getSqlTypeName() == SqlTypeName.TIMESTAMP
            : SqlTypeUtil.isIntType(value.getType());
    return sameKind
        && RexUtil.isDeterministic(value)
        && !RexUtil.containsInputRef(value)
        && RowExpressions.areScalar(List.of(value));
  }

  private static String inWords(RexNode value) {
    // A literal's type is the column's; to say it is only noise.
    return value instanceof RexLiteral
        ? LITERAL_TYPE.matcher(value.toString()).replaceFirst("")
        : value.toString();
  }

  /** The conditions as an interval in words, for EXPLAIN: {@code (?0, +inf)}. */
  static String explain(List<RexNode> conditions, int column, Topic topic) {
    List<String> lows = new ArrayList<>();
    List<String> highs = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (RexNode condition : conditions) {
      Comparison comparison = comparison(condition, column);
      if (comparison == null) {
        others.add("within " + ScanSpec.inWords(condition, topic));
        continue;
      }
      String value = inWords(comparison.value);
      switch (comparison.kind) {
        case EQUALS -> others.add(value);
        case GREATER_THAN -> lows.add("(" + value);
        case GREATER_THAN_OR_EQUAL -> lows.add("[" + value);
        case LESS_THAN -> highs.add(value + ")");
        default -> highs.add(value + "]");
      }
    }
    for (int i = 0; i < Math.max(lows.size(), highs.size()); i++) {
      others.add(
          (i < lows.size() ? lows.get(i) : "(-inf")
              + ", "
              + (i < highs.size() ? highs.get(i) : "+inf)"));
    }
    return String.join(" and ", others);
  }
}
