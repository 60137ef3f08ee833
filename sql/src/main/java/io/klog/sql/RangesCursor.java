package io.klog.sql;

import io.klog.Headers;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import org.jspecify.annotations.Nullable;

/**
 * The records of several ranges of a partition, one range after the other. Of many ranges those
 * with little between them are read at one go: to begin anew costs more than to pass that over.
 */
final class RangesCursor implements RecordCursor {
  /** How many ranges are each read on their own. */
  static final int FEW = 16;

  private static final long LITTLE = 1_000;

  private final Snapshot snapshot;
  private final Topic topic;
  private final int partition;
  private final ScanRange[] ranges;
  // Whether a scan reads several of the ranges.
  private final boolean joins;
  // The range that the current record is in, or may be in.
  private int at;
  // The range that the next scan begins with.
  private int next;
  private @Nullable RecordCursor current;

  private RangesCursor(Snapshot snapshot, Topic topic, int partition, ScanRange[] ranges) {
    this.snapshot = snapshot;
    this.topic = topic;
    this.partition = partition;
    this.ranges = ranges;
    this.joins = ranges.length > FEW;
  }

  /**
   * Opens it.
   *
   * @param ranges that do not overlap, in the order of reading, and differ in their offsets only
   */
  static RecordCursor of(Snapshot snapshot, Topic topic, int partition, ScanRange[] ranges) {
    return ranges.length == 1
        ? snapshot.scan(topic, partition, ranges[0])
        : new RangesCursor(snapshot, topic, partition, ranges);
  }

  @Override
  public boolean next() {
    while (true) {
      while (current == null || !current.next()) {
        close();
        if (next == ranges.length) {
          return false;
        }
        current = snapshot.scan(topic, partition, nextRange());
      }
      if (!joins || isWithin(current.offset())) {
        return true;
      }
    }
  }

  /** The next range, with those that can be read at one go with it. */
  private ScanRange nextRange() {
    at = next;
    ScanRange first = ranges[next++];
    if (!joins) {
      return first;
    }
    ScanRange last = first;
    while (next < ranges.length && between(last, ranges[next]) < LITTLE) {
      last = ranges[next++];
    }
    if (next == at + 1) {
      return first;
    }
    // The limit says nothing of what is passed over.
    return first
        .withLimit(Long.MAX_VALUE)
        .withOffsets(
            Math.min(first.fromOffset(), last.fromOffset()),
            Math.max(first.toOffset(), last.toOffset()));
  }

  private static long between(ScanRange before, ScanRange after) {
    return before.reverse()
        ? before.fromOffset() - after.toOffset()
        : after.fromOffset() - before.toOffset();
  }

  /** Whether a range has the offset, which comes after all that were asked for. */
  private boolean isWithin(long offset) {
    while (at < ranges.length && isBehind(ranges[at], offset)) {
      at++;
    }
    return at < ranges.length
        && ranges[at].fromOffset() <= offset
        && offset < ranges[at].toOffset();
  }

  private static boolean isBehind(ScanRange range, long offset) {
    return range.reverse() ? offset < range.fromOffset() : offset >= range.toOffset();
  }

  private RecordCursor current() {
    RecordCursor cursor = current;
    if (cursor == null) {
      throw new IllegalStateException("there is no current record");
    }
    return cursor;
  }

  @Override
  public long offset() {
    return current().offset();
  }

  @Override
  public long timestamp() {
    return current().timestamp();
  }

  @Override
  public byte[] keyArray() {
    return current().keyArray();
  }

  @Override
  public int keyStart() {
    return current().keyStart();
  }

  @Override
  public int keyLength() {
    return current().keyLength();
  }

  @Override
  public byte[] valueArray() {
    return current().valueArray();
  }

  @Override
  public int valueStart() {
    return current().valueStart();
  }

  @Override
  public int valueLength() {
    return current().valueLength();
  }

  @Override
  public Headers headers() {
    return current().headers();
  }

  @Override
  public void close() {
    RecordCursor cursor = current;
    if (cursor != null) {
      cursor.close();
      current = null;
    }
  }
}
