package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.KeySet;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ranges, directions, and what a snapshot shows. */
abstract class ScanContract extends LogStoreFixture {
  /** Commits of all sizes, so that records lie in small and large batches, segments and tail. */
  private static List<Long> appendTimes(LogStore store, Topic topic, SplittableRandom random) {
    List<Long> times = new ArrayList<>();
    for (int commit = 0; commit < 150; commit++) {
      int count = random.nextInt(10) == 0 ? random.nextInt(4000) : 1 + random.nextInt(3);
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        for (int i = 0; i < count; i++) {
          long time = times.size() * 10L + random.nextInt(20_000); // out of order
          byte[] value = new byte[random.nextInt(60)];
          tx.append(topic, 0, time, bytes("" + times.size()), value, Headers.NONE);
          times.add(time);
        }
        tx.commit();
      }
    }
    return times;
  }

  @Test
  void everyRangeGivesItsRecordsInBothDirections() {
    SplittableRandom random = Seed.of("ScanContract").random();
    LogStore store = open();
    Topic topic = topic(store, "t");
    List<Long> times = appendTimes(store, topic, random);
    Snapshot snapshot = store.snapshot(List.of(topic));
    assertRange(snapshot, topic, times, ScanRange.ALL);
    for (int i = 0; i < 300; i++) {
      ScanRange range = ScanRange.ALL;
      if (random.nextBoolean()) {
        range = range.withOffsets(bound(random, times.size()), bound(random, times.size()));
      }
      if (random.nextBoolean()) {
        long from = random.nextInt(times.size() * 10 + 20_000);
        range = range.withTimestamps(from, from + random.nextInt(3_000) - 100);
      }
      if (random.nextInt(3) == 0) {
        range = range.withLimit(random.nextInt(100));
      }
      assertRange(snapshot, topic, times, range);
    }
  }

  private static long bound(SplittableRandom random, int size) {
    return switch (random.nextInt(8)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> -1;
      default -> random.nextInt(size + 10);
    };
  }

  private static void assertRange(
      Snapshot snapshot, Topic topic, List<Long> times, ScanRange range) {
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      long time = times.get(i);
      if (i >= range.fromOffset()
          && i < range.toOffset()
          && time >= range.fromTimestamp()
          && time <= range.toTimestamp()) {
        expected.add((long) i);
      }
    }
    assertEquals(expected, offsets(snapshot, topic, 0, range), range::toString);
    Collections.reverse(expected);
    assertEquals(expected, offsets(snapshot, topic, 0, range.reversed()), range::toString);
  }

  @Test
  void keysComeWithTheirOffsetsInBothDirections() {
    SplittableRandom random = Seed.of("ScanContract").random();
    LogStore store = open();
    Topic topic = topic(store, "t");
    int count = appendTimes(store, topic, random).size();
    for (ScanRange range : List.of(ScanRange.ALL, ScanRange.ALL.reversed())) {
      int seen = 0;
      try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, range)) {
        while (cursor.next()) {
          assertArrayEquals(bytes("" + cursor.offset()), cursor.key());
          seen++;
        }
        assertFalse(cursor.next());
      }
      assertEquals(count, seen);
    }
  }

  @Test
  void rangesOfKeysGiveTheRecordsThatAFilterLeaves() {
    SplittableRandom random = Seed.of("ScanContract").random();
    LogStore store = open();
    Topic topic = topic(store, "t");
    KeyedRecords records = new KeyedRecords(1);
    for (int commit = 0; commit < 100; commit++) {
      int count = random.nextInt(10) == 0 ? random.nextInt(4000) : 1 + random.nextInt(3);
      records.append(store, topic, count, random);
    }
    Snapshot snapshot = store.snapshot(List.of(topic));
    for (int i = 0; i < 100; i++) {
      records.verify(snapshot, topic, records.randomRange(random));
    }
    records.verify(snapshot, topic, ScanRange.ALL.withKeys(KeySet.NONE));
  }

  @Test
  void anEmptyPartitionHasNoRecords() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    append(store, topic, "a");
    Snapshot snapshot = store.snapshot(List.of(topic));
    assertEquals(0, snapshot.startOffset(topic, 1));
    assertEquals(0, snapshot.endOffset(topic, 1));
    assertEquals(List.of(), offsets(snapshot, topic, 1, ScanRange.ALL));
    assertEquals(List.of(), offsets(snapshot, topic, 1, ScanRange.ALL.reversed()));
  }

  @Test
  void aSnapshotDoesNotSeeWhatCommitsLater() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    List<Snapshot> snapshots = new ArrayList<>();
    List<@Nullable String> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      snapshots.add(store.snapshot(List.of(topic)));
      String value = i + "x".repeat(i % 7 == 0 ? 40_000 : 10); // some go to segments
      append(store, topic, value);
      all.add(value);
    }
    for (int i = 0; i < 50; i++) {
      Snapshot snapshot = snapshots.get(i);
      assertEquals(i, snapshot.endOffset(topic, 0));
      assertEquals(all.subList(0, i), values(snapshot, topic, 0, ScanRange.ALL));
      List<@Nullable String> newestFirst = new ArrayList<>(all.subList(0, i));
      Collections.reverse(newestFirst);
      assertEquals(newestFirst, values(snapshot, topic, 0, ScanRange.ALL.reversed()));
    }
  }

  @Test
  void aCursorOpenAcrossCommitsAndFoldsKeepsToItsSnapshot() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "a", "b", "c");
    try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, ScanRange.ALL);
        RecordCursor reverse =
            store.snapshot(List.of(topic)).scan(topic, 0, ScanRange.ALL.reversed())) {
      assertTrue(cursor.next());
      assertTrue(reverse.next());
      for (int i = 0; i < 200; i++) {
        append(store, topic, "x".repeat(10_000));
      }
      assertTrue(cursor.next());
      assertArrayEquals(bytes("b"), cursor.value());
      assertTrue(reverse.next());
      assertArrayEquals(bytes("b"), reverse.value());
      assertTrue(cursor.next());
      assertFalse(cursor.next());
    }
  }

  @Test
  void severalTopicsAreSeenAsOfOneCommit() throws Exception {
    LogStore store = open();
    Topic a = topic(store, "a");
    Topic b = store.createTopic("b", 2, Map.of());
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                SyncLevel sync = i % 16 == 0 ? SyncLevel.FULL : SyncLevel.OFF;
                try (Transaction tx = store.begin(sync)) {
                  byte[] value = new byte[i % 50 == 0 ? 20_000 : 10];
                  tx.append(a, 0, 0, null, value, Headers.NONE);
                  tx.append(b, 0, 0, null, value, Headers.NONE);
                  tx.append(b, 1, 0, null, null, Headers.NONE);
                  tx.commit();
                }
              }
            });
    writer.start();
    try {
      long end = 0;
      while (end < 3000) {
        Snapshot snapshot = store.snapshot(List.of(a, b));
        end = snapshot.endOffset(a, 0);
        assertEquals(end, snapshot.endOffset(b, 0));
        assertEquals(end, snapshot.endOffset(b, 1));
        if (end % 10 == 0) {
          assertEquals(end, offsets(snapshot, a, 0, ScanRange.ALL).size());
          assertEquals(end, offsets(snapshot, b, 0, ScanRange.ALL.reversed()).size());
        }
      }
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  @Test
  void aTopicOutsideOfTheSnapshotIsRefused() {
    LogStore store = open();
    Topic a = topic(store, "a");
    Topic b = topic(store, "b");
    Snapshot snapshot = store.snapshot(List.of(a));
    assertRefused(Reason.INVALID_ARGUMENT, () -> snapshot.endOffset(b, 0));
    assertRefused(Reason.INVALID_ARGUMENT, () -> snapshot.scan(b, 0, ScanRange.ALL));
  }

  @Test
  void aClosedCursorIsRefused() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "a", "b");
    RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, ScanRange.ALL);
    assertTrue(cursor.next());
    cursor.close();
    cursor.close();
    assertRefused(Reason.CLOSED, cursor::next);
  }
}
