package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.ConsumedRecord;
import io.klog.Consumer;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.GroupReader;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.Membership;
import io.klog.OffsetReset;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.OpenOptions.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * Members of one group in several processes, which share nothing but the file: who is dead, who
 * hangs, and what becomes of what they had begun.
 */
@Timeout(60)
abstract class SeveralMembersContract {
  private static final Limits LIMITS = new Limits(2 << 10, 12 << 10, 96 << 10, true);
  private static final long MAX_POLL_MILLIS = 10_000;

  /** So much that whoever polls looks after the group. */
  private static final Duration A_LITTLE = Duration.ofMillis(200);

  private static final int RECORDS = 10;

  private final List<LogStore> opened = new ArrayList<>();
  private ClockedStorage clock;
  private LogStore a;
  private Topic in;
  private Topic out;

  abstract Storage storage();

  abstract String file();

  @BeforeEach
  final void start() {
    clock = new ClockedStorage(storage());
    a = open(clock);
    in = a.createTopic("in", 4, Map.of());
    out = a.createTopic("out", 4, Map.of());
    try (Transaction tx = a.begin(SyncLevel.FULL)) {
      for (int i = 0; i < 4 * RECORDS; i++) {
        tx.append(in, i % 4, i, null, null, Headers.NONE);
      }
      tx.commit();
    }
  }

  @AfterEach
  final void closeAll() {
    opened.forEach(LogStore::close);
  }

  /** As a process of its own. */
  private LogStore open(Storage storage) {
    return open(storage, new OpenOptions(Mode.CREATE, 1000, 1 << 20));
  }

  private LogStore open(Storage storage, OpenOptions options) {
    LogStore store = new KlogFile(storage, LIMITS).openFile(file(), options);
    opened.add(store);
    return store;
  }

  private KillableStorage mortal() {
    return new KillableStorage(clock);
  }

  /** As a process of its own, which was killed when its storage was. */
  private LogStore openMortal(KillableStorage mortal) {
    return openMortal(mortal, new OpenOptions(Mode.CREATE, 1000, 1 << 20));
  }

  private LogStore openMortal(KillableStorage mortal, OpenOptions options) {
    return new KlogFile(mortal, LIMITS).openFile(file(), options);
  }

  private GroupMember join(LogStore store) {
    return store.join("g", in, MAX_POLL_MILLIS, null);
  }

  private Consumer consumer(LogStore store) {
    return Consumer.join(
        store, "g", List.of(in), OffsetReset.EARLIEST, SyncLevel.NORMAL, MAX_POLL_MILLIS);
  }

  /** So many records were read, and have an output each that is not committed. */
  private int begin(Consumer consumer) {
    List<ConsumedRecord> records = consumer.poll(Duration.ZERO);
    for (ConsumedRecord record : records) {
      consumer
          .transaction()
          .append(out, record.partition(), record.offset(), null, null, Headers.NONE);
    }
    return records.size();
  }

  private void assertEachHasOneOutput(LogStore store) {
    List<GroupPosition> expected = new ArrayList<>();
    for (int p = 0; p < 4; p++) {
      expected.add(new GroupPosition("g", in, p, RECORDS));
      assertEquals(RECORDS, store.snapshot(List.of(out)).endOffset(out, p), "partition " + p);
    }
    assertEquals(expected, List.copyOf(store.groupPositions()));
  }

  private static List<List<Integer>> shares(LogStore store) {
    return store.memberships().stream().map(Membership::partitions).toList();
  }

