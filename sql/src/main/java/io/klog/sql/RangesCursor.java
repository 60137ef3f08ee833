package io.klog.sql;

import io.klog.Headers;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import org.jspecify.annotations.Nullable;

/** The records of several ranges of a partition, one range after the other. */
final class RangesCursor implements RecordCursor {
  private final Snapshot snapshot;
  private final Topic topic;
  private final int partition;
  private final ScanRange[] ranges;
  private int next;
  private @Nullable RecordCursor current;

  private RangesCursor(Snapshot snapshot, Topic topic, int partition, ScanRange[] ranges) {
    this.snapshot = snapshot;
    this.topic = topic;
    this.partition = partition;
    this.ranges = ranges;
  }

  static RecordCursor of(Snapshot snapshot, Topic topic, int partition, ScanRange[] ranges) {
    return ranges.length == 1
        ? snapshot.scan(topic, partition, ranges[0])
        : new RangesCursor(snapshot, topic, partition, ranges);
  }

  @Override
  public boolean next() {
    while (current == null || !current.next()) {
      close();
      if (next == ranges.length) {
        return false;
      }
      current = snapshot.scan(topic, partition, ranges[next++]);
    }
    return true;
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
