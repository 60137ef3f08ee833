package io.klog.engine;

/**
 * Austin Appleby's MurmurHash2: 32 bits, with the seed and the sign treatment of Kafka's default
 * partitioner, so that a key's partition stays the same when its topic moves to Kafka; and 64 bits
 * (MurmurHash64A) for key indexes: of a partition's keys, the other has only some values.
 */
final class Murmur2 {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;
  private static final int R = 24;
  private static final long M64 = 0xc6a4a7935bd1e995L;
  private static final int R64 = 47;

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

  /** MurmurHash64A with the seed 0. */
  static long hash64(byte[] array, int start, int length) {
    long h = length * M64;
    int whole = start + (length & ~7);
    for (int i = start; i < whole; i += Long.BYTES) {
      long k = LittleEndian.getLong(array, i) * M64;
      h = (h ^ ((k ^ (k >>> R64)) * M64)) * M64;
    }
    int rest = length & 7;
    if (rest > 0) {
      for (int i = rest - 1; i >= 0; i--) {
        h ^= (array[whole + i] & 0xffL) << (8 * i);
      }
      h *= M64;
    }
    h = (h ^ (h >>> R64)) * M64;
    return h ^ (h >>> R64);
  }
}
