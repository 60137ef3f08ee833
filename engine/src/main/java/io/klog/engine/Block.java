package io.klog.engine;

/**
 * What all blocks of a segment begin with.
 *
 * <pre>
 * Block  => Length Crc Type Rest
 *   Length : u32, of the whole block
 *   Crc    : u32, CRC-32C of the block's seed and of the header from Type on
 *   Type   : u8
 * </pre>
 *
 * How long the header is, and what guards the bytes behind it, is each type's own.
 */
final class Block {
  static final int LENGTH = 0;
  static final int CRC = LENGTH + Integer.BYTES;
  static final int TYPE = CRC + Integer.BYTES;

  /** Header length of every type. */
  static final int HEADER = 64;

  static final byte BATCH = 1;
  static final byte INDEX = 2;
  static final byte SEGMENT_HEADER = 3;
  static final byte KEY_INDEX = 4;

  private Block() {}

  static int length(byte[] bytes, int at) {
    return LittleEndian.getInt(bytes, at + LENGTH);
  }

  static byte type(byte[] bytes, int at) {
    return bytes[at + TYPE];
  }

  static void putCrc(byte[] bytes, int at, byte[] seed) {
    LittleEndian.putInt(bytes, at + CRC, crc(bytes, at, seed));
  }

  static boolean crcHolds(byte[] bytes, int at, byte[] seed) {
    return LittleEndian.getInt(bytes, at + CRC) == crc(bytes, at, seed);
  }

  static int storedCrc(byte[] bytes, int at) {
    return LittleEndian.getInt(bytes, at + CRC);
  }

  private static int crc(byte[] bytes, int at, byte[] seed) {
    return Crc.of(seed, bytes, at + TYPE, HEADER - TYPE);
  }
}
