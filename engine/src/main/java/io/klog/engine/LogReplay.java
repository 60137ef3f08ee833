package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commit log on from a place in it, and finds the end of what counts: the longest prefix
 * of complete commits. A commit is complete when its record continues the chain and, after a crash,
 * the ranges it names hold what it says.
 *
 * <p>What stands behind the end is not looked at: it is a torn commit, one that is being written,
 * or what an older use of the space left there.
 */
final class LogReplay {
  /** For {@link #LogReplay}: all complete commits count. */
  static final long ALL = Long.MAX_VALUE;

  private final StorageFile file;
  private final long durable;
  private final long fileSize;
  private final @Nullable RangeCheck ranges;
  private final List<Extent> extents = new ArrayList<>();
  private LogPosition end;
  private long epoch;
  private long bytes;
  private long lastRecord = -1;
  private long shown;

  // What was read behind the end and does not count yet.
  private LogPosition next;
  private long nextEpoch;
  private long bytesRead;
  private long lastRead = -1;
  private final List<Extent> linked = new ArrayList<>();
  private final List<Commit> waiting = new ArrayList<>();

  /**
   * @param durable the newest commit that is known to be durable. Later ones count if they were
   *     shown at once, or are followed by one that was: others may still be undone by their writer
   * @param ranges null where the ranges that commits name need no check: their writers live, or the
   *     operating system does
   */
  LogReplay(
      StorageFile file, long epoch, LogPosition start, long durable, @Nullable RangeCheck ranges)
      throws IOException {
    this.file = file;
    this.durable = durable;
    this.fileSize = file.size();
    this.ranges = ranges;
    this.end = start;
    this.epoch = epoch;
    this.next = start;
    this.nextEpoch = epoch;
  }

  /** Of what a crash may have left behind a checkpoint: every commit that is complete counts. */
  static LogReplay recovering(StorageFile file, Superblock from) throws IOException {
    return new LogReplay(file, from.epoch(), from.log(), ALL, new RangeCheck(file));
  }

  /** Of what others have written, and go on writing, behind a checkpoint. */
  static LogReplay following(StorageFile file, Superblock from) throws IOException {
    return new LogReplay(file, from.epoch(), from.log(), ALL, null);
  }

  /** Takes the commits that count, in their order. */
  interface Sink {
    /** Takes the next one, whose record stands at the position in the file. */
    void commit(long commitId, List<Change> changes, long position);
  }

  private record Commit(long commitId, List<Change> changes, long position) {}

  /** Behind the last commit that counts, once {@link #run} has returned. */
  LogPosition end() {
    return end;
  }

  /** Of the records behind the end. */
  long epoch() {
    return epoch;
  }

  /** Of the records before the end, without links. */
  long bytes() {
    return bytes;
  }

  /** The newest commit that its writer showed at once, with all before it; 0 when there is none. */
  long shown() {
    return shown;
  }

  /** Where the last record that counts starts in the file, -1 when there is none. */
  long lastRecord() {
    return lastRecord;
  }

  /** Those that were linked between the start and the end. */
  List<Extent> extents() {
    return extents;
  }

