package io.klog.engine;

import java.util.Arrays;

/**
 * A key index on the heap, of a segment's records up to an offset. Immutable; one that goes further
 * shares what it can with this one. It consists of runs, each ascending and more than twice as long
 * as the next, so that to go on often is not much more work than to begin once, whatever the keys.
 */
final class KeyRuns {
  private final long[][] runs;
  private final long endOffset;

  private KeyRuns(long[][] runs, long endOffset) {
    this.runs = runs;
    this.endOffset = endOffset;
  }

  /** Of no records. */
  static KeyRuns before(long offset) {
    return new KeyRuns(new long[0][], offset);
  }

  /** Records before this are in it. */
  long endOffset() {
    return endOffset;
  }

  /** With the records before that offset. */
  KeyRuns with(long[] entries, long newEndOffset) {
    int kept = runs.length;
    long[] last = entries;
    while (kept > 0 && runs[kept - 1].length <= 2 * last.length) {
      last = merge(runs[--kept], last);
    }
    if (last.length == 0) {
      return new KeyRuns(runs, newEndOffset);
    }
    long[][] more = Arrays.copyOf(runs, kept + 1);
    more[kept] = last;
    return new KeyRuns(more, newEndOffset);
  }

  private static long[] merge(long[] a, long[] b) {
    long[] merged = new long[a.length + b.length];
    int count = 0;
    int inA = 0;
    int inB = 0;
    while (inA < a.length && inB < b.length) {
      long least = Math.min(a[inA], b[inB]);
      inA += a[inA] == least ? 1 : 0;
      inB += b[inB] == least ? 1 : 0;
      merged[count++] = least;
    }
    System.arraycopy(a, inA, merged, count, a.length - inA);
    count += a.length - inA;
    System.arraycopy(b, inB, merged, count, b.length - inB);
    count += b.length - inB;
    return count == merged.length ? merged : Arrays.copyOf(merged, count);
  }

  /** All entries, ascending, each once. */
  long[] merged() {
    long[] all = {};
    for (long[] run : runs) {
      all = all.length == 0 ? run : merge(all, run);
    }
    return all;
  }

  /** How many runs there are. */
  int count() {
    return runs.length;
  }

  /** Bytes of the heap. */
  long bytes() {
    long entries = 0;
    for (long[] run : runs) {
      entries += run.length;
    }
    return entries * Long.BYTES;
  }

  /**
   * Looks keys up.
   *
   * @param firsts of the keys
   * @param found takes the numbers that they have, perhaps some twice
   */
  void find(long[] firsts, BatchNumbers found) {
    for (long[] run : runs) {
      for (long first : firsts) {
        int at = Arrays.binarySearch(run, first);
        for (int i = at < 0 ? -at - 1 : at;
            i < run.length && run[i] < first + KeyEntry.HASH_STEP;
            i++) {
          found.add(KeyEntry.number(run[i]));
        }
      }
    }
  }
}
