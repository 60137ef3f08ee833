package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.FailingStorage.Call;
import io.klog.engine.FailingStorage.Tear;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What exactly a user is told, and what is left to him, in the cases that matter most. */
@Timeout(60)
class FailedCommitTest {
  private final FailingStorage storage = new FailingStorage(new MemoryStorage());
  private final KlogFile files = new KlogFile(storage, CrashWorkload.LIMITS);
  private LogStore store = open();
  private Topic topic = LogStoreFixture.topic(store, "t");

  private LogStore open() {
    return files.openFile("a.klog", OpenOptions.DEFAULT);
  }

  @BeforeEach
  void beginToWrite() {
    LogStoreFixture.append(store, topic, "first");
  }

  private void insert(SyncLevel sync, String value) {
    try (Transaction tx = store.begin(sync)) {
      LogStoreFixture.append(tx, topic, value);
      tx.commit();
    }
  }

  private List<@Nullable String> reopened() {
    store.close();
    store = open();
    return LogStoreFixture.values(store, StoreTest.topic(store, "t"));
  }

  @ParameterizedTest
  @EnumSource(Tear.class)
  void aRecordThatCannotBeWrittenIsRefusedAndTheNextCommitTakesItsPlace(Tear tear) {
    for (SyncLevel sync : SyncLevel.values()) {
      storage.tearWrites(tear);
      storage.failOnce(1, FailingStorage::ioError, Call.WRITE);
      String told = LogStoreFixture.assertRefused(Reason.IO, () -> insert(sync, "refused"));
      assertEquals("a.klog: cannot commit: Input/output error", told);
      storage.failOnce(1, FailingStorage::full, Call.WRITE);
      told = LogStoreFixture.assertRefused(Reason.DISK_FULL, () -> insert(sync, "refused"));
      assertTrue(told.startsWith("a.klog: cannot commit, the device is full; nothing"), told);
      insert(sync, sync.name());
    }
    assertEquals(List.of("first", "FULL", "NORMAL", "OFF"), reopened());
  }

  @ParameterizedTest
  @EnumSource(Tear.class)
  void aRecordThatCanNeitherBeWrittenNorUndoneHasAnUnknownOutcome(Tear tear) {
    storage.tearWrites(tear);
    storage.failOnce(1, FailingStorage::ioError, Call.WRITE);
    storage.tearWrites(Tear.NONE);
    storage.failFrom(2, FailingStorage::ioError, Call.WRITE);
    LogStoreFixture.assertRefused(Reason.OUTCOME_UNKNOWN, () -> insert(SyncLevel.OFF, "unknown"));
    storage.heal();
    LogStoreFixture.assertRefused(Reason.FAILED, () -> insert(SyncLevel.OFF, "refused"));
    assertEquals(List.of("first"), LogStoreFixture.values(store, topic));
    assertEquals(tear == Tear.ALL ? List.of("first", "unknown") : List.of("first"), reopened());
  }

  @Test
  void aSyncThatFailedIsNeverTriedAgain() {
    storage.failOnce(1, FailingStorage::ioError, Call.SYNC);
    String told =
        LogStoreFixture.assertRefused(
            Reason.OUTCOME_UNKNOWN, () -> insert(SyncLevel.FULL, "unknown"));
    assertTrue(told.contains("Close all connections to the file and open it anew"), told);
    long syncs = storage.calls(Call.SYNC);
    for (SyncLevel sync : SyncLevel.values()) {
      LogStoreFixture.assertRefused(Reason.FAILED, () -> insert(sync, "refused"));
    }
    assertEquals(List.of("first"), LogStoreFixture.values(store, topic));
    store.close();
    assertEquals(syncs, storage.calls(Call.SYNC));
    assertEquals(List.of("first", "unknown"), reopened());
  }

  @Test
  void aFailedFileIsOpenedAnewWhenAllWhoHadItOpenHaveClosedIt() {
    LogStore beside = open();
    assertFalse(beside.isFailed());
    storage.failOnce(1, FailingStorage::ioError, Call.SYNC);
    LogStoreFixture.assertRefused(Reason.OUTCOME_UNKNOWN, () -> insert(SyncLevel.FULL, "unknown"));
    assertTrue(store.isFailed());
    assertTrue(beside.isFailed());
    String told = LogStoreFixture.assertRefused(Reason.CANNOT_OPEN, this::open);
    assertTrue(told.contains("the device failed (Input/output error)"), told);
    assertTrue(told.endsWith("by now 2 have not"), told);
    store.close();
    told = LogStoreFixture.assertRefused(Reason.CANNOT_OPEN, this::open);
    assertTrue(told.endsWith("by now 1 has not"), told);
    beside.close();
    store = open();
    assertFalse(store.isFailed());
    insert(SyncLevel.FULL, "anew");
    assertEquals(List.of("first", "unknown", "anew"), reopened());
  }

  @Test
  void aFailureThatNobodyWasToldOfIsToldByTheLastToClose() {
    LogStore beside = open();
    insert(SyncLevel.OFF, "not synced");
    storage.failOnce(1, FailingStorage::ioError, Call.SYNC);
    beside.close();
    assertThrows(KlogException.class, store::close);
    store = open();
  }

  @Test
  void aReadThatFailsIsToldAndCanBeTriedAgain() {
    insert(SyncLevel.OFF, "x".repeat(5000));
    store.close();
    store = open();
    topic = StoreTest.topic(store, "t");
    for (String what : List.of("what other processes committed", "\\d+ bytes at \\d+")) {
      storage.failOnce(what.startsWith("what") ? 1 : 2, FailingStorage::ioError, Call.READ);
      String told =
          LogStoreFixture.assertRefused(Reason.IO, () -> LogStoreFixture.values(store, topic));
      assertTrue(told.matches("a.klog: cannot read " + what + ": Input/output error"), told);
    }
    assertEquals(2, LogStoreFixture.values(store, topic).size());
  }

  @Test
  void aFullDeviceRefusesWhatNeedsRoomAndTakesItAgainWhenThereIsSome() {
    List<@Nullable String> kept = new ArrayList<>(List.of("first"));
    int number = 0;
    for (int pass = 0; pass < 5; pass++) {
      storage.limit(storage.used());
      for (int refused = 0; refused < 5; number++) {
        String value = number + "x".repeat(number % 5 == 0 ? 5000 : 100);
        try {
          insert(number % 3 == 0 ? SyncLevel.FULL : SyncLevel.OFF, value);
          kept.add(value);
        } catch (KlogException e) {
          assertEquals(Reason.DISK_FULL, e.reason());
          refused++;
        }
        assertEquals(kept, LogStoreFixture.values(store, topic));
      }
      storage.heal();
      for (int end = number + 10; number < end; number++) {
        insert(SyncLevel.OFF, number + "y".repeat(number % 500));
        kept.add(number + "y".repeat(number % 500));
      }
      assertEquals(kept, LogStoreFixture.values(store, topic));
    }
    storage.limit(storage.used());
    assertDoesNotThrow(store::close, "what was committed is in the log");
    assertEquals(kept, reopened());
    storage.heal();
    insert(SyncLevel.FULL, "last");
    kept.add("last");
    assertEquals(kept, reopened());
  }
}
