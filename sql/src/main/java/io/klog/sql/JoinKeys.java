package io.klog.sql;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * The columns to join by, found in a join's condition, and what remains of that.
 *
 * @param filterNulls by key: whether NULL equals nothing, as =, or another NULL, as IS NOT DISTINCT
 *     FROM has it
 */
record JoinKeys(
    List<Integer> left, List<Integer> right, List<Boolean> filterNulls, List<RexNode> rest) {
  static JoinKeys of(Join join) {
    JoinKeys keys =
        new JoinKeys(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
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

  List<Integer> columns(boolean ofLeft) {
    return ofLeft ? left : right;
  }

  /** How a side's keys are read; null where values of a type cannot be told apart. */
  JoinTable.@Nullable Side side(RelDataType rowType, boolean ofLeft) {
    int[] columns = Ints.toArray(columns(ofLeft));
    KeyColumn[] types = KeyColumn.of(rowType, columns);
    return types == null
        ? null
        : new JoinTable.Side(
            rowType.getFieldCount(), columns, types, Booleans.toArray(filterNulls));
  }
}