  /** More than once: another process may have the writer's lock just then. */
  private void poll(BooleanSupplier poll) {
    for (int i = 0; !poll.getAsBoolean(); i++) {
      assertTrue(i < 1_000, "it polls in vain");
      clock.advance(A_LITTLE);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static String assertFenced(Executable call) {
    String told = LogStoreFixture.assertRefused(Reason.FENCED, call);
    assertTrue(told.startsWith("fenced"), told);
    return told;
  }

  @Test
  void membersOfSeveralProcessesShareThePartitions() {
    LogStore b = open(clock);
    try (GroupMember one = join(a);
        GroupMember two = join(b);
        GroupMember three = join(b)) {
      poll(() -> one.poll().length == 2 && two.poll().length == 1 && three.poll().length == 1);
      assertEquals(List.of(2, 1, 1), shares(a).stream().map(List::size).toList());
      assertEquals(shares(a), shares(b));
      assertEquals(shares(a), shares(open(clock, LogStoreFixture.reading())));
    }
    assertEquals(List.of(), shares(a));
    assertEquals(List.of(), shares(b));
  }

  @Test
  void aMemberThatHangsIsFencedByAnotherOfItsProcess() {
    assertFencedBy(a, () -> {});
  }

  @Test
  void aProcessWhoseMembersAllHangIsFencedByAnother() {
    LogStore b = open(clock);
    assertFencedBy(b, () -> {});
  }

  /** What the process does besides does not help it. */
  @Test
  void committingIsNotPolling() {
    LogStore b = open(clock);
    Topic other = a.createTopic("other", 1, Map.of());
    assertFencedBy(b, () -> LogStoreFixture.append(a, other, "still there"));
  }

  private void assertFencedBy(LogStore other, Runnable meanwhile) {
    Consumer hung = consumer(a);
    assertEquals(4 * RECORDS, begin(hung));
    try (hung;
        Consumer diligent = consumer(other)) {
      assertEquals(0, begin(diligent), "it stands by");
      for (int i = 0; i < 8; i++) {
        clock.advance(Duration.ofMillis(MAX_POLL_MILLIS / 9));
        assertEquals(0, begin(diligent), "that was not too long yet");
        meanwhile.run();
      }
      clock.advance(Duration.ofMillis(MAX_POLL_MILLIS / 2));
      poll(() -> begin(diligent) == 4 * RECORDS); // it takes over
      String told = assertFenced(hung::commit);
      assertTrue(told.contains("evicted"), told);
      assertEquals(0, other.snapshot(List.of(out)).endOffset(out, 0), "nothing of it happened");
      told = assertFenced(() -> begin(hung));
      assertTrue(told.contains("max.poll.interval.ms") && told.contains("10000"), told);
      diligent.commit();
      assertEachHasOneOutput(other);
    }
    try (Consumer again = consumer(a)) {
      assertEquals(0, begin(again), "it comes back, and all is done");
      assertEquals(1, a.memberships().size());
    }
  }

  @Test
  void aProcessIsNotFencedForOneMemberThatHangsButItsOwnDropIt() {
    LogStore b = open(clock);
    try (GroupMember elsewhere = join(b);
        GroupMember hung = join(a)) {
      String hungId = hung.id();
      try (GroupMember diligent = join(a)) {
        for (int i = 0; i < 4; i++) {
          clock.advance(Duration.ofMillis(MAX_POLL_MILLIS / 4 - 100));
          elsewhere.poll();
          diligent.poll();
        }
        assertEquals(3, b.memberships().size());
        clock.advance(Duration.ofSeconds(1));
        elsewhere.poll();
        assertEquals(3, b.memberships().size(), "to others its process is alive");
        poll(() -> diligent.poll().length > 0 && b.memberships().size() == 2);
        assertTrue(b.memberships().stream().noneMatch(m -> m.memberId().equals(hungId)));
        assertFenced(hung::poll);
        elsewhere.poll();
        diligent.poll();
      }
    }
  }

  /** As long as each polls in time, that nobody sees more of it than that is enough. */
  @Test
  void membersThatPollNowAndThenAreNeverFenced() {
    LogStore b = open(clock);
    try (GroupMember one = join(a);
        GroupMember two = join(b)) {
      for (int i = 0; i < 50; i++) {
        clock.advance(Duration.ofMillis(MAX_POLL_MILLIS * 9 / 10));
        (i % 3 == 0 ? two : one).poll();
        (i % 3 == 0 ? one : two).poll();
      }
      assertEquals(List.of(2, 2), shares(a).stream().map(List::size).toList());
    }
  }

  @Test
  void whoWaitsForRecordsDoesNotHang() {
    LogStore b = open(clock);
    try (GroupMember observer = join(b);
        GroupReader waiting = new GroupReader(a, join(a), OffsetReset.LATEST)) {
      AtomicInteger looks = new AtomicInteger();
      GroupReader.await(
          a,
          List.of(waiting),
          Duration.ofSeconds(30).toNanos(),
          true,
          () -> {
            clock.advance(Duration.ofMillis(MAX_POLL_MILLIS / 2));
            observer.poll();
            return looks.incrementAndGet() > 20;
          });
      assertEquals(2, a.memberships().size());
      waiting.member().poll();
    }
  }

  @Test
  void aDeadProcessIsReplacedThoughAnotherHasItsSlot() throws IOException {
    KillableStorage mortal = mortal();
    LogStore b = openMortal(mortal);
    GroupMember dead = join(b);
    assertArrayEquals(new int[] {0, 1, 2, 3}, dead.poll());
    try (GroupMember living = join(a)) {
      assertEquals(0, living.poll().length);
      mortal.kill();
      LogStore c = open(clock); // in the slot that the dead one had
      LogStoreFixture.append(c, c.createTopic("other", 1, Map.of()), "x");
      assertEquals(1, a.memberships().size(), "the dead one is none");
      clock.advance(A_LITTLE);
      poll(() -> living.poll().length == 4);
      try (GroupMember third = join(c)) {
        assertEquals(0, third.poll().length);
        assertEquals(2, c.memberships().size());
      }
    }
  }

  /** Wherever it dies in its commit, or while it joins or leaves. */
  @Test
  void whatADeadMemberBeganHasNotHappenedAndWhatItCommittedIsNotDoneAgain() throws IOException {
    try (Consumer living = consumer(a)) {
      for (int calls = 0; calls < 12; calls++) {
        KillableStorage mortal = mortal();
        LogStore b = openMortal(mortal);
        mortal.killAfter(calls);
        try {
          Consumer dying = consumer(b);
          dying.poll(Duration.ZERO);
          living.commit();
          living.poll(Duration.ZERO);
          living.commit();
          if (begin(dying) > 0) {
            dying.commit();
          }
          dying.close();
        } catch (KlogException e) {
          // It is dead.
        }
        mortal.kill();
        clock.advance(A_LITTLE);
        try (Transaction tx = a.begin(SyncLevel.FULL)) {
          tx.append(in, calls % 4, 0, null, null, Headers.NONE);
          tx.commit();
        }
      }
    }
    Topic after = in;
    long inputs = 0;
    long positions = 0;
    for (int p = 0; p < 4; p++) {
      inputs += a.snapshot(List.of(after)).endOffset(after, p);
    }
    try (Consumer last = consumer(a)) {
      begin(last);
      last.commit();
    }
    for (GroupPosition position : a.groupPositions()) {
      positions += position.offset();
    }
    assertEquals(inputs, positions);
    assertEquals(List.of(), a.check());
  }

  @Test
  void theLastToCloseForgetsMembers() {
    LogStore b = open(clock);
    join(a);
    join(b);
    assertEquals(2, a.memberships().size());
    a.close();
    assertEquals(1, b.memberships().size(), "those of a closed file are gone");
    b.close();
    opened.clear();
    a = open(clock);
    assertEquals(List.of(), shares(a));
    try (GroupMember member = join(a)) {
      assertArrayEquals(new int[] {0, 1, 2, 3}, member.poll());
    }
  }

  /** In the log behind the checkpoint, or in the checkpoint's snapshot. */
  @Test
  void membersOfAnEarlierOpeningAreDropped() throws IOException {
    a.close();
    opened.clear();
    for (int commits : List.of(0, 40)) {
      KillableStorage mortal = mortal();
      LogStore b = openMortal(mortal);
      GroupMember dead = join(b);
      join(b);
      Topic filler = b.createTopic("filler" + commits, 1, Map.of());
      for (int i = 0; i < commits; i++) { // each of a few KiB: there is a checkpoint
        LogStoreFixture.append(b, filler, "x".repeat(8 << 10));
      }
      assertEquals(2, b.memberships().size());
      mortal.kill();
      LogStore c = open(clock);
      assertEquals(List.of(), shares(c));
      try (GroupMember member = join(c)) {
        assertArrayEquals(new int[] {0, 1, 2, 3}, member.poll());
        assertEquals(1, c.memberships().size());
        assertFenced(() -> c.begin(SyncLevel.OFF).position(dead, 0, 1));
      }
      c.close();
      opened.clear();
    }
  }

  @Test
  void whoHasTheFileAloneFindsTheMembersOfADeadOneGone() throws IOException {
    a.close();
    opened.clear();
    OpenOptions alone = new OpenOptions(Mode.WRITE, 1000, 1 << 20, true);
    for (int round = 0; round < 2; round++) {
      KillableStorage mortal = mortal();
      LogStore b = openMortal(mortal, alone);
      GroupMember member = join(b);
      assertArrayEquals(new int[] {0, 1, 2, 3}, member.poll());
      GroupMember second = join(b);
      member.poll();
      assertArrayEquals(new int[] {2, 3}, second.poll());
      for (int i = 0; i < 3; i++) { // the first look only finds what it polled last
        clock.advance(Duration.ofMillis(10 * MAX_POLL_MILLIS));
        assertArrayEquals(new int[] {2, 3}, second.poll(), "it may all have paused");
      }
      clock.advance(A_LITTLE);
      assertArrayEquals(new int[] {0, 1, 2, 3}, second.poll(), "the first hangs");
      assertFenced(member::poll);
      mortal.kill();
    }
    LogStore c = open(clock);
    assertEquals(List.of(), shares(c));
  }

  /** He is let in between two commits of those who commit without end. */
  @Test
  void whoStandsByTakesOverThoughAnotherProcessKeepsTheWritersLock() throws IOException {
    KillableStorage mortal = mortal();
    LogStore b = openMortal(mortal);
    LogStore c = open(clock);
    Topic other = a.createTopic("other", 1, Map.of());
    GroupMember dead = join(b);
    try (GroupMember standby = join(c)) {
      assertEquals(4, dead.poll(p -> true).length);
      assertEquals(0, standby.poll().length);
      mortal.kill();
      int polls = 0;
      do {
        assertTrue(++polls < 100, "it never takes over");
        clock.advance(A_LITTLE);
        LogStoreFixture.append(a, other, "x"); // and keeps the lock for the next
      } while (standby.poll().length == 0);
    }
  }
}
