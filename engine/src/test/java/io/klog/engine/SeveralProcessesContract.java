package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.View;
import io.klog.engine.OpenOptions.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A file that several have open who share nothing but the file, as processes do: what one commits
 * the others see, at once.
 */
@Timeout(60)
abstract class SeveralProcessesContract {
  private static final Limits LIMITS =
      new Limits(2 << 10, 12 << 10, 96 << 10, 16 << 20, 8 << 10, true);

  private final List<LogStore> opened = new ArrayList<>();
  private Storage storage;

  abstract Storage storage();

  abstract String file();

  @BeforeEach
  final void start() {
    storage = storage();
  }

  @AfterEach
  final void closeAll() {
    opened.forEach(LogStore::close);
  }

  /** As a process of its own. */
  private LogStore open(Mode mode) {
    return open(storage, new OpenOptions(mode, 1000, 1 << 20));
  }

  private LogStore open(Storage of, OpenOptions options) {
    LogStore store = new KlogFile(of, LIMITS).openFile(file(), options);
    opened.add(store);
    return store;
  }

  private static void assertRecords(LogStore store, int count) {
    Topic topic = StoreTest.topic(store, "t");
    assertEquals(StoreTest.numbers(0, count), StoreTest.offsets(store, topic, ScanRange.ALL));
  }

  private static SyncLevel sync(int number) {
    return List.of(SyncLevel.FULL, SyncLevel.NORMAL, SyncLevel.OFF).get(number % 3);
  }

  @Test
  void eachSeesWhatTheOthersHaveCommittedAtEverySyncLevel() {
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    LogStore b = open(Mode.CREATE);
    LogStore c = open(Mode.WRITE);
    LogStore reader = open(Mode.READ);
    int count = 0;
    for (int round = 0; round < 30; round++) {
      for (LogStore writer : List.of(a, b, c)) {
        SyncLevel sync = sync(round);
        StoreTest.append(writer, topic, count, 1 + round % 5, sync);
        count += 1 + round % 5;
        for (LogStore store : List.of(a, b, c, reader)) {
          assertRecords(store, count);
        }
      }
    }
  }

  @Test
  void aReaderBesideOneWriterSeesWhatItCommits() {
    LogStore writer = open(Mode.CREATE);
    Topic topic = writer.createTopic("t", 1, Map.of());
    StoreTest.append(writer, topic, 0, 10, SyncLevel.FULL);
    LogStore reader = open(Mode.READ);
    assertRecords(reader, 10);
    for (int i = 10; i < 40; i++) {
      StoreTest.append(writer, topic, i, 1, sync(i));
      assertRecords(reader, i + 1);
    }
    writer.close();
    assertRecords(reader, 40);
    LogStore next = open(Mode.WRITE);
    StoreTest.append(next, topic, 40, 5, SyncLevel.FULL);
    assertRecords(reader, 45);
  }

  @Test
  void aReaderOfAFileThatNobodyWroteToSeesWhoComesLater() {
    LogStore first = open(Mode.CREATE);
    Topic topic = first.createTopic("t", 1, Map.of());
    StoreTest.append(first, topic, 0, 10, SyncLevel.FULL);
    first.close();
    LogStore reader = open(Mode.READ);
    assertRecords(reader, 10);
    LogStore writer = open(Mode.WRITE);
    StoreTest.append(writer, topic, 10, 10, SyncLevel.OFF);
    assertRecords(reader, 20);
    for (int i = 20; i < 2000; i++) {
      StoreTest.append(writer, topic, i, 1, SyncLevel.OFF);
    }
    assertRecords(reader, 2000);
    writer.close();
    assertRecords(reader, 2000);
  }

