package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a failed sync left in memory only, and recovery took up, is made durable after all. */
class RewritingTest {
  private static final String FILE = "file";
  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.CREATE, 1000, 1 << 20);

  private final PageCacheStorage cache =
      new PageCacheStorage(new FailingStorage(new MemoryStorage()));

  private static LogStore open(Storage storage) {
    return new KlogFile(storage, new Limits(2 << 10, 12 << 10, 64 << 20)).openFile(FILE, OPTIONS);
  }

  private static long end(LogStore store, String topic) {
    Topic found = StoreTest.topic(store, topic);
    return store.snapshot(List.of(found)).endOffset(found, 0);
  }

  /** The sync of the last fails; then the file is opened anew, and one more is committed. */
  private void assertNothingIsLost(int staged, boolean drops) throws IOException {
    try (StorageFile kept = cache.open(FILE, Storage.Mode.CREATE)) {
      LogStore store = open(cache);
      store.createTopic("staged", 1, Map.of());
      StoreTest.append(store, store.createTopic("t", 1, Map.of()), 0, 1, SyncLevel.FULL);
      store.close();
      LogStore failing = open(cache);
      Topic t = StoreTest.topic(failing, "t");
      Topic other = StoreTest.topic(failing, "staged");
      StoreTest.append(failing, t, 1, 1, SyncLevel.FULL);
      StoreTest.append(failing, other, 0, staged, SyncLevel.OFF);
      cache.failNextSync();
      assertThrows(
          KlogException.class,
          () -> {
            if (drops) {
              failing.dropTopic(other);
            } else {
              StoreTest.append(failing, t, 2, 1, SyncLevel.FULL);
            }
          });
      failing.close(); // says no more of what was told
      LogStore again = open(cache);
      int count = (int) end(again, "t");
      int topics = again.catalog().topics().size();
      StoreTest.append(again, t, count, 1, SyncLevel.FULL);
      try (LogStore recovered = open(new FailingStorage(cache.afterPowerCut(FILE)))) {
        assertEquals(count + 1, end(recovered, "t"));
        assertEquals(topics, recovered.catalog().topics().size());
      }
      again.close();
      assertEquals(kept.size() % Extent.PAGE, 0);
    }
  }

  @Test
  void commitsInTheLogAreWrittenAgain() throws IOException {
    assertNothingIsLost(1, false);
  }

  @Test
  void segmentsAreWrittenAgain() throws IOException {
    assertNothingIsLost(100, false);
  }

  @Test
  void segmentsThatWereDroppedSinceAreWrittenAgain() throws IOException {
    assertNothingIsLost(100, true);
  }
}
