package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.SyncLevel;
import io.klog.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The commits that change who is in a group, or a group as a whole. */
final class GroupChanges implements Groups.Regrouping {
  private final Store store;
  private final WritePath path;
  private final Replica replica;
  private final Writer writer;
  private final Publisher publisher;

  GroupChanges(Store store, WritePath path, Replica replica, Writer writer, Publisher publisher) {
    this.store = store;
    this.path = path;
    this.replica = replica;
    this.writer = writer;
    this.publisher = publisher;
  }

  @Override
  public void refresh() {
    store.refresh();
  }

  @Override
  public void later() {
    store.watch();
  }

  /**
   * Who is a member need not survive a power cut. So such a commit is shown at once, when all
   * before it can be seen; else it waits with that for the device: whoever joins goes on from the
   * positions that the members before him committed, and they must not be lost from under him.
   */
  @Override
  public boolean regroup(
      GroupKey key, Groups.Regrouping.Access access, UnaryOperator<GroupAssignment> change) {
    if (access instanceof Groups.Regrouping.Wait wait) {
      path.lockForWriting(wait.timeoutMillis(), wait.isGivenUp());
    } else if (access instanceof Groups.Regrouping.Try && !path.tryLockForWriting()) {
      return false;
    }
    boolean held = access instanceof Groups.Regrouping.Held;
    Regrouped regrouped = new Regrouped(key, change);
    path.commitLocked(
        "change the members of consumer group " + key.group(),
        () -> {
          if (held) {
            path.requireOwned(); // the lock was taken some time ago, and may have been lost since
          }
          return regrouped.commit();
        },
        held);
    return true;
  }

  private final class Regrouped {
    private final GroupKey key;
    private final UnaryOperator<GroupAssignment> change;

    Regrouped(GroupKey key, UnaryOperator<GroupAssignment> change) {
      this.key = key;
      this.change = change;
    }

    WritePath.Committed commit() throws IOException {
      GroupAssignment before = requireGroup(key);
      GroupAssignment after = change.apply(before);
      if (after.epoch() == before.epoch()) {
        return WritePath.Committed.NOTHING;
      }
      boolean shown = !publisher.isWaiting();
      long commitId = writer.commit(List.of(new Change.MembersAssigned(key, after)), shown);
      return new WritePath.Committed(commitId, shown ? SyncLevel.NORMAL : SyncLevel.FULL);
    }
  }

  private GroupAssignment requireGroup(GroupKey key) {
    if (replica.state().catalog().state(key.topicId()) == null) {
      throw new KlogException(
          Reason.UNKNOWN_TOPIC,
          "the topic that consumer group " + key.group() + " reads was dropped");
    }
    return replica.state().group(key);
  }

  void reset(String group, Topic topic, long[] offsets, boolean force, long busyTimeoutMillis) {
    GroupKey key = new GroupKey(group, topic.id());
    if (offsets.length != topic.partitions()) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "topic " + topic.name() + " has " + topic.partitions() + " partitions");
    }
    commitDurably(
        "reset consumer group " + group,
        busyTimeoutMillis,
        () -> {
          GroupAssignment members = requireGroup(key);
          if (!force) {
            requireNoneLive(group, members);
          }
          List<Change> changes = new ArrayList<>();
          if (!members.isEmpty()) {
            changes.add(new Change.MembersAssigned(key, members.without(m -> true)));
          }
          for (int p = 0; p < offsets.length; p++) {
            changes.add(new Change.PositionMoved(group, topic.id(), p, offsets[p]));
          }
          requireReachable(changes);
          return changes;
        });
  }

  void drop(String group, long busyTimeoutMillis) {
    commitDurably(
        "drop consumer group " + group,
        busyTimeoutMillis,
        () -> {
          Map<GroupKey, GroupAssignment> parts = replica.state().groupsOf(group);
          if (parts.isEmpty()) {
            throw new KlogException(Reason.UNKNOWN_GROUP, "there is no consumer group " + group);
          }
          parts.values().forEach(members -> requireNoneLive(group, members));
          return List.of(new Change.GroupDropped(group));
        });
  }

  private interface Changes {
    List<Change> make();
  }

  private void commitDurably(String what, long busyTimeoutMillis, Changes changes) {
    path.lockForWriting(busyTimeoutMillis);
    path.commitLocked(
        what,
        () -> new WritePath.Committed(writer.commit(changes.make(), false), SyncLevel.FULL),
        false);
  }

  private void requireNoneLive(String group, GroupAssignment members) {
    String live = store.groups().live(members);
    if (!live.isEmpty()) {
      throw new KlogException(
          Reason.GROUP_IN_USE, "consumer group " + group + " has live members: " + live);
    }
  }

  /** Under the writer's lock: nobody may go on from an offset that has yet to come about. */
  private void requireReachable(List<Change> changes) {
    for (Change change : changes) {
      if (change instanceof Change.PositionMoved moved) {
        TopicState topic = replica.state().catalog().state(moved.topicId());
        long end = topic == null ? 0 : topic.partition(moved.partition()).staged().endOffset();
        if (moved.offset() < 0 || moved.offset() > end) {
          throw new KlogException(
              Reason.INVALID_ARGUMENT,
              "offset "
                  + moved.offset()
                  + " is not within partition "
                  + moved.partition()
                  + ", which ends at "
                  + end);
        }
      }
    }
  }
}
