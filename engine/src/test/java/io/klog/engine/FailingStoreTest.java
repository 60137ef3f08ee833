package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.FailingStorage.Call;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a store does when its device fails: each call once, or all from one on. */
@Timeout(120)
class FailingStoreTest {
  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.CREATE, 1000, 1 << 20);

  private final FailingStorage storage = new FailingStorage(new MemoryStorage());
  private StoreModel model = new StoreModel();
  private int files;

  private LogStore open() {
    return new KlogFile(storage, CrashWorkload.LIMITS).openFile("file", OPTIONS);
  }

  /** Commits that cover inline, staged, fold, checkpoint, links of the log, create and drop. */
  private final class Work {
    final SplittableRandom random = new SplittableRandom(1);
    final LogStore store;
    // Commits whose outcome is not known, at the model's end.
    int uncertain;

    Work(LogStore store) {
      this.store = store;
    }

    /** Returns why it failed, or null. The model has it if it succeeded or nobody knows. */
    @Nullable Reason step(int number) {
      int before = model.commits();
      try {
        if (number % 20 == 0) {
          model.created(store.createTopic("t" + number, 2, Map.of()));
        } else if (number % 20 == 19 && !model.topics().isEmpty()) {
          Topic topic = model.topics().get(0);
          model.dropped(topic);
          store.dropTopic(topic);
        } else {
          transact(number);
        }
        return null;
      } catch (KlogException e) {
        if (e.reason() == Reason.OUTCOME_UNKNOWN) {
          uncertain += model.commits() - before;
        } else {
          model.cutTo(before);
        }
        return e.reason();
      }
    }

    private void transact(int number) {
      List<Topic> topics = model.topics();
      if (topics.isEmpty()) {
        return;
      }
      Topic topic = topics.get(number % topics.size());
      StoreModel.Change change = model.new Change();
      SyncLevel sync = number % 3 == 0 ? SyncLevel.FULL : SyncLevel.OFF;
      try (Transaction tx = store.begin(sync);
          GroupMember member = store.join("g", topic)) {
        int count = number % 7 == 0 ? 80 : 2;
        for (int i = 0; i < count; i++) {
          StoreModel.Row row = StoreModel.Row.random(random, number % 5 == 0 ? 3000 : 300);
          tx.append(topic, i % 2, row.timestamp(), row.key(), row.value(), row.headers());
          change.append(topic, i % 2, row);
        }
        tx.position(member, 0, number);
        change.move("g", topic, 0, number);
        change.commit();
        tx.commit();
      }
    }
  }

  private static final int STEPS = 60;

  /** Returns whether the call that was to fail was made at all. */
  private boolean failOnce(
      int n, Supplier<? extends IOException> problem, int tornAt, Call... kinds) {
    model = new StoreModel();
    String name = "file" + files++;
    KlogFile opener = new KlogFile(storage, CrashWorkload.LIMITS);
    long failures = storage.failures();
    Work work = new Work(opener.openFile(name, OPTIONS));
    storage.tearWritesAt(tornAt);
    storage.failOnce(n, problem, kinds);
    @Nullable Reason last = null;
    for (int i = 0; i < STEPS && last != Reason.OUTCOME_UNKNOWN; i++) {
      last = work.step(i);
      assertTrue(
          last == null
              || Set.of(Reason.IO, Reason.DISK_FULL, Reason.OUTCOME_UNKNOWN).contains(last),
          String.valueOf(last));
      if (last != null || i == STEPS - 1) {
        model.verifyExactly(work.store, model.commits() - work.uncertain);
      }
    }
    if (last == Reason.OUTCOME_UNKNOWN) {
      assertTrue(!List.of(kinds).contains(Call.WRITE), "a failed write can be undone");
      KlogException e =
          assertThrows(KlogException.class, () -> work.store.createTopic("no", 1, Map.of()));
      assertEquals(Reason.OUTCOME_UNKNOWN, e.reason());
    }
    try {
      work.store.close();
    } catch (KlogException e) {
      assertTrue(Set.of(Reason.IO, Reason.OUTCOME_UNKNOWN).contains(e.reason()), e.toString());
    }
    boolean failed = storage.failures() > failures;
    storage.heal();
    try (LogStore store = opener.openFile(name, OPTIONS)) {
      if (last == Reason.OUTCOME_UNKNOWN && work.uncertain == 0) {
        store.catalog().topics().stream()
            .filter(topic -> !model.topics().contains(topic))
            .forEach(model::created); // by the call whose outcome was not known
      }
      int found = model.verify(store, model.commits() - work.uncertain);
      model.cutTo(found);
      Work more = new Work(store);
      for (int i = 0; i < 5; i++) {
        assertEquals(null, more.step(i + 1000 * 20));
      }
      model.verifyExactly(store, model.commits());
    }
    return failed;
  }

  private void failEach(Supplier<? extends IOException> problem, int tornAt, Call... kinds) {
    int n = 1;
    while (true) {
      try {
        if (!failOnce(n, problem, tornAt, kinds)) {
          break;
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("call " + n + ": " + e.getMessage(), e);
      }
      n++;
    }
    assertTrue(n > 3, "" + n);
  }

  @Test
  void aWriteThatFailsHarmsItsOwnCommitAtMost() {
    failEach(FailingStorage::ioError, 0, Call.WRITE);
  }

  @Test
  void aWriteThatFailsInTheMiddleHarmsItsOwnCommitAtMost() {
    failEach(FailingStorage::ioError, 600, Call.WRITE);
  }

  @Test
  void aWriteThatFailsAfterAllItsBytesHarmsItsOwnCommitAtMost() {
    failEach(FailingStorage::ioError, Integer.MAX_VALUE, Call.WRITE);
  }

  @Test
  void aWriteWithoutRoomHarmsItsOwnCommitAtMost() {
    failEach(FailingStorage::full, 100, Call.WRITE);
  }

  @Test
  void aResizeThatFailsHarmsItsOwnCommitAtMost() {
    failEach(FailingStorage::ioError, 0, Call.RESIZE);
    failEach(FailingStorage::full, 0, Call.RESIZE);
  }

  @Test
  void aSyncThatFailsFailsTheStoreUntilItIsOpenedAnew() {
    failEach(FailingStorage::ioError, 0, Call.SYNC);
  }

  @Test
  void aCommitThatCanNeitherBeWrittenNorUndoneHasAnUnknownOutcome() {
    for (int tornAt : new int[] {0, 10, Integer.MAX_VALUE}) {
      model = new StoreModel();
      LogStore store = open();
      Work work = new Work(store);
      for (int i = 0; i < 10; i++) {
        assertEquals(null, work.step(i));
      }
      storage.tearWritesAt(tornAt);
      storage.failFrom(1, FailingStorage::ioError, Call.WRITE);
      assertEquals(Reason.OUTCOME_UNKNOWN, work.step(11));
      storage.heal();
      assertEquals(Reason.OUTCOME_UNKNOWN, work.step(12));
      assertThrows(KlogException.class, store::close);
      try (LogStore again = open()) {
        model.cutTo(model.verify(again, model.commits() - work.uncertain));
        for (Topic topic : model.topics()) {
          again.dropTopic(topic);
        }
      }
    }
  }

  @Test
  void aFullDeviceRefusesWhatNeedsRoomAndTakesItAgainWhenThereIsSome() {
    LogStore store = open();
    Work work = new Work(store);
    int number = 0;
    for (; number < 30; number++) {
      assertEquals(null, work.step(number));
    }
    for (int pass = 0; pass < 5; pass++) {
      storage.limit(storage.used());
      int refused = 0;
      while (refused < 5) {
        Reason reason = work.step(number++);
        if (reason != null) {
          assertEquals(Reason.DISK_FULL, reason);
          refused++;
        }
        model.verifyExactly(store, model.commits());
      }
      storage.heal();
      for (int end = number + 10; number < end; number++) {
        assertEquals(null, work.step(number));
      }
      model.verifyExactly(store, model.commits());
    }
    storage.limit(storage.used());
    assertDoesNotThrow(store::close, "what was committed is in the log");
    try (LogStore again = open()) {
      model.verifyExactly(again, model.commits());
      storage.heal();
      assertEquals(null, new Work(again).step(number + 1));
    }
    try (LogStore again = open()) {
      model.verifyExactly(again, model.commits());
    }
  }

  @Test
  void aReadThatFailsIsToldAndCanBeTriedAgain() {
    try (LogStore store = open()) {
      Work work = new Work(store);
      for (int i = 0; i < 35; i++) {
        assertEquals(null, work.step(i));
      }
      for (int n = 1; n < 10; n++) {
        storage.failOnce(n, FailingStorage::ioError, Call.READ);
        KlogException e =
            assertThrows(
                KlogException.class,
                () -> {
                  for (int i = 0; i < 10; i++) {
                    model.verifyExactly(store, model.commits());
                  }
                });
        assertEquals(Reason.IO, e.reason());
        model.verifyExactly(store, model.commits());
      }
    }
    storage.failOnce(1, FailingStorage::ioError, Call.READ);
    assertEquals(Reason.IO, assertThrows(KlogException.class, this::open).reason());
    try (LogStore again = open()) {
      model.verifyExactly(again, model.commits());
    }
  }
}
