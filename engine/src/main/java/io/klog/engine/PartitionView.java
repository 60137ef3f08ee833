package io.klog.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.UnaryOperator;

/**
 * A partition as of one commit: its segments as far as they were filled, and the tail of batches
 * that still lie in the commit log. Immutable to those who read it.
 *
 * <p>Views of successive commits share the tail's array: only the newest view is extended (under
 * the replica's lock), and only beyond its own count, so what an older view sees of the array never
 * changes.
 */
final class PartitionView {
  private static final SegmentSpan[] NO_SPANS = {};
  private static final TailBatch[] NO_TAIL = {};

  static final PartitionView EMPTY = new PartitionView(0, 0, 0, NO_SPANS, NO_TAIL, 0);

  private final long startOffset;
  private final long foldedEnd;
  private final long endOffset;
  private final SegmentSpan[] spans;
  private final TailBatch[] tail;
  private final int tailCount;

  private PartitionView(
      long startOffset,
      long foldedEnd,
      long endOffset,
      SegmentSpan[] spans,
      TailBatch[] tail,
      int tailCount) {
    this.startOffset = startOffset;
    this.foldedEnd = foldedEnd;
    this.endOffset = endOffset;
    this.spans = spans;
    this.tail = tail;
    this.tailCount = tailCount;
  }

  /** Nothing is there, and nothing was before this offset. */
  static PartitionView startingAt(long offset) {
    return new PartitionView(offset, offset, offset, NO_SPANS, NO_TAIL, 0);
  }

  /** The offset of the first record that is not deleted, or the end. */
  long startOffset() {
    return startOffset;
  }

  /** Behind the last record that is, or was, in a segment. */
  long foldedEnd() {
    return foldedEnd;
  }

  /** Behind the last record. */
  long endOffset() {
    return endOffset;
  }

  int spanCount() {
    return spans.length;
  }

  SegmentSpan span(int i) {
    return spans[i];
  }

  /** Gives all that is in use for its segments. */
  void addExtents(Collection<Extent> extents) {
    for (SegmentSpan span : spans) {
      span.addExtents(extents);
    }
  }

  int tailCount() {
    return tailCount;
  }

  TailBatch tail(int i) {
    return tail[i];
  }

  /** The last span whose segment can have the offset; -1 when it is before all. */
  int floorSpan(long offset) {
    int low = 0;
    int high = spans.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (spans[middle].segment().baseOffset() <= offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** The span of the segment of that generation; -1 when there is none. */
  int spanOf(long generation) {
    for (int i = spans.length - 1; i >= 0; i--) {
      if (spans[i].segment().generation() == generation) {
        return i;
      }
    }
    return -1;
  }

  /** The first tail batch that ends behind the offset; the count when none does. */
  int ceilingTail(long offset) {
    int low = 0;
    int high = tailCount - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (tail[middle].lastOffset() < offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  PartitionView withTailBatch(TailBatch batch) {
    TailBatch[] array = tail;
    if (tailCount == array.length) {
      array = Arrays.copyOf(array, Math.max(4, tailCount * 2));
    }
    array[tailCount] = batch;
    return new PartitionView(
        startOffset, foldedEnd, batch.lastOffset() + 1, spans, array, tailCount + 1);
  }

  PartitionView withSegment(Segment segment) {
    SegmentSpan[] more = Arrays.copyOf(spans, spans.length + 1);
    more[spans.length] = SegmentSpan.empty(segment);
    return new PartitionView(startOffset, foldedEnd, endOffset, more, tail, tailCount);
  }

  /**
   * Without the records before this offset, which it has: the segments and batches without any
   * other are gone. Where batches of the tail are, so are all segments.
   */
  PartitionView withStart(long offset) {
    int goneSpans = 0;
    while (goneSpans < spans.length && spans[goneSpans].endOffset() <= offset) {
      goneSpans++;
    }
    SegmentSpan[] keptSpans =
        goneSpans == 0 ? spans : Arrays.copyOfRange(spans, goneSpans, spans.length);
    int goneTail = ceilingTail(offset);
    if (goneTail == 0) {
      return new PartitionView(offset, foldedEnd, endOffset, keptSpans, tail, tailCount);
    }
    TailBatch[] keptTail =
        goneTail == tailCount ? NO_TAIL : Arrays.copyOfRange(tail, goneTail, tailCount);
    long folded = keptTail.length == 0 ? endOffset : keptTail[0].baseOffset();
    return new PartitionView(offset, folded, endOffset, keptSpans, keptTail, keptTail.length);
  }

  /** With a segment, or its key index, that lies elsewhere now; or with a key index. */
  PartitionView withSpan(int i, SegmentSpan span) {
    SegmentSpan[] changed = spans.clone();
    changed[i] = span;
    return new PartitionView(startOffset, foldedEnd, endOffset, changed, tail, tailCount);
  }

  /** With all segments elsewhere. */
  PartitionView withSpans(UnaryOperator<SegmentSpan> elsewhere) {
    SegmentSpan[] changed = spans.clone();
    for (int i = 0; i < changed.length; i++) {
      changed[i] = elsewhere.apply(changed[i]);
    }
    return new PartitionView(startOffset, foldedEnd, endOffset, changed, tail, tailCount);
  }

  /** With the last segment filled up to there; whatever the tail had before is in it. */
  PartitionView withLastSpan(SegmentSpan span) {
    SegmentSpan[] changed = spans.clone();
    changed[spans.length - 1] = span;
    long folded = span.endOffset();
    int rest = ceilingTail(folded);
    TailBatch[] array = rest == tailCount ? NO_TAIL : Arrays.copyOfRange(tail, rest, tailCount);
    return new PartitionView(
        startOffset, folded, Math.max(endOffset, folded), changed, array, array.length);
  }
}
