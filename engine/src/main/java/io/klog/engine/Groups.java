package io.klog.engine;

import io.klog.GroupMember;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Topic;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is a member of which consumer group: one for each topic of a group, among the processes that
 * have the file open, too. The operating system frees the seat of a process that dies.
 */
final class Groups {
  private final StorageFile file;
  private final FileLocks locks;
  private final Publisher publisher;
  // Guarded by this.
  private final Map<Seat, Member> members = new HashMap<>();

  Groups(StorageFile file, FileLocks locks, Publisher publisher) {
    this.file = file;
    this.locks = locks;
    this.publisher = publisher;
  }

  private record Seat(String group, long topicId) {}

  GroupMember join(String group, Topic topic) {
    Member member = new Member(new Seat(group, topic.id()), topic);
    synchronized (this) {
      StorageLock lock = members.containsKey(member.seat) ? null : lock(member.seat);
      if (lock == null) {
        throw new KlogException(
            Reason.GROUP_IN_USE,
            "consumer group "
                + group
                + " has a member that reads topic "
                + topic.name()
                + ", here or in another process; it has to close its cursor first");
      }
      member.lock = lock;
      members.put(member.seat, member);
    }
    return member;
  }

  private @Nullable StorageLock lock(Seat seat) {
    try {
      return locks.seat(seat.group, seat.topicId);
    } catch (IOException e) {
      throw new KlogException(Reason.IO, file.name() + ": cannot lock: " + e.getMessage(), e);
    }
  }

  /**
   * The position as a change.
   *
   * @throws KlogException FENCED when the member has left
   */
  Change.PositionMoved moved(GroupMember member, int partition, long offset) {
    if (!(member instanceof Member m) || !isSeated(m)) {
      throw new KlogException(
          Reason.FENCED,
          "fenced: the member is not in consumer group " + member.group() + " any more");
    }
    if (partition < 0 || partition >= member.topic().partitions() || offset < 0) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "no such position in topic "
              + member.topic().name()
              + ": partition "
              + partition
              + ", offset "
              + offset);
    }
    return new Change.PositionMoved(m.group(), m.topic.id(), partition, offset);
  }

  private synchronized boolean isSeated(Member member) {
    return members.get(member.seat) == member;
  }

  private synchronized void leave(Member member) {
    StorageLock lock = member.lock;
    if (members.remove(member.seat, member) && lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        throw new KlogException(Reason.IO, file.name() + ": cannot unlock: " + e.getMessage(), e);
      }
    }
  }

  private final class Member implements GroupMember {
    private final Seat seat;
    private final Topic topic;
    // Of the seat among processes. Guarded by the groups.
    private @Nullable StorageLock lock;

    Member(Seat seat, Topic topic) {
      this.seat = seat;
      this.topic = topic;
    }

    @Override
    public String group() {
      return seat.group;
    }

    @Override
    public Topic topic() {
      return topic;
    }

    @Override
    public String id() {
      return "member";
    }

    @Override
    public int[] poll(IntPredicate isBusy) {
      return java.util.stream.IntStream.range(0, topic.partitions()).toArray();
    }

    @Override
    public long position(int partition) {
      return publisher.position(
          new PositionKey(seat.group, topic.id(), partition), GroupMember.NO_POSITION);
    }

    @Override
    public void close() {
      leave(this);
    }
  }
}
