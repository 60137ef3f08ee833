package io.klog;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

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

  /** The catalog as of the newest visible commit. Cheap: called for every statement. */
  Catalog catalog();

  /**
   * Creates a topic, durably.
   *
   * @param partitions at least 1
   * @throws KlogException TOPIC_EXISTS, INVALID_OPTION, INVALID_ARGUMENT, READ_ONLY
   */
  Topic createTopic(String name, int partitions, Map<String, String> options);

  /**
   * Drops a topic with its records and the positions of all groups in it.
   *
   * @throws KlogException UNKNOWN_TOPIC when it is not there any more
   */
  void dropTopic(Topic topic);

  /** The state of these topics as of one commit, the newest visible one. */
  Snapshot snapshot(Collection<Topic> topics);

  /** Begins a transaction. Nothing is locked until it commits or is pinned. */
  Transaction begin(SyncLevel sync);

  /**
   * Joins a consumer group as a member for one topic. The group exists from its first committed
   * position on.
   *
   * @throws KlogException GROUP_IN_USE when another member has the topic
   */
  GroupMember join(String group, Topic topic);

  /** The committed positions of all groups, in order of group, topic and partition. */
  Collection<GroupPosition> groupPositions();

  /**
   * Reads everything that can be seen as of one commit, and all that leads to it. What was
   * committed meanwhile is not looked at; nobody waits for it.
   *
   * @return every fault that was found, none when all is sound
   */
  List<Fault> check();

  /**
   * The one object of this type that all who have this store open share, for layers above: a plan
   * cache, for instance. Made at the first call, gone when the store is closed for good.
   */
  <T> T shared(Class<T> type, Supplier<T> create);

  /** Closes what this caller opened; the last one checkpoints and lets go of the store. */
  @Override
  void close();
}
