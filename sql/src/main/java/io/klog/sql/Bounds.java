package io.klog.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a condition says of the values of a column in one partition: the set of intervals that holds
 * them all. NULL is no value, so what a NULL is compared with is nothing, negated or not.
 */
final class Bounds {
  /** Gives the set of an execution, in the partition of a row. */
  interface Evaluator {
    IntervalSet eval(PartitionRow partition, Execution execution);
  }

  /** A comparison of the column with something that no row changes. */
  record Comparison(SqlKind kind, RexNode value) {}

  // The digits of the greatest BIGINT.
  private static final int BIGINT_DIGITS = 19;
  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

  private Bounds() {}

  /** Whether the condition is just a set of the column's values, so that no filter need remain. */
  static boolean isExact(RexNode condition, int column) {
    return switch (condition.getKind()) {
      case AND, OR, NOT -> terms(condition).stream().allMatch(term -> isExact(term, column));
      default -> comparison(condition, column) != null || isOfPartition(condition, column);
    };
  }

  /** Whether the condition is just one interval of the column's values, the same everywhere. */
  static boolean isInterval(RexNode condition, int column) {
    if (condition.getKind() == SqlKind.AND) {
      return terms(condition).stream().allMatch(term -> isInterval(term, column));
    }
    Comparison comparison = comparison(condition, column);
    return comparison != null && comparison.kind != SqlKind.NOT_EQUALS;
  }

  /** Whether the condition limits the column, exactly or not. */
  static boolean limits(RexNode condition, int column) {
    return limits(condition, column, false);
  }

  private static boolean limits(RexNode condition, int column, boolean negated) {
    SqlKind kind = condition.getKind();
    return switch (kind) {
      case NOT -> limits(terms(condition).get(0), column, !negated);
      case AND, OR ->
          isDisjunction(kind, negated)
              ? terms(condition).stream().allMatch(term -> limits(term, column, negated))
                  || (isExact(condition, column) && mentions(condition, column))
              : terms(condition).stream().anyMatch(term -> limits(term, column, negated));
      default -> comparison(condition, column) != null;
    };
  }

  private static boolean mentions(RexNode condition, int column) {
    return RelOptUtil.InputFinder.bits(condition).get(column);
  }

  private static boolean isDisjunction(SqlKind kind, boolean negated) {
    return (kind == SqlKind.OR) != negated;
  }

  private static List<RexNode> terms(RexNode condition) {
    return ((RexCall) condition).getOperands();
  }

  /** Whether the partition alone decides it; where that is the column, nothing does. */
  private static boolean isOfPartition(RexNode condition, int column) {
    return column != Columns.PARTITION && isOfPartition(condition);
  }

  /** Whether the partition alone decides it. */
  static boolean isOfPartition(RexNode condition) {
    return RelOptUtil.InputFinder.bits(condition).equals(ImmutableBitSet.of(Columns.PARTITION))
        && RexUtil.isDeterministic(condition);
  }

  /**
   * @param compile makes expressions that look at no column but the partition
   */
  static Evaluator compile(RexNode condition, int column, Function<RexNode, Expr> compile) {
    return compile(condition, column, compile, false);
  }

  private static Evaluator compile(
      RexNode condition, int column, Function<RexNode, Expr> compile, boolean negated) {
    SqlKind kind = condition.getKind();
    if (kind == SqlKind.NOT) {
      return compile(terms(condition).get(0), column, compile, !negated);
    }
    if (kind == SqlKind.AND || kind == SqlKind.OR) {
      List<Evaluator> terms = new ArrayList<>();
      for (RexNode term : terms(condition)) {
        terms.add(compile(term, column, compile, negated));
      }
      return isDisjunction(kind, negated) ? union(terms) : intersection(terms);
    }
    Comparison comparison = comparison(condition, column);
    if (comparison != null) {
      SqlKind asked = negated ? comparison.kind.negateNullSafe() : comparison.kind;
      Expr value = compile.apply(comparison.value);
      return (partition, execution) -> {
        Object limit = value.eval(NoRow.INSTANCE, execution);
        return limit == null ? IntervalSet.NONE : set(asked, limit);
      };
    }
    if (isOfPartition(condition, column)) {
      Expr admits = compile.apply(condition);
      return (partition, execution) ->
          Boolean.valueOf(!negated).equals(admits.eval(partition, execution))
              ? IntervalSet.ALL
              : IntervalSet.NONE;
    }
    return (partition, execution) -> IntervalSet.ALL;
  }

  static Evaluator intersection(List<Evaluator> terms) {
    return (partition, execution) -> {
      IntervalSet result = IntervalSet.ALL;
      for (Evaluator term : terms) {
        result = result.intersect(term.eval(partition, execution));
      }
      return result;
    };
  }

