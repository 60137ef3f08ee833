package io.klog;

/** A member of a consumer group for one topic. */
public interface GroupMember extends AutoCloseable {
  /** No position has been committed. */
  long NO_POSITION = -1;

  String group();

  Topic topic();

  /** The group's committed position in the partition, or {@link #NO_POSITION}. */
  long position(int partition);

  /** Leaves the group. Idempotent. */
  @Override
  void close();
}
