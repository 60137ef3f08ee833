package io.klog.engine;

import org.jspecify.annotations.Nullable;

/**
 * One transaction, a link to the commit log's next extent, or the begin of a recovery epoch.
 *
 * <pre>
 * CommitRecord => Length Crc CommitId Timestamp Kind Flags Reserved PayloadLength Payload Padding
 *   Length    : u32, of the whole record, a multiple of 8
 *   Crc       : u32, CRC-32C of the chain (the Crc of the record before, u32; zero, u32; the recovery
 *               epoch, u64) and of the record from CommitId on
 *   CommitId  : u64, one more than the commit before; of the other kinds, the commit before
 *   Timestamp : i64, ms since the epoch, never less than the one before
 *   Kind      : u8, 1 commit, 2 link, 3 epoch
 *   Flags     : u8, 1 shown: this commit and all before it may be seen before they are durable
 *   Reserved  : 2 bytes, 0
 *   PayloadLength : u32
 *   Payload   : of a commit, Change*; of a link, Position u64, Length u64 of the next extent; of an
 *               epoch, u64, the epoch of the records behind this one
 *   Padding   : zeros
 * </pre>
 *
 * Because each checksum begins with the one before and with the epoch, bytes that an older use of
 * the space left behind never continue the log.
 */
final class CommitRecord {
  static final int LENGTH = 0;
  static final int CRC = LENGTH + Integer.BYTES;
  static final int COMMIT_ID = CRC + Integer.BYTES;
  static final int TIMESTAMP = COMMIT_ID + Long.BYTES;
  static final int KIND = TIMESTAMP + Long.BYTES;
  static final int FLAGS = KIND + 1;
  static final int PAYLOAD_LENGTH = KIND + Integer.BYTES;
  static final int PAYLOAD = PAYLOAD_LENGTH + Integer.BYTES;

  static final int ALIGNMENT = 8;

  static final byte COMMIT = 1;
  static final byte LINK = 2;
  static final byte EPOCH = 3;

  static final byte SHOWN = 1;

  static final int LINK_POSITION = PAYLOAD;
  static final int LINK_EXTENT_LENGTH = LINK_POSITION + Long.BYTES;
  static final int LINK_LENGTH = LINK_EXTENT_LENGTH + Long.BYTES;

  static final int NEW_EPOCH = PAYLOAD;
  static final int EPOCH_LENGTH = NEW_EPOCH + Long.BYTES;

  private CommitRecord() {}

  /** Begins a record in an empty sink; the payload follows. */
  static void begin(ByteSink sink) {
    sink.clear();
    sink.skip(PAYLOAD);
  }

  /** Fills in the header and the padding of the record that makes up the sink. */
  static void finish(
      ByteSink sink, int kind, int flags, long commitId, long timestamp, int chain, long epoch) {
    int payloadLength = sink.size() - PAYLOAD;
    sink.skip(-sink.size() & (ALIGNMENT - 1));
    byte[] bytes = sink.array();
    LittleEndian.putInt(bytes, LENGTH, sink.size());
    LittleEndian.putLong(bytes, COMMIT_ID, commitId);
    LittleEndian.putLong(bytes, TIMESTAMP, timestamp);
    LittleEndian.putInt(bytes, KIND, kind | flags << Byte.SIZE);
    LittleEndian.putInt(bytes, PAYLOAD_LENGTH, payloadLength);
    LittleEndian.putInt(bytes, CRC, crc(bytes, sink.size(), chain, epoch));
  }

  static int crc(byte[] bytes, int length, int chain, long epoch) {
    byte[] seed = new byte[2 * Long.BYTES];
    LittleEndian.putInt(seed, 0, chain);
    LittleEndian.putLong(seed, Long.BYTES, epoch);
    return Crc.of(seed, bytes, COMMIT_ID, length - COMMIT_ID);
  }

  /** The extent that a link names; null where no extent can be there. */
  static @Nullable Extent linked(byte[] record) {
    if (record.length < LINK_LENGTH) {
      return null;
    }
    long position = LittleEndian.getLong(record, LINK_POSITION);
    long length = LittleEndian.getLong(record, LINK_EXTENT_LENGTH);
    boolean sound =
        position >= Superblock.RESERVED.end()
            && position % Extent.PAGE == 0
            && length > 0
            && length % Extent.PAGE == 0
            && position <= Long.MAX_VALUE - length;
    return sound ? new Extent(position, length) : null;
  }
}
