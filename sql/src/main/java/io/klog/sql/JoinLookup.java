package io.klog.sql;

import io.klog.KeySet;
import io.klog.sql.ScanBounds.Restriction;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * How one side of a join is looked up by values of the other: a scan that can be told which offsets
 * or keys are wanted.
 *
 * @param scan what is told
 * @param place which of the columns to join by it is told of
 * @param ofKeys whether these are the record's keys, else their offsets
 * @param type of the column that is looked up by
 */
record JoinLookup(ScanOperator scan, int place, boolean ofKeys, RelDataType type) {
  /** The lookup of a side that is planned as an operator; null where there is none. */
  static @Nullable JoinLookup of(RelNode side, Operator operator, JoinKeys keys, boolean ofLeft) {
    ScanOperator scan = scan(operator);
    if (scan == null) {
      return null;
    }
    int place = place(side, keys, ofLeft);
    String kind = place < 0 ? null : kind(side, keys.columns(ofLeft).get(place));
    if (kind == null) {
      return null;
    }
    int column = keys.columns(ofLeft).get(place);
    RelDataType type = side.getRowType().getFieldList().get(column).getType();
    return new JoinLookup(scan, place, kind.equals("key"), type);
  }

  /** The one scan that an operator's rows are of, each of one record; null where there is none. */
  static @Nullable ScanOperator scan(Operator operator) {
    if (operator instanceof Operators.Project project) {
      return scan(project.input());
    }
    if (operator instanceof Operators.Filter filter) {
      return scan(filter.input());
    }
    return operator instanceof ScanOperator scan ? scan : null;
  }

  /** What a side is looked up by, as EXPLAIN says; null for nothing. */
  static @Nullable String kind(RelNode side, JoinKeys keys, boolean ofLeft) {
    int place = place(side, keys, ofLeft);
    return place < 0 ? null : kind(side, keys.columns(ofLeft).get(place));
  }

  /** The first place in the key that it can be looked up by, or -1. */
  private static int place(RelNode side, JoinKeys keys, boolean ofLeft) {
    List<Integer> columns = keys.columns(ofLeft);
    for (int i = 0; i < columns.size(); i++) {
      // No lookup finds a NULL.
      if (keys.filterNulls().get(i) && kind(side, columns.get(i)) != null) {
        return i;
      }
    }
    return -1;
  }

  private static @Nullable String kind(RelNode side, int column) {
    if (side instanceof Project project) {
      RexNode inner = project.getProjects().get(column);
      while (inner instanceof RexCall call && KeyBounds.isSame(call)) {
        inner = call.getOperands().get(0);
      }
      return inner instanceof RexInputRef ref ? kind(project.getInput(), ref.getIndex()) : null;
    }
    if (side instanceof Filter filter) {
      return kind(filter.getInput(), column);
    }
    if (!(side instanceof TopicScan scan)
        || scan.spec().isLimited()
        || scan.spec().driving() != null) {
      return null;
    }
    int ofTopic = scan.spec().columns().get(column);
    if (ofTopic == Columns.OFFSET) {
      return "offset";
    }
    RexInputRef ref =
        new RexInputRef(ofTopic, scan.getRowType().getFieldList().get(column).getType());
    return scan.spec().keys().has(ref) ? "key" : null;
  }

  /** What the values, in the place of the other side's rows, restrict the scan to. */
  Restriction to(List<@Nullable Object[]> rows, int column) {
    List<IntervalSet> offsets = new ArrayList<>();
    List<byte[]> keys = new ArrayList<>();
    for (@Nullable Object[] row : rows) {
      Object value = row[column];
      if (ofKeys && value != null) {
        KeySet bytes = KeyBounds.keysOf(value, type);
        if (bytes == null) {
          return Restriction.NONE;
        }
        keys.add(bytes.key(0));
      } else if (value instanceof Number number) {
        offsets.add(IntervalSet.of(number.longValue(), number.longValue()));
      }
    }
    return ofKeys
        ? Restriction.toKeys(KeySet.of(keys))
        : Restriction.toOffsets(IntervalSet.union(offsets));
  }
}
