package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyRunsTest {
  private static final int HASHES = 50;

  @Test
  void whatWasAddedInPiecesIsFoundAsIfItHadBeenAddedAtOnce() {
    SplittableRandom random = Seed.of("KeyRunsTest").random();
    KeyRuns runs = KeyRuns.before(7);
    TreeSet<Long> all = new TreeSet<>();
    for (int piece = 0; piece < 500; piece++) {
      TreeSet<Long> entries = new TreeSet<>();
      for (int i = random.nextInt(random.nextInt(20) == 0 ? 300 : 4); i > 0; i--) {
        entries.add(random.nextInt(HASHES) * KeyEntry.HASH_STEP + random.nextInt(1000));
      }
      all.addAll(entries);
      runs = runs.with(entries.stream().mapToLong(Long::longValue).toArray(), 8 + piece);
      assertEquals(8 + piece, runs.endOffset());
      assertTrue(runs.bytes() >= all.size() * (long) Long.BYTES);
      if (piece % 10 == 0) {
        verify(runs, all, random.nextInt(HASHES), random.nextInt(HASHES));
      }
    }
    assertArrayEquals(all.stream().mapToLong(Long::longValue).toArray(), runs.merged());
  }

  private static void verify(KeyRuns runs, NavigableSet<Long> all, int hash, int other) {
    BatchNumbers found = new BatchNumbers();
    runs.find(new long[] {hash * KeyEntry.HASH_STEP, other * KeyEntry.HASH_STEP}, found);
    found.sort();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < found.count(); i++) {
      numbers.add(found.get(i));
    }
    TreeSet<Integer> expected = new TreeSet<>();
    for (long of : new long[] {hash, other}) {
      all.subSet(of * KeyEntry.HASH_STEP, (of + 1) * KeyEntry.HASH_STEP)
          .forEach(entry -> expected.add(KeyEntry.number(entry)));
    }
    assertEquals(List.copyOf(expected), numbers);
  }

  /** Each is more than twice as long as the next: so they are few, and each addition copies few. */
  @Test
  void manyRecordsOfOneKeyMakeFewRuns() {
    KeyRuns runs = KeyRuns.before(0);
    for (int number = 0; number < 16_000; number++) {
      runs = runs.with(new long[] {number}, number + 1);
      assertTrue(runs.count() <= 14, runs.count() + " runs of " + number);
    }
    assertEquals(16_000 * Long.BYTES, runs.bytes());
  }
}
