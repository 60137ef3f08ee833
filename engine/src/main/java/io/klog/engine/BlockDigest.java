package io.klog.engine;

import java.util.zip.CRC32C;

/** Sums up a range of blocks by their checksums, in order. */
final class BlockDigest {
  private final CRC32C crc = new CRC32C();
  private final byte[] word = new byte[Integer.BYTES];

  void add(int blockCrc) {
    LittleEndian.putInt(word, 0, blockCrc);
    crc.update(word, 0, word.length);
  }

  int value() {
    return (int) crc.getValue();
  }
}
