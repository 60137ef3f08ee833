package io.klog.sql;

import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import org.jspecify.annotations.Nullable;

/**
 * The records of a topic with all their columns, straight out of the store's cursors: partition
 * after partition, or merged by offset.
 */
final class TopicCursor extends RecordRows {
  private final Snapshot snapshot;
  private final Topic topic;
  private final int[] partitions;
  private final ScanRange[] ranges;

  // All partitions' cursors at their next records; null unless merged, elements null at their end.
  private final @Nullable RecordCursor @Nullable [] heads;

  private int at = -1;

  /**
   * @param fields what reads declared columns, if there are any
   * @param partitions which to read
   * @param ranges one for each of these
   * @param merged by offset in the ranges' direction; among equal ones the lower partition first
   */
  TopicCursor(
      Snapshot snapshot,
      Topic topic,
      Columns columns,
      @Nullable RecordFields fields,
      int[] partitions,
      ScanRange[] ranges,
      boolean merged) {
    super(columns, fields);
    this.snapshot = snapshot;
    this.topic = topic;
    this.partitions = partitions;
    this.ranges = ranges;
    this.heads = merged && partitions.length > 1 ? new RecordCursor[partitions.length] : null;
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
      if (at + 1 >= partitions.length) {
        at = partitions.length;
        return false;
      }
      at++;
      partition = partitions[at];
      current = snapshot.scan(topic, partition, ranges[at]);
      record = current;
    }
    return true;
  }

  private boolean nextMerged(@Nullable RecordCursor[] cursors) {
    if (at < 0) {
      for (int i = 0; i < cursors.length; i++) {
        cursors[i] = snapshot.scan(topic, partitions[i], ranges[i]);
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
    partition = partitions[at];
    return best != null;
  }

  private boolean isBefore(RecordCursor head, RecordCursor best) {
    return ranges[0].reverse() ? head.offset() > best.offset() : head.offset() < best.offset();
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
    at = partitions.length;
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
