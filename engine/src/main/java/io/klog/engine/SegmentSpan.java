package io.klog.engine;

/**
 * A segment as far as a commit filled it.
 *
 * @param end within the segment: behind the last block
 * @param endOffset behind the last record
 * @param minTimestamp of the records' create times, ms; {@code Long.MAX_VALUE} when there are none
 * @param maxTimestamp of the records' create times, ms; {@code Long.MIN_VALUE} when there are none
 * @param lastIndex within the segment: where its last index block starts, 0 when there is none
 */
record SegmentSpan(
    Segment segment, int end, long endOffset, long minTimestamp, long maxTimestamp, int lastIndex) {

  static SegmentSpan empty(Segment segment) {
    return new SegmentSpan(
        segment,
        Segment.FIRST_BLOCK,
        segment.baseOffset(),
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        IndexBlock.NONE);
  }

  /** Bytes that are left in the extent. */
  long room() {
    return segment.extent().length() - end;
  }
}
