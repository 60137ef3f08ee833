package io.klog;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Topics as of one commit: nothing that commits later is seen. Holds no lock; need not be closed.
 */
public interface Snapshot {
  /** The offset of the oldest record that can be read, or {@link #endOffset} if there is none. */
  long startOffset(Topic topic, int partition);

  /** The offset that the next record will get at least: one more than the newest record's. */
  long endOffset(Topic topic, int partition);

  /** How many records there are, if the store knows without reading them. */
  OptionalLong recordCount(Topic topic, int partition);

  /**
   * How many records there are of some offsets, if the store knows without reading them.
   *
   * @param from the first offset, inclusive
   * @param to the offset to stop before
   */
  default OptionalLong recordCount(Topic topic, int partition, long from, long to) {
    return from <= startOffset(topic, partition) && to >= endOffset(topic, partition)
        ? recordCount(topic, partition)
        : OptionalLong.empty();
  }

  /**
   * The segments of a partition, the oldest first; what was committed last need not be in one yet.
   * None where the store does not tell.
   */
  default List<SegmentInfo> segments(Topic topic, int partition) {
    return List.of();
  }

  /**
   * Reads a partition. Of records that are deleted meanwhile it may find that they are gone; then
   * it goes on with the oldest that is left.
   *
   * @throws KlogException UNKNOWN_TOPIC when the topic was dropped meanwhile and its space reused
   */
  RecordCursor scan(Topic topic, int partition, ScanRange range);

  /**
   * Waits until the store has more than this snapshot shows of its topics, whoever committed it, or
   * one of them was dropped, or the members of a group changed: then a new snapshot is worth
   * taking. An interrupt ends the waiting and stays set; closing the store ends it with an
   * exception.
   *
   * @param isGivenUp asked at first and after each {@link LogStore#wake}: whether to wait no more
   * @return false when that did not happen within so many ns
   */
  boolean awaitNews(long nanos, BooleanSupplier isGivenUp);

  /** The same for one who does not give up. */
  default boolean awaitNews(long nanos) {
    return awaitNews(nanos, () -> false);
  }
}
