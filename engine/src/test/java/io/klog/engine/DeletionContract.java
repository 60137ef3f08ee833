package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupReader;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.OffsetReset;
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
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A topic's oldest records are deleted: what is left, and what those see who read meanwhile. */
abstract class DeletionContract extends LogStoreFixture {
  /** Records with their offset as create time; some of them make a segment. */
  private static void fill(LogStore store, Topic topic, int from, int to) {
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = from; i < to; i++) {
        tx.append(topic, 0, i, bytes("k" + i), bytes("value " + i), Headers.NONE);
      }
      tx.commit();
    }
  }

  private static long delete(LogStore store, Topic topic, long before) {
    return store.deleteRecords(topic, new long[] {before});
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static void assertHolds(LogStore store, Topic topic, long start, long end) {
    Snapshot snapshot = store.snapshot(List.of(topic));
    assertEquals(start, snapshot.startOffset(topic, 0));
    assertEquals(end, snapshot.endOffset(topic, 0));
    assertEquals(end - start, snapshot.recordCount(topic, 0).orElseThrow());
    assertEquals(end - start, snapshot.recordCount(topic, 0, 0, end + 1).orElseThrow());
    assertEquals(0, snapshot.recordCount(topic, 0, 0, start).orElseThrow());
    assertEquals(numbers(start, end), offsets(snapshot, topic, 0, ScanRange.ALL));
    List<Long> newestFirst = new ArrayList<>(numbers(start, end));
    Collections.reverse(newestFirst);
    assertEquals(newestFirst, offsets(snapshot, topic, 0, ScanRange.ALL.reversed()));
    ScanRange times = ScanRange.ALL.withTimestamps(start - 5, start + 5);
    assertEquals(
        numbers(start, Math.min(end, start + 6)), offsets(snapshot, topic, 0, times), "by time");
    ScanRange some = ScanRange.ALL.withOffsets(start - 3, start + 3);
    assertEquals(numbers(start, Math.min(end, start + 3)), offsets(snapshot, topic, 0, some));
  }

  @Test
  void recordsBeforeTheOffsetAreGoneWhereverTheyLie() {
    SplittableRandom random = Seed.of("DeletionContract").random();
    LogStore store = open();
    Topic topic = topic(store, "t");
    int start = 0;
    int end = 0;
    for (int step = 0; step < 60; step++) {
      int count = random.nextInt(5) == 0 ? 3000 : 1 + random.nextInt(5);
      fill(store, topic, end, end + count);
      end += count;
      if (random.nextInt(3) == 0) {
        int before = start + random.nextInt(end - start + 1);
        assertEquals(before - start, delete(store, topic, before));
        start = before;
      }
      if (random.nextInt(12) == 0) {
        assertEquals(List.of(), store.check());
        store = reopened(store);
        assertEquals(topic, store.catalog().topic("t"));
      }
      if (step % 5 == 0) {
        assertHolds(store, topic, start, end);
      }
    }
    assertHolds(store, topic, start, end);
    assertEquals(List.of(), store.check());
  }

  @Test
  void offsetsBeyondEitherEndAreFine() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    assertEquals(0, delete(store, topic, 5));
    assertHolds(store, topic, 0, 0);
    fill(store, topic, 0, 10);
    assertEquals(0, delete(store, topic, Long.MIN_VALUE));
    assertEquals(4, delete(store, topic, 4));
    assertEquals(0, delete(store, topic, 3));
    assertHolds(store, topic, 4, 10);
    assertEquals(6, delete(store, topic, Long.MAX_VALUE));
    assertHolds(store, topic, 10, 10);
    assertEquals(0, delete(store, topic, Long.MAX_VALUE));
  }

  @Test
  void anEmptiedPartitionGoesOnWhereItEnded() {
    for (int count : new int[] {3, 5000}) {
      LogStore store = open();
      Topic topic = store.createTopic("t" + count, 2, Map.of());
      fill(store, topic, 0, count);
      assertEquals(count, store.deleteRecords(topic, new long[] {Long.MAX_VALUE, Long.MAX_VALUE}));
      store = reopened(store);
      assertHolds(store, topic, count, count);
      fill(store, topic, count, count + 7);
      fill(store, topic, count + 7, count + 3007);
      assertHolds(store, topic, count, count + 3007);
      assertEquals(List.of(), store.check());
      store = reopened(store);
      assertHolds(store, topic, count, count + 3007);
    }
  }

  @Test
  void badArgumentsAndDroppedTopicsAreRefused() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    assertRefused(Reason.INVALID_ARGUMENT, () -> store.deleteRecords(topic, new long[2]));
    store.dropTopic(topic);
    assertRefused(Reason.UNKNOWN_TOPIC, () -> delete(store, topic, 1));
  }

  @Test
  void aSnapshotTakenBeforeHasTheRecordsWhileTheirPlaceIsNotUsedAgain() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    fill(store, topic, 0, 10);
    Snapshot before = store.snapshot(List.of(topic));
    delete(store, topic, 8);
    assertEquals(numbers(0, 10), offsets(before, topic, 0, ScanRange.ALL));
    assertHolds(store, topic, 8, 10);
  }

  @Test
  void aTransactionThatBeganBeforeAppendsBehindTheEnd() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    fill(store, topic, 0, 10);
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      append(tx, topic, "late");
      delete(store, topic, 10);
      tx.commit();
      assertEquals(10, tx.baseOffset(topic, 0));
    }
    assertEquals(List.of("late"), values(store, topic));
  }

  /** Its old place is overwritten by others until a reader who began before cannot read it. */
  private static void reuseSpace(LogStore store) {
    Topic other = topic(store, "other");
    for (int i = 0; i < 100; i++) { // segments from small to large, which fit where others were
      append(store, other, "x".repeat(20_000));
    }
  }

  @Test
  void aCursorWhoseRecordsAreGoneGoesOnAtTheStart() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    fill(store, topic, 0, 20_000);
    fill(store, topic, 20_000, 40_000);
    Snapshot snapshot = store.snapshot(List.of(topic));
    try (RecordCursor forward = snapshot.scan(topic, 0, ScanRange.ALL);
        RecordCursor backward =
            snapshot.scan(topic, 0, ScanRange.ALL.withOffsets(0, 20_000).reversed())) {
      assertTrue(forward.next());
      assertTrue(backward.next());
      delete(store, topic, 30_000);
      reuseSpace(store);
      long last = 0;
      boolean jumped = false;
      while (forward.next()) {
        if (forward.offset() != last + 1) {
          assertFalse(jumped, "it passed over more than once");
          jumped = true;
          assertEquals(30_000, forward.offset());
          assertEquals(30_000 - last - 1, forward.takeSkipped());
          assertEquals(0, forward.takeSkipped());
        }
        last = forward.offset();
        assertEquals("value " + last, new String(forward.value(), UTF_8));
      }
      assertTrue(jumped);
      assertEquals(39_999, last);
      last = backward.offset();
      while (backward.next()) {
        assertEquals(--last, backward.offset());
      }
      assertTrue(last > 0, "the oldest are gone");
      assertEquals(last, backward.takeSkipped());
    }
  }

  @Test
  void aGroupGoesOnAtTheStartAndIsToldHowManyItMissed() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    fill(store, topic, 0, 20_000);
    fill(store, topic, 20_000, 40_000);
    try (GroupReader reader =
        new GroupReader(store, store.join("g", topic), OffsetReset.EARLIEST)) {
      reader.advance(store.snapshot(List.of(topic)), true);
      assertTrue(reader.next());
      delete(store, topic, 30_000);
      reuseSpace(store);
      long read = 1;
      while (reader.next(false)) {
        read++;
      }
      assertEquals(40_000 - read, reader.takeSkipped(), "gone while it read");
      reader.done();
      fill(store, topic, 40_000, 40_010);
      delete(store, topic, 40_005);
      assertTrue(reader.advance(store.snapshot(List.of(topic)), true));
      assertEquals(5, reader.takeSkipped(), "gone before it read");
      assertTrue(reader.next());
      assertEquals(40_005, reader.record().offset());
    }
  }

  @Test
  void aGroupThatMayBeginNowhereElseFails() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    fill(store, topic, 0, 20_000);
    fill(store, topic, 20_000, 40_000);
    store.resetPositions("g", topic, new long[] {0}, false);
    try (GroupReader reader = new GroupReader(store, store.join("g", topic), OffsetReset.NONE)) {
      reader.advance(store.snapshot(List.of(topic)), true);
      assertTrue(reader.next());
      delete(store, topic, 30_000);
      reuseSpace(store);
      KlogException e =
          assertThrows(
              KlogException.class,
              () -> {
                while (reader.next(false)) {}
              });
      assertEquals(Reason.OFFSET_OUT_OF_RANGE, e.reason());
      assertEquals(
          Reason.OFFSET_OUT_OF_RANGE,
          assertThrows(
                  KlogException.class, () -> reader.advance(store.snapshot(List.of(topic)), true))
              .reason());
    }
  }
}
