package io.klog.engine;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.SimulationModel.Attempt;
import io.klog.engine.SimulationModel.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The members of consumer groups that a simulated process has. Each commit that moves a position
 * says in the model where it stood: no other member may have moved it meanwhile. Not by a {@link
 * io.klog.GroupReader}, which knows no time but the machine's.
 */
final class SimulatedMembers {
  private static final int MOST = 3;

  /** Simulated time ends before that. */
  private static final long PATIENT_MILLIS = 36_000_000;

  /** Some stops are longer, and some waiting for locks. */
  private static final int HASTY_MILLIS = 60;

  /** How long a member is at it sometimes, ns. */
  private static final int WORK_NANOS = 1_000_000_000;

  /** How long a member waits for records between two polls, at most, ns. */
  private static final int WAIT_NANOS = 150_000_000;

  private final SimulationModel model;
  private final SimulatedReader reader;
  private final SplittableRandom random;
  private final SimulatedProcess process;
  private final int number;
  private final LogStore store;
  private final List<Joined> members = new ArrayList<>();

  /**
   * A member of this process.
   *
   * @param hasty whether it may be found hung
   */
  private record Joined(GroupMember member, boolean hasty) {}

  /** Commits an attempt that only has a record in the journal, or thinks better of it. */
  interface Commits {
    /**
     * Does it.
     *
     * @throws KlogException FENCED
     */
    void commit(Attempt attempt);
  }

  SimulatedMembers(
      SimulationModel model,
      SimulatedReader reader,
      SplittableRandom random,
      SimulatedProcess process,
      int number,
      LogStore store) {
    this.model = model;
    this.reader = reader;
    this.random = random;
    this.process = process;
    this.number = number;
    this.store = store;
  }

  /** Does something; the transaction is its own. */
  void act(Topic journal, List<Topic> others, Transaction tx, Commits commits) {
    int kind = random.nextInt(10);
    if (members.isEmpty() || (kind < 2 && members.size() < MOST)) {
      join(others);
    } else if (kind < 3) {
      members.remove(random.nextInt(members.size())).member.close();
    }
    if (!members.isEmpty()) {
      Joined joined = members.get(random.nextInt(members.size()));
      try {
        for (int i = random.nextInt(3) == 0 ? 5 : 0; i > 0; i--) { // nobody has written anything
          joined.member.poll();
          process.pause(random.nextInt(WAIT_NANOS));
        }
        consume(joined.member, journal, tx, commits);
      } catch (KlogException e) {
        boolean dropped = reader.anyMayBeDropped(List.of(joined.member.topic()));
        if (e.reason() == Reason.UNKNOWN_TOPIC) {
          reader.allow(e, Reason.UNKNOWN_TOPIC, dropped);
        } else {
          reader.allow(e, Reason.FENCED, joined.hasty || dropped);
        }
        members.remove(joined);
        joined.member.close();
      }
    }
  }

  private void join(List<Topic> others) {
    if (others.isEmpty()) {
      return;
    }
    Topic topic = others.get(random.nextInt(4) > 0 ? 0 : random.nextInt(others.size()));
    boolean hasty = random.nextBoolean();
    long millis = hasty ? 1 + random.nextInt(HASTY_MILLIS) : PATIENT_MILLIS;
    try {
      GroupMember member = store.join("c", topic, millis, null);
      members.add(new Joined(member, hasty));
    } catch (KlogException e) {
      if (e.reason() == Reason.BUSY) {
        reader.allow(e, Reason.BUSY, true);
      } else {
        reader.allow(e, Reason.UNKNOWN_TOPIC, reader.anyMayBeDropped(List.of(topic)));
      }
    }
  }

  /** Turns some records, if there are any, into one of the journal. */
  private void consume(GroupMember member, Topic journal, Transaction tx, Commits commits) {
    int[] mine = member.poll();
    if (mine.length == 0) {
      return;
    }
    Topic topic = member.topic();
    int partition = mine[random.nextInt(mine.length)];
    long from = Math.max(0, member.position(partition));
    Snapshot snapshot = store.snapshot(List.of(topic));
    long end = Math.min(snapshot.endOffset(topic, partition), from + 1 + random.nextInt(5));
    SimulationModel.check(end >= from, () -> member.group() + " is at " + from + " of " + end);
    if (from == end) {
      return;
    }
    read(snapshot, topic, partition, Math.max(from, snapshot.startOffset(topic, partition)), end);
    if (random.nextInt(3) == 0) {
      process.pause(random.nextInt(WORK_NANOS));
    }
    if (random.nextInt(4) == 0) {
      int[] still = member.poll(p -> p == partition);
      boolean kept = Arrays.binarySearch(still, partition) >= 0;
      SimulationModel.check(kept, () -> "a partition was given up that the member is busy with");
    }
    Place place = new Place(member.group(), topic.name(), partition);
    int size = random.nextInt(60);
    Attempt attempt = model.consuming(number, size, Map.of(place, from), Map.of(place, end));
    tx.append(journal, 0, 0, null, SimulationRecords.value(attempt.id, 0, size), Headers.NONE);
    tx.position(member, partition, end);
    commits.commit(attempt);
  }

  private void read(Snapshot snapshot, Topic topic, int partition, long from, long end) {
    try (RecordCursor cursor =
        snapshot.scan(topic, partition, ScanRange.ALL.withOffsets(from, end))) {
      for (long offset = from; offset < end; ) {
        long expected = offset;
        long found = cursor.next() ? cursor.offset() : end;
        SimulationModel.check(
            found == expected
                || (found > expected && found <= reader.modelOf(topic).mayStart(partition)),
            () -> "no " + expected + " in " + topic + " " + partition);
        offset = found + 1;
      }
    }
  }
}
