package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dropping is how a user makes room, so it has to work when there is none. */
class DropOnFullDeviceTest {
  private static final long DEVICE = 8L << 20;
  private static final int KEPT = 50;

  private final FailingStorage storage = new FailingStorage(new MemoryStorage());

  private LogStore open() {
    return new KlogFile(storage).openFile("file", OpenOptions.DEFAULT);
  }

  private static void append(LogStore store, Topic topic, int rows, int size) {
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < rows; i++) {
        tx.append(topic, 0, 0, null, new byte[size], Headers.NONE);
      }
      tx.commit();
    }
  }

  private static int fill(LogStore store, Topic topic, int rows, int size) {
    for (int commits = 0; ; commits++) {
      try {
        append(store, topic, rows, size);
      } catch (KlogException e) {
        assertEquals(Reason.DISK_FULL, e.reason());
        return commits;
      }
    }
  }

  @ParameterizedTest(name = "{0} rows of {1} bytes a commit, reopened: {2}")
  @CsvSource({
    "1, 10, false", "1, 10, true",
    "1, 1000, false", "1, 1000, true",
    "1000, 100, false", "1000, 100, true",
    "3, 100000, false", "3, 100000, true"
  })
  void makesRoomAndHarmsNoOtherTopic(int rows, int size, boolean reopened) {
    LogStore store = open();
    Topic kept = store.createTopic("kept", 1, Map.of());
    append(store, kept, KEPT, 100);
    storage.limit(DEVICE);
    Topic big = store.createTopic("big", 1, Map.of());
    int commits = fill(store, big, rows, size);
    if (reopened) {
      store.close();
      store = open();
      fill(store, StoreTest.topic(store, "big"), rows, size); // closing may have made some room
    }
    store.dropTopic(StoreTest.topic(store, "big"));
    Topic next = store.createTopic("next", 1, Map.of());
    int again = fill(store, next, rows, size);
    assertTrue(again >= commits / 3, again + " commits after " + commits);
    Topic same = StoreTest.topic(store, "kept");
    Snapshot snapshot = store.snapshot(List.of(same, next));
    assertEquals(KEPT, snapshot.endOffset(same, 0));
    assertEquals((long) again * rows, snapshot.endOffset(next, 0));
    store.close();
  }

  @ParameterizedTest(name = "{0} rows of {1} bytes a commit")
  @CsvSource({"1, 10", "1, 1000", "1000, 100", "3, 100000"})
  void deletingTheOldestRecordsMakesRoomToo(int rows, int size) {
    LogStore store = open();
    Topic kept = store.createTopic("kept", 1, Map.of());
    append(store, kept, KEPT, 100);
    storage.limit(DEVICE);
    Topic big = store.createTopic("big", 1, Map.of());
    int commits = fill(store, big, rows, size);
    long end = (long) commits * rows;
    for (int i = 0; i < 3; i++) {
      assertTrue(store.deleteRecords(big, new long[] {end}) > 0);
      int again = fill(store, big, rows, size);
      assertTrue(again >= commits / 3, again + " commits after " + commits);
      end += (long) again * rows;
    }
    store.deleteRecords(big, new long[] {end - 1});
    store.close();
    store = open();
    Topic same = StoreTest.topic(store, "big");
    Snapshot snapshot = store.snapshot(List.of(same, StoreTest.topic(store, "kept")));
    assertEquals(KEPT, snapshot.endOffset(StoreTest.topic(store, "kept"), 0));
    assertEquals(end - 1, snapshot.startOffset(same, 0));
    assertEquals(end, snapshot.endOffset(same, 0));
    assertEquals(List.of(), store.check());
    store.close();
  }

  @Test
  void deletingAsFastAsOneWritesNeverFillsTheDevice() {
    LogStore store = open();
    storage.limit(DEVICE);
    Topic topic = store.createTopic("t", 1, Map.of());
    for (int i = 1; i <= 100; i++) {
      append(store, topic, 5_000, 100); // half a megabyte
      store.deleteRecords(topic, new long[] {(i - 1) * 5_000L});
    }
    assertEquals(495_000, store.snapshot(List.of(topic)).startOffset(topic, 0));
    store.close();
  }
}
