package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KeySet;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lookups by key in stores whose segments, from 8 KiB on, get key indexes when they are sealed. */
@Timeout(60)
class KeyIndexTest {
  private static final Limits LIMITS =
      new Limits(2 << 10, 12 << 10, 256 << 10, 32 << 10, 8 << 10, false);

  private static final String NAME = "file";

  private final Storage storage;

  KeyIndexTest() throws IOException {
    storage = new ImageStorage(NAME, new SharedPages());
  }

  private LogStore open(OpenOptions.Mode mode) {
    return new KlogFile(storage, LIMITS).openFile(NAME, new OpenOptions(mode, 1000, 1 << 20));
  }

  private LogStore open() {
    return open(OpenOptions.Mode.CREATE);
  }

  /** How many segments have an index, and how many sealed ones of the size that gets one none. */
  private record Indexed(long with, int without) {}

  private Indexed indexed() throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      StoreState state = StoreLoader.recover(file).state();
      return new Indexed(
          state.places().movablesFromTheEnd().stream()
              .filter(SegmentPlaces.Movable::isKeys)
              .count(),
          state.places().withoutKeys(LIMITS.keyIndex()).size());
    }
  }

  @Test
  void lookupsFindWhatAFilterOfAScanLeaves() throws IOException {
    SplittableRandom random = Seed.of("KeyIndexTest").random();
    LogStore store = open();
    Topic topic = store.createTopic("t", 3, Map.of());
    KeyedRecords records = new KeyedRecords(3);
    for (int commit = 0; commit < 150; commit++) {
      int count = random.nextInt(10) == 0 ? random.nextInt(2500) : 1 + random.nextInt(3);
      records.append(store, topic, count, random);
      if (random.nextInt(10) == 0) {
        Snapshot snapshot = store.snapshot(List.of(topic));
        records.verify(snapshot, topic, records.randomRange(random));
        records.append(store, topic, 100, random);
        records.verify(snapshot, topic, records.randomRange(random));
      }
      if (random.nextInt(40) == 0) {
        store.close();
        store = open();
        topic = requireNonNull(store.catalog().topic("t"));
      }
    }
    Indexed indexed = indexed();
    assertTrue(indexed.with > 5, indexed::toString);
    assertEquals(0, indexed.without);
    for (int i = 0; i < 300; i++) {
      records.verify(store.snapshot(List.of(topic)), topic, records.randomRange(random));
    }
    assertEquals(List.of(), store.check());
    store.close();
  }

  /** A store of one topic with indexes, and what is in it. */
  private KeyedRecords fill(LogStore store, SplittableRandom random) {
    Topic topic = store.createTopic("t", 1, Map.of());
    KeyedRecords records = new KeyedRecords(1);
    for (int i = 0; i < 8; i++) {
      records.append(store, topic, 1500, random);
      records.append(store, topic, 3, random);
    }
    return records;
  }

  private static void verify(LogStore store, KeyedRecords records, SplittableRandom random) {
    Topic topic = requireNonNull(store.catalog().topic("t"));
    for (int i = 0; i < 30; i++) {
      records.verify(store.snapshot(List.of(topic)), topic, records.randomRange(random));
    }
  }

  @Test
  void oneProcessUsesTheIndexesThatAnotherHasMade() throws IOException {
    SplittableRandom random = Seed.of("KeyIndexTest").random();
    LogStore writer = open();
    LogStore other = open();
    KeyedRecords records = fill(writer, random);
    assertTrue(indexed().with > 0);
    verify(other, records, random);
    records.append(other, requireNonNull(other.catalog().topic("t")), 4000, random);
    verify(writer, records, random);
    try (LogStore reader = open(OpenOptions.Mode.READ)) {
      verify(reader, records, random);
    }
    writer.close();
    records.append(other, requireNonNull(other.catalog().topic("t")), 4000, random);
    other.close();
    assertEquals(0, indexed().without);
    try (LogStore reader = open(OpenOptions.Mode.READ)) {
      verify(reader, records, random);
      assertEquals(List.of(), reader.check());
    }
  }

  @Test
  void aReaderOfAFileWithoutIndexesFindsTheSame() throws IOException {
    SplittableRandom random = Seed.of("KeyIndexTest").random();
    Limits none = new Limits(2 << 10, 12 << 10, 256 << 10, false);
    KeyedRecords records;
    try (LogStore store = new KlogFile(storage, none).openFile(NAME, OpenOptions.DEFAULT)) {
      records = fill(store, random);
    }
    assertEquals(0, indexed().with);
    try (LogStore reader = open(OpenOptions.Mode.READ)) {
      verify(reader, records, random);
    }
  }

  /**
   * Whatever byte of an index is another: the records are there, and the check says what is wrong.
   */
  @Test
  void aDamagedIndexIsDoneWithoutAndReported() throws IOException {
    SplittableRandom random = Seed.of("KeyIndexTest").random();
    KeyedRecords records;
    try (LogStore store = open()) {
      records = fill(store, random);
    }
    for (int i = 0; i < 40; i++) {
      try (StorageFile file = storage.open(NAME, Storage.Mode.WRITE)) {
        Extent index = anyIndex(file, random);
        byte[] bytes = new byte[1 + random.nextInt(200)];
        long at = index.position() + random.nextLong(index.length() - bytes.length);
        file.read(at, bytes, 0, bytes.length);
        byte[] before = bytes.clone();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        file.write(at, bytes, 0, bytes.length);
        try (LogStore reader = open(OpenOptions.Mode.READ)) {
          verify(reader, records, random);
          String faults = reader.check().toString();
          assertTrue(faults.contains("keys of segment"), faults);
        }
        file.write(at, before, 0, before.length);
      }
    }
    try (LogStore reader = open(OpenOptions.Mode.READ)) {
      assertEquals(List.of(), reader.check());
    }
  }

  @Test
  void indexesMoveDownWithTheirSegmentsWhenTheFileIsClosed() throws IOException {
    SplittableRandom random = Seed.of("KeyIndexTest").random();
    KeyedRecords records;
    try (LogStore store = open()) {
      Topic below = store.createTopic("below", 1, Map.of());
      for (int i = 0; i < 8; i++) {
        new KeyedRecords(1).append(store, below, 5000, random);
      }
      records = fill(store, random);
    }
    long before = lastOfIndexes();
    try (LogStore store = open()) {
      store.dropTopic(requireNonNull(store.catalog().topic("below")));
    }
    assertTrue(lastOfIndexes() < before);
    try (LogStore reader = open(OpenOptions.Mode.READ)) {
      verify(reader, records, random);
      assertEquals(List.of(), reader.check());
    }
  }

  private long lastOfIndexes() throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      return StoreLoader.recover(file).state().places().movablesFromTheEnd().stream()
          .filter(SegmentPlaces.Movable::isKeys)
          .findFirst()
          .orElseThrow()
          .extent()
          .position();
    }
  }

  private static Extent anyIndex(StorageFile file, SplittableRandom random) throws IOException {
    List<SegmentPlaces.Movable> indexes =
        StoreLoader.recover(file).state().places().movablesFromTheEnd().stream()
            .filter(SegmentPlaces.Movable::isKeys)
            .toList();
    return indexes.get(random.nextInt(indexes.size())).extent();
  }

  /** What no checksum tells: the index of a mistaken writer. */
  @Test
  void anIndexThatLacksAKeyIsReported() throws IOException {
    SplittableRandom random = Seed.of("KeyIndexTest").random();
    try (LogStore store = open()) {
      fill(store, random);
    }
    try (StorageFile file = storage.open(NAME, Storage.Mode.WRITE)) {
      SegmentPlaces.Movable movable =
          StoreLoader.recover(file).state().places().movablesFromTheEnd().stream()
              .filter(SegmentPlaces.Movable::isKeys)
              .findAny()
              .orElseThrow();
      SegmentSpan span = movable.place().get();
      SegmentReader reader = new SegmentReader(file);
      long[] entries =
          KeyEntry.read(span, span.segment().baseOffset(), reader, new ReadBuffers(), () -> false);
      entries[random.nextInt(entries.length - 1)] = entries[entries.length - 1];
      byte[] wrong = KeyIndex.encode(entries, span.segment().seed());
      assertEquals(movable.extent().length(), wrong.length);
      file.write(movable.extent().position(), wrong, 0, wrong.length);
    }
    try (LogStore reader = open(OpenOptions.Mode.READ)) {
      String faults = reader.check().toString();
      assertTrue(faults.contains("keys of segment"), faults);
    }
  }

  @Test
  void anIndexIsRefusedUnlessItsSegmentIsSealedAndHasNone() throws IOException {
    try (LogStore store = open()) {
      fill(store, Seed.of("KeyIndexTest").random());
    }
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      StoreState state = StoreLoader.recover(file).state();
      Topic topic = requireNonNull(state.catalog().topic("t"));
      PartitionView view = requireNonNull(state.catalog().state(topic.id())).partition(0).staged();
      Extent extent = new Extent(Extent.PAGE * 100_000L, Extent.PAGE);
      long last = view.span(view.spanCount() - 1).segment().generation();
      for (long generation : new long[] {last, indexedGeneration(view), 1_000_000}) {
        List<Change> changes =
            List.of(new Change.KeysIndexed(topic.id(), 0, generation, extent, 0));
        assertThrows(
            StoreState.IllegalChange.class,
            () -> state.apply(changes, new Effect(1_000_000), new ArrayList<>()));
      }
    }
  }

  private static long indexedGeneration(PartitionView view) {
    for (int i = 0; ; i++) {
      if (view.span(i).keys() != null) {
        return view.span(i).segment().generation();
      }
    }
  }

  /** The point of it: most of a large topic is not read. */
  @Test
  void aLookupReadsLittleOfTheFile() throws IOException {
    try (LogStore store = open()) {
      fill(store, Seed.of("KeyIndexTest").random());
    }
    AtomicLong bytesRead = new AtomicLong();
    Storage counting = new CountingStorage(storage, bytesRead);
    OpenOptions reading = new OpenOptions(OpenOptions.Mode.READ, 1000, 1 << 20);
    try (LogStore store = new KlogFile(counting, LIMITS).openFile(NAME, reading)) {
      Topic topic = requireNonNull(store.catalog().topic("t"));
      ScanRange absent = ScanRange.ALL.withKeys(KeySet.of(bytes("nowhere")));
      Snapshot snapshot = store.snapshot(List.of(topic));
      bytesRead.set(0);
      assertEquals(0, count(snapshot, topic, ScanRange.ALL.withKeys(KeySet.NONE)));
      assertEquals(0, bytesRead.get());
      count(snapshot, topic, absent); // makes the indexes that the file does not have
      bytesRead.set(0);
      assertEquals(12_024, count(snapshot, topic, ScanRange.ALL));
      long all = bytesRead.getAndSet(0);
      assertEquals(0, count(snapshot, topic, absent));
      assertTrue(bytesRead.get() < all / 20, bytesRead + " of " + all);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static int count(Snapshot snapshot, Topic topic, ScanRange range) {
    int count = 0;
    try (RecordCursor cursor = snapshot.scan(topic, 0, range)) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  private static final class CountingStorage extends ForwardingStorage {
    private final AtomicLong bytesRead;

    CountingStorage(Storage delegate, AtomicLong bytesRead) {
      super(delegate);
      this.bytesRead = bytesRead;
    }

    @Override
    public StorageFile open(String name, Mode mode) throws IOException {
      return new ForwardingFile(delegate.open(name, mode)) {
        @Override
        public void read(long position, byte[] target, int start, int length) throws IOException {
          bytesRead.addAndGet(length);
          super.read(position, target, start, length);
        }
      };
    }
  }
}
