package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  @TempDir Path folder;

  private LogStore open(String name) {
    return KlogFile.open(folder.resolve(name).toString(), OpenOptions.DEFAULT);
  }

  static void append(LogStore store, Topic topic, int from, int count, SyncLevel sync) {
    try (Transaction tx = store.begin(sync)) {
      for (int i = from; i < from + count; i++) {
        byte[] key = ("key-" + i).getBytes(UTF_8);
        byte[] value = ("value-" + i + "-" + "x".repeat(i % 200)).getBytes(UTF_8);
        tx.append(topic, 0, 1000L + i, key, value, Headers.NONE);
      }
      tx.commit();
    }
  }

  static List<Long> offsets(LogStore store, Topic topic, ScanRange range) {
    List<Long> result = new ArrayList<>();
    try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, range)) {
      while (cursor.next()) {
        result.add(cursor.offset());
        assertArrayEquals(("key-" + cursor.offset()).getBytes(UTF_8), cursor.key());
        String value = "value-" + cursor.offset() + "-" + "x".repeat((int) (cursor.offset() % 200));
        assertEquals(value, new String(cursor.value(), UTF_8));
        assertEquals(1000 + cursor.offset(), cursor.timestamp());
      }
    }
    return result;
  }

  static Topic topic(LogStore store, String name) {
    return Objects.requireNonNull(store.catalog().topic(name), name);
  }

  static List<Long> numbers(long from, long to) {
    List<Long> list = new ArrayList<>();
    for (long i = from; i < to; i++) {
      list.add(i);
    }
    return list;
  }

  @Test
  void anEmptyFileTakesAtMost16KiB() throws Exception {
    open("a.klog").close();
    assertTrue(Files.size(folder.resolve("a.klog")) <= 16 * 1024);
  }

  @Test
  void recordsComeBackInBothDirectionsAfterEveryWayOfCommitting() {
    try (LogStore store = open("a.klog")) {
      Topic topic = store.createTopic("t", 1, Map.of());
      int next = 0;
      for (int size : new int[] {1, 3, 1000, 1, 20, 5000, 2, 2, 2, 20000, 1, 1}) {
        append(store, topic, next, size, SyncLevel.OFF);
        next += size;
      }
      assertEquals(numbers(0, next), offsets(store, topic, ScanRange.ALL));
      List<Long> reversed = numbers(0, next);
      Collections.reverse(reversed);
      assertEquals(reversed, offsets(store, topic, ScanRange.ALL.reversed()));
      for (int from = 0; from < next; from += 997) {
        ScanRange range = ScanRange.ALL.withOffsets(from, from + 10);
        assertEquals(numbers(from, Math.min(next, from + 10)), offsets(store, topic, range));
        ScanRange time = ScanRange.ALL.withTimestamps(1000 + from, 1009 + from);
        assertEquals(numbers(from, Math.min(next, from + 10)), offsets(store, topic, time));
      }
    }
    try (LogStore store = open("a.klog")) {
      Topic topic = topic(store, "T");
      long end = store.snapshot(List.of(topic)).endOffset(topic, 0);
      assertEquals(numbers(0, end), offsets(store, topic, ScanRange.ALL));
      append(store, topic, (int) end, 3000, SyncLevel.OFF);
      append(store, topic, (int) end + 3000, 1, SyncLevel.OFF);
      assertEquals(numbers(0, end + 3001), offsets(store, topic, ScanRange.ALL));
    }
  }

  @Test
  void manySmallCommitsAreFoldedAndScannedInOrder() {
    try (LogStore store = open("a.klog")) {
      Topic topic = store.createTopic("t", 1, Map.of());
      for (int i = 0; i < 20_000; i++) {
        append(store, topic, i, 1, SyncLevel.OFF);
      }
      assertEquals(numbers(0, 20_000), offsets(store, topic, ScanRange.ALL));
    }
    try (LogStore store = open("a.klog")) {
      Topic topic = topic(store, "t");
      assertEquals(numbers(0, 20_000), offsets(store, topic, ScanRange.ALL));
    }
  }

  @Test
  void rollbackConsumesNoOffset() {
    try (LogStore store = open("a.klog")) {
      Topic topic = store.createTopic("t", 1, Map.of());
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        tx.append(topic, 0, 1, null, new byte[100], Headers.NONE);
      }
      append(store, topic, 0, 5, SyncLevel.FULL);
      assertEquals(numbers(0, 5), offsets(store, topic, ScanRange.ALL));
    }
  }

  @Test
  void groupPositionsCommitWithRecordsAndSurvive() {
    try (LogStore store = open("a.klog")) {
      Topic topic = store.createTopic("t", 2, Map.of());
      try (GroupMember member = store.join("billing", topic);
          Transaction tx = store.begin(SyncLevel.FULL)) {
        assertEquals(GroupMember.NO_POSITION, member.position(1));
        tx.append(topic, 0, 1, null, null, Headers.NONE);
        for (int i = 0; i < 42; i++) {
          tx.append(topic, 1, i, null, null, Headers.NONE);
        }
        tx.position(member, 1, 42);
        tx.commit();
        assertEquals(42, member.position(1));
      }
    }
    try (LogStore store = open("a.klog")) {
      assertEquals(42, store.groupPositions().iterator().next().offset());
      Topic topic = topic(store, "t");
      store.dropTopic(topic);
      assertTrue(store.groupPositions().isEmpty());
      assertNull(store.catalog().topic("t"));
    }
    try (LogStore store = open("a.klog")) {
      assertTrue(store.groupPositions().isEmpty());
      assertNull(store.catalog().topic("t"));
    }
  }

  @Test
  void aThousandTopicsOfOneRecordTakeAtMost8MiB() throws Exception {
    try (LogStore store = open("a.klog")) {
      for (int i = 0; i < 1000; i++) {
        Topic topic = store.createTopic("topic" + i, 1, Map.of());
        append(store, topic, 0, 1, SyncLevel.OFF);
      }
    }
    long size = Files.size(folder.resolve("a.klog"));
    assertTrue(size <= 8 << 20, () -> "size " + size);
    try (LogStore store = open("a.klog")) {
      assertEquals(1000, store.catalog().topics().size());
      for (Topic topic : store.catalog().topics()) {
        assertEquals(numbers(0, 1), offsets(store, topic, ScanRange.ALL));
      }
    }
  }

  @Test
  void openingWithoutWritingChangesNoByte() throws Exception {
    try (LogStore store = open("a.klog")) {
      append(store, store.createTopic("t", 1, Map.of()), 0, 10, SyncLevel.FULL);
    }
    byte[] before = Files.readAllBytes(folder.resolve("a.klog"));
    try (LogStore store = open("a.klog")) {
      assertEquals(1, store.catalog().topics().size());
    }
    assertArrayEquals(before, Files.readAllBytes(folder.resolve("a.klog")));
    assertFalse(before.length > 64 * 1024);
  }

  @Test
  void aClosedFileStandsARottenSuperblock() throws Exception {
    int rows = 0;
    for (int opening = 0; opening < 3; opening++) {
      try (LogStore store = open("a.klog")) {
        Topic topic = opening == 0 ? store.createTopic("t", 1, Map.of()) : topic(store, "t");
        append(store, topic, rows, 40, SyncLevel.FULL);
        rows += 40;
      }
    }
    byte[] sound = Files.readAllBytes(folder.resolve("a.klog"));
    for (int page = 0; page < 2; page++) {
      byte[] rotten = sound.clone();
      rotten[page * Extent.PAGE + 40] ^= 4;
      Files.write(folder.resolve("rotten.klog"), rotten);
      try (LogStore store = open("rotten.klog")) {
        assertEquals(numbers(0, rows), offsets(store, topic(store, "t"), ScanRange.ALL));
      }
    }
  }

  @Test
  void droppedTopicsLeaveNothingBehind() throws Exception {
    try (LogStore store = open("a.klog")) {
      List<Topic> topics = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        topics.add(store.createTopic("topic" + i, 1, Map.of()));
        append(store, topics.get(i), 0, 1, SyncLevel.OFF);
      }
      topics.forEach(store::dropTopic);
      assertTrue(store.catalog().topics().isEmpty());
    }
    assertTrue(Files.size(folder.resolve("a.klog")) <= 64 * 1024);
  }

  @Test
  void aFileOfManySmallCommitsIsSmallAtRest() throws Exception {
    int rows = 28_000;
    try (LogStore store = open("a.klog")) {
      Topic topic = store.createTopic("t", 1, Map.of());
      for (int i = 0; i < rows; i++) {
        append(store, topic, i, 1, SyncLevel.OFF);
      }
    }
    try (LogStore store = open("b.klog")) {
      append(store, store.createTopic("t", 1, Map.of()), 0, rows, SyncLevel.OFF);
    }
    long inOne = Files.size(folder.resolve("b.klog"));
    long byRow = Files.size(folder.resolve("a.klog"));
    assertTrue(byRow <= inOne * 3 / 2, byRow + " bytes beside " + inOne);
    try (LogStore store = open("a.klog")) {
      assertEquals(numbers(0, rows), offsets(store, topic(store, "t"), ScanRange.ALL));
    }
  }
}
