package io.klog.engine;

/**
 * Records of one partition that were committed together.
 *
 * <pre>
 * RecordBatch => Length Crc Type Compression Reserved BodyCrc BaseOffset Count LastOffsetDelta
 *                BaseTimestamp MinTimestamp MaxTimestamp AppendTimestamp Record*
 *   Type            : u8 = 1
 *   Compression     : u8 = 0, none
 *   Reserved        : u16 = 0
 *   BodyCrc         : u32, CRC-32C of the records; itself under Crc, so that a batch can be given its
 *                     place (offset, segment) at commit without touching its records again
 *   BaseOffset      : i64, of the first record
 *   Count           : u32, at least 1
 *   LastOffsetDelta : u32, of the last record
 *   BaseTimestamp   : i64, ms, create time that the records' deltas start from
 *   MinTimestamp, MaxTimestamp : i64, ms, of the records' create times
 *   AppendTimestamp : i64, ms, when the newest of the records was committed, or was written by a
 *                     transaction that committed later
 * Record => BodyLength OffsetDelta TimestampDelta KeyLength Key ValueLength Value HeaderCount Header*
 *   BodyLength      : varint, of what follows
 *   OffsetDelta     : varint
 *   TimestampDelta  : signed varint
 *   KeyLength, ValueLength : varint, 0 for null, else one more than the bytes
 *   HeaderCount     : varint
 * Header => NameLength Name ValueLength Value
 * </pre>
 *
 * After Kafka's record batch of magic 2; what differs: the two checksums, the seed, and lengths
 * that are never negative.
 */
final class RecordBatch {
  static final int COMPRESSION = Block.TYPE + 1;
  static final int BODY_CRC = COMPRESSION + 3;
  static final int BASE_OFFSET = BODY_CRC + Integer.BYTES;
  static final int COUNT = BASE_OFFSET + Long.BYTES;
  static final int LAST_OFFSET_DELTA = COUNT + Integer.BYTES;
  static final int BASE_TIMESTAMP = LAST_OFFSET_DELTA + Integer.BYTES;
  static final int MIN_TIMESTAMP = BASE_TIMESTAMP + Long.BYTES;
  static final int MAX_TIMESTAMP = MIN_TIMESTAMP + Long.BYTES;
  static final int APPEND_TIMESTAMP = MAX_TIMESTAMP + Long.BYTES;
  static final int RECORDS = APPEND_TIMESTAMP + Long.BYTES;

  static {
    assert RECORDS == Block.HEADER;
  }

  /** No compression, the only one so far. */
  static final byte UNCOMPRESSED = 0;

  private RecordBatch() {}

  static long baseOffset(byte[] bytes, int at) {
    return LittleEndian.getLong(bytes, at + BASE_OFFSET);
  }

  static int count(byte[] bytes, int at) {
    return LittleEndian.getInt(bytes, at + COUNT);
  }

  static long lastOffset(byte[] bytes, int at) {
    return baseOffset(bytes, at) + LittleEndian.getInt(bytes, at + LAST_OFFSET_DELTA);
  }

  static long minTimestamp(byte[] bytes, int at) {
    return LittleEndian.getLong(bytes, at + MIN_TIMESTAMP);
  }

  static long maxTimestamp(byte[] bytes, int at) {
    return LittleEndian.getLong(bytes, at + MAX_TIMESTAMP);
  }

  static long appendTimestamp(byte[] bytes, int at) {
    return LittleEndian.getLong(bytes, at + APPEND_TIMESTAMP);
  }

  static boolean bodyCrcHolds(byte[] bytes, int at, int length) {
    return LittleEndian.getInt(bytes, at + BODY_CRC)
        == Crc.of(bytes, at + RECORDS, length - RECORDS);
  }
}
