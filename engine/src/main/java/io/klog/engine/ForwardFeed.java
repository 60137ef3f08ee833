package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.ScanRange;
import java.io.IOException;

/** Batches in ascending order of offset. */
final class ForwardFeed extends BatchFeed {
  /** What a scan reads at once when it has got going: it stays in the second-level cache. */
  private static final int GREATEST_READ = 128 * 1024;

  private int spanIndex;
  // Where the next block starts in the span, and the index entry it belongs to.
  private int at;
  private int entry;
  private SegmentIndex.View index = SegmentIndex.View.EMPTY;
  private int readSize;
  private boolean spanOpen;
  private int tailIndex;
  // Where the current batch lies, for messages.
  private int batchAt;

  ForwardFeed(PartitionView view, SegmentReader reader, ScanRange range, ReadBuffers buffers) {
    super(view, reader, range, buffers);
    spanIndex = Math.max(0, view.floorSpan(range.fromOffset()));
    tailIndex = view.ceilingTail(range.fromOffset());
  }

  @Override
  boolean next() throws IOException {
    while (spanIndex < view.spanCount()) {
      SegmentSpan span = view.span(spanIndex);
      if (!spanOpen) {
        if (!mayMatch(span)) {
          spanIndex++;
          continue;
        }
        open(span);
      }
      if (nextInSpan(span)) {
        return true;
      }
      spanIndex++;
      spanOpen = false;
    }
    return nextInTail();
  }

  private void open(SegmentSpan span) throws IOException {
    index = span.segment().index().covering(span, reader);
    entry = index.floor(range.fromOffset() - span.segment().baseOffset());
    at = index.count() == 0 ? span.end() : index.position(entry);
    readSize = firstRead(span);
    spanOpen = true;
    forget();
  }

  /** For a few records the batches of one index entry; for more, more. */
  private int firstRead(SegmentSpan span) {
    boolean few = range.limit() <= 64;
    int entryLength = entryEnd(span) - at;
    return few ? entryLength : Math.max(entryLength, 64 * 1024);
  }

  private int entryEnd(SegmentSpan span) {
    return entry + 1 < index.count() ? Math.min(index.position(entry + 1), span.end()) : span.end();
  }

  private boolean nextInSpan(SegmentSpan span) throws IOException {
    Segment segment = span.segment();
    while (at < span.end()) {
      if (range.boundsTimestamp() && !skipEntries(span)) {
        return false;
      }
      buffer(span, Block.HEADER);
      int blockLength = reader.verifyHeader(segment, at, buffer(), buffered(at), span.end());
      boolean isBatch = Block.type(buffer(), buffered(at)) == Block.BATCH;
      if (isBatch && RecordBatch.baseOffset(buffer(), buffered(at)) >= range.toOffset()) {
        return false;
      }
      int block = at;
      if (isBatch && mayMatch(buffer(), buffered(at))) {
        buffer(span, blockLength);
        useBuffered(segment, at, blockLength);
        batchAt = block;
        at += blockLength;
        return true;
      }
      at += blockLength;
    }
    return false;
  }

  /** Reads twice as much every time, so that a short scan reads little and a long one seldom. */
  private void buffer(SegmentSpan span, int needed) throws IOException {
    int left = span.end() - at;
    if (!isBuffered(at, Math.min(needed, left))) {
      read(span.segment(), at, Math.min(Math.max(readSize, needed), left));
      readSize = Math.min(readSize * 2, GREATEST_READ);
    }
  }

  /** Steps over index entries without a record of the time range; false when none is left. */
  private boolean skipEntries(SegmentSpan span) {
    while (entry + 1 < index.count() && index.position(entry + 1) <= at) {
      entry++;
    }
    while (!mayMatch(index, entry)) {
      entry++;
      if (entry >= index.count() || index.position(entry) >= span.end()) {
        return false;
      }
      at = index.position(entry);
    }
    return true;
  }

  private boolean nextInTail() {
    while (tailIndex < view.tailCount()) {
      TailBatch batch = view.tail(tailIndex++);
      if (batch.baseOffset() >= range.toOffset()) {
        return false;
      }
      if (mayMatch(batch.array(), batch.start())) {
        useTail(tailIndex - 1);
        return true;
      }
    }
    return false;
  }

  /** Where the current batch lies in its segment, unless it is of the tail. */
  int batchAt() {
    return batchAt;
  }

  @Override
  CorruptLogException malformed() {
    return spanIndex < view.spanCount()
        ? malformed(view.span(spanIndex), batchAt)
        : malformedTail();
  }
}
