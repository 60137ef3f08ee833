package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.Headers;
import io.klog.KeySet;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Steps over the records that a feed's batches hold, in the feed's direction, and leaves out what
 * the range does.
 */
final class PartitionCursor implements RecordCursor {
  private final BatchFeed feed;
  private final Liveness liveness;
  private final long from;
  private final long to;
  private final boolean boundsTimestamp;
  private final long fromTimestamp;
  private final long toTimestamp;
  private final @Nullable KeySet keys;
  private final boolean reverse;
  private final RecordView record = new RecordView();

  // Records of the batch that were not stepped on yet.
  private int left;
  // Reverse only: where the batch's records start.
  private int[] starts = {};
  // Who read the last batch. Another thread may close the cursor while he looks at what he read.
  private @Nullable Thread reader;
  private volatile boolean closed;

  PartitionCursor(BatchFeed feed, Liveness liveness, ScanRange range) {
    this.feed = feed;
    this.liveness = liveness;
    this.from = range.fromOffset();
    this.to = range.toOffset();
    this.boundsTimestamp = range.boundsTimestamp();
    this.fromTimestamp = range.fromTimestamp();
    this.toTimestamp = range.toTimestamp();
    this.keys = range.keys();
    this.reverse = range.reverse();
  }

  /** Tells a reader whose bytes do not hold whether they were taken from him. */
  interface Liveness {
    /**
     * Returns if it is still there.
     *
     * @throws KlogException when what is being read is not in the store any more
     */
    void check();
  }

  @Override
  public boolean next() {
    if (closed) {
      throw new KlogException(Reason.CLOSED, "the cursor is closed");
    }
    try {
      while (true) {
        while (left == 0) {
          if (!nextBatch()) {
            return false;
          }
        }
        left--;
        if (reverse) {
          record.moveTo(starts[left]);
        } else {
          record.next();
        }
        if (isWanted()) {
          return true;
        }
      }
    } catch (RecordView.MalformedRecord e) {
      throw failed(feed.malformed());
    } catch (CorruptLogException e) {
      throw failed(e);
    } catch (IOException e) {
      liveness.check();
      throw new KlogException(Reason.IO, String.valueOf(e.getMessage()), e);
    }
  }

  private boolean isWanted() {
    long offset = record.offset();
    return offset >= from
        && offset < to
        && (!boundsTimestamp
            || (record.timestamp() >= fromTimestamp && record.timestamp() <= toTimestamp))
        && (keys == null || keys.contains(record.array(), record.keyStart(), record.keyLength()));
  }

  private boolean nextBatch() throws IOException {
    reader = Thread.currentThread();
    if (!feed.next()) {
      return false;
    }
    record.batch(feed.array(), feed.start(), feed.length());
    left = RecordBatch.count(feed.array(), feed.start());
    if (reverse) {
      findStarts();
    }
    return true;
  }

  private void findStarts() {
    if (starts.length < left) {
      starts = Arrays.copyOf(starts, Math.max(left, starts.length * 2));
    }
    for (int i = 0; i < left; i++) {
      starts[i] = record.nextStart();
      record.next();
    }
  }

  private KlogException failed(CorruptLogException e) {
    liveness.check();
    return e;
  }

  @Override
  public long offset() {
    return record.offset();
  }

  @Override
  public long timestamp() {
    return record.timestamp();
  }

  @Override
  public byte[] keyArray() {
    return record.array();
  }

  @Override
  public int keyStart() {
    return record.keyStart();
  }

  @Override
  public int keyLength() {
    return record.keyLength();
  }

  @Override
  public byte[] valueArray() {
    return record.array();
  }

  @Override
  public int valueStart() {
    return record.valueStart();
  }

  @Override
  public int valueLength() {
    return record.valueLength();
  }

  @Override
  public Headers headers() {
    try {
      return record.headers();
    } catch (RecordView.MalformedRecord e) {
      throw failed(feed.malformed());
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      feed.close(reader == null || reader == Thread.currentThread());
    }
  }
}
