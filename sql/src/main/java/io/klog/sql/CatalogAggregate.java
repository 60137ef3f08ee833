package io.klog.sql;

import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rex.RexBuilder;
import org.jspecify.annotations.Nullable;

/**
 * count(*), min(offset) and max(offset) of a topic without reading it: counts are asked of the
 * store, and the least and greatest offsets are one record each. Offsets may have gaps, so nothing
 * is computed from them; what the store does not know is counted by reading.
 */
final class CatalogAggregate implements Operator {
  private enum Kind {
    COUNT,
    MIN,
    MAX
  }

  private final ScanOperator scan;
  private final Kind[] kinds;

  private CatalogAggregate(ScanOperator scan, Kind[] kinds) {
    this.scan = scan;
    this.kinds = kinds;
  }

  static boolean isPossible(Aggregate aggregate) {
    if (!aggregate.getGroupSet().isEmpty()
        || aggregate.getGroupSets().size() != 1
        || !(aggregate.getInput() instanceof TopicScan scan)) {
      return false;
    }
    ScanSpec spec = scan.spec();
    return !spec.isLimited()
        && spec.driving() == null
        && spec.residual().isEmpty()
        && aggregate.getAggCallList().stream().allMatch(call -> kind(call, spec) != null);
  }

  /**
   * The operator for an aggregate.
   *
   * @param aggregate a possible one
   */
  static CatalogAggregate of(Aggregate aggregate, RexBuilder builder) {
    TopicScan scan = (TopicScan) aggregate.getInput();
    List<Kind> kinds = new ArrayList<>();
    for (AggregateCall call : aggregate.getAggCallList()) {
      Kind kind = kind(call, scan.spec());
      if (kind != null) {
        kinds.add(kind);
      }
    }
    return new CatalogAggregate(
        ScanOperator.of(scan.spec(), builder, scan.getTable()), kinds.toArray(new Kind[0]));
  }

  private static @Nullable Kind kind(AggregateCall call, ScanSpec spec) {
    if (call.filterArg >= 0 || call.isDistinct()) {
      return null;
    }
    List<Integer> arguments = call.getArgList();
    int column = arguments.isEmpty() ? -1 : spec.columns().get(arguments.get(0));
    return switch (call.getAggregation().getKind()) {
      // The first columns, which all topics have, are never NULL.
      case COUNT -> arguments.size() <= 1 && column < Columns.FIRST_DECLARED ? Kind.COUNT : null;
      case MIN -> column == Columns.OFFSET ? Kind.MIN : null;
      case MAX -> column == Columns.OFFSET ? Kind.MAX : null;
      default -> null;
    };
  }

  @Override
  public RowCursor open(Execution execution) {
    ScanRange range = scan.range(execution);
    int[] partitions = range == null ? new int[0] : scan.selectedPartitions(execution);
    @Nullable Object[] row = new Object[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      ScanRange all = range == null ? ScanRange.ALL : range;
      row[i] =
          kinds[i] == Kind.COUNT
              ? count(all, partitions, execution)
              : outermost(all, partitions, kinds[i] == Kind.MAX, execution);
    }
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(row);
    return new ListRows(rows);
  }

  private Long count(ScanRange range, int[] partitions, Execution execution) {
    long sum = 0;
    Snapshot snapshot = execution.snapshot();
    for (int p : partitions) {
      boolean whole =
          range.fromOffset() <= snapshot.startOffset(scan.topic(), p)
              && range.toOffset() >= snapshot.endOffset(scan.topic(), p)
              && !range.boundsTimestamp();
      OptionalLong known = whole ? snapshot.recordCount(scan.topic(), p) : OptionalLong.empty();
      sum += known.isPresent() ? known.getAsLong() : counted(range, p, execution);
    }
    return sum;
  }

  private long counted(ScanRange range, int partition, Execution execution) {
    long count = 0;
    try (RecordCursor cursor = execution.snapshot().scan(scan.topic(), partition, range)) {
      while (cursor.next()) {
        if ((++count & 0xff) == 0) {
          execution.control().check();
        }
      }
    }
    return count;
  }

  private @Nullable Long outermost(
      ScanRange range, int[] partitions, boolean greatest, Execution execution) {
    ScanRange one = (range.reverse() == greatest ? range : range.reversed()).withLimit(1);
    Long found = null;
    for (int p : partitions) {
      try (RecordCursor cursor = execution.snapshot().scan(scan.topic(), p, one)) {
        if (cursor.next()) {
          long offset = cursor.offset();
          found =
              found == null ? offset : greatest ? Math.max(found, offset) : Math.min(found, offset);
        }
      }
    }
    return found;
  }
}
