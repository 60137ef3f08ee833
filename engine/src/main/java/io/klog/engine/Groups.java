package io.klog.engine;

import io.klog.GroupMember;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Membership;
import io.klog.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The members of consumer groups that this process has, and what they do for their groups. Who is a
 * member, and what each reads, is in the commit log; nobody but those who poll looks after it.
 */
final class Groups {
  /** How soon a member that could not leave tries again, ns; later and later, up to LOOK. */
  private static final long LEAST_DELAY = TimeUnit.MILLISECONDS.toNanos(1);

  /** How often a process looks after its groups at most, ns. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

  private final StorageFile file;
  private final Storage storage;
  private final SharedPage page;
  private final Publisher publisher;
  private final MemberProcesses processes;
  private final Regrouping regrouping;
  // By id.
  private final Map<String, Member> members = new ConcurrentHashMap<>();
  // Members that are gone and could not say so yet.
  private final Queue<Member> departed = new ConcurrentLinkedQueue<>();
  // How long to wait before that is tried again, ns. Written and read by anybody.
  private volatile long delay = LEAST_DELAY;
  // When this process looked last, ns: who sets it looks.
  private final AtomicLong looked;

  Groups(
      Storage storage,
      StorageFile file,
      FileLocks locks,
      SharedPage page,
      Publisher publisher,
      Regrouping regrouping) {
    this.storage = storage;
    this.file = file;
    this.page = page;
    this.publisher = publisher;
    this.processes = new MemberProcesses(locks, page);
    this.regrouping = regrouping;
    this.looked = new AtomicLong(storage.nanoTime() - LOOK);
  }

  /** Commits changes of groups' members. */
  interface Regrouping {
    /** How to come by the writer's lock. */
    sealed interface Access permits Wait, Try, Held {}

    /** Waits for it, at most so many ms, or until the caller gives up. */
    record Wait(long timeoutMillis, BooleanSupplier isGivenUp) implements Access {}

    /** Takes it if it is to be had within a few ms. */
    record Try() implements Access {}

    /** The caller has it, and keeps it. */
    record Held() implements Access {}

    /**
     * Commits what the change makes of the group's members, if it changes anything. On return it
     * can be seen, with all that was committed before, which is as durable as it is meant to be.
     *
     * @return false when the lock was not to be had so soon
     */
    boolean regroup(GroupKey key, Access access, UnaryOperator<GroupAssignment> change);

    /** Shows what other processes have committed. */
    void refresh();

    /** Has {@link Groups#sayDeparted} called soon, if there may be a thread that does. */
    void later();
  }

