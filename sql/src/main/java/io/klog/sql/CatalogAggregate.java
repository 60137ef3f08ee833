package io.klog.sql;

import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.sql.ScanBounds.Reading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rex.RexBuilder;
import org.jspecify.annotations.Nullable;

/**
 * count(*), and the least and greatest offset and timestamp of a topic, without reading it: counts
 * are asked of the store, and the least and greatest offsets are one record each. Offsets may have
 * gaps, so nothing is computed from them; what the store does not know is counted by reading.
 */
final class CatalogAggregate implements Operator {
  private enum Kind {
    COUNT,
    MIN,
    MAX,
    EARLIEST,
    LATEST
  }

  // How many records are looked at between two looks at the statement's control.
  private static final int CONTROL_MASK = 0xff;

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
      case MIN ->
          column == Columns.OFFSET ? Kind.MIN : column == Columns.TIMESTAMP ? Kind.EARLIEST : null;
      case MAX ->
          column == Columns.OFFSET ? Kind.MAX : column == Columns.TIMESTAMP ? Kind.LATEST : null;
      default -> null;
    };
  }

  @Override
  public RowCursor open(Execution execution) {
    Reading reading = scan.reading(execution);
    @Nullable Object[] row = new Object[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      row[i] =
          switch (kinds[i]) {
            case COUNT -> count(reading, execution);
            case MIN -> outermost(reading, false, execution);
            case MAX -> outermost(reading, true, execution);
            case EARLIEST -> time(reading, false, execution);
            case LATEST -> time(reading, true, execution);
          };
    }
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(row);
    return new ListRows(rows);
  }

  private Long count(Reading reading, Execution execution) {
    long sum = 0;
    for (int i = 0; i < reading.size(); i++) {
      sum += count(reading.ranges(i), reading.partition(i), execution);
    }
    return sum;
  }

  private long count(ScanRange[] ranges, int partition, Execution execution) {
    long sum = 0;
    for (ScanRange range : ranges) {
      OptionalLong known =
          range.keys() != null || range.boundsTimestamp()
              ? OptionalLong.empty()
              : execution
                  .snapshot()
                  .recordCount(scan.topic(), partition, range.fromOffset(), range.toOffset());
      if (known.isEmpty()) {
        return counted(ranges, partition, execution);
      }
      sum += known.getAsLong();
    }
    return sum;
  }

  private long counted(ScanRange[] ranges, int partition, Execution execution) {
    long count = 0;
    try (RecordCursor cursor =
        RangesCursor.of(execution.snapshot(), scan.topic(), partition, ranges)) {
      while (cursor.next()) {
        if ((++count & CONTROL_MASK) == 0) {
          execution.control().check();
        }
      }
    }
    return count;
  }

  private @Nullable Long outermost(Reading reading, boolean greatest, Execution execution) {
    Long found = null;
    for (int i = 0; i < reading.size(); i++) {
      List<ScanRange> ranges = new ArrayList<>(List.of(reading.ranges(i)));
      ranges.replaceAll(
          range -> (range.reverse() == greatest ? range : range.reversed()).withLimit(1));
      ranges.sort(Comparator.comparingLong(ScanRange::fromOffset));
      if (greatest) {
        Collections.reverse(ranges);
      }
      try (RecordCursor cursor =
          RangesCursor.of(
              execution.snapshot(),
              scan.topic(),
              reading.partition(i),
              ranges.toArray(new ScanRange[0]))) {
        if (cursor.next()) {
          long offset = cursor.offset();
          found =
              found == null ? offset : greatest ? Math.max(found, offset) : Math.min(found, offset);
        }
      }
    }
    return found;
  }

  /**
   * The earliest or latest time. Records come nearly in order of their times: beside the first or
   * last of them, only what lies beyond that is read, which few segments have.
   */
  private @Nullable Long time(Reading reading, boolean latest, Execution execution) {
    Long found = null;
    for (int i = 0; i < reading.size(); i++) {
      int partition = reading.partition(i);
      for (ScanRange range : reading.ranges(i)) {
        ScanRange directed = range.reverse() == latest ? range : range.reversed();
        found = timeBeyond(found, directed.withLimit(1), partition, latest, execution);
        found = timeBeyond(found, directed, partition, latest, execution);
      }
    }
    return found;
  }

  private @Nullable Long timeBeyond(
      @Nullable Long known, ScanRange range, int partition, boolean latest, Execution execution) {
    Long found = known;
    ScanRange beyond = known == null ? range : beyond(range, known, latest);
    if (beyond.fromTimestamp() > beyond.toTimestamp()) {
      return known;
    }
    boolean one = range.limit() == 1;
    int looked = 0;
    try (RecordCursor cursor = execution.snapshot().scan(scan.topic(), partition, beyond)) {
      while (cursor.next()) {
        if ((++looked & CONTROL_MASK) == 0) {
          execution.control().check();
        }
        long time = cursor.timestamp();
        if (found == null || (latest ? time > found : time < found)) {
          found = time;
        }
        if (one) {
          break; // a limit is a hint only
        }
      }
    }
    return found;
  }

  private static ScanRange beyond(ScanRange range, long time, boolean latest) {
    if (latest) {
      return time == Long.MAX_VALUE
          ? range.withTimestamps(1, 0)
          : range.withTimestamps(Math.max(range.fromTimestamp(), time + 1), range.toTimestamp());
    }
    return time == Long.MIN_VALUE
        ? range.withTimestamps(1, 0)
        : range.withTimestamps(range.fromTimestamp(), Math.min(range.toTimestamp(), time - 1));
  }
}
