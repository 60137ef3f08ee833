package io.klog.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers different keys in the order in which they come. Keeps their bytes in a few large arrays:
 * nothing is made for a key that is known, and no object for a new one. For one thread.
 */
final class KeyTable {
  private static final int FIRST_CHUNK = 1 << 10;
  // With its head it fits a region of G1, where 1 MiB would fill two. Measured with -Xmx400m, 6,000
  // values of 100 KB as groups: with 1 << 20 an OutOfMemoryError after 1,985, before the budget was
  // used up; now 53200 after 1,995.
  private static final int LARGEST_CHUNK = (1 << 20) - 64;
  private static final int MOST_SLOTS = 1 << 30;
  private static final long NUMBER = 0xffffffffL;

  private final MemoryBudget budget;
  // A key's hash in the upper half, its number + 1 in the lower; 0 where there is none. A key is at
  // the slot that its hash says, or the next that was free. At most half full.
  private long[] slots = new long[32];
  // By number: the chunk in the upper half, the start within it in the lower.
  private long[] places = new long[16];
  private final List<byte[]> chunks = new ArrayList<>();
  private int used;
  private int size;

  KeyTable(MemoryBudget budget) {
    this.budget = budget;
    budget.take((long) Long.BYTES * (slots.length + places.length));
  }

  int size() {
    return size;
  }

  byte[] array(int number) {
    return chunks.get((int) (places[number] >>> Integer.SIZE));
  }

  int start(int number) {
    return (int) places[number];
  }

  /** The number of the key, which is the table's size as it was when the key is new. */
  int add(KeyBuffer key) {
    int hash = key.hash();
    int slot = slot(key, hash);
    if (slots[slot] != 0) {
      return number(slots[slot]);
    }
    if (size == places.length) {
      grow();
      slot = slot(key, hash);
    }
    keep(key);
    slots[slot] = (long) hash << Integer.SIZE | size;
    return size - 1;
  }

  /** The number of the key, or -1. */
  int find(KeyBuffer key) {
    return number(slots[slot(key, key.hash())]);
  }

  private static int number(long slot) {
    return (int) (slot & NUMBER) - 1;
  }

  /** Where the key is, or else is to be put. */
  private int slot(KeyBuffer key, int hash) {
    int mask = slots.length - 1;
    int at = hash & mask;
    while (slots[at] != 0) {
      if ((int) (slots[at] >>> Integer.SIZE) == hash && isAt(number(slots[at]), key)) {
        return at;
      }
      at = (at + 1) & mask;
    }
    return at;
  }

  /** Keys delimit themselves: none is the beginning of another. */
  private boolean isAt(int number, KeyBuffer key) {
    byte[] array = array(number);
    int start = start(number);
    int end = start + key.length();
    return end <= array.length && Arrays.equals(array, start, end, key.array(), 0, key.length());
  }

  private void grow() {
    if (slots.length == MOST_SLOTS) {
      throw MemoryBudget.exceeded(size + " keys are the most that can be told apart");
    }
    int capacity = 2 * places.length;
    long before = (long) Long.BYTES * (slots.length + places.length);
    budget.take(2 * before); // both are there for a while
    places = Arrays.copyOf(places, capacity);
    long[] old = slots;
    slots = new long[2 * capacity];
    int mask = slots.length - 1;
    for (long slot : old) {
      if (slot != 0) {
        int at = (int) (slot >>> Integer.SIZE) & mask;
        while (slots[at] != 0) {
          at = (at + 1) & mask;
        }
        slots[at] = slot;
      }
    }
    budget.give(before);
  }

  private void keep(KeyBuffer key) {
    int length = key.length();
    if (chunks.isEmpty() || chunks.get(chunks.size() - 1).length - used < length) {
      int last = chunks.isEmpty() ? FIRST_CHUNK / 2 : chunks.get(chunks.size() - 1).length;
      int next = Math.max(length, Math.min(LARGEST_CHUNK, 2 * last));
      budget.take(MemoryBudget.bytesOfArray(next));
      chunks.add(new byte[next]);
      used = 0;
    }
    System.arraycopy(key.array(), 0, chunks.get(chunks.size() - 1), used, length);
    places[size] = (long) (chunks.size() - 1) << Integer.SIZE | used;
    used += length;
    size++;
  }
}