  /**
   * Joins.
   *
   * @param owner with whom the member leaves at the latest: {@link #leaveAll}
   */
  GroupMember join(
      Object owner,
      String group,
      Topic topic,
      long maxPollIntervalMillis,
      Regrouping.Access access) {
    if (maxPollIntervalMillis < 1) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "max.poll.interval.ms is at least 1, not " + maxPollIntervalMillis);
    }
    Member member =
        new Member(owner, new GroupKey(group, topic.id()), topic, maxPollIntervalMillis);
    members.put(member.entry.id(), member);
    boolean joined = false;
    try {
      regrouping.regroup(
          member.key, access, assignment -> assignment.without(this::isGone).with(member.entry));
      joined = true;
      return member;
    } finally {
      if (!joined) {
        member.close(); // nobody may know whether it is one
      }
    }
  }

  /** All members of the owner leave that have not left. */
  void leaveAll(Object owner) {
    for (Member member : members.values()) {
      if (member.owner == owner) {
        member.close();
      }
    }
  }

  /** Whether others have to do without it. */
  private boolean isGone(GroupAssignment.Member entry) {
    if (entry.process() == page.token() && !members.containsKey(entry.id())) {
      return true; // it could not say so yet
    }
    try {
      return !processes.isAlive(entry) || processes.isHung(entry);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private KlogException failed(IOException e) {
    return new KlogException(
        Reason.IO, file.name() + ": cannot look after consumer groups: " + e.getMessage(), e);
  }

  /** Looks after the groups that this process has members in, now and then. */
  private void look(long now) {
    long last = looked.get();
    if (now - last < LOOK || !looked.compareAndSet(last, now)) {
      return;
    }
    regrouping.refresh();
    sayDeparted();
    try {
      if (page.hasCompany()) {
        page.putPolls();
      }
    } catch (IOException e) {
      throw failed(e);
    }
    Set<GroupKey> keys = new HashSet<>();
    members.values().forEach(member -> keys.add(member.key));
    List<GroupAssignment> present = new ArrayList<>();
    for (GroupKey key : keys) {
      GroupAssignment assignment = publisher.group(key);
      if (assignment != null) {
        present.add(assignment);
        assignment.members().forEach(member -> observe(member, now - last));
        if (assignment.members().stream().anyMatch(this::isGone)) {
          regroupIfPossible(key, a -> a.without(this::isGone));
        }
      }
    }
    processes.keepOnly(present);
  }

  private void observe(GroupAssignment.Member entry, long elapsed) {
    Member own = members.get(entry.id());
    try {
      long polls = own == null ? page.polls(entry.slot()) : own.polls;
      processes.observe(entry, polls, elapsed);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * What is done for the group's sake, now or at a later look: who polls is not to suffer when it
   * fails.
   */
  private void regroupIfPossible(GroupKey key, UnaryOperator<GroupAssignment> change) {
    try {
      regrouping.regroup(key, new Regrouping.Try(), change);
    } catch (KlogException e) {
      if (isFinal(e)) {
        throw e;
      }
      System.getLogger(Groups.class.getName())
          .log(System.Logger.Level.DEBUG, file.name() + ": regrouping put off", e);
    }
  }

  /** Whether the store will not do anything any more before it is opened anew. */
  private static boolean isFinal(KlogException e) {
    return switch (e.reason()) {
      case CLOSED, FAILED, OUTCOME_UNKNOWN -> true;
      default -> false;
    };
  }

  /** Whether members are gone that could not say so yet, because others have the writer's lock. */
  boolean hasDeparted() {
    return !departed.isEmpty();
  }

  /** How long to wait before that is tried again, ns. */
  long departureDelay() {
    return delay;
  }

  void sayDeparted() {
    for (Member member = departed.peek(); member != null; member = departed.peek()) {
      if (!member.tryLeave()) {
        delay = Math.min(delay * 2, LOOK);
        return;
      }
      departed.remove(member);
    }
    delay = LEAST_DELAY;
  }

  /**
   * Whether the members are alive, of which a change wants to be rid.
   *
   * @return those that are, in words; empty where there are none
   */
  String live(GroupAssignment assignment) {
    List<String> live = new ArrayList<>();
    for (GroupAssignment.Member member : assignment.members()) {
      if (!isGone(member)) {
        live.add(member.id());
      }
    }
    return String.join(", ", live);
  }

  Collection<Membership> memberships(CatalogVersion catalog) {
    List<Membership> result = new ArrayList<>();
    publisher
        .groups()
        .forEach(
            (key, assignment) -> {
              TopicState topic = catalog.state(key.topicId());
              for (int i = 0; topic != null && i < assignment.members().size(); i++) {
                GroupAssignment.Member member = assignment.members().get(i);
                if (!isGone(member)) {
                  List<Integer> partitions =
                      Arrays.stream(assignment.partitionsOf(i)).boxed().toList();
                  result.add(new Membership(key.group(), topic.topic(), member.id(), partitions));
                }
              }
            });
    return result;
  }

  /**
   * A position to be moved.
   *
   * @param memberId who moves it: it has to own the partition when that is committed
   */
  record Move(GroupKey key, String memberId, Change.PositionMoved change) {
    /**
     * @param assignment of the group as of the commit
     * @throws KlogException FENCED
     */
    void requireOwned(GroupAssignment assignment) {
      if (!assignment.isOwner(memberId, change.partition())) {
        throw fenced(
            key.group(),
            memberId,
            assignment.find(memberId) == GroupAssignment.NOBODY
                ? "was evicted, or has left"
                : "does not read partition " + change.partition() + " any more");
      }
    }
  }

  private static KlogException fenced(String group, String memberId, String why) {
    return new KlogException(
        Reason.FENCED, "fenced: member " + memberId + " of consumer group " + group + " " + why);
  }

  /**
   * The position as a change.
   *
   * @throws KlogException FENCED when the member has left
   */
  Move move(GroupMember member, int partition, long offset) {
    if (!(member instanceof Member m) || !members.containsKey(m.entry.id())) {
      throw fenced(member.group(), member.id(), "has left");
    }
    if (partition < 0 || partition >= m.topic.partitions() || offset < 0) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "no such position in topic "
              + m.topic.name()
              + ": partition "
              + partition
              + ", offset "
              + offset);
    }
    return new Move(
        m.key, m.entry.id(), new Change.PositionMoved(m.group(), m.topic.id(), partition, offset));
  }

  private final class Member implements GroupMember {
    private final Object owner;
    private final GroupKey key;
    private final Topic topic;
    private final GroupAssignment.Member entry;
    // Grows with each poll. Written by its thread, read by anybody.
    private volatile long polls;
    // The following are its thread's own. Epochs begin with 1.
    private long knownEpoch;
    private int[] partitions = {};
    private boolean mayHaveSurplus;

    Member(Object owner, GroupKey key, Topic topic, long maxPollMillis) {
      this.owner = owner;
      this.key = key;
      this.topic = topic;
      this.entry = new GroupAssignment.Member(newId(), page.slot(), page.token(), maxPollMillis);
    }

    private String newId() {
      return ProcessHandle.current().pid() + "-" + Long.toUnsignedString(storage.randomLong(), 36);
    }

    @Override
    public String group() {
      return key.group();
    }

    @Override
    public Topic topic() {
      return topic;
    }

    @Override
    public String id() {
      return entry.id();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // by its thread
    public void touch() {
      polls++;
    }

    @Override
    public int[] poll(IntPredicate isBusy) {
      touch();
      look(storage.nanoTime());
      GroupAssignment newest = publisher.group(key);
      if (newest == null || newest.find(entry.id()) == GroupAssignment.NOBODY) {
        throw fencedBecause();
      }
      learn(newest);
      if (mayHaveSurplus) {
        handOver(isBusy);
      }
      return partitions;
    }

    private void learn(GroupAssignment newest) {
      if (newest.epoch() != knownEpoch) {
        int index = newest.find(entry.id());
        knownEpoch = newest.epoch();
        mayHaveSurplus = newest.hasSurplus(index, p -> false);
        int[] owned = newest.partitionsOf(index);
        partitions = Arrays.equals(owned, partitions) ? partitions : owned;
      }
    }

    /**
     * Takes over what it made of the group itself, and nothing that came after: a partition that
     * was given up and is back already has been read by another meanwhile, and is to be told as
     * new.
     */
    private void handOver(IntPredicate isBusy) {
      AtomicReference<@Nullable GroupAssignment> made = new AtomicReference<>();
      regroupIfPossible(
          key,
          assignment -> {
            GroupAssignment after = assignment.handingOver(assignment.find(entry.id()), isBusy);
            made.set(after.epoch() == assignment.epoch() ? null : after);
            return after;
          });
      GroupAssignment after = made.get();
      if (after != null) {
        learn(after);
      }
    }

    private KlogException fencedBecause() {
      if (publisher.catalog().state(key.topicId()) == null) {
        return new KlogException(Reason.UNKNOWN_TOPIC, "topic " + topic.name() + " was dropped");
      }
      String why =
          members.containsKey(entry.id())
              ? "was evicted: it did not poll for "
                  + entry.maxPollMillis()
                  + " ms (max.poll.interval.ms), or the group was reset"
              : "has left";
      return fenced(key.group(), entry.id(), why);
    }

    @Override
    public long position(int partition) {
      return publisher.position(
          new PositionKey(key.group(), key.topicId(), partition), GroupMember.NO_POSITION);
    }

    @Override
    public void close() {
      if (members.remove(entry.id()) != null && !tryLeave()) {
        departed.add(this);
        regrouping.later();
      }
    }

    /** Whether it has left, as far as it can; false when that is to be tried again. */
    private boolean tryLeave() {
      try {
        return regrouping.regroup(
            key, new Regrouping.Try(), a -> a.without(m -> m.id().equals(entry.id())));
      } catch (RuntimeException | VirtualMachineError e) {
        // Whoever leaves has committed before, or does not care: he is not told.
        System.getLogger(Groups.class.getName())
            .log(System.Logger.Level.DEBUG, file.name() + ": " + entry.id() + " left unsaid", e);
        return e instanceof KlogException k && (isFinal(k) || k.reason() == Reason.UNKNOWN_TOPIC);
      }
    }
  }
}
