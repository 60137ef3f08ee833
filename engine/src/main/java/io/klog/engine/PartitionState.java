package io.klog.engine;

import io.klog.Topic;
import io.klog.engine.Change.KeysIndexed;
import io.klog.engine.Change.RangeWritten;
import io.klog.engine.Change.RecordsDeleted;
import io.klog.engine.Change.SegmentAdded;
import java.util.List;

/** Where a partition stands: for the writer, and for those who read. */
final class PartitionState {
  private final Topic topic;
  private final int partition;
  private final byte[] inlineSeed;
  // After the newest commit in the log. Guarded by the replica's lock.
  private PartitionView staged = PartitionView.EMPTY;
  // After the newest commit that may be seen. Guarded by the Publisher.
  private PartitionView published = PartitionView.EMPTY;

  PartitionState(Topic topic, int partition) {
    this.topic = topic;
    this.partition = partition;
    this.inlineSeed = BlockSeed.of(topic.id(), partition, BlockSeed.INLINE);
  }

  /** As it was when this process came to know it: id and name are the same for ever. */
  Topic topic() {
    return topic;
  }

  int partition() {
    return partition;
  }

  byte[] inlineSeed() {
    return inlineSeed;
  }

  PartitionView staged() {
    return staged;
  }

  void stage(PartitionView view) {
    staged = view;
  }

  /**
   * Adds the changes that make the partition of an empty one, as of the newest commit: its
   * segments, and then their key indexes, which only sealed ones have.
   */
  void addChanges(List<Change> changes) {
    PartitionView view = staged;
    if (view.startOffset() > 0) {
      changes.add(new RecordsDeleted(topic.id(), partition, view.startOffset()));
    }
    for (int i = 0; i < view.spanCount(); i++) {
      SegmentSpan span = view.span(i);
      changes.add(new SegmentAdded(span.segment()));
      changes.add(
          new RangeWritten(
              topic.id(),
              partition,
              span.segment().generation(),
              Segment.FIRST_BLOCK,
              span.end(),
              RangeWritten.NO_DIGEST,
              span.endOffset(),
              span.minTimestamp(),
              span.maxTimestamp(),
              span.lastIndex()));
    }
    for (int i = 0; i < view.spanCount(); i++) {
      KeyIndex keys = view.span(i).keys();
      if (keys != null) {
        long generation = view.span(i).segment().generation();
        changes.add(
            new KeysIndexed(topic.id(), partition, generation, keys.extent(), keys.digest()));
      }
    }
  }

  PartitionView published() {
    return published;
  }

  void publish(PartitionView view) {
    published = view;
  }
}
