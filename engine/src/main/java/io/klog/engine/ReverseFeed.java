package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.ScanRange;
import java.io.IOException;
import java.util.Arrays;

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
  // The batches of the entry: where they start in the segment; those below count are left.
  private int[] batches = new int[4];
  private int count;

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
      count = 0;
    }
    while (true) {
      while (count > 0) {
        int at = batches[--count];
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
        loadEntry(span);
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

  private void loadEntry(SegmentSpan span) throws IOException {
    int at = index.position(entry);
    int end =
        entry + 1 < index.count() ? Math.min(index.position(entry + 1), span.end()) : span.end();
    if (at >= end) {
      return; // appended after this view
    }
    Segment segment = span.segment();
    read(segment, at, end - at);
    while (at < end) {
      int blockLength = reader.verifyHeader(segment, at, buffer(), buffered(at), end);
      if (Block.type(buffer(), buffered(at)) == Block.BATCH) {
        if (count == batches.length) {
          batches = Arrays.copyOf(batches, count * 2);
        }
        batches[count++] = at;
      }
      at += blockLength;
    }
  }

  @Override
  CorruptLogException malformed() {
    return spanIndex >= 0 && tailIndex == 0
        ? malformed(view.span(spanIndex), batches[count])
        : new CorruptLogException("the commit log", 0, "records that fit their batch", "others");
  }
}