  @Test
  void whatOneAltersDeletesOrNamesTheOthersSee() {
    LogStore a = open(Mode.CREATE);
    LogStore b = open(Mode.CREATE);
    LogStore reader = open(Mode.READ);
    Topic topic = a.createTopic("t", 1, Map.of());
    StoreTest.append(a, topic, 0, 2_000, SyncLevel.OFF);
    StoreTest.append(a, topic, 2_000, 5, SyncLevel.OFF);
    long version = b.catalog().version();
    a.alterTopic(topic, List.of(), Map.of("cleanup.policy", "compact"), Set.of());
    a.createView(new View("v", "one"), false);
    b.createView(new View("v", "two"), true);
    b.deleteRecords(topic, new long[] {2_003});
    for (LogStore store : List.of(a, b, reader)) {
      assertTrue(store.catalog().version() > version);
      Topic known = StoreTest.topic(store, "t");
      assertEquals(Map.of("cleanup.policy", "compact"), known.options());
      assertEquals(List.of(new View("v", "two")), List.copyOf(store.catalog().views()));
      assertEquals(2_003, store.snapshot(List.of(known)).startOffset(known, 0));
      assertEquals(StoreTest.numbers(2_003, 2_005), StoreTest.offsets(store, known, ScanRange.ALL));
    }
    StoreTest.append(a, topic, 2_005, 1, SyncLevel.FULL);
    a.deleteRecords(topic, new long[] {Long.MAX_VALUE});
    StoreTest.append(b, topic, 2_006, 2, SyncLevel.FULL);
    b.dropView("v");
    for (LogStore store : List.of(a, b, reader)) {
      assertEquals(StoreTest.numbers(2_006, 2_008), StoreTest.offsets(store, topic, ScanRange.ALL));
      assertTrue(store.catalog().views().isEmpty());
    }
    KlogException gone = assertThrows(KlogException.class, () -> a.dropView("v"));
    assertEquals(Reason.UNKNOWN_VIEW, gone.reason());
  }

