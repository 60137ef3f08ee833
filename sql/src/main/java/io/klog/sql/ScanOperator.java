package io.klog.sql;

import io.klog.ScanRange;
import io.klog.Topic;
import io.klog.sql.Bounds.Interval;
import io.klog.sql.ScanSpec.Driving;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/** Reads a topic: turns what was pushed into ranges of its partitions, and opens these. */
final class ScanOperator implements Operator {
  private final Topic topic;
  private final Columns layout;
  private final int[] columns;
  // The declared columns that the rows or the filter may ask for.
  private final int[] declared;
  private final List<Bounds.Evaluator> offsets = new ArrayList<>();
  private final List<Bounds.Evaluator> timestamps = new ArrayList<>();
  private final @Nullable Expr partitions;
  private final @Nullable Expr filter;
  private final ScanSpec.Order order;
  private final @Nullable Expr skip;
  private final @Nullable Expr limit;
  private final @Nullable Driving driving;

  private ScanOperator(ScanSpec spec, Columns layout, ExprCompiler compiler) {
    this.topic = spec.topic();
    this.layout = layout;
    this.columns = spec.columns().toIntArray();
    this.declared = declared(spec, layout);
    for (RexNode bound : spec.bounds(Columns.OFFSET)) {
      offsets.add(Bounds.compile(bound, Columns.OFFSET, compiler::compile));
    }
    for (RexNode bound : spec.bounds(Columns.TIMESTAMP)) {
      timestamps.add(Bounds.compile(bound, Columns.TIMESTAMP, compiler::compile));
    }
    this.partitions = compiler.conjunction(spec.partitionConditions());
    this.filter = compiler.conjunction(spec.residual());
    this.order = spec.order();
    this.skip = spec.skip() == null ? null : compiler.compile(spec.skip());
    this.limit = spec.limit() == null ? null : compiler.compile(spec.limit());
    this.driving = spec.driving();
  }

  static ScanOperator of(ScanSpec spec, RexBuilder builder, RelOptTable table) {
    return new ScanOperator(
        spec,
        Columns.of(spec.topic(), builder.getTypeFactory()),
        new ExprCompiler(builder, table.getRowType()));
  }

  private static int[] declared(ScanSpec spec, Columns layout) {
    ImmutableBitSet asked =
        ImmutableBitSet.of(spec.columns())
            .union(RelOptUtil.InputFinder.bits(spec.residual(), null));
    return asked.asList().stream()
        .filter(layout::isDeclared)
        .mapToInt(column -> column - Columns.FIRST_DECLARED)
        .toArray();
  }

  private @Nullable RecordFields fields() {
    return declared.length == 0 ? null : new RecordFields(topic, layout, declared);
  }

  Topic topic() {
    return topic;
  }

  @Override
  public RowCursor open(Execution execution) {
    long toSkip = skip == null ? 0 : Limits.count(skip, execution, "OFFSET");
    long most = limit == null ? Long.MAX_VALUE : Limits.count(limit, execution, "LIMIT");
    if (driving != null && driving.group() != null) {
      GroupCursor cursor = execution.groupCursor(driving.follows());
      RecordRows consumed =
          cursor.open(Limits.group(driving.group(), execution), topic, layout, fields());
      return new ScanRows(consumed, columns, filter, toSkip, most, execution);
    }
    ScanRange range = range(execution);
    int[] selected = range == null ? new int[0] : selectedPartitions(execution);
    if (driving != null) {
      RecordRows followed =
          execution
              .streamCursor()
              .open(topic, layout, fields(), selected, range == null ? ScanRange.ALL : range);
      return new ScanRows(followed, columns, filter, toSkip, most, execution);
    }
    if (range != null && filter == null && most < Long.MAX_VALUE - toSkip) {
      range = range.withLimit(most + toSkip);
    }
    ScanRange[] ranges = new ScanRange[selected.length];
    Arrays.fill(ranges, range);
    TopicCursor cursor =
        new TopicCursor(
            execution.snapshot(),
            topic,
            layout,
            fields(),
            selected,
            ranges,
            order != ScanSpec.Order.NONE);
    return new ScanRows(cursor, columns, filter, toSkip, most, execution);
  }

  /** The range to read of each partition; null where the conditions admit nothing. */
  @Nullable ScanRange range(Execution execution) {
    Interval offset = intersection(offsets, execution);
    Interval timestamp = intersection(timestamps, execution);
    if (offset.isEmpty() || timestamp.isEmpty()) {
      return null;
    }
    long to = offset.high() == Long.MAX_VALUE ? Long.MAX_VALUE : offset.high() + 1;
    ScanRange range =
        ScanRange.ALL
            .withOffsets(Math.max(0, offset.low()), Math.max(0, to))
            .withTimestamps(timestamp.low(), timestamp.high());
    return order == ScanSpec.Order.DESC ? range.reversed() : range;
  }

  private static Interval intersection(List<Bounds.Evaluator> bounds, Execution execution) {
    Interval result = Interval.ALL;
    for (Bounds.Evaluator bound : bounds) {
      result = result.intersect(bound.eval(execution));
    }
    return result;
  }

  /** The partitions that the conditions admit. */
  int[] selectedPartitions(Execution execution) {
    int[] selected = new int[topic.partitions()];
    int count = 0;
    PartitionRow row = new PartitionRow();
    for (int p = 0; p < topic.partitions(); p++) {
      row.partition = p;
      if (partitions == null || Boolean.TRUE.equals(partitions.eval(row, execution))) {
        selected[count++] = p;
      }
    }
    return Arrays.copyOf(selected, count);
  }

  /** A row of which only the partition is known. */
  private static final class PartitionRow extends RowCursor {
    private int partition;

    @Override
    public boolean next() {
      return false;
    }

    @Override
    public int getInt(int column) {
      return partition;
    }

    @Override
    public boolean isNull(int column) {
      return false;
    }

    @Override
    public Object getObject(int column) {
      return partition;
    }

    @Override
    public void close() {}
  }
}
