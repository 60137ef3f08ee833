package io.klog.engine;

import io.klog.GroupMember;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Topic;
import java.util.HashMap;
import java.util.Map;

/** Who is a member of which consumer group: one for each topic of a group. */
final class Groups {
  private final Publisher publisher;
  // Guarded by this.
  private final Map<Seat, Member> members = new HashMap<>();

  Groups(Publisher publisher) {
    this.publisher = publisher;
  }

  private record Seat(String group, long topicId) {}

  GroupMember join(String group, Topic topic) {
    Member member = new Member(new Seat(group, topic.id()), topic);
    synchronized (this) {
      if (members.putIfAbsent(member.seat, member) != null) {
        throw new KlogException(
            Reason.GROUP_IN_USE,
            "consumer group "
                + group
                + " has a member that reads topic "
                + topic.name()
                + "; it has to close its cursor first");
      }
    }
    return member;
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
    members.remove(member.seat, member);
  }

  private final class Member implements GroupMember {
    private final Seat seat;
    private final Topic topic;

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
