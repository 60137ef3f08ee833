package io.klog.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Backup;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Backups while others drop and delete what is copied, and of and to devices that fail. */
@Timeout(120)
class BackupTest {
  private static final String COPY = "copy";
  private static final OpenOptions OPTIONS = CrashWorkload.OPTIONS;

  /** Knows which files there are. */
  private static final class Names extends ForwardingStorage {
    final Set<String> names = new TreeSet<>();

    Names(Storage delegate) {
      super(delegate);
    }

    @Override
    public StorageFile open(String name, Mode mode) throws IOException {
      StorageFile file = delegate.open(name, mode);
      names.add(name);
      return file;
    }

    @Override
    public void rename(String from, String to) throws IOException {
      delegate.rename(from, to);
      names.remove(from);
      names.add(to);
    }

    @Override
    public void delete(String name) throws IOException {
      delegate.delete(name);
      names.remove(name);
    }
  }

  private static LogStore open(Storage storage) {
    return CrashWorkload.open(storage);
  }

  private static LogStore openCopy(Storage storage) {
    return new KlogFile(storage, CrashWorkload.LIMITS).openFile(COPY, OPTIONS);
  }

  /** What a record holds tells its place. */
  private static void append(LogStore store, Topic topic, int records) {
    long first = store.snapshot(List.of(topic)).endOffset(topic, 0);
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (long n = first; n < first + records; n++) {
        tx.append(topic, 0, n, key(n), value(topic, n), Headers.NONE);
      }
      tx.commit();
    }
  }

  private static byte[] key(long offset) {
    byte[] key = new byte[Long.BYTES];
    LittleEndian.putLong(key, 0, offset % 10);
    return key;
  }

  private static byte[] value(Topic topic, long offset) {
    byte[] value = new byte[100 + (int) (offset % 900)];
    new SplittableRandom(topic.id() << 32 | offset).nextBytes(value);
    return value;
  }

  private static Topic filled(LogStore store, String name, int records) {
    Topic topic = store.createTopic(name, 1, Map.of());
    append(store, topic, records);
    return topic;
  }

  /** Every record of every topic is what was appended; there are no faults. */
  private static void verify(LogStore copied) {
    assertEquals(List.of(), copied.check());
    for (Topic topic : copied.catalog().topics()) {
      long next = copied.snapshot(List.of(topic)).startOffset(topic, 0);
      try (RecordCursor cursor = copied.snapshot(List.of(topic)).scan(topic, 0, ScanRange.ALL)) {
        for (; cursor.next(); next++) {
          assertEquals(next, cursor.offset());
          assertEquals(next, cursor.timestamp());
          assertArrayEquals(key(next), cursor.key());
          assertArrayEquals(value(topic, next), cursor.value());
        }
      }
      assertEquals(next, copied.snapshot(List.of(topic)).endOffset(topic, 0));
    }
  }

  @Test
  void whateverHappenedBeforeTheCopyIsAStateOfTheStore() throws IOException {
    SplittableRandom random = Seed.of("BackupTest").random();
    for (int i = 0; i < 60; i++) {
      RecordingStorage recording = new RecordingStorage(new MemoryStorage());
      CrashWorkload work = new CrashWorkload(random.split(), recording, 1 + i % 2, i % 3 > 0);
      work.run(40);
      OpenOptions.Mode mode = i % 2 == 0 ? OpenOptions.Mode.READ : OpenOptions.Mode.WRITE;
      OpenOptions options = new OpenOptions(mode, 1000, 1 << 20);
      try (LogStore store =
          new KlogFile(recording, CrashWorkload.LIMITS)
              .openFile(CrashWorkload.NAME, options)) { // as it was left, or killed
        store.backup(COPY);
      }
      try (LogStore copied = openCopy(recording)) {
        work.model().verifyExactly(copied, work.model().commits());
      }
    }
  }

  /** Does it once, when it is asked for the n-th time. */
  private static BooleanSupplier at(int n, Runnable action) {
    int[] asked = {0};
    return () -> {
      if (++asked[0] == n) {
        action.run();
      }
      return false;
    };
  }

  /** So that pages that were given back are used for something else. */
  private static void useFreePages(LogStore store, int round) {
    for (int i = 0; i < 3; i++) {
      filled(store, "other" + round + "-" + i, 600);
    }
  }

  @Test
  void aTopicThatIsDroppedMeanwhileIsThereAsAWholeOrNotAtAll() throws IOException {
    for (int n = 1; n < 12; n++) {
      MemoryStorage storage = new MemoryStorage();
      try (LogStore store = open(storage)) {
        filled(store, "kept", 1000);
        Topic dropped = filled(store, "dropped", 2000);
        filled(store, "last", 1000);
        Backup backup =
            store.backup(
                COPY,
                at(
                    n,
                    () -> {
                      store.dropTopic(dropped);
                      useFreePages(store, 0);
                    }));
        try (LogStore copied = openCopy(storage)) {
          verify(copied);
          boolean whole = copied.catalog().topic("dropped") != null;
          assertEquals(whole ? 3 : 5, copied.catalog().topics().size());
          assertEquals(whole ? 4000 : 3800, backup.records());
          assertNotNull(copied.catalog().topic("kept"));
        }
      }
    }
  }

  @Test
  void recordsThatAreDeletedMeanwhileAreAllThereOrAllGone() throws IOException {
    for (int n = 1; n < 12; n++) {
      MemoryStorage storage = new MemoryStorage();
      try (LogStore store = open(storage)) {
        Topic topic = filled(store, "t", 500);
        for (int i = 0; i < 5; i++) {
          append(store, topic, 500);
        }
        store.backup(
            COPY,
            at(
                n,
                () -> {
                  store.deleteRecords(topic, new long[] {2345});
                  useFreePages(store, 0);
                  append(store, topic, 700);
                }));
        try (LogStore copied = openCopy(storage)) {
          verify(copied);
          Topic same = StoreTest.topic(copied, "t");
          long start = copied.snapshot(List.of(same)).startOffset(same, 0);
          long end = copied.snapshot(List.of(same)).endOffset(same, 0);
          assertTrue(start == 0 ? end == 3000 : start == 2345 && end == 3700, start + " " + end);
        }
      }
    }
  }

  @Test
  void whatIsCopiedAlreadyIsNotCopiedAgain() throws IOException {
    FailingStorage storage = new FailingStorage(new MemoryStorage());
    try (LogStore store = open(storage)) {
      Topic big = filled(store, "big", 1000);
      for (int i = 0; i < 20; i++) {
        append(store, big, 1000);
      }
      int[] round = {0};
      Topic[] newest = {filled(store, "newest", 300)};
      long[] asked = {0};
      store.backup(
          COPY,
          () -> {
            asked[0]++;
            if (asked[0] > 15 && round[0] < 10) { // when the big one is copied
              store.dropTopic(newest[0]);
              newest[0] = filled(store, "newest" + round[0]++, 300);
            }
            return false;
          });
      assertTrue(asked[0] < 60, asked[0] + " pieces were copied");
      try (LogStore copied = openCopy(storage)) {
        verify(copied);
        assertEquals(2, copied.catalog().topics().size());
      }
    }
  }

  @Test
  void whoCopiesAndWhoDeletesDoNotGoOnForEver() throws IOException {
    Names storage = new Names(new MemoryStorage());
    try (LogStore store = open(storage)) {
      filled(store, "t", 600);
      KlogException e =
          assertThrows(
              KlogException.class,
              () ->
                  store.backup(
                      COPY,
                      () -> {
                        store.catalog().topics().forEach(store::dropTopic);
                        useFreePages(store, 0);
                        return false;
                      }));
      assertEquals(Reason.BUSY, e.reason(), e.getMessage());
      assertEquals(Set.of(CrashWorkload.NAME), storage.names);
      store.backup(COPY);
    }
  }

  @Test
  void roomThatTheCopyNeedsNoMoreIsUsedAgain() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    try (LogStore store = open(storage)) {
      Topic dropped = filled(store, "dropped", 8000);
      Topic kept = filled(store, "kept", 1000);
      Backup backup =
          store.backup(
              COPY,
              at(
                  12,
                  () -> {
                    store.dropTopic(dropped);
                    for (int i = 0; i < 8; i++) {
                      append(store, kept, 1000);
                    }
                    store.deleteRecords(kept, new long[] {500});
                  }));
      store.backup("again");
      try (StorageFile again = storage.open("again", Storage.Mode.READ)) {
        assertTrue(backup.bytes() <= again.size() * 4 / 3, backup.bytes() + " " + again.size());
      }
    }
  }

  @Test
  void aDamagedSegmentIsNotCopied() throws IOException {
    byte[] bytes = SmallFile.closed(40, 20).bytes();
    bytes[(int) SmallFile.firstSpan(bytes).segment().position(Segment.FIRST_BLOCK + 70)] ^= 1;
    Names storage = new Names(SmallFile.storage(bytes));
    try (LogStore store = SmallFile.open(storage, OpenOptions.Mode.READ)) {
      KlogException e = assertThrows(KlogException.class, () -> store.backup(COPY));
      assertEquals(Reason.CORRUPT, e.reason());
    }
    assertEquals(Set.of(SmallFile.NAME), storage.names);
  }

  @Test
  void keyIndexesAreCopiedAndDamagedOnesLeftOut() throws IOException {
    Names storage = new Names(new MemoryStorage());
    try (LogStore store = open(storage)) {
      Topic topic = filled(store, "t", 500);
      for (int i = 0; i < 10; i++) {
        append(store, topic, 300);
      }
    }
    SegmentSpan indexed = indexed(storage, CrashWorkload.NAME);
    assertNotNull(indexed, "the store made one");
    try (LogStore store = open(storage)) {
      store.backup(COPY);
    }
    SegmentSpan same = requireNonNull(indexed(storage, COPY));
    assertEquals(indexed.segment().generation(), same.segment().generation());
    assertEquals(requireNonNull(indexed.keys()).digest(), requireNonNull(same.keys()).digest());
    try (StorageFile file = storage.open(CrashWorkload.NAME, Storage.Mode.WRITE)) {
      file.write(requireNonNull(indexed.keys()).extent().end() - 1, new byte[] {17}, 0, 1);
    }
    storage.delete(COPY);
    try (LogStore store = open(storage)) {
      store.backup(COPY);
    }
    SegmentSpan other = indexed(storage, COPY);
    assertTrue(other == null || other.segment().generation() != indexed.segment().generation());
    try (LogStore copied = openCopy(storage)) {
      verify(copied);
    }
  }

  /** The first segment of topic t that has a key index. */
  private static @Nullable SegmentSpan indexed(Storage storage, String name) throws IOException {
    try (StorageFile file = storage.open(name, Storage.Mode.READ)) {
      Publisher.Visible state =
          new StoredState(file, StoreLoader.newest(file), new Faults()).read();
      Topic topic = requireNonNull(state.catalog().topic("t"));
      PartitionView view = requireNonNull(state.views().get(topic.id()))[0];
      for (int i = 0; i < view.spanCount(); i++) {
        if (view.span(i).keys() != null) {
          return view.span(i);
        }
      }
      return null;
    }
  }

  private static void fill(LogStore store) {
    filled(store, "a", 700);
    filled(store, "b", 3);
    filled(store, "c", 200);
    store.deleteRecords(StoreTest.topic(store, "c"), new long[] {50});
  }

  @Test
  void whicheverCallFailsThereIsAWholeCopyOrNone() throws IOException {
    boolean copied = false;
    for (int n = 1; !copied; n++) {
      Names names = new Names(new MemoryStorage());
      FailingStorage storage = new FailingStorage(names);
      try (LogStore store = open(storage)) {
        fill(store);
        storage.failOnce(n, FailingStorage::ioError);
        try {
          store.backup(COPY);
          copied = storage.failures() == 0;
        } catch (KlogException e) {
          assertEquals(Reason.IO, e.reason(), e.getMessage());
          assertEquals(Set.of(CrashWorkload.NAME), names.names, "call " + n);
        }
        storage.heal();
        verify(store);
      }
      if (names.names.contains(COPY)) {
        try (LogStore copy = openCopy(names)) {
          verify(copy);
          assertEquals(3, copy.catalog().topics().size());
        }
      }
    }
  }

  @Test
  void aFullDeviceLeavesNoCopyAndTheStoreAsItIs() throws IOException {
    for (int blocks = 0; ; blocks += 7) {
      Names names = new Names(new MemoryStorage());
      FailingStorage storage = new FailingStorage(names);
      try (LogStore store = open(storage)) {
        fill(store);
        storage.limit(storage.used() + (long) blocks * FailingStorage.BLOCK);
        try {
          store.backup(COPY);
          assertTrue(blocks > 100, blocks + " blocks do");
          return;
        } catch (KlogException e) {
          assertEquals(Reason.DISK_FULL, e.reason(), e.getMessage());
          assertTrue(String.valueOf(e.getMessage()).contains(COPY), e.getMessage());
          assertEquals(Set.of(CrashWorkload.NAME), names.names);
        }
        storage.heal();
        verify(store);
      }
    }
  }

  @Test
  void aKilledProcessLeavesAWholeCopyOrNone() throws IOException {
    boolean copied = false;
    for (int n = 0; !copied; n++) {
      Names names = new Names(new MemoryStorage());
      try (LogStore other = open(names)) {
        fill(other);
        KillableStorage process = new KillableStorage(names);
        LogStore store = open(process);
        process.killAfter(n);
        try {
          store.backup(COPY);
          copied = true;
        } catch (KlogException e) {
          assertTrue(names.names.size() <= 2, "one that is not finished: " + names.names);
        }
        process.kill();
        verify(other);
        if (names.identityOf(COPY) == null) {
          other.backup(COPY);
        }
        try (LogStore copy = openCopy(names)) {
          verify(copy);
          assertEquals(3, copy.catalog().topics().size());
        }
      }
    }
  }

  @Test
  void aCopyThatHasItsNameOutlivesAPowerCut() throws IOException {
    RecordingStorage recording = new RecordingStorage(new MemoryStorage());
    Storage storage =
        new ForwardingStorage(recording) {
          @Override
          public StorageFile open(String name, Mode mode) throws IOException {
            return delegate.open(name, mode);
          }

          @Override
          public void rename(String from, String to) throws IOException {
            recording.mark(to);
            delegate.rename(from, to);
          }
        };
    try (LogStore store = open(storage)) {
      fill(store);
      store.backup(COPY);
    }
    long named =
        new PowerCut(recording, COPY)
            .images(Seed.of("BackupTest.powerCut").value(), 100, 20)
            .filter(image -> image.markers().contains(COPY))
            .peek(BackupTest::verify)
            .count();
    assertTrue(named > 0);
  }

  private static void verify(PowerCut.Image image) {
    try (LogStore copy = openCopy(image.storage(COPY))) {
      verify(copy);
      assertEquals(3, copy.catalog().topics().size(), image::description);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
