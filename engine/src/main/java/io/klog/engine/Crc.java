package io.klog.engine;

import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli, RFC 3720), seeded by feeding the seed's bytes first. */
final class Crc {
  private Crc() {}

  static int of(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }

  static int of(byte[] seed, byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(seed, 0, seed.length);
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }
}
