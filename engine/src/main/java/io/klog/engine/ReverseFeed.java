package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.ScanRange;
import java.io.IOException;

/**
 * Batches in descending order of offset: blocks only lead forwards, so the batches of one index
 * entry are read at once and given back to front.
 */
final class ReverseFeed extends BatchFeed {
  private int tailIndex;
  private int spanIndex;
  // Entries of the span that are left; below 0 when the span is to be opened.
  private int entry = -1;
  private SegmentIndex.View index = SegmentIndex.View.EMPTY;
  // Of the entry's batches those below are left.
  private int left;

  ReverseFeed(PartitionView view, SegmentReader reader, ScanRange range, ReadBuffers buffers) {
    super(view, reader, range, buffers);
    tailIndex = view.tailCount();
    spanIndex = Math.min(view.floorSpan(range.toOffset() - 1), view.spanCount() - 1);
  }

  @Override
  boolean next() throws IOException {
    while (tailIndex > 0) {
      TailBatch batch = view.tail(--tailIndex);
      if (batch.lastOffset() < range.fromOffset()) {
        return false;
      }
      if (mayMatch(batch.array(), batch.start())) {
        useTail(tailIndex);
        return true;
      }
    }
    while (spanIndex >= 0) {
      SegmentSpan span = view.span(spanIndex);
      if (span.endOffset() <= range.fromOffset()) {
        return false;
      }
      if (mayMatch(span) && nextInSpan(span)) {
        return true;
      }
      spanIndex--;
      entry = -1;
    }
    return false;
  }

  private boolean nextInSpan(SegmentSpan span) throws IOException {
    if (entry < 0) {
      index = span.segment().index().covering(span, reader);
      entry = lastEntry(span) + 1;
      left = 0;
    }
    while (true) {
      while (left > 0) {
        int at = batch(--left);
        if (mayMatch(buffer(), buffered(at))) {
          int blockLength = Block.length(buffer(), buffered(at));
          useBuffered(span.segment(), at, blockLength);
          return true;
        }
      }
      if (entry == 0) {
        return false;
      }
      entry--;
      if (mayMatch(index, entry)) {
        clearBatches();
        load(span, index, entry);
        left = batchCount();
      }
    }
  }

  /** The last entry of the span that can hold an offset of the range; -1 for an empty span. */
  private int lastEntry(SegmentSpan span) {
    if (index.count() == 0) {
      return -1;
    }
    return index.floor(range.toOffset() - 1 - span.segment().baseOffset());
  }

  @Override
  CorruptLogException malformed() {
    return spanIndex >= 0 && tailIndex == 0
        ? malformed(view.span(spanIndex), batch(left))
        : malformedTail();
  }
}
