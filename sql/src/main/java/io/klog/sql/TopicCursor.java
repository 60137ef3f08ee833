package io.klog.sql;

import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records of a topic with all their columns, straight out of the store's cursors: partition
 * after partition, or merged by offset.
 */
final class TopicCursor extends RowCursor {
  private final Snapshot snapshot;
  private final Topic topic;
  private final int[] partitions;
  private final ScanRange[] ranges;

  // All partitions' cursors at their next records; null unless merged, elements null at their end.
  private final @Nullable RecordCursor @Nullable [] heads;

  private int at = -1;
  private @Nullable RecordCursor record;
  private int partition;

  /**
   * @param partitions which to read
   * @param ranges one for each of these
   * @param merged by offset in the ranges' direction; among equal ones the lower partition first
   */
  TopicCursor(
      Snapshot snapshot, Topic topic, int[] partitions, ScanRange[] ranges, boolean merged) {
    this.snapshot = snapshot;
    this.topic = topic;
    this.partitions = partitions;
    this.ranges = ranges;
    this.heads = merged && partitions.length > 1 ? new RecordCursor[partitions.length] : null;
  }

  @Override
  public boolean next() {
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

  int partition() {
    return partition;
  }

  long offset() {
    return current().offset();
  }

  private RecordCursor current() {
    RecordCursor current = record;
    if (current == null) {
      throw new IllegalStateException("there is no current row");
    }
    return current;
  }

  @Override
  public boolean isNull(int column) {
    return switch (column) {
      case Columns.KEY -> current().keyLength() < 0;
      case Columns.VALUE -> current().valueLength() < 0;
      default -> false;
    };
  }

  @Override
  public long getLong(int column) {
    return switch (column) {
      case Columns.OFFSET -> current().offset();
      case Columns.TIMESTAMP -> current().timestamp();
      default -> partition;
    };
  }

  @Override
  public int getInt(int column) {
    return partition;
  }

  @Override
  public @Nullable String getString(int column) {
    RecordCursor current = current();
    return switch (column) {
      case Columns.KEY -> text(current.keyArray(), current.keyStart(), current.keyLength());
      case Columns.VALUE -> text(current.valueArray(), current.valueStart(), current.valueLength());
      default -> super.getString(column);
    };
  }

  private static @Nullable String text(byte[] array, int start, int length) {
    return length < 0 ? null : new String(array, start, length, StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    return column == Columns.KEY ? current().key() : current().value();
  }

  @Override
  int compareBytes(int column, byte[] other) {
    RecordCursor current = current();
    if (column == Columns.KEY) {
      int start = current.keyStart();
      return Arrays.compareUnsigned(
          current.keyArray(), start, start + current.keyLength(), other, 0, other.length);
    }
    int start = current.valueStart();
    return Arrays.compareUnsigned(
        current.valueArray(), start, start + current.valueLength(), other, 0, other.length);
  }

  @Override
  public @Nullable Object getObject(int column) {
    return switch (column) {
      case Columns.OFFSET -> current().offset();
      case Columns.PARTITION -> partition;
      case Columns.TIMESTAMP -> current().timestamp();
      case Columns.KEY -> current().key();
      case Columns.VALUE -> current().value();
      case Columns.HEADERS -> CanonicalValues.toMap(current().headers());
      default -> throw new IndexOutOfBoundsException("column " + column);
    };
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
