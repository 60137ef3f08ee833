package io.klog.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What can happen to the bytes of a file that nobody writes to. */
final class Damage {
  /** The most bytes that are put in or out of place. */
  static final int LONGEST = 4096;

  private final byte[] bytes;
  private final String what;

  private Damage(byte[] bytes, String what) {
    this.bytes = bytes;
    this.what = what;
  }

  byte[] bytes() {
    return bytes;
  }

  /** One or two bits, or a block of a sector's or a page's length, now and then cut as well. */
  static Damage random(SplittableRandom random, byte[] bytes) {
    if (random.nextInt(10) < 7) {
      return bits(random, bytes);
    }
    int block = random.nextBoolean() ? 512 : LONGEST;
    int blocks = bytes.length / block;
    int from = random.nextInt(blocks) * block;
    int to = random.nextInt(blocks) * block;
    return switch (random.nextInt(5)) {
      case 0 -> swapped(bytes, from, to, block);
      case 1 -> duplicated(bytes, from, to, block);
      case 2 -> zeroed(bytes, from, block);
      case 3 -> removed(bytes, from, block);
      default -> inserted(bytes, from, block);
    };
  }

  /** Of bytes that are in use, mostly: those of a line that is not all zeros. */
  private static Damage bits(SplittableRandom random, byte[] bytes) {
    StringBuilder what = new StringBuilder("bits");
    for (int n = random.nextInt(8) == 0 ? 2 : 1; n > 0; n--) {
      int at = random.nextInt(bytes.length);
      for (int tries = 0; tries < 4 && isUnused(bytes, at); tries++) {
        at = random.nextInt(bytes.length);
      }
      int bit = random.nextInt(8);
      bytes[at] ^= (byte) (1 << bit);
      what.append(' ').append(at).append('.').append(bit);
    }
    return new Damage(bytes, what.toString());
  }

  private static boolean isUnused(byte[] bytes, int at) {
    int line = at & -64;
    for (int i = line; i < Math.min(line + 64, bytes.length); i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static Damage swapped(byte[] bytes, int one, int other, int block) {
    byte[] saved = Arrays.copyOfRange(bytes, one, one + block);
    System.arraycopy(bytes, other, bytes, one, block);
    System.arraycopy(saved, 0, bytes, other, block);
    return new Damage(bytes, "swapped " + one + " and " + other + ", " + block + " bytes");
  }

  private static Damage duplicated(byte[] bytes, int from, int to, int block) {
    System.arraycopy(bytes, from, bytes, to, block);
    return new Damage(bytes, "copied " + from + " to " + to + ", " + block + " bytes");
  }

  private static Damage zeroed(byte[] bytes, int from, int block) {
    Arrays.fill(bytes, from, from + block, (byte) 0);
    return new Damage(bytes, "zeroed " + from + ", " + block + " bytes");
  }

  private static Damage removed(byte[] bytes, int from, int block) {
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - block);
    System.arraycopy(bytes, from + block, shorter, from, shorter.length - from);
    return new Damage(shorter, "removed " + from + ", " + block + " bytes");
  }

  private static Damage inserted(byte[] bytes, int at, int block) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + block);
    System.arraycopy(bytes, at, longer, at + block, bytes.length - at);
    return new Damage(longer, "inserted at " + at + ", " + block + " bytes");
  }

  @Override
  public String toString() {
    return what;
  }
}
