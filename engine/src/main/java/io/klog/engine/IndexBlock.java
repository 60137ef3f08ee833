package io.klog.engine;

/**
 * Sparse offset and time index of the batches since the index block before: one entry for about
 * every {@link SegmentIndex#SPACING} bytes.
 *
 * <pre>
 * IndexBlock => Length Crc Type Reserved BodyCrc Previous Zeros Entry{128}
 *   Type     : u8 = 2
 *   Reserved : 3 bytes, 0
 *   BodyCrc  : u32, CRC-32C of the entries
 *   Previous : u32, within the segment: where the index block before starts, 0 for none
 * Entry => Position RelativeOffset MinTimestamp MaxTimestamp
 *   Position       : u32, within the segment: where a batch starts
 *   RelativeOffset : u32, its base offset less the segment's
 *   MinTimestamp, MaxTimestamp : i64, ms, of the batches from here to the next entry
 * </pre>
 */
final class IndexBlock {
  private static final int BODY_CRC = Block.TYPE + 4;
  private static final int PREVIOUS = BODY_CRC + Integer.BYTES;

  private static final int POSITION = 0;
  private static final int RELATIVE_OFFSET = POSITION + Integer.BYTES;
  private static final int MIN_TIMESTAMP = RELATIVE_OFFSET + Integer.BYTES;
  private static final int MAX_TIMESTAMP = MIN_TIMESTAMP + Long.BYTES;
  private static final int ENTRY = MAX_TIMESTAMP + Long.BYTES;

  /** No index block: that is where the segment's header is. */
  static final int NONE = 0;

  /** Entries of a block. With batches of 8 KiB there is a block for every MiB. */
  static final int ENTRIES = 128;

  static final int LENGTH = Block.HEADER + ENTRIES * ENTRY;

  private IndexBlock() {}

  /** Encodes a full set of entries. */
  static byte[] encode(IndexEntries entries, int previous, byte[] seed) {
    assert entries.count() == ENTRIES;
    byte[] block = new byte[LENGTH];
    LittleEndian.putInt(block, Block.LENGTH, LENGTH);
    block[Block.TYPE] = Block.INDEX;
    LittleEndian.putInt(block, PREVIOUS, previous);
    int p = Block.HEADER;
    for (int i = 0; i < ENTRIES; i++, p += ENTRY) {
      LittleEndian.putInt(block, p + POSITION, entries.position(i));
      LittleEndian.putInt(block, p + RELATIVE_OFFSET, entries.relativeOffset(i));
      LittleEndian.putLong(block, p + MIN_TIMESTAMP, entries.minTimestamp(i));
      LittleEndian.putLong(block, p + MAX_TIMESTAMP, entries.maxTimestamp(i));
    }
    LittleEndian.putInt(block, BODY_CRC, Crc.of(block, Block.HEADER, LENGTH - Block.HEADER));
    Block.putCrc(block, 0, seed);
    return block;
  }

  static boolean bodyCrcHolds(byte[] bytes, int at) {
    return LittleEndian.getInt(bytes, at + BODY_CRC)
        == Crc.of(bytes, at + Block.HEADER, LENGTH - Block.HEADER);
  }

  /** Whether the entries of a block that starts there ascend, between the block before and it. */
  static boolean entriesFit(byte[] bytes, int at) {
    int before = previous(bytes);
    if (before < 0 || before > at - LENGTH) {
      return false;
    }
    int least = before == NONE ? Segment.FIRST_BLOCK : before + LENGTH;
    for (int p = Block.HEADER; p < LENGTH; p += ENTRY) {
      int position = LittleEndian.getInt(bytes, p + POSITION);
      if (position < least || position >= at) {
        return false;
      }
      least = position + 1;
    }
    return true;
  }

  static int previous(byte[] bytes) {
    return LittleEndian.getInt(bytes, PREVIOUS);
  }

  static IndexEntries decode(byte[] bytes) {
    IndexEntries entries = new IndexEntries();
    int p = Block.HEADER;
    for (int i = 0; i < ENTRIES; i++, p += ENTRY) {
      entries.add(
          LittleEndian.getInt(bytes, p + POSITION),
          LittleEndian.getInt(bytes, p + RELATIVE_OFFSET),
          LittleEndian.getLong(bytes, p + MIN_TIMESTAMP),
          LittleEndian.getLong(bytes, p + MAX_TIMESTAMP));
    }
    return entries;
  }
}
