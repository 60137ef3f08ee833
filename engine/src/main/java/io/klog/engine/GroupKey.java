package io.klog.engine;

import java.util.Comparator;

/** A consumer group, as far as it reads one topic: what its members share out among themselves. */
record GroupKey(String group, long topicId) implements Comparable<GroupKey> {
  private static final Comparator<GroupKey> ORDER =
      Comparator.comparing(GroupKey::group).thenComparingLong(GroupKey::topicId);

  @Override
  public int compareTo(GroupKey other) {
    return ORDER.compare(this, other);
  }
}
