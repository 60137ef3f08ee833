package io.klog.engine;

import io.klog.SegmentInfo;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A segment as far as a commit filled it.
 *
 * @param end within the segment: behind the last block
 * @param endOffset behind the last record
 * @param minTimestamp of the records' create times, ms; {@code Long.MAX_VALUE} when there are none
 * @param maxTimestamp of the records' create times, ms; {@code Long.MIN_VALUE} when there are none
 * @param lastIndex within the segment: where its last index block starts, 0 when there is none
 * @param keys null where the segment has no key index: it may grow, or is small, or is to get one
 */
record SegmentSpan(
    Segment segment,
    int end,
    long endOffset,
    long minTimestamp,
    long maxTimestamp,
    int lastIndex,
    @Nullable KeyIndex keys) {

  static SegmentSpan empty(Segment segment) {
    return new SegmentSpan(
        segment,
        Segment.FIRST_BLOCK,
        segment.baseOffset(),
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        IndexBlock.NONE,
        null);
  }

  /** Bytes that are left in the extent. */
  long room() {
    return segment.extent().length() - end;
  }

  /** The same segment elsewhere. */
  SegmentSpan in(Segment moved) {
    return new SegmentSpan(moved, end, endOffset, minTimestamp, maxTimestamp, lastIndex, keys);
  }

  SegmentSpan with(@Nullable KeyIndex index) {
    return new SegmentSpan(segment, end, endOffset, minTimestamp, maxTimestamp, lastIndex, index);
  }

  SegmentInfo info() {
    return new SegmentInfo(
        segment.generation(),
        segment.baseOffset(),
        endOffset,
        segment.extent().length(),
        keys == null ? 0 : keys.extent().length(),
        minTimestamp,
        maxTimestamp);
  }

  /** Gives all that is in use for it. */
  void addExtents(Collection<Extent> extents) {
    extents.add(segment.extent());
    if (keys != null) {
      extents.add(keys.extent());
    }
  }
}
