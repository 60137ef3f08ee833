package io.klog.engine;

import io.klog.Topic;

/** A topic and where its partitions stand. */
final class TopicState {
  static final int MAX_PARTITIONS = 10_000;

  private final Topic topic;
  private final PartitionState[] partitions;

  TopicState(Topic topic) {
    this.topic = topic;
    this.partitions = new PartitionState[topic.partitions()];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new PartitionState(topic, i);
    }
  }

  private TopicState(Topic topic, PartitionState[] partitions) {
    this.topic = topic;
    this.partitions = partitions;
  }

  /** The same topic after it was altered, with the same partitions. */
  TopicState as(Topic altered) {
    return new TopicState(altered, partitions);
  }

  Topic topic() {
    return topic;
  }

  PartitionState partition(int partition) {
    return partitions[partition];
  }
}
