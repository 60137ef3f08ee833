package io.klog.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that makes key indexes, and what comes between. */
@Timeout(60)
class KeyIndexerTest {
  private static final String NAME = "file";
  private static final Limits LIMITS =
      new Limits(2 << 10, 12 << 10, 256 << 10, 16 << 20, 8 << 10, true);
  private static final Limits NO_INDEXES =
      new Limits(2 << 10, 12 << 10, 256 << 10, 16 << 20, Long.MAX_VALUE, true);

  private final FullStorage storage;
  private SplittableRandom random = new SplittableRandom(0);

  KeyIndexerTest() throws IOException {
    storage = new FullStorage(new ImageStorage(NAME, new SharedPages()));
  }

  @BeforeEach
  void seed() {
    random = Seed.of("KeyIndexerTest").random();
  }

  private LogStore open(Limits limits) {
    return new KlogFile(storage, limits).openFile(NAME, OpenOptions.DEFAULT);
  }

  private KeyedRecords fill(LogStore store, String name) {
    Topic topic = store.createTopic(name, 1, Map.of());
    KeyedRecords records = new KeyedRecords(1);
    for (int i = 0; i < 8; i++) {
      records.append(store, topic, 1500, random);
    }
    return records;
  }

  private void verify(LogStore store, KeyedRecords records) {
    Topic topic = requireNonNull(store.catalog().topic("t"));
    for (int i = 0; i < 20; i++) {
      ScanRange range = records.randomRange(random);
      records.verify(store.snapshot(List.of(topic)), topic, range);
    }
  }

  /** Sealed segments without an index, by what is in the file. */
  private int missing() throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      return StoreLoader.recover(file).state().places().withoutKeys(LIMITS.keyIndex()).size();
    }
  }

  private void awaitIndexes() throws Exception {
    while (missing() > 0) {
      Thread.sleep(1);
    }
  }

  private static boolean isThreadThere() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("klog-key-indexer"));
  }

  @Test
  void sealedSegmentsGetIndexesInTheBackground() throws Exception {
    try (LogStore store = open(LIMITS)) {
      KeyedRecords records = fill(store, "t");
      verify(store, records);
      awaitIndexes();
      verify(store, records);
      assertEquals(List.of(), store.check());
    }
  }

  @Test
  void aLookupHasIndexesMadeThatWhoSealedTheSegmentsLeftOut() throws Exception {
    KeyedRecords records;
    try (LogStore store = open(NO_INDEXES)) {
      records = fill(store, "t");
    }
    assertTrue(missing() > 0);
    try (LogStore store = open(LIMITS)) {
      verify(store, records);
      awaitIndexes();
      verify(store, records);
    }
  }

  @Test
  void aStoreIsClosedWhileItMakesIndexes() throws Exception {
    for (int i = 0; i < 20; i++) {
      KeyedRecords records;
      try (LogStore store = open(NO_INDEXES)) {
        records = fill(store, "t");
      }
      try (LogStore store = open(LIMITS)) {
        verify(store, records);
        Thread.sleep(0, random.nextInt(900_000));
      }
      assertFalse(isThreadThere());
      try (LogStore store = open(NO_INDEXES)) {
        verify(store, records);
        assertEquals(List.of(), store.check());
        store.dropTopic(requireNonNull(store.catalog().topic("t")));
      }
    }
  }

  /** What is left is no larger than it was, and sound: no index outlives its topic. */
  @Test
  void aTopicIsDroppedWhileItsIndexesAreMade() throws Exception {
    try (LogStore store = open(LIMITS)) {
      KeyedRecords records = fill(store, "t");
      for (int i = 0; i < 30; i++) {
        fill(store, "other");
        Thread.sleep(0, random.nextInt(900_000));
        store.dropTopic(requireNonNull(store.catalog().topic("other")));
        assertEquals(List.of(), store.check());
      }
      verify(store, records);
    }
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      StoreState state = StoreLoader.recover(file).state();
      long segments =
          state.places().movablesFromTheEnd().stream().filter(movable -> !movable.isKeys()).count();
      long indexes = state.places().movablesFromTheEnd().size() - segments;
      assertTrue(indexes < segments, () -> indexes + " indexes of " + segments + " segments");
    }
  }

  @Test
  void aFullDeviceFailsNoLookupAndAnIndexIsMadeOnceThereIsRoom() throws Exception {
    KeyedRecords records;
    try (LogStore store = open(NO_INDEXES)) {
      records = fill(store, "t");
    }
    try (LogStore store = open(LIMITS)) {
      storage.full = true;
      verify(store, records);
      while (isThreadThere()) {
        Thread.sleep(1);
      }
      verify(store, records);
      int missing = missing();
      assertTrue(missing > 0);
      storage.full = false;
      Topic topic = requireNonNull(store.catalog().topic("t"));
      while (missing() >= missing) { // as soon as another segment is sealed
        records.append(store, topic, 1500, random);
      }
      awaitIndexes();
      verify(store, records);
      assertEquals(List.of(), store.check());
    }
  }

  /** While it is full, it has room for all but key indexes. */
  private static final class FullStorage extends ForwardingStorage {
    private volatile boolean full;

    FullStorage(Storage delegate) {
      super(delegate);
    }

    @Override
    public StorageFile open(String name, Mode mode) throws IOException {
      return new ForwardingFile(delegate.open(name, mode)) {
        @Override
        public void write(long position, byte[] source, int start, int length) throws IOException {
          boolean pages = position % Extent.PAGE == 0 && length % Extent.PAGE == 0;
          if (full && pages && Block.type(source, start) == Block.KEY_INDEX) {
            throw FailingStorage.full();
          }
          super.write(position, source, start, length);
        }
      };
    }
  }
}
