package io.klog;

import java.util.function.IntPredicate;

/**
 * A member of a consumer group for one topic. The group's members share out the topic's partitions:
 * each is read by one member at a time, who alone may move the group's position in it. For one
 * thread at a time.
 */
public interface GroupMember extends AutoCloseable {
  /** No position has been committed. */
  long NO_POSITION = -1;

  /** How long a member may take from one {@link #poll} to the next unless it says otherwise, ms. */
  long DEFAULT_MAX_POLL_INTERVAL = 300_000;

  String group();

  Topic topic();

  /** Unlike any other member's. */
  String id();

  /**
   * Says that the member is at work, and does its part in looking after the group: members whose
   * process died, or that did not poll for longer than they may, are dropped, their partitions
   * taken over; partitions of which this member has more than its share are given up. Cheap enough
   * to be called ten times a second; where others have the writer's lock, waits for a few ms at
   * most, and tries again the next time.
   *
   * @param isBusy whether more of a partition was read than is committed: it is not given up then
   * @return the partitions that the member reads from now on, in order: the same array as before
   *     where they are the same. None where others have them all: it stands by
   * @throws KlogException FENCED when the member was evicted
   */
  int[] poll(IntPredicate isBusy);

  /** The same for one who is not busy with any partition. */
  default int[] poll() {
    return poll(partition -> false);
  }

  /**
   * Says that the member is at work, though it has no use for a {@link #poll} just now: its caller
   * reads for another member. Costs next to nothing.
   */
  void touch();

  /** The group's committed position in the partition, or {@link #NO_POSITION}. */
  long position(int partition);

  /** Leaves the group: others take its partitions over. Idempotent. */
  @Override
  void close();
}
