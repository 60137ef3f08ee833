package io.klog;

/**
 * A piece of a partition's log, as its store keeps it.
 *
 * @param id unlike any other segment's that the store ever had
 * @param baseOffset no record in it has a smaller one
 * @param endOffset behind its last record
 * @param bytes that it takes, with what is kept free for it to grow
 * @param indexBytes that an index of its keys takes beside it; 0 where it has none
 * @param minTimestamp of its records' create times, ms; {@code Long.MAX_VALUE} when there are none
 * @param maxTimestamp of its records' create times, ms; {@code Long.MIN_VALUE} when there are none
 */
public record SegmentInfo(
    long id,
    long baseOffset,
    long endOffset,
    long bytes,
    long indexBytes,
    long minTimestamp,
    long maxTimestamp) {}
