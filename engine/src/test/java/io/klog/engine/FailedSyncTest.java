package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.engine.FailingStorage.Call;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * A sync that failed may have lost what it was to make durable, and the next one would succeed all
 * the same. So it must not be tried again, whoever needs one, until the file is opened anew.
 */
@Timeout(60)
class FailedSyncTest {
  private static final Set<Reason> TOLD = Set.of(Reason.OUTCOME_UNKNOWN, Reason.FAILED, Reason.IO);

  private static final int COMMITS = 60;

  /** Records a commit. */
  private static final int BATCH = 10;

  private final FailingStorage storage = new FailingStorage(new MemoryStorage());

  private LogStore open(String name) {
    return new KlogFile(storage, CrashWorkload.LIMITS)
        .openFile(name, new OpenOptions(OpenOptions.Mode.CREATE, 1000, 1 << 20));
  }

  @Test
  void noSyncFollowsOneThatFailedUntilTheFileIsOpenedAnew() {
    int failed = 0;
    for (int n = 1; failed == n - 1; n++) {
      String name = "file" + n;
      try (LogStore store = open(name)) {
        store.createTopic("t", 1, Map.of());
      }
      failed += failOnce(name, n) ? 1 : 0;
    }
    assertTrue(failed > COMMITS, failed + " syncs of commits and checkpoints");
  }

  /** Returns whether so many syncs were made before the commits ended. */
  private boolean failOnce(String name, int n) {
    LogStore store = open(name);
    Topic topic = StoreTest.topic(store, "t");
    long failures = storage.failures();
    storage.failOnce(n, FailingStorage::ioError, Call.SYNC);
    int acknowledged = 0;
    while (storage.failures() == failures && acknowledged < COMMITS * BATCH) {
      try {
        StoreTest.append(store, topic, acknowledged, BATCH, SyncLevel.FULL);
        acknowledged += BATCH;
      } catch (KlogException e) {
        assertTrue(TOLD.contains(e.reason()), e.toString());
      }
    }
    boolean failed = storage.failures() > failures;
    storage.heal();
    if (failed) {
      assertFailed(store, topic);
    } else {
      store.close();
    }
    try (LogStore again = open(name)) {
      List<Long> found = StoreTest.offsets(again, topic, ScanRange.ALL);
      int end = found.size();
      assertTrue(end == acknowledged || (failed && end == acknowledged + BATCH), "" + end);
      StoreTest.append(again, topic, end, BATCH, SyncLevel.FULL);
      assertEquals(
          StoreTest.numbers(0, end + BATCH), StoreTest.offsets(again, topic, ScanRange.ALL));
    }
    return failed;
  }

  private void assertFailed(LogStore store, Topic topic) {
    assertTrue(store.isFailed());
    long syncs = storage.calls(Call.SYNC);
    for (SyncLevel level : SyncLevel.values()) {
      assertRefused(() -> StoreTest.append(store, topic, 0, 1, level));
    }
    assertRefused(() -> store.createTopic("u", 1, Map.of()));
    assertRefused(() -> store.dropTopic(topic));
    store.close(); // says nothing that was not said already
    assertEquals(syncs, storage.calls(Call.SYNC), "nobody tried again");
  }

  private static void assertRefused(Executable call) {
    assertEquals(Reason.FAILED, assertThrows(KlogException.class, call).reason());
  }
}