  /**
   * Gives the changes of every commit that counts, in order. A link counts when a record follows
   * it: of an extent that was linked and not used yet, a crash may have left nothing.
   */
  void run(RangeCheck.Segments segments, Sink sink) throws IOException {
    while (true) {
      byte[] record = readRecord();
      if (record == null) {
        return;
      }
      byte kind = record[CommitRecord.KIND];
      long commitId = next.commitId();
      int chain = LittleEndian.getInt(record, CommitRecord.CRC);
      if (kind == CommitRecord.LINK) {
        Extent extent = linked(record);
        linked.add(extent);
        next = new LogPosition(extent, 0, chain, commitId, next.timestamp());
        continue;
      }
      if (kind == CommitRecord.EPOCH) {
        if (record.length < CommitRecord.EPOCH_LENGTH) {
          throw corrupt("an epoch of " + CommitRecord.EPOCH_LENGTH + " bytes", "" + record.length);
        }
        nextEpoch = LittleEndian.getLong(record, CommitRecord.NEW_EPOCH);
      } else {
        List<Change> changes = changes(record);
        if (ranges != null && !ranges.hold(changes, segments)) {
          return;
        }
        waiting.add(new Commit(++commitId, changes, next.position()));
        if ((record[CommitRecord.FLAGS] & CommitRecord.SHOWN) != 0) {
          shown = commitId;
        }
      }
      bytesRead += record.length;
      lastRead = next.position();
      next =
          new LogPosition(
              next.extent(),
              next.offset() + record.length,
              chain,
              commitId,
              LittleEndian.getLong(record, CommitRecord.TIMESTAMP));
      if (counts(record)) {
        count(sink);
      }
    }
  }

  private boolean counts(byte[] record) {
    return durable == ALL
        || (record[CommitRecord.KIND] == CommitRecord.COMMIT
            && (next.commitId() <= durable
                || (record[CommitRecord.FLAGS] & CommitRecord.SHOWN) != 0));
  }

  /** All that was read counts. */
  private void count(Sink sink) {
    for (Commit commit : waiting) {
      sink.commit(commit.commitId, commit.changes, commit.position);
    }
    waiting.clear();
    extents.addAll(linked);
    linked.clear();
    bytes += bytesRead;
    bytesRead = 0;
    lastRecord = lastRead;
    epoch = nextEpoch;
    end = next;
  }

  /** The next record if it continues the chain, else null. */
  private byte @Nullable [] readRecord() throws IOException {
    long left = Math.min(next.extent().end(), fileSize) - next.position();
    if (left < CommitRecord.PAYLOAD) {
      return null;
    }
    byte[] header = new byte[CommitRecord.PAYLOAD];
    file.read(next.position(), header, 0, header.length);
    int length = LittleEndian.getInt(header, CommitRecord.LENGTH);
    if (length < CommitRecord.PAYLOAD || length % CommitRecord.ALIGNMENT != 0 || length > left) {
      return null;
    }
    byte[] record = new byte[length];
    file.read(next.position(), record, 0, length);
    if (LittleEndian.getInt(record, CommitRecord.CRC)
        != CommitRecord.crc(record, length, next.chain(), nextEpoch)) {
      return null;
    }
    return record;
  }

  private Extent linked(byte[] record) {
    Extent extent = CommitRecord.linked(record);
    if (extent == null) {
      throw corrupt("a link to an extent of whole pages", "a link to another place");
    }
    return extent;
  }

  private List<Change> changes(byte[] record) {
    long commitId = LittleEndian.getLong(record, CommitRecord.COMMIT_ID);
    if (record[CommitRecord.KIND] != CommitRecord.COMMIT || commitId != next.commitId() + 1) {
      throw corrupt(
          "commit " + (next.commitId() + 1), "kind " + record[CommitRecord.KIND] + " " + commitId);
    }
    int payload = LittleEndian.getInt(record, CommitRecord.PAYLOAD_LENGTH);
    if (payload < 0 || payload > record.length - CommitRecord.PAYLOAD) {
      throw corrupt("a payload within its record of " + record.length, String.valueOf(payload));
    }
    ByteSource source =
        new ByteSource(
            file.name(),
            next.position(),
            record,
            CommitRecord.PAYLOAD,
            CommitRecord.PAYLOAD + payload);
    List<Change> changes = new ArrayList<>();
    while (source.hasMore()) {
      changes.add(Change.read(source));
    }
    return changes;
  }

  private CorruptLogException corrupt(String expected, String found) {
    return new CorruptLogException(file.name(), next.position(), expected, found);
  }

  /** Whether the ranges that a commit names hold the blocks it says, and its key indexes theirs. */
  static final class RangeCheck {
    /** What it reads at once, bytes: ranges are as long as segments. */
    private static final int READ = 256 * 1024;

