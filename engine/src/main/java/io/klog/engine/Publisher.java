package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What may be seen: commits become visible here, in their order, all of one at once. Held for some
 * tens of nanoseconds at a time; nothing under its monitor touches the disk.
 */
final class Publisher {
  // Commits in the log that may not be seen yet, oldest first. Guarded by this.
  private final Deque<Effect> waiting = new ArrayDeque<>();
  // Guarded by this.
  private final TreeMap<PositionKey, Long> positions = new TreeMap<>();
  // The newest commit that may be seen. Guarded by this.
  private long commitId;
  // Written under this; read by anybody.
  private volatile CatalogVersion catalog = CatalogVersion.EMPTY;

  /** Commits have to be given in their order: under the writer's lock. */
  synchronized void enqueue(Effect effect) {
    waiting.addLast(effect);
  }

  /** Shows all commits up to this one. */
  synchronized void publish(long commitId) {
    while (!waiting.isEmpty() && waiting.getFirst().commitId() <= commitId) {
      show(waiting.removeFirst());
    }
  }

  private void show(Effect effect) {
    commitId = effect.commitId();
    effect.publishViews();
    Map<PositionKey, Long> moved = effect.positions();
    if (moved != null) {
      positions.putAll(moved);
    }
    CatalogVersion changed = effect.catalog();
    if (changed != null) {
      positions.keySet().removeIf(key -> changed.state(key.topicId()) == null);
      catalog = changed;
    }
  }

  CatalogVersion catalog() {
    return catalog;
  }

  /** The partitions of these topics, all as of the same commit. */
  synchronized Map<Long, PartitionView[]> views(Collection<Topic> topics) {
    Map<Long, PartitionView[]> views = new HashMap<>();
    for (Topic topic : topics) {
      TopicState state = state(topic);
      PartitionView[] partitions = new PartitionView[topic.partitions()];
      for (int p = 0; p < partitions.length; p++) {
        partitions[p] = state.partition(p).published();
      }
      views.put(topic.id(), partitions);
    }
    return views;
  }

  /**
   * All that may be seen, as of one commit.
   *
   * @param views of the partitions of every topic of the catalog, by the topic's id
   */
  record Visible(
      long commitId,
      CatalogVersion catalog,
      Map<Long, PartitionView[]> views,
      List<Map.Entry<PositionKey, Long>> positions) {}

  synchronized Visible visible() {
    return new Visible(commitId, catalog, views(catalog.topics()), positions());
  }

  synchronized long position(PositionKey key, long otherwise) {
    return positions.getOrDefault(key, otherwise);
  }

  synchronized List<Map.Entry<PositionKey, Long>> positions() {
    List<Map.Entry<PositionKey, Long>> copy = new ArrayList<>();
    positions.forEach((key, offset) -> copy.add(Map.entry(key, offset)));
    return copy;
  }

  private TopicState state(Topic topic) {
    TopicState state = catalog.state(topic.id());
    if (state == null) {
      throw new KlogException(Reason.UNKNOWN_TOPIC, "topic " + topic.name() + " was dropped");
    }
    return state;
  }
}
