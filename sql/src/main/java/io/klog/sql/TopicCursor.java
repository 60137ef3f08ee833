package io.klog.sql;

import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.sql.ScanBounds.Reading;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records of a topic with all their columns, straight out of the store's cursors: partition
 * after partition, or merged by offset.
 */
final class TopicCursor extends RecordRows {
  private final Snapshot snapshot;
  private final Topic topic;
  private final Reading reading;
  private final long hint;

  // All partitions' cursors at their next records; null unless merged, elements null at their end.
  private final @Nullable RecordCursor @Nullable [] heads;

  private int at = -1;

  /**
   * @param fields what reads declared columns, if there are any
   * @param hint how many records will be asked for at most
   * @param merged by offset in the ranges' direction; among equal ones the lower partition first
   */
  TopicCursor(
      Snapshot snapshot,
      Topic topic,
      Columns columns,
      @Nullable RecordFields fields,
      Reading reading,
      long hint,
      boolean merged) {
    super(columns, fields);
    this.snapshot = snapshot;
    this.topic = topic;
    this.reading = reading;
    this.hint = hint;
    this.heads = merged && reading.size() > 1 ? new RecordCursor[reading.size()] : null;
  }

  @Override
  boolean step() {
    if (heads != null) {
      return nextMerged(heads);
    }
    RecordCursor current = record;
    while (current == null || !current.next()) {
      if (current != null) {
        current.close();
        record = null;
      }
      if (at + 1 >= reading.size()) {
        at = reading.size();
        return false;
      }
      at++;
      partition = reading.partition(at);
      current = open(at);
      record = current;
    }
    return true;
  }

  private RecordCursor open(int i) {
    ScanRange[] ranges = reading.ranges(i);
    if (hint < Long.MAX_VALUE) {
      ranges = Arrays.stream(ranges).map(range -> range.withLimit(hint)).toArray(ScanRange[]::new);
    }
    return RangesCursor.of(snapshot, topic, reading.partition(i), ranges);
  }

  private boolean nextMerged(@Nullable RecordCursor[] cursors) {
    if (at < 0) {
      for (int i = 0; i < cursors.length; i++) {
        cursors[i] = open(i);
        advance(cursors, i);
      }
    } else if (record != null) {
      advance(cursors, at);
    }
    RecordCursor best = null;
    for (int i = 0; i < cursors.length; i++) {
      RecordCursor head = cursors[i];
      if (head != null && (best == null || isBefore(head, best))) {
        best = head;
        at = i;
      }
    }
    record = best;
    at = Math.max(at, 0);
    partition = reading.partition(at);
    return best != null;
  }

  private boolean isBefore(RecordCursor head, RecordCursor best) {
    return reading.ranges(0)[0].reverse()
        ? head.offset() > best.offset()
        : head.offset() < best.offset();
  }

  private static void advance(@Nullable RecordCursor[] cursors, int i) {
    RecordCursor head = cursors[i];
    if (head != null && !head.next()) {
      head.close();
      cursors[i] = null;
    }
  }

  @Override
  public void close() {
    at = reading.size();
    if (heads != null) {
      for (int i = 0; i < heads.length; i++) {
        RecordCursor head = heads[i];
        if (head != null) {
          head.close();
          heads[i] = null;
        }
      }
    } else if (record != null) {
      record.close();
    }
    record = null;
  }
}
