package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Segments of one topic each, of a hundred records, in a cache that has room for some of them. */
class KeyCacheTest {
  private static final String NAME = "file";
  private static final int RECORDS = 100;
  private static final int TOPICS = 5;
  private static final int ROOM = 3;

  private final Storage storage;
  private final ReadBuffers buffers = new ReadBuffers();
  private final KeyCache cache = new KeyCache(ROOM * RECORDS * (long) Long.BYTES);

  KeyCacheTest() throws IOException {
    storage = new ImageStorage(NAME, new SharedPages());
    Limits limits = new Limits(0, 1 << 10, 1 << 20, false);
    try (LogStore store = new KlogFile(storage, limits).openFile(NAME, OpenOptions.DEFAULT)) {
      for (int t = 0; t < TOPICS; t++) {
        Topic topic = store.createTopic("t" + t, 1, Map.of());
        try (Transaction tx = store.begin(SyncLevel.OFF)) {
          for (int i = 0; i < RECORDS; i++) {
            tx.append(topic, 0, 0, new byte[] {(byte) i}, null, Headers.NONE);
          }
          tx.commit();
        }
      }
    }
  }

  private static List<SegmentSpan> spans(StorageFile file) throws IOException {
    List<SegmentSpan> spans = new ArrayList<>();
    StoreState state = StoreLoader.recover(file).state();
    for (TopicState topic : state.catalog().states()) {
      spans.add(topic.partition(0).staged().span(0));
    }
    return spans;
  }

  @Test
  void whatIsInUseStaysAndTheRestIsReadWithout() throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      SegmentReader reader = new SegmentReader(file);
      List<SegmentSpan> spans = spans(file);
      KeyRuns first = null;
      for (int round = 0; round < 50; round++) {
        for (int t = 0; t < TOPICS; t++) {
          KeyRuns runs = cache.covering(spans.get(t), reader, buffers);
          if (t < ROOM) {
            assertNotNull(runs);
            assertEquals(RECORDS, runs.endOffset());
          } else {
            assertNull(runs);
          }
          first = first == null ? runs : first;
        }
        assertEquals(first, cache.covering(spans.get(0), reader, buffers));
      }
    }
  }

  @Test
  void whatIsNotInUseAnyMoreMakesRoom() throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      SegmentReader reader = new SegmentReader(file);
      List<SegmentSpan> spans = spans(file);
      for (int t = 0; t < ROOM; t++) {
        assertNotNull(cache.covering(spans.get(t), reader, buffers));
      }
      int tries = 1;
      while (cache.covering(spans.get(ROOM), reader, buffers) == null) {
        tries++;
        assertTrue(tries < 10_000);
      }
      assertTrue(tries > 100, () -> "nothing stays for long");
      assertNull(cache.entries(spans.get(0)));
      assertNotNull(cache.entries(spans.get(1)));
    }
  }

  @Test
  void whatHasAnIndexInTheFileMakesRoomAtOnce() throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      SegmentReader reader = new SegmentReader(file);
      List<SegmentSpan> spans = spans(file);
      for (int t = 0; t < ROOM; t++) {
        assertNotNull(cache.covering(spans.get(t), reader, buffers));
      }
      cache.forget(spans.get(1).segment());
      assertNotNull(cache.covering(spans.get(ROOM), reader, buffers));
      assertNull(cache.covering(spans.get(ROOM + 1), reader, buffers));
    }
  }
}
