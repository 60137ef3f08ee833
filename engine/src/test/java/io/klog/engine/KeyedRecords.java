package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.klog.Headers;
import io.klog.KeySet;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Records of a topic whose keys are null, empty, used often, and used once; and what lookups by key
 * have to find among them.
 */
final class KeyedRecords {
  /** Of so many keys, the first are used often. */
  private static final int KEYS = 2000;

  @SuppressWarnings("ArrayRecordComponent") // equality of records is never asked
  private record Keyed(long offset, long timestamp, byte @Nullable [] key) {}

  private final List<List<Keyed>> partitions = new ArrayList<>();

  KeyedRecords(int partitions) {
    for (int p = 0; p < partitions; p++) {
      this.partitions.add(new ArrayList<>());
    }
  }

  /** Appends so many to random partitions, in a transaction of their own. */
  void append(LogStore store, Topic topic, int count, SplittableRandom random) {
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < count; i++) {
        int partition = random.nextInt(partitions.size());
        List<Keyed> records = partitions.get(partition);
        byte[] key = randomKey(random);
        long timestamp = records.size() * 10L + random.nextInt(2_000);
        byte[] value = new byte[random.nextInt(60)];
        tx.append(topic, partition, timestamp, key, value, Headers.NONE);
        records.add(new Keyed(records.size(), timestamp, key));
      }
      tx.commit();
    }
  }

  private static byte @Nullable [] randomKey(SplittableRandom random) {
    return switch (random.nextInt(10)) {
      case 0 -> null;
      case 1 -> key(random.nextInt(3)); // many of one
      default -> key(random.nextInt(KEYS));
    };
  }

  /** Key 0 is empty; those from {@link #KEYS} on are never used. */
  static byte[] key(int i) {
    return i == 0 ? new byte[0] : ("key " + i).getBytes(UTF_8);
  }

  ScanRange randomRange(SplittableRandom random) {
    List<byte[]> keys = new ArrayList<>();
    int count = random.nextInt(4) == 0 ? random.nextInt(50) : 1;
    for (int i = 0; i < count; i++) {
      keys.add(key(random.nextInt(random.nextInt(4) == 0 ? 3 : KEYS + 200)));
    }
    ScanRange range = ScanRange.ALL.withKeys(KeySet.of(keys));
    int size = partitions.get(0).size();
    if (random.nextInt(3) == 0) {
      range = range.withOffsets(random.nextInt(size + 1) - 1, random.nextInt(size + 1));
    }
    if (random.nextInt(3) == 0) {
      long from = random.nextInt(size * 10 + 2_000);
      range = range.withTimestamps(from, from + random.nextInt(size * 5 + 1));
    }
    return random.nextInt(3) == 0 ? range.withLimit(random.nextInt(100)) : range;
  }

  /** In both directions, as far as the snapshot goes. */
  void verify(Snapshot snapshot, Topic topic, ScanRange range) {
    for (int p = 0; p < partitions.size(); p++) {
      List<Keyed> expected = new ArrayList<>();
      long end = snapshot.endOffset(topic, p);
      for (Keyed record : partitions.get(p)) {
        if (record.offset < end && isIn(record, range)) {
          expected.add(record);
        }
      }
      verify(snapshot, topic, p, range, expected);
      Collections.reverse(expected);
      verify(snapshot, topic, p, range.reversed(), expected);
    }
  }

  private static boolean isIn(Keyed record, ScanRange range) {
    byte[] key = record.key;
    KeySet keys = range.keys();
    boolean wanted = keys == null;
    for (int i = 0; keys != null && i < keys.size(); i++) {
      wanted |= key != null && Arrays.equals(keys.key(i), key);
    }
    return wanted
        && record.offset >= range.fromOffset()
        && record.offset < range.toOffset()
        && record.timestamp >= range.fromTimestamp()
        && record.timestamp <= range.toTimestamp();
  }

  private static void verify(
      Snapshot snapshot, Topic topic, int partition, ScanRange range, List<Keyed> expected) {
    String what = "partition " + partition + ", " + range;
    try (RecordCursor cursor = snapshot.scan(topic, partition, range)) {
      for (Keyed record : expected) {
        assertEquals(true, cursor.next(), () -> what + ": no offset " + record.offset);
        assertEquals(record.offset, cursor.offset(), what);
        assertEquals(record.timestamp, cursor.timestamp(), what);
        assertArrayEquals(record.key, cursor.key(), what);
      }
      assertEquals(false, cursor.next(), () -> what + ": too many");
    }
  }
}
