package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a small file with some of everything: segments, a tail, a snapshot, a dropped topic,
 * a group's position. What a record holds follows from its place, and what may be seen together is
 * remembered, so that any damaged copy can be told from a sound one.
 */
final class SmallFile {
  static final String NAME = "small.klog";

  /** Still lower than those for a crash: a few pages are to have some of everything. */
  private static final Limits LIMITS =
      new Limits(1 << 10, 4 << 10, 32 << 10, 16 << 20, 4 << 10, false);

  private final List<Ends> commits = new ArrayList<>();
  private final byte[] bytes;

  /** What a commit left: the partitions' ends, and where the group stands. */
  private record Ends(List<Long> ends, long position) {}

  private SmallFile(int before, int after, boolean closed) throws IOException {
    KillableStorage storage = new KillableStorage(new MemoryStorage());
    fill(storage, before, after, closed);
    bytes = bytes(storage.delegate);
    storage.kill();
  }

  /**
   * As the last to close it leaves it, with so many commits before it was opened again and after.
   */
  static SmallFile closed(int before, int after) throws IOException {
    return new SmallFile(before, after, true);
  }

  /** As a process that was killed leaves it. */
  static SmallFile killed(int before, int after) throws IOException {
    return new SmallFile(before, after, false);
  }

  /** The bytes of a file with index blocks: 3 MiB in one segment of topic t. */
  static byte[] indexed() throws IOException {
    KillableStorage storage = new KillableStorage(new MemoryStorage());
    try (LogStore store = open(storage, OpenOptions.Mode.CREATE)) {
      Topic topic = store.createTopic("t", 1, Map.of());
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        for (int i = 0; i < 3000; i++) {
          tx.append(topic, 0, i, null, new byte[1000], Headers.NONE);
        }
        tx.commit();
      }
    }
    return bytes(storage);
  }

  /** What a file that is closed holds. */
  static Publisher.Visible state(byte[] bytes) throws IOException {
    try (StorageFile file = storage(bytes).open(NAME, Storage.Mode.READ)) {
      return new StoredState(file, Superblock.choose(NAME, bytes), new Faults()).read();
    }
  }

  /** The first segment of the first partition of topic t. */
  static SegmentSpan firstSpan(byte[] bytes) throws IOException {
    Publisher.Visible state = state(bytes);
    Topic topic = Objects.requireNonNull(state.catalog().topic("t"));
    return Objects.requireNonNull(state.views().get(topic.id()))[0].span(0);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  static MemoryStorage storage(byte[] bytes) throws IOException {
    MemoryStorage storage = new MemoryStorage();
    try (StorageFile file = storage.open(NAME, Storage.Mode.CREATE)) {
      file.write(0, bytes, 0, bytes.length);
    }
    return storage;
  }

  static byte[] bytes(Storage storage) throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  static LogStore open(Storage storage, OpenOptions.Mode mode) {
    return new KlogFile(storage, LIMITS).openFile(NAME, new OpenOptions(mode, 1000, 1 << 20));
  }

  private void fill(Storage storage, int before, int after, boolean closed) {
    LogStore store = open(storage, OpenOptions.Mode.CREATE);
    store.dropTopic(store.createTopic("dropped", 1, Map.of()));
    Topic t = store.createTopic("t", 1, Map.of());
    Topic u = store.createTopic("u", 2, Map.of());
    commits.add(ends(store, t, u));
    GroupMember member = store.join("g", t);
    for (int i = 0; i < before + after; i++) {
      if (i > 0 && i == before) {
        store.close();
        store = open(storage, OpenOptions.Mode.WRITE);
        member = store.join("g", t);
      }
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        long end = append(tx, store, t, 0, i % 3 == 0 ? 20 : 5);
        append(tx, store, u, i % 2, 1);
        tx.position(member, 0, end);
        tx.commit();
      }
      commits.add(ends(store, t, u));
    }
    if (closed) {
      store.close();
    }
  }

  private static long append(
      Transaction tx, LogStore store, Topic topic, int partition, int count) {
    long end = store.snapshot(List.of(topic)).endOffset(topic, partition);
    for (int i = 0; i < count; i++, end++) {
      Headers headers =
          end % 5 == 0
              ? new Headers(
                  List.of(new Headers.Header("h", key(end)), new Headers.Header("n", null)))
              : Headers.NONE;
      tx.append(topic, partition, end, key(end), value(topic.name(), partition, end), headers);
    }
    return end;
  }

  private static byte @Nullable [] key(long offset) {
    return offset % 3 == 0 ? null : ("k" + offset % 7).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] value(String topic, int partition, long offset) {
    String text = topic + partition + " " + offset;
    return (text + "x".repeat((int) (offset % 10 == 0 ? 300 : offset % 40)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Ends ends(LogStore store, Topic... topics) {
    Snapshot snapshot = store.snapshot(List.of(topics));
    List<Long> ends = new ArrayList<>();
    for (Topic topic : topics) {
      for (int p = 0; p < topic.partitions(); p++) {
        ends.add(snapshot.endOffset(topic, p));
      }
    }
    long position = 0;
    for (GroupPosition at : store.groupPositions()) {
      assertEquals("g", at.group());
      assertEquals("t", at.topic().name());
      position = at.offset();
    }
    return new Ends(ends, position);
  }

  /**
   * Reads all of it in every way; whatever is not as it was at some commit fails.
   *
   * @return whether everything is there
   */
  boolean readWhole(LogStore store) {
    Topic t = store.catalog().topic("t");
    Topic u = store.catalog().topic("u");
    if (t == null || u == null) {
      assertTrue(u == null, "u is newer than t");
      assertTrue(store.groupPositions().isEmpty());
      return false;
    }
    Ends ends = ends(store, t, u);
    int commit = commits.indexOf(ends);
    assertTrue(commit >= 0, () -> ends + " never were");
    Snapshot snapshot = store.snapshot(List.of(t, u));
    read(snapshot, t, 0);
    read(snapshot, u, 0);
    read(snapshot, u, 1);
    return commit == commits.size() - 1;
  }

  private static void read(Snapshot snapshot, Topic topic, int partition) {
    long end = snapshot.endOffset(topic, partition);
    read(snapshot, topic, partition, ScanRange.ALL, 0, end);
    read(snapshot, topic, partition, ScanRange.ALL.reversed(), 0, end);
    long from = Math.min(50, end);
    long to = Math.min(91, end);
    read(snapshot, topic, partition, ScanRange.ALL.withTimestamps(50, 90), from, to);
  }

  private static void read(
      Snapshot snapshot, Topic topic, int partition, ScanRange range, long from, long to) {
    long step = range.reverse() ? -1 : 1;
    long next = range.reverse() ? to - 1 : from;
    long count = 0;
    try (RecordCursor cursor = snapshot.scan(topic, partition, range)) {
      for (; cursor.next(); next += step, count++) {
        assertEquals(next, cursor.offset());
        assertEquals(next, cursor.timestamp());
        assertArrayEquals(key(next), cursor.key());
        assertArrayEquals(value(topic.name(), partition, next), cursor.value());
        assertEquals(next % 5 == 0 ? 2 : 0, cursor.headers().list().size());
      }
    }
    assertEquals(to - from, count, () -> "records of " + topic.name() + " by " + range);
  }

  /** Reads all of it, whatever it is. */
  static void scan(LogStore store) {
    for (Topic topic : store.catalog().topics()) {
      Snapshot snapshot = store.snapshot(List.of(topic));
      for (int p = 0; p < topic.partitions(); p++) {
        for (ScanRange range :
            List.of(
                ScanRange.ALL,
                ScanRange.ALL.reversed(),
                ScanRange.ALL.withTimestamps(50, 90),
                ScanRange.ALL.withOffsets(30, 40))) {
          try (RecordCursor cursor = snapshot.scan(topic, p, range)) {
            while (cursor.next()) {
              cursor.key();
              cursor.value();
              cursor.headers();
            }
          }
        }
      }
    }
  }

  /** Writes on, and reads what was written. */
  static void goOn(LogStore store) {
    for (Topic topic : store.catalog().topics()) {
      int partition = topic.partitions() - 1;
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        long end = append(tx, store, topic, partition, 1);
        tx.commit();
        assertEquals(end - 1, tx.baseOffset(topic, partition));
        Snapshot snapshot = store.snapshot(List.of(topic));
        ScanRange last = ScanRange.ALL.withOffsets(end - 1, end);
        read(snapshot, topic, partition, last, end - 1, end);
      }
    }
  }
}
