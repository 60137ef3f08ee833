package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where recovery starts. There are two, in the file's first two pages, written in turn; the one
 * with the greater sequence counts. All of it lies in one sector of 512 bytes, which a disk writes
 * whole or not at all.
 *
 * <pre>
 * Superblock => Magic FormatVersion Crc FileId Sequence Epoch Flags Reserved CommitId Timestamp
 *               LogPosition LogLength LogOffset LogChain Reserved SnapshotPosition SnapshotExtent
 *               SnapshotLength SnapshotCrc Reserved FileLength
 *   Magic         : 8 bytes, "klog\r\n\x1a\n": a transfer that changes line ends is noticed
 *   FormatVersion : u32 = 1
 *   Crc           : u32, CRC-32C of Magic, FormatVersion and all that follows Crc
 *   FileId        : 16 random bytes
 *   Sequence      : u64, of the checkpoint
 *   Epoch         : u64, recovery epoch; the commit records from here on are salted with it
 *   Flags         : u32, 1 closed: nothing was written after this superblock
 *   CommitId, Timestamp : of the last commit in the snapshot, u64 and i64
 *   LogPosition, LogLength : u64, the extent in which the commit log goes on
 *   LogOffset     : u64, within that extent
 *   LogChain      : u32, the checksum that the next commit record's begins with
 *   SnapshotPosition, SnapshotExtent : u64, the extent of the snapshot; 0 and 0: nothing in the store
 *   SnapshotLength, SnapshotCrc : u64 and u32, of the snapshot's bytes, Change*
 *   FileLength    : u64, the file has at least so many bytes
 * </pre>
 *
 * @param fileIdHigh with fileIdLow, the file's identity for ever
 * @param snapshot null for an empty store
 */
