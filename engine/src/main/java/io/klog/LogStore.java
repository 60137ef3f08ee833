package io.klog;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place that keeps topics. Safe for use by many threads; what it returns ({@link Snapshot} and
 * {@link Catalog} apart) belongs to one thread at a time.
 *
 * <p>Every method may throw {@link KlogException}.
 */
public interface LogStore extends AutoCloseable {
  /** The name people know the store by: the path of a file, for instance. For messages and URLs. */
  String name();

  boolean isReadOnly();

  /**
   * Whether the store failed for good: a sync failed, or another process took the file. Nothing can
   * be written any more; close it, as all others have to, and open it anew. Throws nothing.
   */
  boolean isFailed();

  /** The catalog as of the newest visible commit. Cheap: called for every statement. */
  Catalog catalog();

  /**
   * Creates a topic, durably.
   *
   * @param partitions at least 1
   * @param columns what it declares beside the columns that every topic has, in order
   * @throws KlogException TOPIC_EXISTS, VIEW_EXISTS, INVALID_OPTION, INVALID_ARGUMENT, READ_ONLY
   */
  Topic createTopic(String name, int partitions, Map<String, String> options, List<Column> columns);

  /** The same without columns of its own. */
  default Topic createTopic(String name, int partitions, Map<String, String> options) {
    return createTopic(name, partitions, options, List.of());
  }

  /**
   * Drops a topic with its records and the positions of all groups in it.
   *
   * @throws KlogException UNKNOWN_TOPIC when it is not there any more
   */
  void dropTopic(Topic topic);

  /**
   * Changes a topic, durably. It stays the same topic: its records, those who read it and write to
   * it go on.
   *
   * @param added columns behind those that it has
   * @param set options with their new values
   * @param reset options that it has no more
   * @return the topic as it is now
   * @throws KlogException UNKNOWN_TOPIC when it is not there any more; COLUMN_EXISTS,
   *     INVALID_OPTION, INVALID_ARGUMENT; nothing is changed then
   */
  Topic alterTopic(Topic topic, List<Column> added, Map<String, String> set, Set<String> reset);

  /**
   * Keeps a view, durably.
   *
   * @param replace whether it takes the place of a view of that name
   * @throws KlogException TOPIC_EXISTS, VIEW_EXISTS, INVALID_ARGUMENT
   */
  void createView(View view, boolean replace);

  /**
   * Drops the view of that name, durably.
   *
   * @throws KlogException UNKNOWN_VIEW when it is not there any more
   */
  void dropView(String name);

  /**
   * Deletes the oldest records of a topic, durably: its partitions start at these offsets from then
   * on. Who reads meanwhile goes on at the start when it has passed him. The space is used again.
   *
   * @param beforeOffsets of the oldest record to keep, by partition; before the start: nothing is
   *     deleted, beyond the end: all
   * @return how many records are gone by this; 0 where the store does not know
   * @throws KlogException UNKNOWN_TOPIC when it is not there any more; INVALID_ARGUMENT
   */
  long deleteRecords(Topic topic, long[] beforeOffsets);

  /** The state of these topics as of one commit, the newest visible one. */
  Snapshot snapshot(Collection<Topic> topics);

  /** Begins a transaction. Nothing is locked until it commits or is pinned. */
  Transaction begin(SyncLevel sync);

  /**
   * Joins a consumer group as a member for one topic. The group exists from its first member, or
   * its first committed position, on. What the group's members had committed before can be seen
   * then, and is as durable as their sync levels say.
   *
   * @param maxPollIntervalMillis how long the member may take from one {@link GroupMember#poll} to
   *     the next before others take over, ms
   * @param within the caller's own open transaction, if any: it may have the writer's lock, which
   *     joining needs
   * @param isGivenUp asked again and again: whether to wait no more for the writer's lock
   * @throws KlogException BUSY, CANCELLED, READ_ONLY, UNKNOWN_TOPIC, INVALID_ARGUMENT
   */
  GroupMember join(
      String group,
      Topic topic,
      long maxPollIntervalMillis,
      @Nullable Transaction within,
      BooleanSupplier isGivenUp);

  /** The same for one who does not give up. */
  default GroupMember join(
      String group, Topic topic, long maxPollIntervalMillis, @Nullable Transaction within) {
    return join(group, topic, maxPollIntervalMillis, within, () -> false);
  }

  /** The same with the default interval, and outside of any transaction. */
  default GroupMember join(String group, Topic topic) {
    return join(group, topic, GroupMember.DEFAULT_MAX_POLL_INTERVAL, null);
  }

  /** The committed positions of all groups, in order of group, topic and partition. */
  Collection<GroupPosition> groupPositions();

  /** The live members of all groups, in order of group, topic and joining. */
  Collection<Membership> memberships();

  /**
   * Sets a group's positions in all partitions of a topic, durably. The group need not have been
   * there before.
   *
   * @param offsets of the next record to read, by partition
   * @param force whether to evict members that read the topic; they are fenced
   * @throws KlogException GROUP_IN_USE when there are such members, and no force; INVALID_ARGUMENT
   *     for an offset beyond the partition's end
   */
  void resetPositions(String group, Topic topic, long[] offsets, boolean force);

  /**
   * Drops a group with its positions in all topics, durably.
   *
   * @throws KlogException UNKNOWN_GROUP; GROUP_IN_USE when it has live members
   */
  void dropGroup(String group);

  /** Has all who wait in this process look whether they were given up: see {@link Snapshot}. */
  void wake();

  /**
   * Reads everything that can be seen as of one commit, and all that leads to it. What was
   * committed meanwhile is not looked at; nobody waits for it.
   *
   * @return every fault that was found, none when all is sound
   */
  List<Fault> check();

  /**
   * Copies all topics with their records, the views, and the positions of all groups, as of the
   * newest visible commit, into a new file, which is a store of its own. Others go on reading and
   * writing meanwhile. The file is there when it is whole and durable; where this fails, not at
   * all.
   *
   * @param file its path
   * @param isGivenUp asked again and again: whether to copy no more
   * @throws KlogException FILE_EXISTS, CANCELLED, CORRUPT, DISK_FULL, IO; BUSY when records were
   *     deleted faster than they could be copied; INVALID_ARGUMENT where the store cannot be copied
   *     to there, or to any file
   */
  Backup backup(String file, BooleanSupplier isGivenUp);

  /** The same for one who does not give up. */
  default Backup backup(String file) {
    return backup(file, () -> false);
  }

  /**
   * The one object of this type that all who have this store open share, for layers above: a plan
   * cache, for instance. Made at the first call, gone when the store is closed for good.
   */
  <T> T shared(Class<T> type, Supplier<T> create);

  /** Closes what this caller opened; the last one checkpoints and lets go of the store. */
  @Override
  void close();
}
