package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commit log from a checkpoint on and finds its end: the longest prefix of complete
 * commits. A commit is complete when its record continues the chain and the ranges it names hold
 * what it says.
 *
 * <p>What stands behind the end is not looked at: it is a torn commit, or what an older use of the
 * space left there.
 */
final class LogReplay {
  private final StorageFile file;
  private long epoch;
  private final long fileSize;
  private final RangeCheck ranges;
  private final List<Extent> extents = new ArrayList<>();
  private LogPosition end;
  // Where the next record is read: at the end, or behind links that lead on from there.
  private LogPosition next;
  private long bytes;

  LogReplay(StorageFile file, long epoch, LogPosition start) throws IOException {
    this.file = file;
    this.epoch = epoch;
    this.fileSize = file.size();
    this.ranges = new RangeCheck(file);
    this.end = start;
    this.next = start;
    extents.add(start.extent());
  }

  /** Behind the last complete commit, once {@link #run} has returned. */
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

  List<Extent> extents() {
    return extents;
  }

  /** In the file, of the commit that is being read. */
  long position() {
    return next.position();
  }

  /**
   * Gives every complete commit's changes, in order. A link counts when a record follows it: of an
   * extent that was linked and not used yet, a crash may have left nothing.
   */
  void run(RangeCheck.Segments segments, Consumer<List<Change>> sink) throws IOException {
    List<Extent> linked = new ArrayList<>();
    while (true) {
      byte[] record = readRecord();
      if (record == null) {
        return;
      }
      int chain = LittleEndian.getInt(record, CommitRecord.CRC);
      if (record[CommitRecord.KIND] == CommitRecord.LINK) {
        Extent extent = linked(record);
        linked.add(extent);
        next = new LogPosition(extent, 0, chain, end.commitId(), end.timestamp());
        continue;
      }
      if (record[CommitRecord.KIND] == CommitRecord.EPOCH) {
        if (record.length < CommitRecord.EPOCH_LENGTH) {
          throw corrupt("an epoch of " + CommitRecord.EPOCH_LENGTH + " bytes", "" + record.length);
        }
        epoch = LittleEndian.getLong(record, CommitRecord.NEW_EPOCH);
      } else {
        List<Change> changes = changes(record);
        if (!ranges.hold(changes, segments)) {
          return;
        }
        sink.accept(changes);
      }
      bytes += record.length;
      extents.addAll(linked);
      linked.clear();
      next =
          new LogPosition(
              next.extent(),
              next.offset() + record.length,
              chain,
              LittleEndian.getLong(record, CommitRecord.COMMIT_ID),
              LittleEndian.getLong(record, CommitRecord.TIMESTAMP));
      end = next;
    }
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
        != CommitRecord.crc(record, length, next.chain(), epoch)) {
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
    if (record[CommitRecord.KIND] != CommitRecord.COMMIT || commitId != end.commitId() + 1) {
      throw corrupt(
          "commit " + (end.commitId() + 1), "kind " + record[CommitRecord.KIND] + " " + commitId);
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

  /** Whether the ranges that a commit names hold the blocks it says. */
  static final class RangeCheck {
    private final StorageFile file;
    private final SegmentReader reader;

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
        }
      }
      return true;
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
      byte[] bytes = new byte[length];
      try {
        file.read(segment.position(range.from()), bytes, 0, length);
      } catch (EOFException e) {
        return false; // somebody cut it meanwhile
      }
      BlockDigest digest = new BlockDigest();
      try {
        for (int at = 0; at < length; ) {
          if (length - at < Block.HEADER) {
            return false;
          }
          int inSegment = range.from() + at;
          int block = reader.verifyHeader(segment, inSegment, bytes, at, range.to());
          if (Block.type(bytes, at) == Block.INDEX) {
            if (!IndexBlock.bodyCrcHolds(bytes, at)) {
              return false;
            }
          } else {
            reader.verifyBatch(segment, inSegment, bytes, at, block);
          }
          digest.add(Block.storedCrc(bytes, at));
          at += block;
        }
      } catch (CorruptLogException e) {
        return false; // torn: the commit it belongs to was never acknowledged
      }
      return digest.value() == range.digest();
    }
  }
}
