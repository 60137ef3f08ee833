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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What may be seen: commits become visible here, in their order, all of one at once. Held for some
 * tens of nanoseconds at a time, but by those who wait; nothing under its monitor touches the disk.
 */
final class Publisher {
  // Commits in the log that may not be seen yet, oldest first. Guarded by this.
  private final Deque<Effect> waiting = new ArrayDeque<>();
  // Guarded by this.
  private final TreeMap<PositionKey, Long> positions = new TreeMap<>();
  // Of groups that have members. Guarded by this.
  private final TreeMap<GroupKey, GroupAssignment> groups = new TreeMap<>();
  // How often members of groups changed. Guarded by this.
  private int regroupings;
  // Written under this; read by anybody.
  private volatile CatalogVersion catalog = CatalogVersion.EMPTY;
  // The newest commit that may be seen. Written under this; read by anybody.
  private volatile long visible;
  // The newest commit that was given. Written under this; read by anybody.
  private volatile long newest;
  // How often all waiting was ended. Guarded by this.
  private int ends;
  // Threads that wait for something to become visible. Written under this; read by anybody.
  private volatile int waiters;

  /** Commits have to be given in their order: under the replica's lock. */
  synchronized void enqueue(Effect effect) {
    waiting.addLast(effect);
    newest = effect.commitId();
  }

  /** Shows all commits up to this one. */
  synchronized void publish(long commitId) {
    boolean news = false;
    while (!waiting.isEmpty() && waiting.getFirst().commitId() <= commitId) {
      Effect effect = waiting.removeFirst();
      show(effect);
      visible = effect.commitId();
      news = true;
    }
    if (news && waiters > 0) {
      notifyAll();
    }
  }

  /** Shows this state instead of all before it. */
  synchronized void replace(Effect effect) {
    waiting.clear();
    enqueue(effect);
    publish(effect.commitId());
  }

  /** The newest commit that may be seen. */
  long visibleCommit() {
    return visible;
  }

  /** Whether there are commits that may not be seen yet. */
  boolean isWaiting() {
    return newest > visible;
  }

  /** Whether threads wait for something to become visible. */
  boolean isAwaited() {
    return waiters > 0;
  }

  /**
   * Waits until more than was in sight can be seen, a topic of it was dropped, or members of a
   * group changed; an interrupt ends it, too, and stays set.
   *
   * @param isGivenUp asked at first and after each {@link #wake}
   * @param onWait called when it is known that somebody waits
   * @return whether there is such news
   */
  boolean await(Sight sight, long nanos, BooleanSupplier isGivenUp, Runnable onWait) {
    long deadline = System.nanoTime() + nanos;
    int endsBefore = startWaiting();
    try {
      onWait.run(); // it may start a thread
      return awaitStarted(sight, deadline, endsBefore, isGivenUp);
    } finally {
      endWait();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // under this
  private synchronized int startWaiting() {
    waiters++;
    return ends;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // under this
  private synchronized void endWait() {
    waiters--;
  }

  private synchronized boolean awaitStarted(
      Sight sight, long deadline, int endsBefore, BooleanSupplier isGivenUp) {
    try {
      while (!hasNews(sight)) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || ends != endsBefore || isGivenUp.getAsBoolean()) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return hasNews(sight);
    }
  }

  /** Has all who wait look whether they were given up. */
  synchronized void wake() {
    notifyAll();
  }

  /** Ends all waiting. */
  synchronized void endWaiting() {
    ends++;
    notifyAll();
  }

  private boolean hasNews(Sight sight) {
    if (sight.regroupings != regroupings) {
      return true;
    }
    for (Map.Entry<Long, PartitionView[]> entry : sight.views.entrySet()) {
      TopicState state = catalog.state(entry.getKey());
      if (state == null) {
        return true;
      }
      PartitionView[] seen = entry.getValue();
      for (int p = 0; p < seen.length; p++) {
        if (state.partition(p).published().endOffset() != seen[p].endOffset()) {
          return true;
        }
      }
    }
    return false;
  }

  private void show(Effect effect) {
    effect.publishViews();
    showGroups(effect);
    CatalogVersion changed = effect.catalog();
    if (changed != null) {
      positions.keySet().removeIf(key -> changed.state(key.topicId()) == null);
      groups.keySet().removeIf(key -> changed.state(key.topicId()) == null);
      catalog = changed;
    }
  }

  private void showGroups(Effect effect) {
    if (effect.hasOnlyThese()) {
      positions.clear();
      groups.clear();
      regroupings++;
    }
    String dropped = effect.droppedGroup();
    if (dropped != null) {
      positions.keySet().removeIf(key -> key.group().equals(dropped));
      groups.keySet().removeIf(key -> key.group().equals(dropped));
      regroupings++;
    }
    Map<PositionKey, Long> moved = effect.positions();
    if (moved != null) {
      positions.putAll(moved);
    }
    Map<GroupKey, GroupAssignment> assigned = effect.groups();
    if (assigned != null) {
      groups.putAll(assigned);
      groups.values().removeIf(GroupAssignment::isEmpty);
      regroupings++;
    }
  }

  CatalogVersion catalog() {
    return catalog;
  }

  /**
   * What can be seen of some topics as of one commit.
   *
   * @param views of all partitions, by the topic's id
   * @param regroupings how often members of groups had changed by then
   */
  record Sight(Map<Long, PartitionView[]> views, int regroupings) {}

  synchronized Sight sight(Collection<Topic> topics) {
    return new Sight(views(topics), regroupings);
  }

  /** Under this. */
  private Map<Long, PartitionView[]> views(Collection<Topic> topics) {
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
    return new Visible(visible, catalog, views(catalog.topics()), positions());
  }

  /** The group's members that read the topic; null where there are none. */
  synchronized @Nullable GroupAssignment group(GroupKey key) {
    return groups.get(key);
  }

  /** Of all groups that have members. */
  synchronized Map<GroupKey, GroupAssignment> groups() {
    return new TreeMap<>(groups);
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
