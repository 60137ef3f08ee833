package io.klog.engine;

import java.util.Comparator;

/** What a consumer group has a position for. */
record PositionKey(String group, long topicId, int partition) implements Comparable<PositionKey> {
  private static final Comparator<PositionKey> ORDER =
      Comparator.comparing(PositionKey::group)
          .thenComparingLong(PositionKey::topicId)
          .thenComparingInt(PositionKey::partition);

  @Override
  public int compareTo(PositionKey other) {
    return ORDER.compare(this, other);
  }
}
