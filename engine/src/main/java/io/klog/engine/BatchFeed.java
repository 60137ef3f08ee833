package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.ScanRange;
import java.io.IOException;
import java.util.Arrays;

/**
 * Gives the verified batches of a partition that may hold records of a range, one after the other,
 * in one direction: segments and tail alike. For one thread.
 */
abstract class BatchFeed {
  final PartitionView view;
  final SegmentReader reader;
  final ScanRange range;
  private final ReadBuffers buffers;

  byte[] array;
  int start;
  int length;

  // The segment's bytes that the array holds: from here on, so many.
  private byte[] buffer;
  private int bufferAt;
  private int bufferLength;

  // The batches of an index entry that are in the buffer: where they start in the segment.
  private int[] batches = new int[4];
  private int batchCount;

  BatchFeed(PartitionView view, SegmentReader reader, ScanRange range, ReadBuffers buffers) {
    this.view = view;
    this.reader = reader;
    this.range = range;
    this.buffers = buffers;
    this.buffer = buffers.take();
    this.array = buffer;
  }

  static BatchFeed of(
      PartitionView view, SegmentReader reader, ScanRange range, ReadBuffers buffers) {
    return range.reverse()
        ? new ReverseFeed(view, reader, range, buffers)
        : new ForwardFeed(view, reader, range, buffers);
  }

  /** Steps to the next batch; false at the end. */
  abstract boolean next() throws IOException;

  /** What to say of a batch whose checksums hold and whose records do not fit. */
  abstract CorruptLogException malformed();

  /** Where the batch lies. */
  byte[] array() {
    return array;
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  /**
   * Gives the buffer to the next scan.
   *
   * @param unused whether nobody can be looking at what is in it
   */
  void close(boolean unused) {
    if (unused) {
      buffers.giveBack(buffer);
    }
  }

  /** The tail's batch is the current one. */
  void useTail(int i) {
    TailBatch batch = view.tail(i);
    array = batch.array();
    start = batch.start();
    length = batch.length();
  }

  /** The verified batch that lies in the buffer is the current one. */
  void useBuffered(Segment segment, int at, int blockLength) {
    array = buffer;
    start = buffered(at);
    length = blockLength;
    reader.verifyBatch(segment, at, array, start, length);
  }

  boolean isBuffered(int at, int needed) {
    return at >= bufferAt && at + needed <= bufferAt + bufferLength;
  }

  /** Has these bytes of the segment in the buffer, and no others. */
  void read(Segment segment, int at, int size) throws IOException {
    if (size > buffer.length) {
      buffers.giveBack(buffer);
      buffer = new byte[size];
    }
    bufferLength = 0;
    reader.read(segment, at, buffer, 0, size);
    bufferAt = at;
    bufferLength = size;
  }

  /** Another segment's bytes are not in the buffer. */
  void forget() {
    bufferLength = 0;
  }

  byte[] buffer() {
    return buffer;
  }

  int buffered(int at) {
    return at - bufferAt;
  }

  /** Has the batches of an index entry in the buffer, their headers verified. */
  void load(SegmentSpan span, SegmentIndex.View index, int entry) throws IOException {
    int at = index.position(entry);
    int end =
        entry + 1 < index.count() ? Math.min(index.position(entry + 1), span.end()) : span.end();
    if (at >= end) {
      return; // appended after this view
    }
    Segment segment = span.segment();
    read(segment, at, end - at);
    while (at < end) {
      int blockLength = reader.verifyHeader(segment, at, buffer, buffered(at), end);
      if (Block.type(buffer, buffered(at)) == Block.BATCH) {
        if (batchCount == batches.length) {
          batches = Arrays.copyOf(batches, batchCount * 2);
        }
        batches[batchCount++] = at;
      }
      at += blockLength;
    }
  }

  void clearBatches() {
    batchCount = 0;
  }

  int batchCount() {
    return batchCount;
  }

  /** Where it starts in the segment. */
  int batch(int i) {
    return batches[i];
  }

  /** Whether a batch whose header lies in the array can hold a record of the range. */
  boolean mayMatch(byte[] bytes, int at) {
    return RecordBatch.lastOffset(bytes, at) >= range.fromOffset()
        && RecordBatch.baseOffset(bytes, at) < range.toOffset()
        && RecordBatch.maxTimestamp(bytes, at) >= range.fromTimestamp()
        && RecordBatch.minTimestamp(bytes, at) <= range.toTimestamp();
  }

  boolean mayMatch(SegmentSpan span) {
    return span.endOffset() > range.fromOffset()
        && span.segment().baseOffset() < range.toOffset()
        && span.maxTimestamp() >= range.fromTimestamp()
        && span.minTimestamp() <= range.toTimestamp();
  }

  boolean mayMatch(SegmentIndex.View index, int entry) {
    return index.maxTimestamp(entry) >= range.fromTimestamp()
        && index.minTimestamp(entry) <= range.toTimestamp();
  }

  CorruptLogException malformed(SegmentSpan span, int at) {
    return reader.corrupt(span.segment(), at, "records that fit their batch", "others");
  }

  static CorruptLogException malformedTail() {
    return new CorruptLogException("the commit log", 0, "records that fit their batch", "others");
  }
}
