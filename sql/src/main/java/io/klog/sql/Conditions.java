package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/** Brings conditions into the terms that bounds are found in. */
final class Conditions extends RexShuttle {
  private final RexBuilder builder;

  private Conditions(RexBuilder builder) {
    this.builder = builder;
  }

  /** What has to be true all together, without sets in one term and without rows compared. */
  static List<RexNode> of(RexNode condition, RexBuilder builder) {
    return RelOptUtil.conjunctions(condition.accept(new Conditions(builder)));
  }

  @Override
  public RexNode visitCall(RexCall call) {
    if (call.getKind() == SqlKind.SEARCH) {
      return RexUtil.expandSearch(builder, null, call);
    }
    RexNode expanded = expandRows(call);
    return expanded != null ? expanded : super.visitCall(call);
  }

  /** {@code (a, b) > (c, d)} as {@code a > c OR (a = c AND b > d)}; null for anything else. */
  private @Nullable RexNode expandRows(RexCall call) {
    SqlOperator strictly = strictly(call.getKind());
    if (strictly == null) {
      return null;
    }
    List<RexNode> left = row(call.getOperands().get(0));
    List<RexNode> right = row(call.getOperands().get(1));
    if (left == null || right == null || !areIntegers(left) || !areIntegers(right)) {
      return null;
    }
    List<RexNode> alternatives = new ArrayList<>();
    List<RexNode> equal = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      boolean last = i == left.size() - 1;
      List<RexNode> terms = new ArrayList<>(equal);
      terms.add(builder.makeCall(last ? call.getOperator() : strictly, left.get(i), right.get(i)));
      alternatives.add(RexUtil.composeConjunction(builder, terms));
      equal.add(builder.makeCall(SqlStdOperatorTable.EQUALS, left.get(i), right.get(i)));
    }
    return RexUtil.composeDisjunction(builder, alternatives);
  }

  /** The order without equality; null where the kind is no order. */
  private static @Nullable SqlOperator strictly(SqlKind kind) {
    return switch (kind) {
      case GREATER_THAN, GREATER_THAN_OR_EQUAL -> SqlStdOperatorTable.GREATER_THAN;
      case LESS_THAN, LESS_THAN_OR_EQUAL -> SqlStdOperatorTable.LESS_THAN;
      default -> null;
    };
  }

  private static @Nullable List<RexNode> row(RexNode node) {
    RexNode inner = node.getKind() == SqlKind.CAST ? ((RexCall) node).getOperands().get(0) : node;
    return inner.getKind() == SqlKind.ROW ? ((RexCall) inner).getOperands() : null;
  }

  /** Whether it makes no difference that a cast of the row is left out. */
  private static boolean areIntegers(List<RexNode> nodes) {
    return nodes.stream().allMatch(node -> SqlTypeUtil.isIntType(node.getType()));
  }
}
