package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KeySet;
import io.klog.ScanRange;
import java.io.IOException;

/**
 * The batches that may have records with some keys, in either direction: of a segment those that
 * its key index names, of the tail all.
 */
final class KeyFeed extends BatchFeed {
  /** To read so many records is quicker than to make an index of a segment with many more. */
  private static final long FEW = 4096;

  private final KeyLookup lookup;
  private final long[] firsts;
  private final boolean reverse;

  private int spanIndex;
  private boolean spanOpen;
  private SegmentIndex.View index = SegmentIndex.View.EMPTY;
  // Of the span's index entries those to be read, and how many have been.
  private final BatchNumbers numbers = new BatchNumbers();
  private int done;
  // Batches of the entry that were given.
  private int given;
  private int tailIndex;
  // Where the current batch lies; within the tail below 0.
  private int batchAt = -1;

  KeyFeed(
      PartitionView view,
      SegmentReader reader,
      ScanRange range,
      KeySet keys,
      ReadBuffers buffers,
      KeyLookup lookup) {
    super(view, reader, range, buffers);
    this.lookup = lookup;
    this.firsts = KeyEntry.firsts(keys);
    this.reverse = range.reverse();
    if (reverse) {
      spanIndex = Math.min(view.floorSpan(range.toOffset() - 1), view.spanCount() - 1) + 1;
      tailIndex = view.tailCount();
    } else {
      spanIndex = Math.max(0, view.floorSpan(range.fromOffset())) - 1;
      tailIndex = view.ceilingTail(range.fromOffset());
    }
  }

  @Override
  boolean next() throws IOException {
    if (firsts.length == 0) {
      return false;
    }
    if (reverse && nextInTail()) {
      return true;
    }
    while (spanOpen || openNext()) {
      if (nextInSpan(view.span(spanIndex))) {
        return true;
      }
      spanOpen = false;
    }
    return !reverse && nextInTail();
  }

  /** Opens the next span that may have records; false when there is none. */
  private boolean openNext() throws IOException {
    while (true) {
      int next = reverse ? spanIndex - 1 : spanIndex + 1;
      if (next < 0 || next >= view.spanCount()) {
        return false;
      }
      spanIndex = next;
      SegmentSpan span = view.span(next);
      if (mayMatch(span)) {
        open(span);
        return true;
      }
    }
  }

  private void open(SegmentSpan span) throws IOException {
    boolean known =
        !isQuickWithout(span)
            && lookup.find(span, spanIndex < view.spanCount() - 1, firsts, numbers);
    if (!known || numbers.count() > 0) {
      index = span.segment().index().covering(span, reader);
    }
    if (!known) {
      long base = span.segment().baseOffset();
      int last = index.count() == 0 ? -1 : index.floor(range.toOffset() - 1 - base);
      numbers.setAll(index.floor(range.fromOffset() - base), last);
    }
    done = 0;
    given = 0;
    clearBatches();
    forget();
    spanOpen = true;
  }

  private boolean isQuickWithout(SegmentSpan span) {
    long base = span.segment().baseOffset();
    long from = Math.max(range.fromOffset(), base);
    long to = Math.min(range.toOffset(), span.endOffset());
    return span.keys() == null && to - from <= FEW && span.endOffset() - base > 2 * FEW;
  }

  private boolean nextInSpan(SegmentSpan span) throws IOException {
    while (true) {
      while (given < batchCount()) {
        int at = batch(reverse ? batchCount() - 1 - given : given);
        given++;
        if (mayMatch(buffer(), buffered(at))) {
          useBuffered(span.segment(), at, Block.length(buffer(), buffered(at)));
          batchAt = at;
          return true;
        }
      }
      if (done == numbers.count()) {
        return false;
      }
      int number = numbers.get(reverse ? numbers.count() - 1 - done : done);
      done++;
      given = 0;
      clearBatches();
      if (number < index.count() && mayMatch(index, number) && hasOffsets(span, number)) {
        load(span, index, number);
      }
    }
  }

  private boolean hasOffsets(SegmentSpan span, int number) {
    long base = span.segment().baseOffset();
    boolean last = number + 1 == index.count();
    return base + index.relativeOffset(number) < range.toOffset()
        && (last || base + index.relativeOffset(number + 1) > range.fromOffset());
  }

  private boolean nextInTail() {
    while (reverse ? tailIndex > 0 : tailIndex < view.tailCount()) {
      int i = reverse ? --tailIndex : tailIndex++;
      TailBatch batch = view.tail(i);
      if (mayMatch(batch.array(), batch.start())) {
        useTail(i);
        batchAt = -1;
        return true;
      }
    }
    return false;
  }

  @Override
  CorruptLogException malformed() {
    return batchAt < 0 ? malformedTail() : malformed(view.span(spanIndex), batchAt);
  }
}
