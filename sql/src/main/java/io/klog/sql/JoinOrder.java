package io.klog.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Puts inner joins of three and more inputs in an order in which each has a condition on what was
 * joined before, small inputs first. As they are written, {@code FROM a, b, c WHERE a.x = c.y AND
 * c.z = b.w} begins with every row of a beside every row of b; and to try all orders by cost takes
 * for ever from some eight inputs on.
 */
final class JoinOrder {
  /** Up to so many joins, the planner may try which side of each comes first. */
  private static final int MAX_COMMUTED = 5;

  private final List<RelNode> inputs = new ArrayList<>();

  /** Of each input, its first field in the row as it is written. */
  private final List<Integer> starts = new ArrayList<>();

  private final List<RexNode> conditions = new ArrayList<>();

  private JoinOrder() {}

  static RelNode apply(RelNode rel, RelOptPlanner planner) {
    if (RelOptUtil.countJoins(rel) > MAX_COMMUTED) {
      planner.removeRule(CoreRules.JOIN_COMMUTE);
    }
    return apply(rel);
  }

  private static RelNode apply(RelNode rel) {
    if (isInner(rel)) {
      JoinOrder order = new JoinOrder();
      order.flatten(rel, 0);
      if (order.inputs.size() > 2) {
        order.inputs.replaceAll(JoinOrder::apply);
        return order.joined(rel);
      }
    }
    List<RelNode> inputs = rel.getInputs().stream().map(JoinOrder::apply).toList();
    return inputs.equals(rel.getInputs()) ? rel : rel.copy(rel.getTraitSet(), inputs);
  }

  private static boolean isInner(RelNode rel) {
    return rel instanceof LogicalJoin join
        && join.getJoinType() == JoinRelType.INNER
        && join.getVariablesSet().isEmpty();
  }

  /**
   * @return the field behind its last
   */
  private int flatten(RelNode rel, int start) {
    if (!isInner(rel)) {
      inputs.add(rel);
      starts.add(start);
      return start + rel.getRowType().getFieldCount();
    }
    Join join = (Join) rel;
    int end = flatten(join.getRight(), flatten(join.getLeft(), start));
    conditions.addAll(RelOptUtil.conjunctions(RexUtil.shift(join.getCondition(), start)));
    return end;
  }

  private RelNode joined(RelNode written) {
    List<Integer> order = order(written.getCluster().getMetadataQuery());
    int[] fields = new int[written.getRowType().getFieldCount()];
    Arrays.fill(fields, -1);
    List<RexNode> waiting = new ArrayList<>(conditions);
    RelNode result = inputs.get(order.get(0));
    place(order.get(0), 0, fields);
    for (int input : order.subList(1, order.size())) {
      place(input, result.getRowType().getFieldCount(), fields);
      List<RexNode> ready = waiting.stream().filter(c -> isPlaced(c, fields)).toList();
      waiting.removeAll(ready);
      RexNode condition =
          RexUtil.composeConjunction(written.getCluster().getRexBuilder(), moved(ready, fields));
      result =
          LogicalJoin.create(
              result, inputs.get(input), List.of(), condition, Set.of(), JoinRelType.INNER);
    }
    List<RexNode> columns = new ArrayList<>();
    for (int field : fields) {
      columns.add(RexInputRef.of(field, result.getRowType()));
    }
    return LogicalProject.create(
        result, List.of(), columns, written.getRowType().getFieldNames(), Set.of());
  }

  /** Always the smallest of those with a condition on the ones before; of all, if none has. */
  private List<Integer> order(RelMetadataQuery metadata) {
    List<Double> rows = inputs.stream().map(metadata::getRowCount).toList();
    List<ImmutableBitSet> used = conditions.stream().map(this::inputsOf).toList();
    List<Integer> order = new ArrayList<>();
    ImmutableBitSet done = ImmutableBitSet.of();
    while (order.size() < inputs.size()) {
      int best = -1;
      boolean bestConnected = false;
      for (int i = 0; i < inputs.size(); i++) {
        if (done.get(i)) {
          continue;
        }
        boolean connected = isConnected(i, done, used);
        if (best < 0
            || (connected && !bestConnected)
            || (connected == bestConnected && rows.get(i) < rows.get(best))) {
          best = i;
          bestConnected = connected;
        }
      }
      order.add(best);
      done = done.set(best);
    }
    return order;
  }

  private static boolean isConnected(int input, ImmutableBitSet done, List<ImmutableBitSet> used) {
    ImmutableBitSet with = done.set(input);
    return used.stream().anyMatch(u -> u.get(input) && u.intersects(done) && with.contains(u));
  }

  private ImmutableBitSet inputsOf(RexNode condition) {
    ImmutableBitSet.Builder used = ImmutableBitSet.builder();
    for (int field : RelOptUtil.InputFinder.bits(condition)) {
      int input = inputs.size() - 1;
      while (starts.get(input) > field) {
        input--;
      }
      used.set(input);
    }
    return used.build();
  }

  private void place(int input, int at, int[] fields) {
    for (int i = 0; i < inputs.get(input).getRowType().getFieldCount(); i++) {
      fields[starts.get(input) + i] = at + i;
    }
  }

  private static boolean isPlaced(RexNode condition, int[] fields) {
    return RelOptUtil.InputFinder.bits(condition).asList().stream().allMatch(f -> fields[f] >= 0);
  }

  private static List<RexNode> moved(List<RexNode> conditions, int[] fields) {
    RexShuttle shuttle =
        new RexShuttle() {
          @Override
          public RexNode visitInputRef(RexInputRef ref) {
            return new RexInputRef(fields[ref.getIndex()], ref.getType());
          }
        };
    return shuttle.visitList(conditions);
  }
}
