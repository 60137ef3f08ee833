package io.klog.sql;

import io.klog.KeySet;
import io.klog.ScanRange;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/** Turns what was pushed into a scan into the ranges to read of each partition. */
final class ScanBounds {
  /**
   * What is known only when a plan runs, and spares reading rows that nobody would see.
   *
   * @param keys those that are wanted; null for all
   */
  record Restriction(IntervalSet offsets, IntervalSet times, @Nullable KeySet keys) {
    static final Restriction NONE = new Restriction(IntervalSet.ALL, IntervalSet.ALL, null);

    static Restriction toOffsets(IntervalSet offsets) {
      return new Restriction(offsets, IntervalSet.ALL, null);
    }

    static Restriction toTimes(IntervalSet times) {
      return new Restriction(IntervalSet.ALL, times, null);
    }

    static Restriction toKeys(KeySet keys) {
      return new Restriction(IntervalSet.ALL, IntervalSet.ALL, keys);
    }
  }

  /**
   * The partitions to read, and the ranges of each, in the order of reading.
   *
   * @param ranges at least one for each partition
   */
  record Reading(List<Integer> partitions, List<ScanRange[]> ranges) {
    int size() {
      return partitions.size();
    }

    int partition(int i) {
      return partitions.get(i);
    }

    ScanRange[] ranges(int i) {
      return ranges.get(i);
    }
  }

  private final Topic topic;
  private final ScanSpec.Order order;
  private final Bounds.Evaluator offsets;
  private final Bounds.Evaluator timestamps;
  // Whether these two are not the same for all partitions.
  private final boolean differ;
  private final KeyBounds.Evaluator keys;
  private final Bounds.Evaluator partitions;
  private final @Nullable Expr partitionCondition;

  ScanBounds(ScanSpec spec, ExprCompiler compiler) {
    this.topic = spec.topic();
    this.order = spec.order();
    this.offsets = compiled(spec, Columns.OFFSET, compiler);
    this.timestamps = compiled(spec, Columns.TIMESTAMP, compiler);
    this.partitions = compiled(spec, Columns.PARTITION, compiler);
    this.partitionCondition = compiler.conjunction(spec.partitionConditions());
    List<KeyBounds.Evaluator> ofKeys = new ArrayList<>();
    for (RexNode bound : spec.keyBounds()) {
      ofKeys.add(KeyBounds.compile(bound, spec.keys(), compiler::compile));
    }
    this.keys = KeyBounds.intersection(ofKeys);
    List<RexNode> ofPlaces = new ArrayList<>(spec.bounds(Columns.OFFSET));
    ofPlaces.addAll(spec.bounds(Columns.TIMESTAMP));
    this.differ = RelOptUtil.InputFinder.bits(ofPlaces, null).get(Columns.PARTITION);
  }

  private static Bounds.Evaluator compiled(ScanSpec spec, int column, ExprCompiler compiler) {
    List<Bounds.Evaluator> bounds = new ArrayList<>();
    for (RexNode bound : spec.bounds(column)) {
      bounds.add(Bounds.compile(bound, column, compiler::compile));
    }
    return Bounds.intersection(bounds);
  }

  Reading eval(Restriction restriction, Execution execution) {
    Reading reading = new Reading(new ArrayList<>(), new ArrayList<>());
    KeySet wanted = keys.eval(execution);
    if (restriction.keys != null) {
      wanted = wanted == null ? restriction.keys : KeyBounds.intersection(wanted, restriction.keys);
    }
    if (wanted != null && wanted.isEmpty()) {
      return reading;
    }
    IntervalSet numbers = null;
    ScanRange[] ranges = new ScanRange[0];
    for (int p = 0; p < topic.partitions(); p++) {
      PartitionRow row = new PartitionRow(p);
      if (numbers == null || differ) {
        numbers = partitions.eval(row, execution);
        ranges = ranges(row, wanted, restriction, execution);
      }
      if (ranges.length > 0
          && numbers.contains(p)
          && (partitionCondition == null
              || Boolean.TRUE.equals(partitionCondition.eval(row, execution)))) {
        reading.partitions.add(p);
        reading.ranges.add(ranges);
      }
    }
    return reading;
  }

  private ScanRange[] ranges(
      PartitionRow partition,
      @Nullable KeySet wanted,
      Restriction restriction,
      Execution execution) {
    IntervalSet places = offsets.eval(partition, execution).intersect(restriction.offsets);
    IntervalSet times = timestamps.eval(partition, execution).intersect(restriction.times);
    // Records are only about in the order of their times: each of several intervals might meet all
    // of a partition, and out of the order of offsets. The filter tells what is between them.
    times = times.hull();
    List<ScanRange> ranges = new ArrayList<>(places.size());
    for (int i = 0; i < places.size(); i++) {
      long from = Math.max(0, places.low(i));
      long to = places.high(i) == Long.MAX_VALUE ? Long.MAX_VALUE : places.high(i) + 1;
      if (from < to && !times.isEmpty()) {
        ranges.add(
            new ScanRange(from, to, times.low(0), times.high(0), wanted, false, Long.MAX_VALUE));
      }
    }
    if (order == ScanSpec.Order.DESC) {
      ranges.replaceAll(ScanRange::reversed);
      Collections.reverse(ranges);
    }
    return ranges.toArray(new ScanRange[0]);
  }
}
