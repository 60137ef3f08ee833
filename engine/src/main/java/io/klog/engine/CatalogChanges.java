package io.klog.engine;

import io.klog.Column;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The commits that change which topics and views there are, and where topics start. */
final class CatalogChanges {
  /** Who is told so may look for it next. */
  private static final Set<Reason> EXISTS =
      EnumSet.of(Reason.TOPIC_EXISTS, Reason.VIEW_EXISTS, Reason.COLUMN_EXISTS);

  private final WritePath path;
  private final Replica replica;
  private final Writer writer;

  CatalogChanges(WritePath path, Replica replica, Writer writer) {
    this.path = path;
    this.replica = replica;
    this.writer = writer;
  }

  private interface Committer {
    /** Returns the commit's id; 0 when there was nothing to commit. */
    long commit() throws IOException;
  }

  private void commitDurably(String what, long busyTimeoutMillis, Committer committer) {
    path.lockForWriting(busyTimeoutMillis);
    try {
      path.commitLocked(
          what,
          () -> {
            long commitId = committer.commit();
            return commitId == 0
                ? WritePath.Committed.NOTHING
                : new WritePath.Committed(commitId, SyncLevel.FULL);
          },
          false);
    } catch (KlogException e) {
      if (EXISTS.contains(e.reason())) {
        showCommitted(busyTimeoutMillis);
      }
      throw e;
    }
  }

  private void showCommitted(long busyTimeoutMillis) {
    path.lockForWriting(busyTimeoutMillis);
    try {
      path.showCommitted();
    } finally {
      path.unlock();
    }
  }

  private CatalogVersion catalog() {
    return replica.state().catalog();
  }

  Topic createTopic(
      String name,
      int partitions,
      Map<String, String> options,
      List<Column> columns,
      long busyTimeoutMillis) {
    TopicRules.check(name, partitions, options);
    TopicRules.checkColumns(name, columns);
    List<Topic> created = new ArrayList<>(1);
    commitDurably(
        "create topic " + name,
        busyTimeoutMillis,
        () -> {
          requireNoTopic(name);
          requireNoView(name);
          long id = replica.state().nextTopicId();
          created.add(new Topic(id, name, partitions, options, columns));
          return writer.commit(List.of(new Change.TopicCreated(created.get(0))), false);
        });
    return created.get(0);
  }

  private void requireNoTopic(String name) {
    Topic existing = catalog().topic(name);
    if (existing != null) {
      throw exists(Reason.TOPIC_EXISTS, "topic ", existing.name(), name);
    }
  }

  private void requireNoView(String name) {
    View existing = catalog().view(name);
    if (existing != null) {
      throw exists(Reason.VIEW_EXISTS, "view ", existing.name(), name);
    }
  }

  private static KlogException exists(Reason reason, String what, String existing, String wanted) {
    return new KlogException(
        reason,
        what
            + existing
            + " exists"
            + (existing.equals(wanted) ? "" : "; names that differ only by case are one"));
  }

  private TopicState requireTopic(Topic topic) {
    TopicState state = catalog().state(topic.id());
    if (state == null) {
      throw Store.dropped(topic);
    }
    return state;
  }

  /** Of what others have changed since the caller has looked nothing is undone. */
  Topic alterTopic(
      Topic topic,
      List<Column> added,
      Map<String, String> set,
      Set<String> reset,
      long busyTimeoutMillis) {
    List<Topic> altered = new ArrayList<>(1);
    commitDurably(
        "alter topic " + topic.name(),
        busyTimeoutMillis,
        () -> {
          altered.add(TopicRules.altered(requireTopic(topic).topic(), added, set, reset));
          return writer.commit(List.of(new Change.TopicAltered(altered.get(0))), false);
        });
    return altered.get(0);
  }

  void dropTopic(Topic topic, long busyTimeoutMillis) {
    commitDurably(
        "drop topic " + topic.name(),
        busyTimeoutMillis,
        () -> {
          requireTopic(topic);
          return writer.commitGivingRoom(List.of(new Change.TopicDropped(topic.id())));
        });
  }

  void createView(View view, boolean replace, long busyTimeoutMillis) {
    TopicRules.checkView(view);
    commitDurably(
        "create view " + view.name(),
        busyTimeoutMillis,
        () -> {
          requireNoTopic(view.name());
          if (!replace) {
            requireNoView(view.name());
          }
          return writer.commit(List.of(new Change.ViewCreated(view)), false);
        });
  }

  void dropView(String name, long busyTimeoutMillis) {
    commitDurably(
        "drop view " + name,
        busyTimeoutMillis,
        () -> {
          View view = catalog().view(name);
          if (view == null) {
            throw new KlogException(Reason.UNKNOWN_VIEW, "view " + name + " was dropped");
          }
          return writer.commit(List.of(new Change.ViewDropped(view.name())), false);
        });
  }

  /**
   * Moves the starts of a topic's partitions, none of them back.
   *
   * @return how many records are gone by that
   */
  long deleteRecords(Topic topic, long[] beforeOffsets, long busyTimeoutMillis) {
    if (beforeOffsets.length != topic.partitions()) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "topic " + topic.name() + " has " + topic.partitions() + " partitions");
    }
    long[] deleted = {0};
    commitDurably(
        "delete records of topic " + topic.name(),
        busyTimeoutMillis,
        () -> {
          TopicState state = requireTopic(topic);
          List<Change> changes = new ArrayList<>();
          for (int p = 0; p < beforeOffsets.length; p++) {
            PartitionView view = state.partition(p).staged();
            long start = Math.min(beforeOffsets[p], view.endOffset());
            if (start > view.startOffset()) {
              changes.add(new Change.RecordsDeleted(topic.id(), p, start));
              deleted[0] += start - view.startOffset(); // offsets are dense
            }
          }
          return changes.isEmpty() ? 0 : writer.commitGivingRoom(changes);
        });
    return deleted[0];
  }
}
