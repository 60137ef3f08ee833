package io.klog.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinInfo;
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
  private final @Nullable Expr condition;
  private final boolean outer;

  private JoinOperator(Join join, Operator left, Operator right, @Nullable Expr condition) {
    JoinInfo info = join.analyzeCondition();
    this.left = left;
    this.right = right;
    this.leftWidth = join.getLeft().getRowType().getFieldCount();
    this.rightWidth = join.getRight().getRowType().getFieldCount();
    this.leftKeys = info.leftKeys.toIntArray();
    this.rightKeys = info.rightKeys.toIntArray();
    this.condition = condition;
    this.outer = join.getJoinType() == JoinRelType.LEFT;
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
    RexNode rest =
        RexUtil.composeConjunction(
            join.getCluster().getRexBuilder(), join.analyzeCondition().nonEquiConditions, true);
    Expr condition = rest == null ? null : planner.compiler(join.getRowType()).compile(rest);
    return new JoinOperator(join, left, right, condition);
  }

  @Override
  public RowCursor open(Execution execution) {
    Map<List<Object>, List<@Nullable Object[]>> byKey = new HashMap<>();
    try (RowCursor rows = right.open(execution)) {
      while (rows.next()) {
        execution.control().check();
        List<Object> key = key(rows, rightKeys);
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

  /** The values to join by, such that equal ones are equal; null where one is NULL. */
  private static @Nullable List<Object> key(RowCursor row, int[] columns) {
    List<Object> key = new ArrayList<>(columns.length);
    for (int column : columns) {
      Object value = CanonicalValues.toInternal(row.getObject(column));
      if (value == null) {
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
    private final Map<List<Object>, List<@Nullable Object[]>> byKey;
    private final Execution execution;
    private List<@Nullable Object[]> matches = List.of();
    private int at;
    private boolean matched = true;
    private @Nullable Object @Nullable [] other;

    JoinRows(RowCursor in, Map<List<Object>, List<@Nullable Object[]>> byKey, Execution execution) {
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
        List<Object> key = key(in, leftKeys);
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
