package io.klog.sql;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.Ints;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.jspecify.annotations.Nullable;

/**
 * Joins what a consumer group reads, on the left, to ordinary rows, which are kept in memory while
 * the cursor is open. Never asks the left for its next row before all of the last one's are taken:
 * that is what acknowledging goes by.
 */
final class JoinOperator implements Operator {
  private final Operator left;
  private final Operator right;
  private final int leftWidth;
  private final int rightWidth;
  private final int[] leftKeys;
  private final int[] rightKeys;
  // By key: whether NULL equals nothing, as =, or another NULL, as IS NOT DISTINCT FROM has it.
  private final boolean[] filterNulls;
  private final @Nullable Expr condition;
  private final boolean outer;

  private JoinOperator(
      Join join, Operator left, Operator right, Keys keys, @Nullable Expr condition) {
    this.left = left;
    this.right = right;
    this.leftWidth = join.getLeft().getRowType().getFieldCount();
    this.rightWidth = join.getRight().getRowType().getFieldCount();
    this.leftKeys = Ints.toArray(keys.left);
    this.rightKeys = Ints.toArray(keys.right);
    this.filterNulls = Booleans.toArray(keys.filterNulls);
    this.condition = condition;
    this.outer = join.getJoinType() == JoinRelType.LEFT;
  }

  /** The columns to join by, found in the condition, and what remains of that. */
  private record Keys(
      List<Integer> left, List<Integer> right, List<Boolean> filterNulls, List<RexNode> rest) {
    static Keys of(Join join) {
      Keys keys =
          new Keys(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      RelOptUtil.splitJoinCondition(
          join.getLeft(),
          join.getRight(),
          join.getCondition(),
          keys.left,
          keys.right,
          keys.filterNulls,
          keys.rest);
      return keys;
    }
  }

  static boolean isPossible(Join join) {
    return (join.getJoinType() == JoinRelType.INNER || join.getJoinType() == JoinRelType.LEFT)
        && RowExpressions.areScalar(List.of(join.getCondition()));
  }

  static @Nullable JoinOperator of(Join join, DirectPlanner planner) {
    if (!isPossible(join)) {
      return null;
    }
    Operator left = planner.plan(join.getLeft());
    Operator right = planner.plan(join.getRight());
    if (left == null || right == null) {
      return null;
    }
    Keys keys = Keys.of(join);
    RexNode rest = RexUtil.composeConjunction(join.getCluster().getRexBuilder(), keys.rest, true);
    Expr condition = rest == null ? null : planner.compiler(join.getRowType()).compile(rest);
    return new JoinOperator(join, left, right, keys, condition);
  }

  @Override
  public RowCursor open(Execution execution) {
    Map<List<@Nullable Object>, List<@Nullable Object[]>> byKey = new HashMap<>();
    try (RowCursor rows = right.open(execution)) {
      while (rows.next()) {
        execution.control().check();
        List<@Nullable Object> key = key(rows, rightKeys);
        if (key != null) {
          byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(copy(rows));
        }
      }
    }
    return new JoinRows(left.open(execution), byKey, execution);
  }

  private @Nullable Object[] copy(RowCursor rows) {
    @Nullable Object[] row = new Object[rightWidth];
    for (int i = 0; i < rightWidth; i++) {
      row[i] = rows.getObject(i);
    }
    return row;
  }

  /** The values to join by, such that equal ones are equal; null where nothing equals them. */
  private @Nullable List<@Nullable Object> key(RowCursor row, int[] columns) {
    List<@Nullable Object> key = new ArrayList<>(columns.length);
    for (int i = 0; i < columns.length; i++) {
      Object value = CanonicalValues.toInternal(row.getObject(columns[i]));
      if (value == null && filterNulls[i]) {
        return null;
      }
      if (value instanceof Integer number) {
        value = number.longValue();
      } else if (value instanceof BigDecimal decimal) {
        value = decimal.stripTrailingZeros();
      }
      key.add(value);
    }
    return key;
  }

  private final class JoinRows extends RowCursor {
    private final RowCursor in;
    private final Map<List<@Nullable Object>, List<@Nullable Object[]>> byKey;
    private final Execution execution;
    private List<@Nullable Object[]> matches = List.of();
    private int at;
    private boolean matched = true;
    private @Nullable Object @Nullable [] other;

    JoinRows(
        RowCursor in,
        Map<List<@Nullable Object>, List<@Nullable Object[]>> byKey,
        Execution execution) {
      this.in = in;
      this.byKey = byKey;
      this.execution = execution;
    }

    @Override
    public boolean next() {
      while (true) {
        while (at < matches.size()) {
          other = matches.get(at++);
          if (condition == null || Boolean.TRUE.equals(condition.eval(this, execution))) {
            matched = true;
            return true;
          }
        }
        other = null;
        if (outer && !matched) {
          matched = true;
          return true;
        }
        if (!in.next()) {
          return false;
        }
        List<@Nullable Object> key = key(in, leftKeys);
        matches = key == null ? List.of() : byKey.getOrDefault(key, List.of());
        at = 0;
        matched = false;
      }
    }

    @Override
    public @Nullable Object getObject(int column) {
      if (column < leftWidth) {
        return in.getObject(column);
      }
      return other == null ? null : other[column - leftWidth];
    }

    @Override
    public void close() {
      in.close();
    }
  }
}
