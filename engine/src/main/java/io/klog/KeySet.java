package io.klog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a scan wants. Immutable; two are equal when they have the same keys. A record without a
 * key (null) is in none of them; the empty key is a key like any other.
 */
public final class KeySet {
  /** No key at all: nothing matches. */
  public static final KeySet NONE = new KeySet(new byte[0][]);

  private static final int MULTIPLIER = 0x9e3779b1;

  // Each key once, in unsigned order.
  private final byte[][] keys;
  // The same by hash, each in the first free place from its own on; at most half full.
  private final byte[] @Nullable [] table;
  // Bit i: some key's length is i, modulo 64.
  private final long lengths;

  private KeySet(byte[][] keys) {
    this.keys = keys;
    this.table = new byte[Integer.highestOneBit(Math.max(1, keys.length)) * 4][];
    long bits = 0;
    for (byte[] key : keys) {
      int place = place(key, 0, key.length);
      while (table[place] != null) {
        place = (place + 1) & (table.length - 1);
      }
      table[place] = key;
      bits |= 1L << key.length;
    }
    this.lengths = bits;
  }

  /** The keys, some of which may be given more than once. They are copied. */
  public static KeySet of(byte[]... keys) {
    return of(List.of(keys));
  }

  /** The same. */
  public static KeySet of(Collection<byte[]> keys) {
    byte[][] sorted = new byte[keys.size()][];
    int count = 0;
    for (byte[] key : keys) {
      sorted[count++] = key.clone();
    }
    Arrays.sort(sorted, Arrays::compareUnsigned);
    int distinct = 0;
    for (byte[] key : sorted) {
      if (distinct == 0 || !Arrays.equals(sorted[distinct - 1], key)) {
        sorted[distinct++] = key;
      }
    }
    return distinct == 0 ? NONE : new KeySet(Arrays.copyOf(sorted, distinct));
  }

  /** How many different keys there are. */
  public int size() {
    return keys.length;
  }

  public boolean isEmpty() {
    return keys.length == 0;
  }

  /** A copy of one of them, in unsigned order. */
  public byte[] key(int i) {
    return keys[i].clone();
  }

  /** Whether these bytes are one of the keys; a length below 0, a null, is not. */
  public boolean contains(byte[] array, int start, int length) {
    if (length < 0 || (lengths & (1L << length)) == 0) {
      return false;
    }
    if (keys.length == 1) {
      return Arrays.equals(keys[0], 0, keys[0].length, array, start, start + length);
    }
    int place = place(array, start, length);
    for (byte[] key = table[place]; key != null; key = table[place]) {
      if (Arrays.equals(key, 0, key.length, array, start, start + length)) {
        return true;
      }
      place = (place + 1) & (table.length - 1);
    }
    return false;
  }

  private int place(byte[] array, int start, int length) {
    int h = length;
    for (int i = start; i < start + length; i++) {
      h = (h ^ array[i]) * MULTIPLIER;
      h ^= h >>> 15;
    }
    return h & (table.length - 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeySet set && Arrays.deepEquals(keys, set.keys);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(keys);
  }

  /** As text where they are printable ASCII, else in hexadecimal. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < keys.length && i < 10; i++) {
      text.append(i == 0 ? "" : ", ").append(text(keys[i]));
    }
    return text.append(keys.length > 10 ? ", ...}" : "}").toString();
  }

  private static String text(byte[] key) {
    StringBuilder hex = new StringBuilder("x'");
    boolean printable = true;
    for (byte b : key) {
      printable &= b >= ' ' && b < 0x7f;
      hex.append(String.format("%02x", b));
    }
    return printable
        ? "'" + new String(key, StandardCharsets.US_ASCII) + "'"
        : hex.append('\'').toString();
  }
}
