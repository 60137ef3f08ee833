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
 * the range does. Where segments were deleted under it, it goes on at the partition's start.
 */
final class PartitionCursor implements RecordCursor {
  private final Source source;
  private ScanRange range;
  private BatchFeed feed;
  private long from;
  private long to;
  private final boolean boundsTimestamp;
  private final long fromTimestamp;
  private final long toTimestamp;
  private final @Nullable KeySet keys;
  private final boolean reverse;
  private RecordView record = new RecordView();
  // The offset of the record that was given last, -1 before the first.
  private long reached = -1;
  private long skipped;

  // Records of the batch that were not stepped on yet.
  private int left;
  // Reverse only: where the batch's records start.
  private int[] starts = {};
  // Who read the last batch. Another thread may close the cursor while he looks at what he read.
  private @Nullable Thread reader;
  private volatile boolean closed;

  PartitionCursor(Source source, ScanRange range) {
    this.source = source;
    this.range = range;
    this.feed = source.feed(range);
    this.from = range.fromOffset();
    this.to = range.toOffset();
    this.boundsTimestamp = range.boundsTimestamp();
    this.fromTimestamp = range.fromTimestamp();
    this.toTimestamp = range.toTimestamp();
    this.keys = range.keys();
    this.reverse = range.reverse();
  }

  /** The partition as of the snapshot that is read. */
  interface Source {
    BatchFeed feed(ScanRange range);

    /**
     * Tells a reader whose bytes do not hold whether they were taken from him: where the partition
     * starts by now.
     *
     * @throws KlogException when it is not in the store any more
     */
    long startOffset();
  }

  @Override
  public boolean next() {
    if (closed) {
      throw new KlogException(Reason.CLOSED, "the cursor is closed");
    }
    while (true) {
      try {
        return step();
      } catch (RecordView.MalformedRecord e) {
        goOnBehindDeleted(feed.malformed());
      } catch (CorruptLogException e) {
        goOnBehindDeleted(e);
      } catch (IOException e) {
        goOnBehindDeleted(new KlogException(Reason.IO, String.valueOf(e.getMessage()), e));
      }
    }
  }

  private boolean step() throws IOException {
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
        reached = record.offset();
        return true;
      }
    }
  }

  /**
   * What failed may be a segment that was deleted since the snapshot, whose place others use by
   * now. Then the records before the partition's start are gone, and nothing is lost by leaving
   * them out.
   *
   * @throws KlogException the failure, where it is not that
   */
  private void goOnBehindDeleted(KlogException failure) {
    long start = source.startOffset();
    long next = reverse || reached < 0 ? from : Math.max(from, reached + 1);
    if (start <= next) {
      throw failure;
    }
    skipped += Math.min(start, reverse && reached >= 0 ? reached : to) - next;
    if (reverse && reached >= 0) {
      to = reached;
    }
    from = start;
    feed.close(true);
    range = range.withOffsets(from, Math.max(from, to));
    feed = source.feed(range);
    record = new RecordView();
    left = 0;
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

  @Override
  public long takeSkipped() {
    long taken = skipped;
    skipped = 0;
    return taken;
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
      throw feed.malformed(); // what it lies in was verified, and is in memory
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
