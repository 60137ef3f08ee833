package io.klog.engine;

/**
 * Austin Appleby's MurmurHash2, 32 bits, with the seed and the sign treatment of Kafka's default
 * partitioner, so that a key's partition stays the same when its topic moves to Kafka.
 */
final class Murmur2 {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;
  private static final int R = 24;

  private Murmur2() {}

  static int partition(byte[] key, int partitions) {
    return (hash(key) & Integer.MAX_VALUE) % partitions;
  }

  static int hash(byte[] key) {
    int h = SEED ^ key.length;
    int whole = key.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      int k = LittleEndian.getInt(key, i) * M;
      k = (k ^ (k >>> R)) * M;
      h = (h * M) ^ k;
    }
    int rest = key.length - whole;
    if (rest > 0) {
      for (int i = rest - 1; i >= 0; i--) {
        h ^= (key[whole + i] & 0xff) << (8 * i);
      }
      h *= M;
    }
    h = (h ^ (h >>> 13)) * M;
    return h ^ (h >>> 15);
  }
}
