package io.klog.engine;

/**
 * What the checksum of a block begins with: the place the block belongs to. A block that lies where
 * it was not meant to be, because its extent had another owner before, fails its checksum.
 */
final class BlockSeed {
  private static final int TOPIC = 0;
  private static final int PARTITION = TOPIC + Long.BYTES;
  private static final int GENERATION = PARTITION + Integer.BYTES;
  private static final int LENGTH = GENERATION + Long.BYTES;

  /** The generation of batches that lie in the commit log, not in a segment. */
  static final long INLINE = 0;

  private BlockSeed() {}

  /**
   * @param generation of the segment, or {@link #INLINE}
   */
  static byte[] of(long topicId, int partition, long generation) {
    byte[] seed = new byte[LENGTH];
    LittleEndian.putLong(seed, TOPIC, topicId);
    LittleEndian.putInt(seed, PARTITION, partition);
    LittleEndian.putLong(seed, GENERATION, generation);
    return seed;
  }
}
