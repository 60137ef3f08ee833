package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Which batches of a sealed segment have a record with a key: in an extent of its own, written once
 * when the segment is sealed. All that it says can be read from the segment as well; so where it is
 * missing or damaged, a lookup takes longer, no more. Safe for many threads; nobody waits.
 *
 * <pre>
 * KeyIndex  => Length Crc Type Reserved BodyCrc EntryCount Zeros First* Zeros KeyPage* Zeros
 *   Length     : u32, of all before the zeros behind First*
 *   Type       : u8 = 4
 *   Reserved   : 3 bytes, 0
 *   BodyCrc    : u32, CRC-32C of First*
 *   EntryCount : u32, of all pages together
 *   First      : u40, the first entry of each KeyPage
 * KeyPage   => Crc Entry* Zeros
 *   Crc        : u32, CRC-32C of the seed of the segment's blocks and of the 1,020 bytes behind it
 *   Entry      : u40, KeyHash times 2^14 plus Number: ascending in all pages, each once; 204 of them
 *                in each KeyPage but the last
 *   KeyHash    : the 26 high bits of MurmurHash64A, seed 0, of a record's key
 *   Number     : of the segment's index entry to whose batches the record's belongs; the first is 0,
 *                and those behind the last index block are counted on as if they were in one
 * </pre>
 *
 * What is before the first KeyPage takes whole pages of the file, and so does the whole. A KeyPage
 * is shorter than those: a lookup reads and verifies one or two. There is an entry for every record
 * of the segment that has a key, and for nothing else.
 */
final class KeyIndex {
  private static final int BODY_CRC = Block.TYPE + 4;
  private static final int ENTRY_COUNT = BODY_CRC + Integer.BYTES;

  static {
    assert ENTRY_COUNT + Integer.BYTES <= Block.HEADER;
  }

  /** Bytes of a KeyPage. */
  private static final int PAGE = 1024;

  private static final int PAGE_CRC = 0;
  private static final int PAGE_ENTRIES = PAGE_CRC + Integer.BYTES;
  private static final int ENTRY = KeyEntry.BITS / Byte.SIZE;

  /** Entries of a page. */
  private static final int ENTRIES = (PAGE - PAGE_ENTRIES) / ENTRY;

  private final Segment segment;
  private final Extent extent;
  private final int digest;
  // The header, once it was read.
  private volatile @Nullable Directory directory;
  // Whether it was found not to hold what it should.
  private volatile boolean damaged;

  /**
   * @param digest CRC-32C of the whole extent
   */
  KeyIndex(Segment segment, Extent extent, int digest) {
    this.segment = segment;
    this.extent = extent;
    this.digest = digest;
  }

  /**
   * What the header says.
   *
   * @param pagesAt within the extent: where the first page starts
   * @param count of all entries
   * @param firsts of each page
   */
  @SuppressWarnings("ArrayRecordComponent") // equality is never asked
  private record Directory(int pagesAt, int count, long[] firsts) {
    /** The last page that starts with this entry or one before; 0 when none does. */
    int floor(long entry) {
      int at = java.util.Arrays.binarySearch(firsts, entry);
      return Math.max(0, at < 0 ? -at - 2 : at);
    }

    int entries(int page) {
      return Math.min(ENTRIES, count - page * ENTRIES);
    }
  }

  /**
   * Encodes the index of a segment.
   *
   * @param entries ascending, each once
   * @return whole pages
   */
  static byte[] encode(long[] entries, byte[] seed) {
    int pages = (entries.length + ENTRIES - 1) / ENTRIES;
    int length = Block.HEADER + pages * ENTRY;
    int pagesAt = (int) Extent.pages(length);
    byte[] bytes = new byte[Math.toIntExact(Extent.pages(pagesAt + (long) pages * PAGE))];
    LittleEndian.putInt(bytes, Block.LENGTH, length);
    bytes[Block.TYPE] = Block.KEY_INDEX;
    LittleEndian.putInt(bytes, ENTRY_COUNT, entries.length);
    for (int p = 0; p < pages; p++) {
      int page = pagesAt + p * PAGE;
      int first = p * ENTRIES;
      putEntry(bytes, Block.HEADER + p * ENTRY, entries[first]);
      for (int i = 0; i < ENTRIES && first + i < entries.length; i++) {
        putEntry(bytes, page + PAGE_ENTRIES + i * ENTRY, entries[first + i]);
      }
      LittleEndian.putInt(bytes, page + PAGE_CRC, pageCrc(bytes, page, seed));
    }
    LittleEndian.putInt(bytes, BODY_CRC, Crc.of(bytes, Block.HEADER, length - Block.HEADER));
    Block.putCrc(bytes, 0, seed);
    return bytes;
  }

