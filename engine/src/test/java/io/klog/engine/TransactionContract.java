package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.Headers.Header;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.SegmentInfo;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** All or nothing, in the order of the commits, without gaps. */
abstract class TransactionContract extends LogStoreFixture {
  @Test
  void recordsAreSeenFromTheCommitOnAndNotBefore() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    for (SyncLevel sync : SyncLevel.values()) {
      try (Transaction tx = store.begin(sync)) {
        assertTrue(tx.isEmpty());
        append(tx, topic, "a", "b");
        assertFalse(tx.isEmpty());
        assertEquals(2, tx.appended(topic, 0));
        assertEquals(List.of(), values(store, topic).stream().skip(numbers()).toList());
        tx.commit();
        numbers += 2;
        assertEquals(numbers, values(store, topic).size());
      }
    }
  }

  private int numbers;

  private int numbers() {
    return numbers;
  }

  @Test
  void rollbackAndCloseDropEverythingAndConsumeNoOffset() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    try (GroupMember member = store.join("g", topic)) {
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        append(tx, topic, "a", "x".repeat(100_000));
        tx.position(member, 0, 5);
        tx.rollback();
        tx.rollback();
        assertRefused(Reason.CLOSED, () -> append(tx, topic, "late"));
        assertRefused(Reason.CLOSED, tx::commit);
      }
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        append(tx, topic, "b");
        tx.pin();
        assertEquals(0, tx.baseOffset(topic, 0));
      }
      assertEquals(GroupMember.NO_POSITION, member.position(0));
    }
    append(store, topic, "c");
    assertEquals(List.of("c"), values(store, topic));
    assertEquals(List.of(0L), offsets(store.snapshot(List.of(topic)), topic, 0, ScanRange.ALL));
  }

  @Test
  void aTransactionIsOverAfterItsCommit() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    Transaction tx = store.begin(SyncLevel.OFF);
    append(tx, topic, "a");
    tx.commit();
    assertRefused(Reason.CLOSED, tx::commit);
    assertRefused(Reason.CLOSED, tx::pin);
    assertRefused(Reason.CLOSED, tx::savepoint);
    assertRefused(Reason.CLOSED, () -> append(tx, topic, "b"));
    tx.rollback();
    tx.close();
    assertEquals(0, tx.baseOffset(topic, 0));
    assertEquals(List.of("a"), values(store, topic));
  }

  @Test
  void anEmptyTransactionCommits() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    store.begin(SyncLevel.FULL).commit();
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      tx.pin();
      tx.commit();
    }
    append(store, topic, "the lock is free");
  }

  @Test
  void savepointsCanBeGoneBackToAgainAndAgain() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    try (GroupMember member = store.join("g", topic);
        Transaction tx = store.begin(SyncLevel.OFF)) {
      Transaction.Savepoint start = tx.savepoint();
      append(tx, topic, "a");
      tx.position(member, 0, 1);
      Transaction.Savepoint second = tx.savepoint();
      for (int i = 0; i < 3; i++) {
        append(tx, topic, "b", "x".repeat(9_000), "x".repeat(9_000));
        tx.append(topic, 1, 0, null, null, Headers.NONE);
        tx.position(member, 0, 2);
        tx.position(member, 1, 2);
        assertEquals(4, tx.appended(topic, 0));
        tx.rollbackTo(second);
        assertEquals(1, tx.appended(topic, 0));
        assertEquals(0, tx.appended(topic, 1));
      }
      append(tx, topic, "c");
      tx.rollbackTo(start);
      assertTrue(tx.isEmpty());
      append(tx, topic, "d");
      tx.rollbackTo(tx.savepoint());
      append(tx, topic, "e");
      tx.commit();
      assertEquals(GroupMember.NO_POSITION, member.position(0));
      assertEquals(GroupMember.NO_POSITION, member.position(1));
    }
    assertEquals(List.of("d", "e"), values(store, topic));
  }

  @Test
  void aSavepointWithinABatchKeepsTheRecordsBefore() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    List<String> expected = new ArrayList<>();
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < 300; i++) {
        append(tx, topic, "kept " + i);
        expected.add("kept " + i);
        Transaction.Savepoint savepoint = tx.savepoint();
        append(tx, topic, "dropped", "x".repeat(i * 41));
        tx.rollbackTo(savepoint);
      }
      tx.commit();
    }
    assertEquals(expected, values(store, topic));
  }

  @Test
  void thePinnedTransactionKnowsItsOffsetsAndKeepsOthersOut() throws Exception {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    append(store, topic, "a", "b");
    CompletableFuture<Void> other;
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      append(tx, topic, "c", "d");
      assertThrows(IllegalStateException.class, () -> tx.baseOffset(topic, 0));
      tx.pin();
      tx.pin();
      assertEquals(2, tx.baseOffset(topic, 0));
      assertEquals(0, tx.baseOffset(topic, 1));
      other = CompletableFuture.runAsync(() -> append(store, topic, "f"));
      append(tx, topic, "e");
      assertEquals(2, tx.baseOffset(topic, 0));
      tx.commit();
      assertEquals(2, tx.baseOffset(topic, 0));
    }
    other.get();
    assertEquals(List.of("a", "b", "c", "d", "e", "f"), values(store, topic));
  }

  @Test
  void whoWaitsForThePinnedTransactionTooLongIsTold() {
    LogStore store = open(new OpenOptions(OpenOptions.Mode.CREATE, 20, 1 << 20));
    Topic topic = topic(store, "t");
    try (Transaction pinned = store.begin(SyncLevel.OFF)) {
      pinned.pin();
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        append(tx, topic, "a");
        assertRefused(Reason.BUSY, tx::commit);
        assertRefused(Reason.CLOSED, tx::commit);
      }
      assertRefused(Reason.BUSY, () -> topic(store, "u"));
      append(pinned, topic, "b");
      pinned.commit();
    }
    append(store, topic, "c");
    assertEquals(List.of("b", "c"), values(store, topic));
  }

  /** It does not fit the buffer of a transaction. */
  private static final int LARGE = 250;

  private static void appendLarge(Transaction tx, Topic topic, int from) {
    byte[] value = new byte[100_000];
    for (int i = from; i < from + LARGE; i++) {
      tx.append(topic, i % topic.partitions(), i, null, value, Headers.NONE);
    }
  }

  private static List<Long> times(LogStore store, Topic topic, int partition) {
    List<Long> times = new ArrayList<>();
    try (RecordCursor cursor =
        store.snapshot(List.of(topic)).scan(topic, partition, ScanRange.ALL)) {
      while (cursor.next()) {
        assertEquals(times.size(), cursor.offset());
        times.add(cursor.timestamp());
      }
    }
    return times;
  }

  @Test
  void aLargeTransactionIsAllOrNothingAndKeepsOthersOut() {
    LogStore store = open(new OpenOptions(OpenOptions.Mode.CREATE, 20, 1 << 20));
    Topic topic = store.createTopic("t", 2, Map.of());
    append(store, topic, "before");
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      appendLarge(tx, topic, 0);
      assertEquals(LARGE / 2, tx.appended(topic, 1));
      assertEquals(1, tx.baseOffset(topic, 0), "it has the writer's lock");
      assertRefused(Reason.BUSY, () -> append(store, topic, "meanwhile"));
      tx.rollback();
    }
    append(store, topic, "between");
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      appendLarge(tx, topic, 0);
      assertEquals(List.of(0L, 0L), times(store, topic, 0), "nobody sees it yet");
      tx.commit();
      assertEquals(2, tx.baseOffset(topic, 0));
      assertEquals(0, tx.baseOffset(topic, 1));
    }
    append(store, topic, "after");
    List<Long> even = new ArrayList<>(List.of(0L, 0L));
    List<Long> odd = new ArrayList<>();
    for (long i = 0; i < LARGE; i++) {
      (i % 2 == 0 ? even : odd).add(i);
    }
    even.add(0L);
    assertEquals(even, times(store, topic, 0));
    assertEquals(odd, times(store, topic, 1));
    assertEquals(List.of(), store.check());
  }

  @Test
  void aLargeTransactionGoesBackToSavepointsBeforeAndAfterItGrew() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      append(tx, topic, "first");
      Transaction.Savepoint small = tx.savepoint();
      appendLarge(tx, topic, 1);
      Transaction.Savepoint large = tx.savepoint();
      appendLarge(tx, topic, 1 + LARGE);
      tx.rollbackTo(large);
      assertEquals(1 + LARGE, tx.appended(topic, 0));
      appendLarge(tx, topic, 1 + LARGE);
      tx.rollbackTo(small);
      assertEquals(1, tx.appended(topic, 0));
      append(tx, topic, "second");
      tx.commit();
      assertEquals(0, tx.baseOffset(topic, 0));
    }
    assertEquals(List.of("first", "second"), values(store, topic));
  }

  @Test
  void whoGivesUpTheWaitForTheLockIsToldAndNothingHappened() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    AtomicInteger asked = new AtomicInteger();
    try (Transaction pinned = store.begin(SyncLevel.OFF);
        Transaction tx = store.begin(SyncLevel.OFF)) {
      pinned.pin();
      append(tx, topic, "a");
      assertRefused(Reason.CANCELLED, () -> tx.pin(() -> asked.incrementAndGet() == 3));
      assertEquals(3, asked.get());
      assertEquals(1, tx.appended(topic, 0), "it is as it was");
      Thread.currentThread().interrupt();
      assertRefused(Reason.CANCELLED, () -> tx.commit(() -> asked.incrementAndGet() == 6));
      assertTrue(Thread.interrupted(), "an interrupt ends no wait and stays set");
      assertEquals(6, asked.get());
      assertRefused(Reason.CLOSED, tx::commit);
      append(pinned, topic, "b");
      pinned.commit(() -> true);
    }
    append(store, topic, "c");
    assertEquals(List.of("b", "c"), values(store, topic));
  }

  @Test
  void positionsBehindTheEndAreRefused() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    append(store, topic, "a");
    try (GroupMember member = store.join("g", topic)) {
      for (int partition = 0; partition < 2; partition++) {
        int end = 1 - partition;
        try (Transaction tx = store.begin(SyncLevel.OFF)) {
          append(tx, topic, "never");
          tx.position(member, partition, 3);
          String told = assertRefused(Reason.INVALID_ARGUMENT, tx::commit);
          assertTrue(told.contains("offset 3") && told.contains("partition " + partition), told);
        }
        try (Transaction tx = store.begin(SyncLevel.OFF)) {
          tx.position(member, partition, end);
          tx.commit();
        }
        assertEquals(end, member.position(partition));
      }
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        append(tx, topic, "b");
        tx.position(member, 0, 2);
        tx.commit();
      }
      assertEquals(2, member.position(0), "behind what the transaction appended itself");
    }
    assertEquals(List.of("a", "b"), values(store, topic));
  }

  @Test
  void partitionsAreSeparateLogs() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 3, Map.of());
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < 30; i++) {
        assertEquals(i % 3, tx.append(topic, i % 3, i, null, bytes("" + i), Headers.NONE));
      }
      tx.commit();
      assertEquals(0, tx.baseOffset(topic, 2));
    }
    var snapshot = store.snapshot(List.of(topic));
    for (int p = 0; p < 3; p++) {
      assertEquals(0, snapshot.startOffset(topic, p));
      assertEquals(10, snapshot.endOffset(topic, p));
      assertEquals(10, snapshot.recordCount(topic, p).orElseThrow());
      assertEquals(4, snapshot.recordCount(topic, p, 3, 7).orElseThrow());
      assertEquals(7, snapshot.recordCount(topic, p, 3, Long.MAX_VALUE).orElseThrow());
      assertEquals(0, snapshot.recordCount(topic, p, 99, 100).orElseThrow());
      assertEquals(0, snapshot.recordCount(topic, p, 5, 5).orElseThrow());
      assertEquals("" + (27 + p), values(snapshot, topic, p, ScanRange.from(9)).get(0));
    }
  }

  @Test
  void segmentsTellWhatTheyHold() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    byte[] value = new byte[1000];
    for (int batch = 0; batch < 8; batch++) {
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        for (int i = 0; i < 1000; i++) {
          tx.append(topic, 0, batch * 1000 + i, null, value, Headers.NONE);
        }
        tx.commit();
      }
    }
    var snapshot = store.snapshot(List.of(topic));
    assertEquals(List.of(), snapshot.segments(topic, 1));
    long end = 0;
    for (SegmentInfo segment : snapshot.segments(topic, 0)) {
      assertEquals(end, segment.baseOffset());
      assertEquals(segment.baseOffset(), segment.minTimestamp());
      assertEquals(segment.endOffset() - 1, segment.maxTimestamp());
      assertTrue(segment.bytes() >= (segment.endOffset() - end) * value.length);
      end = segment.endOffset();
    }
    assertTrue(end > 4000 && end <= 8000, "up to a tail of a MiB: " + end);
  }

  @Test
  void partitionsThatAreNotThereAreRefused() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    var snapshot = store.snapshot(List.of(topic));
    try (Transaction tx = store.begin(SyncLevel.OFF);
        GroupMember member = store.join("g", topic)) {
      for (int p : new int[] {2, -2, Integer.MAX_VALUE}) {
        assertRefused(
            Reason.INVALID_ARGUMENT, () -> tx.append(topic, p, 0, null, null, Headers.NONE));
        assertRefused(Reason.INVALID_ARGUMENT, () -> tx.appended(topic, p));
        assertRefused(Reason.INVALID_ARGUMENT, () -> tx.position(member, p, 0));
        assertRefused(Reason.INVALID_ARGUMENT, () -> snapshot.endOffset(topic, p));
        assertRefused(Reason.INVALID_ARGUMENT, () -> snapshot.startOffset(topic, p));
        assertRefused(Reason.INVALID_ARGUMENT, () -> snapshot.recordCount(topic, p));
        assertRefused(Reason.INVALID_ARGUMENT, () -> snapshot.scan(topic, p, ScanRange.ALL));
      }
      assertRefused(Reason.INVALID_ARGUMENT, () -> tx.position(member, 0, -1));
      assertTrue(tx.isEmpty());
      tx.pin();
      assertRefused(Reason.INVALID_ARGUMENT, () -> tx.baseOffset(topic, 2));
    }
  }

  @Test
  void keysGoWhereKafkaPutsThem() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 7, Map.of());
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      // Kafka's own hashes of these keys.
      Map.of("21", -973932308, "foobar", -790332482, "abc", 479470107)
          .forEach(
              (key, hash) -> {
                int expected = (hash & Integer.MAX_VALUE) % 7;
                assertEquals(
                    expected,
                    tx.append(topic, Transaction.ANY_PARTITION, 0, bytes(key), null, Headers.NONE));
              });
      tx.rollback();
    }
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      int first = tx.append(topic, Transaction.ANY_PARTITION, 0, null, null, Headers.NONE);
      for (int i = 0; i < 10; i++) {
        assertEquals(
            first, tx.append(topic, Transaction.ANY_PARTITION, 0, null, null, Headers.NONE));
      }
      assertEquals(11, tx.appended(topic, first));
    }
  }

  @Test
  void everythingOfARecordIsKept() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    Headers headers =
        new Headers(
            List.of(
                new Header("a", bytes("1")),
                new Header("b", null),
                new Header("a", bytes("2")),
                new Header("", new byte[0]),
                new Header("ключ", new byte[300])));
    byte @Nullable [][] some = {null, {}, {0}, bytes("text"), new byte[200]};
    long[] times = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1_700_000_000_000L};
    byte[] mutable = {1, 2, 3};
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < 25; i++) {
        Headers h = i % 2 == 0 ? headers : Headers.NONE;
        tx.append(topic, 0, times[i % 5], some[i % 5], some[i / 5], h);
      }
      tx.append(topic, 0, 0, mutable, mutable, Headers.NONE);
      mutable[0] = 9;
      tx.commit();
    }
    for (int pass = 0; pass < 2; pass++) {
      ScanRange range = pass == 0 ? ScanRange.ALL : ScanRange.ALL.reversed();
      try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, range)) {
        while (cursor.next()) {
          int i = (int) cursor.offset();
          if (i == 25) {
            assertArrayEquals(new byte[] {1, 2, 3}, cursor.value());
            continue;
          }
          assertEquals(times[i % 5], cursor.timestamp());
          assertArrayEquals(some[i % 5], cursor.key());
          assertArrayEquals(some[i / 5], cursor.value());
          assertEquals(i % 5 == 0 ? -1 : some[i % 5].length, cursor.keyLength());
          if (i % 2 == 0) {
            assertSame(headers, cursor.headers());
          } else {
            assertEquals(Headers.NONE, cursor.headers());
          }
        }
      }
    }
  }

  private static void assertSame(Headers expected, Headers found) {
    assertEquals(expected.list().size(), found.list().size());
    for (int i = 0; i < expected.list().size(); i++) {
      assertEquals(expected.list().get(i).name(), found.list().get(i).name());
      assertArrayEquals(expected.list().get(i).value(), found.list().get(i).value());
    }
  }

  @Test
  void theGreatestRecordFitsAndAByteMoreDoesNot() {
    int limit = 300_000;
    LogStore store = open(new OpenOptions(OpenOptions.Mode.CREATE, 1000, limit));
    Topic topic = topic(store, "t");
    Headers header = new Headers(List.of(new Header("h", bytes("v"))));
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      tx.append(topic, 0, 0, new byte[100_000], new byte[200_000], Headers.NONE);
      tx.append(topic, 0, 0, null, new byte[limit], Headers.NONE);
      assertRefused(
          Reason.TOO_LARGE,
          () -> tx.append(topic, 0, 0, new byte[100_000], new byte[200_001], Headers.NONE));
      assertRefused(Reason.TOO_LARGE, () -> tx.append(topic, 0, 0, null, new byte[limit], header));
      assertEquals(2, tx.appended(topic, 0));
      tx.commit();
    }
    try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, ScanRange.ALL)) {
      assertTrue(cursor.next());
      assertEquals(100_000, cursor.keyLength());
      assertTrue(cursor.next());
      assertEquals(limit, cursor.valueLength());
      assertNull(cursor.key());
      assertFalse(cursor.next());
    }
  }

  @Test
  void hugeRecordsSpanSegmentsAndMixWithSmallOnes() {
    LogStore store = open(new OpenOptions(OpenOptions.Mode.CREATE, 1000, 32 << 20));
    Topic topic = topic(store, "t");
    List<@Nullable String> expected = new ArrayList<>();
    int[] sizes = {10, 9_000, 32 << 20, 1, 70_000, 5 << 20, 4_096, 8_192, 16_384, 0, 100};
    for (int size : sizes) {
      String value = size + "x".repeat(Math.max(0, size - 10));
      append(store, topic, value, "small");
      expected.add(value);
      expected.add("small");
    }
    assertEquals(expected, values(store, topic));
  }
}