record Superblock(
    long fileIdHigh,
    long fileIdLow,
    long sequence,
    long epoch,
    boolean closed,
    LogPosition log,
    @Nullable Extent snapshot,
    long snapshotLength,
    int snapshotCrc,
    long fileLength) {

  private static final byte[] MAGIC_BYTES =
      "klog\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
  static final int FORMAT = 1;

  private static final int MAGIC = 0;
  private static final int FORMAT_VERSION = MAGIC + 8;
  private static final int CRC = FORMAT_VERSION + Integer.BYTES;
  private static final int FILE_ID = CRC + Integer.BYTES;
  private static final int SEQUENCE = FILE_ID + 2 * Long.BYTES;
  private static final int EPOCH = SEQUENCE + Long.BYTES;
  private static final int FLAGS = EPOCH + Long.BYTES;
  private static final int COMMIT_ID = FLAGS + 2 * Integer.BYTES;
  private static final int TIMESTAMP = COMMIT_ID + Long.BYTES;
  private static final int LOG_POSITION = TIMESTAMP + Long.BYTES;
  private static final int LOG_LENGTH = LOG_POSITION + Long.BYTES;
  private static final int LOG_OFFSET = LOG_LENGTH + Long.BYTES;
  private static final int LOG_CHAIN = LOG_OFFSET + Long.BYTES;
  private static final int SNAPSHOT_POSITION = LOG_CHAIN + 2 * Integer.BYTES;
  private static final int SNAPSHOT_EXTENT = SNAPSHOT_POSITION + Long.BYTES;
  private static final int SNAPSHOT_LENGTH = SNAPSHOT_EXTENT + Long.BYTES;
  private static final int SNAPSHOT_CRC = SNAPSHOT_LENGTH + Long.BYTES;
  private static final int FILE_LENGTH = SNAPSHOT_CRC + 2 * Integer.BYTES;

  /** Bytes of a superblock. */
  static final int LENGTH = FILE_LENGTH + Long.BYTES;

  private static final int CLOSED = 1;

  /** No file has so many checkpoints, and none may have so many that their number runs over. */
  private static final long GREATEST_SEQUENCE = 1L << 62;

  /**
   * Pages before the first extent: two superblocks and one that is kept for words shared by
   * processes.
   */
  static final Extent RESERVED = new Extent(0, 3L * Extent.PAGE);

  static {
    assert LENGTH <= 512;
  }

  /** Where the superblock of a sequence is written. */
  static long position(long sequence) {
    return sequence % 2 * Extent.PAGE;
  }

  /** The same once more, for the other page. */
  Superblock again() {
    return new Superblock(
        fileIdHigh,
        fileIdLow,
        sequence + 1,
        epoch,
        closed,
        log,
        snapshot,
        snapshotLength,
        snapshotCrc,
        fileLength);
  }

  byte[] encode() {
    byte[] b = new byte[LENGTH];
    System.arraycopy(MAGIC_BYTES, 0, b, MAGIC, MAGIC_BYTES.length);
    LittleEndian.putInt(b, FORMAT_VERSION, FORMAT);
    LittleEndian.putLong(b, FILE_ID, fileIdHigh);
    LittleEndian.putLong(b, FILE_ID + Long.BYTES, fileIdLow);
    LittleEndian.putLong(b, SEQUENCE, sequence);
    LittleEndian.putLong(b, EPOCH, epoch);
    LittleEndian.putInt(b, FLAGS, closed ? CLOSED : 0);
    LittleEndian.putLong(b, COMMIT_ID, log.commitId());
    LittleEndian.putLong(b, TIMESTAMP, log.timestamp());
    LittleEndian.putLong(b, LOG_POSITION, log.extent().position());
    LittleEndian.putLong(b, LOG_LENGTH, log.extent().length());
    LittleEndian.putLong(b, LOG_OFFSET, log.offset());
    LittleEndian.putInt(b, LOG_CHAIN, log.chain());
    if (snapshot != null) {
      LittleEndian.putLong(b, SNAPSHOT_POSITION, snapshot.position());
      LittleEndian.putLong(b, SNAPSHOT_EXTENT, snapshot.length());
    }
    LittleEndian.putLong(b, SNAPSHOT_LENGTH, snapshotLength);
    LittleEndian.putInt(b, SNAPSHOT_CRC, snapshotCrc);
    LittleEndian.putLong(b, FILE_LENGTH, fileLength);
    LittleEndian.putInt(b, CRC, crc(b, 0));
    return b;
  }

  private static int crc(byte[] bytes, int at) {
    byte[] head = Arrays.copyOfRange(bytes, at + MAGIC, at + CRC);
    return Crc.of(head, bytes, at + FILE_ID, LENGTH - FILE_ID);
  }

  /**
   * Chooses the superblock to start from.
   *
   * @param pages the file's first bytes, as many of the two pages as there are
   * @throws KlogException CANNOT_OPEN when this is no klog file or a newer one; CORRUPT when
   *     neither superblock can be trusted
   */
  static Superblock choose(String file, byte[] pages) {
    Superblock first = decode(file, pages, 0);
    Superblock second = decode(file, pages, Extent.PAGE);
    if (first == null) {
      if (second == null) {
        throw unreadable(file, pages);
      }
      return second;
    }
    return second == null || first.sequence > second.sequence ? first : second;
  }

  /** The greater sequence of the two superblocks, unchecked: cheap, to notice that one is new. */
  static long newestSequence(StorageFile file) throws IOException {
    byte[] word = new byte[Long.BYTES];
    long newest = 0;
    for (int i = 0; i < 2; i++) {
      file.read(position(i) + SEQUENCE, word, 0, word.length);
      newest = Math.max(newest, LittleEndian.getLong(word, 0));
    }
    return newest;
  }

  /** The superblock of this sequence, or null where it is not there. */
  static @Nullable Superblock find(StorageFile file, long sequence) throws IOException {
    byte[] page = new byte[LENGTH];
    file.read(position(sequence), page, 0, LENGTH);
    Superblock found = decode(file.name(), page, 0);
    return found != null && found.sequence == sequence ? found : null;
  }

  /** Null where the bytes are no superblock that can be trusted. */
  private static @Nullable Superblock decode(String file, byte[] b, int at) {
    Superblock superblock = read(b, at, new Faults());
    if (superblock == null && hasCrc(b, at) && version(b, at) != FORMAT) {
      throw new KlogException(
          Reason.CANNOT_OPEN,
          file
              + " has format version "
              + Integer.toUnsignedString(version(b, at))
              + " (at byte "
              + (at + FORMAT_VERSION)
              + "); this klog reads version "
              + FORMAT);
    }
    return superblock;
  }

  private static boolean hasCrc(byte[] b, int at) {
    return b.length >= at + LENGTH
        && hasMagic(b, at)
        && LittleEndian.getInt(b, at + CRC) == crc(b, at);
  }

  private static long sequence(byte[] b, int at) {
    return LittleEndian.getLong(b, at + SEQUENCE);
  }

  private static int version(byte[] b, int at) {
    return LittleEndian.getInt(b, at + FORMAT_VERSION);
  }

  /**
   * The superblock at that place.
   *
   * @param faults takes what is wrong with it, where it cannot be trusted
   * @return null where it cannot
   */
  static @Nullable Superblock read(byte[] b, int at, Faults faults) {
    if (b.length < at + LENGTH) {
      faults.add(b.length, WHERE, LENGTH + " bytes from byte " + at, "the end of the file");
    } else if (!hasMagic(b, at)) {
      faults.add(at + MAGIC, WHERE, "the magic " + hex(MAGIC_BYTES, 0), hex(b, at));
    } else if (!hasCrc(b, at)) {
      String expected = "the checksum " + Integer.toHexString(crc(b, at));
      faults.add(at + CRC, WHERE, expected, Integer.toHexString(LittleEndian.getInt(b, at + CRC)));
    } else if (version(b, at) != FORMAT) {
      String found = Integer.toUnsignedString(version(b, at));
      faults.add(at + FORMAT_VERSION, WHERE, "format version " + FORMAT, found);
    } else if (sequence(b, at) < 0 || sequence(b, at) > GREATEST_SEQUENCE) {
      String found = Long.toUnsignedString(sequence(b, at));
      faults.add(at + SEQUENCE, WHERE, "a sequence up to " + GREATEST_SEQUENCE, found);
    } else if (!hasExtents(b, at)) {
      faults.add(
          at + LOG_POSITION,
          WHERE,
          "whole pages for the log and for the snapshot, before byte "
              + LittleEndian.getLong(b, at + FILE_LENGTH),
          extentText(b, at + LOG_POSITION) + " and " + extentText(b, at + SNAPSHOT_POSITION));
    } else {
      return fields(b, at);
    }
    return null;
  }

  /** What the checker calls it. */
  static final String WHERE = "superblock";

  private static String extentText(byte[] b, int at) {
    return LittleEndian.getLong(b, at) + "+" + LittleEndian.getLong(b, at + Long.BYTES);
  }

  private static boolean hasExtents(byte[] b, int at) {
    Extent log = extent(b, at + LOG_POSITION);
    long logOffset = LittleEndian.getLong(b, at + LOG_OFFSET);
    boolean empty =
        LittleEndian.getLong(b, at + SNAPSHOT_POSITION) == 0
            && LittleEndian.getLong(b, at + SNAPSHOT_EXTENT) == 0;
    Extent snapshot = extent(b, at + SNAPSHOT_POSITION);
    long end = LittleEndian.getLong(b, at + FILE_LENGTH);
    return log != null
        && log.end() <= end
        && logOffset >= 0
        && logOffset <= log.length()
        && (empty || (snapshot != null && snapshot.end() <= end));
  }

  /** Of one that can be trusted. */
  private static Superblock fields(byte[] b, int at) {
    return new Superblock(
        LittleEndian.getLong(b, at + FILE_ID),
        LittleEndian.getLong(b, at + FILE_ID + Long.BYTES),
        sequence(b, at),
        LittleEndian.getLong(b, at + EPOCH),
        (LittleEndian.getInt(b, at + FLAGS) & CLOSED) != 0,
        new LogPosition(
            Objects.requireNonNull(extent(b, at + LOG_POSITION)),
            LittleEndian.getLong(b, at + LOG_OFFSET),
            LittleEndian.getInt(b, at + LOG_CHAIN),
            LittleEndian.getLong(b, at + COMMIT_ID),
            LittleEndian.getLong(b, at + TIMESTAMP)),
        extent(b, at + SNAPSHOT_POSITION),
        LittleEndian.getLong(b, at + SNAPSHOT_LENGTH),
        LittleEndian.getInt(b, at + SNAPSHOT_CRC),
        LittleEndian.getLong(b, at + FILE_LENGTH));
  }

  /**
   * Whether the first superblock was never written, or not to its end by a write that failed: its
   * last field, which is 0 in none, is still zeros.
   *
   * @param b the file's first bytes, a superblock at least
   */
  static boolean isUnfinished(byte[] b) {
    int same = Arrays.mismatch(b, 0, MAGIC_BYTES.length, MAGIC_BYTES, 0, MAGIC_BYTES.length);
    int zeros = same < 0 ? FILE_LENGTH : same;
    for (int i = zeros; i < LENGTH; i++) {
      if (b[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Extent extent(byte[] b, int at) {
    long position = LittleEndian.getLong(b, at);
    long length = LittleEndian.getLong(b, at + Long.BYTES);
    boolean sound =
        position >= RESERVED.end()
            && position % Extent.PAGE == 0
            && length > 0
            && length % Extent.PAGE == 0
            && position <= Long.MAX_VALUE - length;
    return sound ? new Extent(position, length) : null;
  }

  private static boolean hasMagic(byte[] b, int at) {
    return Arrays.equals(
        b, at + MAGIC, at + MAGIC + MAGIC_BYTES.length, MAGIC_BYTES, 0, MAGIC_BYTES.length);
  }

  private static KlogException unreadable(String file, byte[] b) {
    if (b.length >= MAGIC_BYTES.length && b.length < LENGTH && hasMagic(b, 0)) {
      return new CorruptLogException(
          file, b.length, "a superblock of " + LENGTH + " bytes", "the end of the file");
    }
    if (b.length >= LENGTH && hasMagic(b, 0)) {
      return new CorruptLogException(
          file,
          CRC,
          "a superblock with the checksum " + Integer.toHexString(crc(b, 0)),
          Integer.toHexString(LittleEndian.getInt(b, CRC)));
    }
    return new KlogException(
        Reason.CANNOT_OPEN,
        file
            + " is not a klog file: expected the magic "
            + hex(MAGIC_BYTES, 0)
            + " at byte 0, found "
            + (b.length == 0 ? "the end of the file" : hex(b, 0)));
  }

  /** As many bytes as the magic has, or as there are. */
  private static String hex(byte[] b, int at) {
    return HexFormat.ofDelimiter(" ").formatHex(b, at, Math.min(at + MAGIC_BYTES.length, b.length));
  }
}
