package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Backup;
import io.klog.Column;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.Headers;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backup is a copy of, and where it may be. */
abstract class BackupContract extends LogStoreFixture {
  @TempDir Path folder;

  private String copy = "";

  @BeforeEach
  void nameTheCopy() {
    copy = folder.resolve("copy.klog").toString();
  }

  private LogStore openCopy() {
    return KlogFile.open(copy, OpenOptions.DEFAULT);
  }

  /** What there is in the folder of the copy. */
  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static void fill(LogStore store, Topic topic, int partition, int records, int size) {
    byte[] value = new byte[size];
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < records; i++) {
        byte[] key = i % 7 == 0 ? null : bytes("key" + i % 100);
        Headers headers =
            i % 5 > 0 ? Headers.NONE : new Headers(List.of(new Headers.Header("h", value)));
        tx.append(topic, partition, 1000L + i, key, i % 11 == 0 ? null : value, headers);
      }
      tx.commit();
    }
  }

  /** Topics of all kinds: with columns, empty, cut, of many segments, in the log only. */
  private static void fill(LogStore store) {
    store.dropTopic(topic(store, "dropped"));
    Topic typed =
        store.createTopic(
            "typed",
            3,
            Map.of("cleanup.policy", "compact"),
            List.of(
                new Column("id", "VARCHAR", true, false), new Column("n", "INTEGER", false, true)));
    fill(store, typed, 0, 3000, 50);
    fill(store, typed, 2, 10, 5);
    topic(store, "empty");
    Topic emptied = topic(store, "emptied");
    fill(store, emptied, 0, 500, 200);
    store.deleteRecords(emptied, new long[] {500});
    Topic cut = topic(store, "cut");
    for (int i = 0; i < 6; i++) {
      fill(store, cut, 0, 4000, 300);
    }
    store.deleteRecords(cut, new long[] {9_999});
    Topic tail = topic(store, "tail");
    append(store, tail, "a", "b", "c");
    append(store, tail, "d");
    store.deleteRecords(tail, new long[] {1});
    store.createView(new View("seen", "SELECT * FROM cut"), false);
    store.resetPositions("billing", cut, new long[] {12_345}, false);
    store.resetPositions("billing", typed, new long[] {1, 0, 10}, false);
    store.resetPositions("audit", tail, new long[] {4}, false);
  }

  /** All that can be seen of a store, records apart. */
  private static List<Object> described(LogStore store) {
    List<Object> all = new ArrayList<>(store.catalog().topics());
    all.addAll(store.catalog().views());
    for (GroupPosition position : store.groupPositions()) {
      all.add(position);
    }
    Snapshot snapshot = store.snapshot(store.catalog().topics());
    for (Topic topic : store.catalog().topics()) {
      all.add(topic.options());
      all.add(topic.columns());
      for (int p = 0; p < topic.partitions(); p++) {
        all.add(snapshot.startOffset(topic, p) + " to " + snapshot.endOffset(topic, p));
      }
    }
    return all;
  }

  private static void assertAlike(LogStore expected, LogStore found) {
    assertEquals(described(expected), described(found));
    for (Topic topic : expected.catalog().topics()) {
      Snapshot here = expected.snapshot(List.of(topic));
      Snapshot there = found.snapshot(List.of(topic));
      for (int p = 0; p < topic.partitions(); p++) {
        try (RecordCursor a = here.scan(topic, p, ScanRange.ALL);
            RecordCursor b = there.scan(topic, p, ScanRange.ALL)) {
          while (a.next()) {
            assertTrue(b.next());
            assertEquals(a.offset(), b.offset());
            assertEquals(a.timestamp(), b.timestamp());
            assertArrayEquals(a.key(), b.key());
            assertArrayEquals(a.value(), b.value());
            assertEquals(a.headers().list().size(), b.headers().list().size());
          }
          assertEquals(false, b.next());
        }
      }
    }
  }

  @Test
  void theCopyHasAllThatTheStoreHas() throws IOException {
    LogStore store = open();
    fill(store);
    Backup backup = store.backup(copy);
    assertEquals(Set.of("copy.klog"), files());
    assertEquals(Files.size(Path.of(copy)), backup.bytes());
    assertEquals(5, backup.topics());
    assertEquals(3000 + 10 + (24_000 - 9_999) + 3, backup.records());
    try (LogStore copied = openCopy()) {
      assertAlike(store, copied);
      assertEquals(List.of(), copied.check());
    }
  }

  @Test
  void theCopyIsAStoreOfItsOwn() {
    LogStore store = open();
    fill(store);
    store.backup(copy);
    try (LogStore copied = openCopy()) {
      Topic tail = StoreTest.topic(copied, "tail");
      append(copied, tail, "of the copy");
      append(store, StoreTest.topic(store, "tail"), "of the store");
      fill(copied, StoreTest.topic(copied, "cut"), 0, 5000, 300);
      assertNotEquals(tail.id(), topic(copied, "new").id());
      assertEquals(List.of("b", "c", "d", "of the copy"), values(copied, tail));
      assertEquals(List.of("b", "c", "d", "of the store"), values(store, tail));
      assertEquals(5 + 1, copied.catalog().topics().size());
      assertEquals(5, store.catalog().topics().size());
      copied.dropTopic(StoreTest.topic(copied, "cut"));
      fill(copied, tail, 0, 20_000, 300);
    }
    try (LogStore copied = openCopy()) {
      assertEquals(List.of(), copied.check());
    }
    assertEquals(List.of(), store.check());
  }

  @Test
  void anIdIsNotGivenOutTwiceInTheCopyEither() {
    LogStore store = open();
    Topic gone = topic(store, "gone");
    store.dropTopic(gone);
    store.backup(copy);
    try (LogStore copied = openCopy()) {
      assertTrue(topic(copied, "next").id() > gone.id());
    }
  }

  @Test
  void anEmptyStoreHasACopyToo() {
    Backup backup = open().backup(copy);
    assertEquals(0, backup.topics() + backup.records());
    try (LogStore copied = openCopy()) {
      assertTrue(copied.catalog().topics().isEmpty());
      append(copied, topic(copied, "t"), "a");
    }
  }

  @Test
  void aCopyCanBeCopied() {
    LogStore store = open();
    fill(store);
    store.backup(copy);
    String second = folder.resolve("second.klog").toString();
    try (LogStore copied = openCopy()) {
      assertEquals(store.backup(second).bytes(), Path.of(second).toFile().length());
      append(copied, StoreTest.topic(copied, "tail"), "e");
      copied.backup(folder.resolve("third.klog").toString());
    }
    try (LogStore third =
        KlogFile.open(folder.resolve("third.klog").toString(), OpenOptions.DEFAULT)) {
      assertEquals(List.of("b", "c", "d", "e"), values(third, StoreTest.topic(third, "tail")));
      assertEquals(List.of(), third.check());
    }
  }

  @Test
  void openingTheCopyChangesLittleOfItAndReadingItNothing() throws IOException {
    LogStore store = open();
    fill(store);
    store.backup(copy);
    byte[] bytes = Files.readAllBytes(Path.of(copy));
    try (LogStore copied = KlogFile.open(copy, reading())) {
      assertAlike(store, copied);
    }
    assertArrayEquals(bytes, Files.readAllBytes(Path.of(copy)));
    openCopy().close();
    assertTrue(Files.size(Path.of(copy)) <= bytes.length + 2 * Extent.PAGE);
  }

  @Test
  void whatIsNotCommittedIsNotCopied() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "a");
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      append(tx, topic, "b");
      for (int i = 0; i < 20; i++) { // more than a transaction keeps in memory
        tx.append(topic, 0, 0, null, new byte[1 << 20], Headers.NONE);
      }
      tx.pin();
      store.backup(copy);
      tx.commit();
    }
    assertTrue(Path.of(copy).toFile().length() < 64 << 10);
    try (LogStore copied = openCopy()) {
      assertEquals(List.of("a"), values(copied, topic));
    }
  }

  @Test
  void membersAreNotCopiedTheirPositionsAre() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "a", "b");
    try (GroupMember member = store.join("g", topic)) {
      member.poll();
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        tx.position(member, 0, 1);
        tx.commit();
      }
      store.backup(copy);
    }
    try (LogStore copied = openCopy()) {
      assertEquals(List.of(), List.copyOf(copied.memberships()));
      assertEquals(1, copied.groupPositions().iterator().next().offset());
      copied.dropGroup("g");
    }
  }

  @Test
  void aFileThatIsThereStaysAsItIs() throws IOException {
    LogStore store = open();
    Files.writeString(Path.of(copy), "mine");
    String told = assertRefused(Reason.FILE_EXISTS, () -> store.backup(copy));
    assertTrue(told.contains(copy), told);
    assertEquals("mine", Files.readString(Path.of(copy)));
    assertEquals(Set.of("copy.klog"), files());
  }

  @Test
  void aFileThatComesMeanwhileStaysAsItIsToo() throws IOException {
    LogStore store = open();
    append(store, topic(store, "t"), "a");
    fill(store, StoreTest.topic(store, "t"), 0, 1000, 100);
    assertRefused(
        Reason.FILE_EXISTS,
        () ->
            store.backup(
                copy,
                () -> {
                  writeIfAbsent();
                  return false;
                }));
    assertEquals("theirs", Files.readString(Path.of(copy)));
    assertEquals(Set.of("copy.klog"), files());
  }

  private void writeIfAbsent() {
    try {
      Files.writeString(Path.of(copy), "theirs");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsNoPlaceForAFileIsRefused() throws IOException {
    LogStore store = open();
    String nowhere = folder.resolve("no/copy.klog").toString();
    String told = assertRefused(Reason.IO, () -> store.backup(nowhere));
    assertTrue(told.contains("there is no directory"), told);
    assertTrue(told.contains(nowhere), told);
    told = assertRefused(Reason.IO, () -> store.backup(folder.toString()));
    assertTrue(told.contains("is a directory"), told);
    assertRefused(Reason.IO, () -> store.backup(""));
    assertRefused(Reason.IO, () -> store.backup(folder + "/a\0b"));
    told = assertRefused(Reason.INVALID_ARGUMENT, () -> store.backup("mem:copy"));
    assertTrue(told.contains("mem:copy"), told);
    assertEquals(Set.of(), files());
  }

  @Test
  void givingUpLeavesNothing() throws IOException {
    LogStore store = open();
    fill(store);
    int[] asked = {0};
    assertRefused(Reason.CANCELLED, () -> store.backup(copy, () -> ++asked[0] > 3));
    assertEquals(Set.of(), files());
    store.backup(copy);
  }

  @Test
  void aStoreThatIsClosedMeanwhileLeavesNothing() throws IOException {
    LogStore store = KlogFile.open(location(), OpenOptions.DEFAULT);
    fill(store);
    assertRefused(
        Reason.CLOSED,
        () ->
            store.backup(
                copy,
                () -> {
                  store.close();
                  return false;
                }));
    assertEquals(Set.of(), files());
    assertRefused(Reason.CLOSED, () -> store.backup(copy));
  }

  @Test
  void oneWhoOnlyReadsCanCopy() {
    LogStore store = open();
    fill(store);
    LogStore reading = open(reading());
    reading.backup(copy);
    try (LogStore copied = openCopy()) {
      assertAlike(store, copied);
    }
  }
}
