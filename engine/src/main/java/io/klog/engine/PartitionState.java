package io.klog.engine;

import io.klog.Topic;

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

  PartitionView published() {
    return published;
  }

  void publish(PartitionView view) {
    published = view;
  }
}