  private static Evaluator union(List<Evaluator> terms) {
    return (partition, execution) -> {
      List<IntervalSet> sets = new ArrayList<>(terms.size());
      for (Evaluator term : terms) {
        sets.add(term.eval(partition, execution));
      }
      return IntervalSet.union(sets);
    };
  }

  private static IntervalSet set(SqlKind kind, Object limit) {
    return limit instanceof BigDecimal decimal
        ? set(kind, decimal)
        : set(kind, ((Number) limit).longValue());
  }

  private static IntervalSet set(SqlKind kind, long limit) {
    return switch (kind) {
      case EQUALS -> IntervalSet.of(limit, limit);
      case NOT_EQUALS ->
          IntervalSet.union(List.of(IntervalSet.below(limit), IntervalSet.above(limit)));
      case GREATER_THAN -> IntervalSet.above(limit);
      case GREATER_THAN_OR_EQUAL -> IntervalSet.of(limit, Long.MAX_VALUE);
      case LESS_THAN -> IntervalSet.below(limit);
      case LESS_THAN_OR_EQUAL -> IntervalSet.of(Long.MIN_VALUE, limit);
      default -> throw new AssertionError(kind);
    };
  }

  /** The whole numbers that compare so with one that need not be whole, nor a BIGINT. */
  private static IntervalSet set(SqlKind kind, BigDecimal limit) {
    BigInteger floor = limit.setScale(0, RoundingMode.FLOOR).toBigInteger();
    BigInteger ceiling = limit.setScale(0, RoundingMode.CEILING).toBigInteger();
    return switch (kind) {
      case EQUALS -> between(ceiling, floor);
      case NOT_EQUALS ->
          IntervalSet.union(
              List.of(set(SqlKind.LESS_THAN, limit), set(SqlKind.GREATER_THAN, limit)));
      case GREATER_THAN -> between(floor.add(BigInteger.ONE), GREATEST);
      case GREATER_THAN_OR_EQUAL -> between(ceiling, GREATEST);
      case LESS_THAN -> between(LEAST, ceiling.subtract(BigInteger.ONE));
      case LESS_THAN_OR_EQUAL -> between(LEAST, floor);
      default -> throw new AssertionError(kind);
    };
  }

  private static IntervalSet between(BigInteger low, BigInteger high) {
    BigInteger from = low.max(LEAST);
    BigInteger to = high.min(GREATEST);
    return from.compareTo(to) > 0
        ? IntervalSet.NONE
        : IntervalSet.of(from.longValueExact(), to.longValueExact());
  }

  static @Nullable Comparison comparison(RexNode condition, int column) {
    boolean compares =
        switch (condition.getKind()) {
          case EQUALS,
              NOT_EQUALS,
              GREATER_THAN,
              GREATER_THAN_OR_EQUAL,
              LESS_THAN,
              LESS_THAN_OR_EQUAL ->
              true;
          default -> false;
        };
    if (!compares) {
      return null;
    }
    RexNode left = terms(condition).get(0);
    RexNode right = terms(condition).get(1);
    if (isColumn(left, column) && isBound(right, left.getType())) {
      return new Comparison(condition.getKind(), right);
    }
    if (isColumn(right, column) && isBound(left, right.getType())) {
      return new Comparison(condition.getKind().reverse(), left);
    }
    return null;
  }

  private static boolean isColumn(RexNode node, int column) {
    RexNode inner = node;
    while (inner.getKind() == SqlKind.CAST
        && changesNothing(terms(inner).get(0).getType(), inner.getType())) {
      inner = terms(inner).get(0);
    }
    return inner instanceof RexInputRef ref && ref.getIndex() == column;
  }

  /** Whether a cast keeps every value: to the type itself, but for NULLs, or to a wide DECIMAL. */
  private static boolean changesNothing(RelDataType from, RelDataType to) {
    return SqlTypeUtil.equalSansNullability(from, to)
        || (to.getSqlTypeName() == SqlTypeName.DECIMAL
            && SqlTypeUtil.isIntType(from)
            && to.getPrecision() - to.getScale() >= BIGINT_DIGITS);
  }

  /** Whether a value is the same for all rows of an execution, and an exact bound of the type. */
  private static boolean isBound(RexNode value, RelDataType columnType) {
    boolean sameKind =
        switch (columnType.getSqlTypeName()) {
          case TIMESTAMP -> value.getType().getSqlTypeName() == SqlTypeName.TIMESTAMP;
          case DECIMAL -> value.getType().getSqlTypeName() == SqlTypeName.DECIMAL;
          default -> SqlTypeUtil.isIntType(value.getType());
        };
    return sameKind && isFixed(value);
  }

  /** Whether a value is the same for all rows of an execution. */
  static boolean isFixed(RexNode value) {
    return RexUtil.isDeterministic(value)
        && !RexUtil.containsInputRef(value)
        && RowExpressions.areScalar(List.of(value));
  }
}
