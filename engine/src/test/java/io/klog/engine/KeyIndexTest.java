package io.klog.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.LogStore;
import io.klog.Snapshot;
import io.klog.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
          state.movablesFromTheEnd().stream().filter(StoreState.Movable::isKeys).count(),
          state.withoutKeys(LIMITS.keyIndex()).size());
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
}
