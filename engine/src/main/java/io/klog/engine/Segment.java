package io.klog.engine;

/**
 * An extent that belongs to one partition: a header block, then batches in order of offset, with
 * index blocks between them. Append-only; how far it is filled is each {@link PartitionView}'s to
 * say.
 *
 * <pre>
 * Segment       => SegmentHeader (RecordBatch | IndexBlock)*
 * SegmentHeader => Length Crc Type Reserved Magic TopicId Partition Generation BaseOffset Zeros
 *   Length : u32 = 64
 *   Type   : u8 = 3
 *   Reserved : 3 bytes, 0
 *   Magic  : u32 = "KSEG"
 *   TopicId : u64
 *   Partition : u32
 *   Generation : u64, unlike any other segment's that the file ever had
 *   BaseOffset : i64, no record in it has a smaller offset
 * </pre>
 */
final class Segment {
  private static final int MAGIC = Block.TYPE + 4;
  private static final int TOPIC_ID = MAGIC + Integer.BYTES;
  private static final int PARTITION = TOPIC_ID + Long.BYTES;
  private static final int GENERATION = PARTITION + Integer.BYTES;
  private static final int BASE_OFFSET = GENERATION + Long.BYTES;

  static {
    assert BASE_OFFSET + Long.BYTES <= Block.HEADER;
  }

  private static final int MAGIC_NUMBER = 'K' | 'S' << 8 | 'E' << 16 | 'G' << 24;

  /** Where the first block behind the header starts. */
  static final int FIRST_BLOCK = Block.HEADER;

  static final long LEAST_LENGTH = Extent.PAGE;
  static final long GREATEST_LENGTH = 64L << 20;

  private final long topicId;
  private final int partition;
  private final long generation;
  private final Extent extent;
  private final long baseOffset;
  private final byte[] seed;
  private final SegmentIndex index;

  Segment(long topicId, int partition, long generation, Extent extent, long baseOffset) {
    this.topicId = topicId;
    this.partition = partition;
    this.generation = generation;
    this.extent = extent;
    this.baseOffset = baseOffset;
    this.seed = BlockSeed.of(topicId, partition, generation);
    this.index = new SegmentIndex(this);
  }

  /** The same blocks in another extent: their checksums know nothing of where it lies. */
  Segment in(Extent other) {
    return new Segment(topicId, partition, generation, other, baseOffset);
  }

  long topicId() {
    return topicId;
  }

  int partition() {
    return partition;
  }

  long generation() {
    return generation;
  }

  Extent extent() {
    return extent;
  }

  /** In the file, of a position within the segment. */
  long position(int at) {
    return extent.position() + at;
  }

  long baseOffset() {
    return baseOffset;
  }

  byte[] seed() {
    return seed;
  }

  SegmentIndex index() {
    return index;
  }

  byte[] header() {
    byte[] block = new byte[FIRST_BLOCK];
    LittleEndian.putInt(block, Block.LENGTH, FIRST_BLOCK);
    block[Block.TYPE] = Block.SEGMENT_HEADER;
    LittleEndian.putInt(block, MAGIC, MAGIC_NUMBER);
    LittleEndian.putLong(block, TOPIC_ID, topicId);
    LittleEndian.putInt(block, PARTITION, partition);
    LittleEndian.putLong(block, GENERATION, generation);
    LittleEndian.putLong(block, BASE_OFFSET, baseOffset);
    Block.putCrc(block, 0, seed);
    return block;
  }

  @Override
  public String toString() {
    return "segment " + generation + " at " + extent.position();
  }
}