    private final StorageFile file;
    private final SegmentReader reader;
    // What was read last: of a segment, from this place on, so many bytes.
    private byte[] buffer = {};
    private int bufferAt;
    private int bufferLength;

    RangeCheck(StorageFile file) {
      this.file = file;
      this.reader = new SegmentReader(file);
    }

    /** Finds a segment that an earlier commit added. */
    interface Segments {
      @Nullable Segment find(long topicId, int partition, long generation);
    }

    boolean hold(List<Change> changes, Segments segments) throws IOException {
      for (Change change : changes) {
        if (change instanceof Change.RangeWritten range) {
          Segment segment = added(changes, range);
          if (segment == null) {
            segment = segments.find(range.topicId(), range.partition(), range.generation());
          }
          if (segment == null || !holds(segment, range)) {
            return false;
          }
        } else if (change instanceof Change.KeysIndexed indexed && !holds(indexed)) {
          return false;
        }
      }
      return true;
    }

    private boolean holds(Change.KeysIndexed indexed) throws IOException {
      Extent extent = indexed.extent();
      if (extent.end() > file.size()) {
        return false; // the file's growth was lost with the rest
      }
      bufferLength = 0;
      CRC32C crc = new CRC32C();
      try {
        for (long at = 0; at < extent.length(); ) {
          int piece = (int) Math.min(READ, extent.length() - at);
          buffer = buffer.length < piece ? new byte[piece] : buffer;
          file.read(extent.position() + at, buffer, 0, piece);
          crc.update(buffer, 0, piece);
          at += piece;
        }
      } catch (EOFException e) {
        return false; // somebody cut it meanwhile
      }
      return (int) crc.getValue() == indexed.digest();
    }

    private static @Nullable Segment added(List<Change> changes, Change.RangeWritten range) {
      for (Change change : changes) {
        if (change instanceof Change.SegmentAdded added
            && added.segment().generation() == range.generation()) {
          return added.segment();
        }
      }
      return null;
    }

    private boolean holds(Segment segment, Change.RangeWritten range) throws IOException {
      int length = range.to() - range.from();
      if (length < 0 || range.to() > segment.extent().length()) {
        return false;
      }
      if (segment.position(range.to()) > file.size()) {
        return false; // the file's growth was lost with the rest
      }
      BlockDigest digest = new BlockDigest();
      bufferLength = 0;
      try {
        for (int at = range.from(); at < range.to(); ) {
          if (range.to() - at < Block.HEADER) {
            return false;
          }
          buffer(segment, at, Block.HEADER, range.to());
          int block = reader.verifyHeader(segment, at, buffer, at - bufferAt, range.to());
          buffer(segment, at, block, range.to());
          if (Block.type(buffer, at - bufferAt) == Block.INDEX) {
            if (!IndexBlock.bodyCrcHolds(buffer, at - bufferAt)) {
              return false;
            }
          } else {
            reader.verifyBatch(segment, at, buffer, at - bufferAt, block);
          }
          digest.add(Block.storedCrc(buffer, at - bufferAt));
          at += block;
        }
      } catch (EOFException e) {
        return false; // somebody cut it meanwhile
      } catch (CorruptLogException e) {
        return false; // torn: the commit it belongs to was never acknowledged
      }
      return digest.value() == range.digest();
    }

    /** Has these bytes in the buffer; reads on ahead, but not beyond the end. */
    private void buffer(Segment segment, int at, int needed, int end) throws IOException {
      if (at >= bufferAt && at + needed <= bufferAt + bufferLength) {
        return;
      }
      int size = Math.max(needed, Math.min(READ, end - at));
      if (size > buffer.length) {
        buffer = new byte[size];
      }
      bufferLength = 0;
      file.read(segment.position(at), buffer, 0, size);
      bufferAt = at;
      bufferLength = size;
    }
  }
}