  private static void putEntry(byte[] bytes, int at, long entry) {
    LittleEndian.putInt(bytes, at, (int) entry);
    bytes[at + Integer.BYTES] = (byte) (entry >>> Integer.SIZE);
  }

  private static long entry(byte[] bytes, int at) {
    return Integer.toUnsignedLong(LittleEndian.getInt(bytes, at))
        | (bytes[at + Integer.BYTES] & 0xffL) << Integer.SIZE;
  }

  private static int pageCrc(byte[] bytes, int page, byte[] seed) {
    return Crc.of(seed, bytes, page + PAGE_ENTRIES, PAGE - PAGE_ENTRIES);
  }

  /** The same in another extent: no checksum knows of where it lies. */
  KeyIndex in(Extent other) {
    return new KeyIndex(segment, other, digest);
  }

  Segment segment() {
    return segment;
  }

  Extent extent() {
    return extent;
  }

  int digest() {
    return digest;
  }

  boolean isDamaged() {
    return damaged;
  }

  /** From now on nobody uses it. */
  void setDamaged() {
    damaged = true;
  }

  /**
   * Looks keys up.
   *
   * @param firsts of the keys, ascending
   * @param found takes the numbers that they have, perhaps some twice
   * @throws CorruptLogException where it is not what was written
   */
  void find(StorageFile file, long[] firsts, BatchNumbers found) throws IOException {
    Directory known = directory(file);
    byte[] page = new byte[PAGE];
    int loaded = -1;
    for (long first : firsts) {
      long end = first + KeyEntry.HASH_STEP;
      for (int p = known.floor(first); p < known.firsts.length && known.firsts[p] < end; p++) {
        if (p != loaded) {
          readPage(file, known, p, page);
          loaded = p;
        }
        findInPage(page, known.entries(p), first, end, found);
      }
    }
  }

  private static void findInPage(byte[] page, int count, long first, long end, BatchNumbers found) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (entry(page, PAGE_ENTRIES + middle * ENTRY) < first) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    for (int i = low; i < count; i++) {
      long entry = entry(page, PAGE_ENTRIES + i * ENTRY);
      if (entry >= end) {
        return;
      }
      found.add(KeyEntry.number(entry));
    }
  }

  private Directory directory(StorageFile file) throws IOException {
    Directory known = directory;
    if (known == null) {
      known = readDirectory(file);
      directory = known;
    }
    return known;
  }

  private Directory readDirectory(StorageFile file) throws IOException {
    byte[] header = new byte[Block.HEADER];
    read(file, 0, header, header.length);
    int length = Block.length(header, 0);
    int count = LittleEndian.getInt(header, ENTRY_COUNT);
    if (!Block.crcHolds(header, 0, segment.seed()) || Block.type(header, 0) != Block.KEY_INDEX) {
      throw corrupt(file, 0, "the header of the keys of " + segment, "another");
    }
    int pages = (int) ((Integer.toUnsignedLong(count) + ENTRIES - 1) / ENTRIES);
    long pagesAt = Extent.pages(length);
    if (length != Block.HEADER + (long) pages * ENTRY
        || Extent.pages(pagesAt + (long) pages * PAGE) != extent.length()) {
      throw corrupt(file, 0, "keys that fill " + extent.length() + " bytes", count + " entries");
    }
    byte[] bytes = new byte[length];
    read(file, 0, bytes, length);
    if (LittleEndian.getInt(bytes, BODY_CRC)
        != Crc.of(bytes, Block.HEADER, length - Block.HEADER)) {
      throw corrupt(file, 0, "first entries with their checksum", "others");
    }
    long[] firsts = new long[pages];
    for (int p = 0; p < pages; p++) {
      firsts[p] = entry(bytes, Block.HEADER + p * ENTRY);
    }
    return new Directory((int) pagesAt, count, firsts);
  }

  private void readPage(StorageFile file, Directory known, int p, byte[] page) throws IOException {
    int at = known.pagesAt + p * PAGE;
    read(file, at, page, PAGE);
    if (LittleEndian.getInt(page, PAGE_CRC) != pageCrc(page, 0, segment.seed())) {
      throw corrupt(file, at, "a page of the keys of " + segment + " with its checksum", "another");
    }
  }

  private void read(StorageFile file, int at, byte[] target, int length) throws IOException {
    try {
      file.read(extent.position() + at, target, 0, length);
    } catch (EOFException e) {
      throw corrupt(
          file, at, length + " bytes of the keys of " + segment, "the end at " + file.size());
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "%s: cannot read %d bytes at %d: %s",
              file.name(), length, extent.position() + at, e.getMessage()),
          e);
    }
  }

  private CorruptLogException corrupt(StorageFile file, int at, String expected, String found) {
    return new CorruptLogException(file.name(), extent.position() + at, expected, found);
  }
}
