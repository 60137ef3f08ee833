package io.klog.engine;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of a file, in pages that copies share until one of them writes there: of one file a
 * power cut leaves many thousands of images, which differ in a few sectors. Safe for many threads.
 */
final class SharedPages {
  private static final int PAGE = 4096;
  private static final byte[] ZEROS = new byte[PAGE];
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // All below is guarded by this object's monitor.

  /** What lies beyond the size is zeros. */
  private byte[][] pages = {};

  /** Whether nobody else has the page. */
  private boolean[] own = {};

  /** Of the pages; only where {@link #hashed}. */
  private long[] hashes = {};

  private boolean[] hashed = {};
  private long size;

  SharedPages() {}

  private SharedPages(byte[][] pages, long[] hashes, boolean[] hashed, long size) {
    this.pages = pages;
    this.own = new boolean[pages.length];
    this.hashes = hashes;
    this.hashed = hashed;
    this.size = size;
  }

  static SharedPages of(StorageFile file) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(file.size())];
    file.read(0, bytes, 0, bytes.length);
    SharedPages made = new SharedPages();
    made.write(0, bytes, 0, bytes.length);
    return made;
  }

  synchronized SharedPages copy() {
    Arrays.fill(own, false);
    return new SharedPages(pages.clone(), hashes.clone(), hashed.clone(), size);
  }

  synchronized long size() {
    return size;
  }

  synchronized void read(String name, long position, byte[] target, int start, int length)
      throws EOFException {
    if (length > 0 && length > size - position) {
      throw new EOFException(
          name + " ends at " + size + ", before " + length + " bytes at " + position);
    }
    for (int done = 0; done < length; ) {
      int at = (int) (position + done) & PAGE - 1;
      int piece = Math.min(length - done, PAGE - at);
      System.arraycopy(pages[page(position + done)], at, target, start + done, piece);
      done += piece;
    }
  }

  synchronized void write(long position, byte[] source, int start, int length) {
    if (length == 0) {
      return;
    }
    reach(position + length);
    for (int done = 0; done < length; ) {
      int at = (int) (position + done) & PAGE - 1;
      int piece = Math.min(length - done, PAGE - at);
      byte[] page = toBeChanged(page(position + done));
      System.arraycopy(source, start + done, page, at, piece);
      done += piece;
    }
    size = Math.max(size, position + length);
  }

  synchronized void resize(long wanted) {
    reach(wanted);
    if (wanted < size) {
      int kept = page(wanted + PAGE - 1);
      pages = Arrays.copyOf(pages, kept);
      own = Arrays.copyOf(own, kept);
      hashes = Arrays.copyOf(hashes, kept);
      hashed = Arrays.copyOf(hashed, kept);
      int at = (int) wanted & PAGE - 1;
      if (at > 0) {
        Arrays.fill(toBeChanged(kept - 1), at, PAGE, (byte) 0);
      }
    }
    size = wanted;
  }

  private static int page(long position) {
    return (int) (position / PAGE);
  }

  private void reach(long end) {
    int count = page(end + PAGE - 1);
    int old = pages.length;
    if (count > old) {
      pages = Arrays.copyOf(pages, count);
      Arrays.fill(pages, old, count, ZEROS);
      own = Arrays.copyOf(own, count);
      hashes = Arrays.copyOf(hashes, count);
      hashed = Arrays.copyOf(hashed, count);
    }
  }

  private byte[] toBeChanged(int page) {
    if (!own[page]) {
      pages[page] = pages[page].clone();
      own[page] = true;
    }
    hashed[page] = false;
    return pages[page];
  }

  synchronized byte[] toArray() {
    byte[] bytes = new byte[Math.toIntExact(size)];
    for (int page = 0; page < pages.length; page++) {
      int at = page * PAGE;
      System.arraycopy(pages[page], 0, bytes, at, Math.min(PAGE, bytes.length - at));
    }
    return bytes;
  }

  synchronized boolean isZero() {
    for (byte[] page : pages) {
      if (!Arrays.equals(page, ZEROS)) {
        return false;
      }
    }
    return true;
  }

  /** Equal for equal bytes, and hardly ever for others. */
  synchronized long hash() {
    long sum = size * MULTIPLIER;
    for (int page = 0; page < pages.length; page++) {
      if (!hashed[page]) {
        hashes[page] = hash(pages[page]);
        hashed[page] = true;
      }
      sum += mix(hashes[page] + page * MULTIPLIER);
    }
    return sum;
  }

  private static long hash(byte[] page) {
    long hash = 0;
    for (int at = 0; at < PAGE; at += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(page, at)) * MULTIPLIER;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  private static long mix(long value) {
    long mixed = (value ^ value >>> 33) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ mixed >>> 33;
  }
}