  @Test
  void topicsAndPositionsAreThoseOfAll() {
    LogStore a = open(Mode.CREATE);
    LogStore b = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 2, Map.of());
    assertEquals(topic, b.catalog().topic("T"));
    KlogException exists = assertThrows(KlogException.class, () -> b.createTopic("t", 1, Map.of()));
    assertEquals(Reason.TOPIC_EXISTS, exists.reason());
    try (GroupMember member = b.join("g", topic);
        Transaction tx = b.begin(SyncLevel.FULL)) {
      for (int i = 0; i < 7; i++) {
        tx.append(topic, 1, i, null, null, Headers.NONE);
      }
      tx.position(member, 1, 7);
      tx.commit();
    }
    try (GroupMember member = a.join("g", topic)) {
      assertEquals(7, member.position(1));
    }
    b.dropTopic(topic);
    assertNull(a.catalog().topic("t"));
    assertTrue(a.groupPositions().isEmpty());
    assertThrows(KlogException.class, () -> StoreTest.append(a, topic, 0, 1, SyncLevel.OFF));
  }

  @Test
  void whoSleptThroughCheckpointsGoesOnFromTheNewest() {
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    LogStore b = open(Mode.CREATE);
    LogStore reader = open(Mode.READ);
    StoreTest.append(b, topic, 0, 1, SyncLevel.FULL);
    Snapshot old = reader.snapshot(List.of(topic));
    Topic other = a.createTopic("other", 1, Map.of());
    int count = 1;
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 3000; i++) {
        StoreTest.append(a, topic, count++, 1, SyncLevel.OFF);
      }
      if (round == 1) {
        a.dropTopic(other);
      }
      assertRecords(reader, count);
      StoreTest.append(b, topic, count++, 1, SyncLevel.FULL);
      assertRecords(a, count);
    }
    assertEquals(1, old.endOffset(topic, 0));
    assertNull(b.catalog().topic("other"));
  }

  @Test
  void whoHasTheLockIsNamedToWhoWaitsInVain() {
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    LogStore b = open(storage, new OpenOptions(Mode.WRITE, 50, 1 << 20));
    try (Transaction tx = a.begin(SyncLevel.FULL)) {
      tx.pin();
      KlogException busy =
          assertThrows(KlogException.class, () -> StoreTest.append(b, topic, 0, 1, SyncLevel.OFF));
      assertEquals(Reason.BUSY, busy.reason());
      assertTrue(String.valueOf(busy.getMessage()).contains("process"), busy.getMessage());
      assertTrue(b.snapshot(List.of(topic)).endOffset(topic, 0) == 0, "reading needs no lock");
    }
    StoreTest.append(b, topic, 0, 1, SyncLevel.OFF);
    assertRecords(a, 1);
  }

  @Test
  void aLockThatIsKeptIsGivenToWhoAsksForIt() {
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    LogStore b = open(Mode.WRITE);
    for (int i = 0; i < 200; i += 2) {
      StoreTest.append(a, topic, i, 1, SyncLevel.OFF);
      StoreTest.append(b, topic, i + 1, 1, SyncLevel.OFF);
    }
    assertRecords(a, 200);
  }

  @Test
  void theDeathOfOneLosesNothingThatItHasCommitted() throws IOException {
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    int count = 0;
    for (int round = 0; round < 20; round++) {
      KillableStorage mortal = new KillableStorage(storage);
      LogStore b =
          new KlogFile(mortal, LIMITS).openFile(file(), new OpenOptions(Mode.WRITE, 1000, 1 << 20));
      for (int i = 0; i < 10; i++) {
        StoreTest.append(b, topic, count, 20, sync(round));
        count += 20;
      }
      mortal.killAfter(round % 4);
      try {
        StoreTest.append(b, topic, count, 1 + round % 3 * 30, SyncLevel.OFF);
        count += 1 + round % 3 * 30;
      } catch (KlogException e) {
        // It is dead; what it was about to commit may be there.
      }
      mortal.kill();
      StoreTest.append(a, topic, end(a, topic), 1, SyncLevel.FULL);
      count = end(a, topic);
      assertRecords(a, count);
    }
    a.close();
    assertRecords(open(Mode.READ), count);
  }

  /** Wherever a consumer dies in its commit: the next one's outputs come once for each input. */
  @Test
  void aMemberGoesOnBehindWhatADeadOneHadCommitted() throws IOException {
    LogStore a = open(Mode.CREATE);
    Topic in = a.createTopic("in", 1, Map.of());
    StoreTest.append(a, in, 0, 10, SyncLevel.FULL);
    for (int calls = 0; calls < 8; calls++) {
      KillableStorage mortal = new KillableStorage(storage);
      LogStore b =
          new KlogFile(mortal, LIMITS).openFile(file(), new OpenOptions(Mode.WRITE, 1000, 1 << 20));
      Topic out = a.createTopic("out" + calls, 1, Map.of());
      String group = "g" + calls;
      mortal.killAfter(calls);
      try {
        consume(b, group, in, out);
      } catch (KlogException e) {
        // It is dead.
      }
      mortal.kill();
      consume(a, group, in, out);
      assertEquals(10, a.snapshot(List.of(out)).endOffset(out, 0), "killed after " + calls);
    }
  }

  private static void consume(LogStore store, String group, Topic in, Topic out) {
    try (GroupMember member = store.join(group, in);
        Transaction tx = store.begin(SyncLevel.FULL)) {
      for (long i = Math.max(0, member.position(0)); i < 10; i++) {
        tx.append(out, 0, i, null, null, Headers.NONE);
        tx.position(member, 0, i + 1);
      }
      tx.commit();
    }
  }

  /** Else what a power cut undid could continue the log of the next opening. */
  @Test
  void theEpochIsDurableBeforeTheFirstCommitOfEachProcess() throws IOException {
    LogStore first = open(Mode.CREATE);
    Topic topic = first.createTopic("t", 1, Map.of());
    first.close();
    KillableStorage mortal = new KillableStorage(storage);
    LogStore a =
        new KlogFile(mortal, LIMITS).openFile(file(), new OpenOptions(Mode.WRITE, 1000, 1 << 20));
    FailingStorage counting = new FailingStorage(storage);
    LogStore b = open(counting, new OpenOptions(Mode.WRITE, 1000, 1 << 20));
    mortal.killAfter(2); // the word that names the writer, and the epoch
    assertThrows(KlogException.class, () -> StoreTest.append(a, topic, 0, 1, SyncLevel.OFF));
    mortal.kill();
    long syncs = counting.calls(FailingStorage.Call.SYNC);
    StoreTest.append(b, topic, 0, 1, SyncLevel.OFF);
    assertEquals(syncs + 1, counting.calls(FailingStorage.Call.SYNC));
    StoreTest.append(b, topic, 1, 1, SyncLevel.OFF);
    assertEquals(syncs + 1, counting.calls(FailingStorage.Call.SYNC), "once is enough");
  }

  private static int end(LogStore store, Topic topic) {
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      tx.pin();
      return (int) tx.baseOffset(topic, 0);
    }
  }

  @Test
  void theLastToCloseLeavesItClosed() throws IOException {
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    LogStore b = open(Mode.WRITE);
    StoreTest.append(b, topic, 0, 2000, SyncLevel.OFF);
    a.close();
    StoreTest.append(b, topic, 2000, 10, SyncLevel.OFF);
    b.close();
    try (StorageFile closed = storage.open(file(), Storage.Mode.WRITE)) {
      assertEquals(0, new SharedPage(closed).opening(), "nobody has it open");
      assertTrue(StoreLoader.newest(closed).closed());
    }
    assertRecords(open(Mode.READ), 2010);
  }

  @Test
  void whoWantsTheFileAloneGetsItAloneOrNotAtAll() {
    OpenOptions alone = new OpenOptions(Mode.CREATE, 100, 1 << 20, true);
    LogStore a = open(Mode.CREATE);
    KlogException taken = assertThrows(KlogException.class, () -> open(storage, alone));
    assertEquals(Reason.IN_USE, taken.reason());
    a.close();
    LogStore b = open(storage, alone);
    assertThrows(KlogException.class, () -> open(Mode.CREATE));
    StoreTest.append(b, b.createTopic("t", 1, Map.of()), 0, 5, SyncLevel.FULL);
    b.close();
    assertRecords(open(Mode.WRITE), 5);
  }

  @Test
  void asManyAsThereAreSlotsHaveItOpenAndNoMore() {
    LogStore first = open(Mode.CREATE);
    Topic topic = first.createTopic("t", 1, Map.of());
    for (int i = 1; i < SharedPage.SLOTS; i++) {
      open(Mode.WRITE);
    }
    KlogException full = assertThrows(KlogException.class, () -> open(Mode.WRITE));
    assertEquals(Reason.IN_USE, full.reason());
    LogStore last = opened.get(opened.size() - 1);
    StoreTest.append(last, topic, 0, 5, SyncLevel.FULL);
    assertRecords(first, 5);
    last.close();
    open(Mode.WRITE);
  }

  @Test
  void whoWaitsIsWokenByACommitOfAnyProcess() throws Exception {
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    LogStore b = open(Mode.WRITE);
    LogStore reader = open(Mode.READ);
    int count = 0;
    for (int round = 0; round < 12; round++) {
      LogStore waiting = List.of(b, reader, a).get(round % 3);
      Snapshot snapshot = waiting.snapshot(List.of(topic));
      assertFalse(snapshot.awaitNews(1000));
      CompletableFuture<Boolean> woken =
          CompletableFuture.supplyAsync(() -> snapshot.awaitNews(TimeUnit.SECONDS.toNanos(30)));
      StoreTest.append(a, topic, count++, 1, sync(round / 3));
      assertTrue(woken.get());
      assertRecords(waiting, count);
    }
    Snapshot last = b.snapshot(List.of(topic));
    CompletableFuture<Boolean> dropped =
        CompletableFuture.supplyAsync(() -> last.awaitNews(TimeUnit.SECONDS.toNanos(30)));
    a.dropTopic(topic);
    assertTrue(dropped.get());
  }

  @Test
  void aDeviceThatFailsForOneFailsForAllUntilAllHaveClosed() {
    FailingStorage failing = new FailingStorage(storage);
    LogStore a = open(Mode.CREATE);
    Topic topic = a.createTopic("t", 1, Map.of());
    LogStore b = open(failing, new OpenOptions(Mode.WRITE, 1000, 1 << 20));
    StoreTest.append(b, topic, 0, 5, SyncLevel.FULL);
    failing.failOnce(1, FailingStorage::ioError, FailingStorage.Call.SYNC);
    KlogException failed =
        assertThrows(KlogException.class, () -> StoreTest.append(b, topic, 5, 1, SyncLevel.FULL));
    assertEquals(Reason.OUTCOME_UNKNOWN, failed.reason());
    KlogException other =
        assertThrows(KlogException.class, () -> StoreTest.append(a, topic, 5, 1, SyncLevel.FULL));
    assertEquals(Reason.FAILED, other.reason());
    assertTrue(a.isFailed());
    KlogException late = assertThrows(KlogException.class, () -> open(Mode.WRITE));
    assertEquals(Reason.CANNOT_OPEN, late.reason());
    a.close();
    b.close();
    opened.clear();
    LogStore again = open(Mode.WRITE);
    assertNotNull(again.catalog().topic("t"));
    int end = end(again, topic);
    assertTrue(end >= 5);
    StoreTest.append(again, topic, end, 1, SyncLevel.FULL);
    assertRecords(again, end + 1);
  }
}
