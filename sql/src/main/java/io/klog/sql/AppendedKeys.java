package io.klog.sql;

import io.klog.Topic;
import io.klog.Transaction;
import java.util.Arrays;

/**
 * Which records a statement has appended to a transaction, until their offsets are known: at its
 * commit, or when it is pinned.
 */
final class AppendedKeys {
  private Topic[] topics = new Topic[1];
  private int[] partitions = new int[1];
  private long[] indexes = new long[1];
  private int size;

  /** The record that was appended last. */
  void appended(Transaction transaction, Topic topic, int partition) {
    if (size == indexes.length) {
      topics = Arrays.copyOf(topics, size * 2);
      partitions = Arrays.copyOf(partitions, size * 2);
      indexes = Arrays.copyOf(indexes, size * 2);
    }
    topics[size] = topic;
    partitions[size] = partition;
    indexes[size++] = transaction.appended(topic, partition) - 1;
  }

  void resolve(Transaction transaction, GeneratedKeys keys) {
    for (int i = 0; i < size; i++) {
      keys.add(partitions[i], transaction.baseOffset(topics[i], partitions[i]) + indexes[i]);
    }
  }
}
