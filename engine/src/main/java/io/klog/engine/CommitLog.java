package io.klog.engine;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * The end of the commit log, the only authority on what is committed, as far as this process knows
 * it; appends to it. Guarded by the {@link Replica}'s lock; who appends has the writer's lock, too,
 * and knows the end.
 *
 * <p>Extents are filled with zeros when they join the log: appending to one then changes no
 * metadata of the file, so a sync has one place to write; and a full disk is noticed there, not in
 * the middle of a commit.
 */
final class CommitLog {
  static final long LEAST_EXTENT = Extent.PAGE;
  private static final long GREATEST_EXTENT = 1L << 20;

  /**
   * Each extent costs a write of the whole and a sync that has metadata to write: few, soon large.
   */
  private static final long LEAST_GROWN = 64 * 1024;

  private static final long GROWTH = 4;
  private static final byte[] ZEROS = new byte[64 * 1024];

  private final StorageFile file;
  private final Space space;
  private final GroupCommit groupCommit;
  private final ByteSink sink = new ByteSink(1024);

  // Those since the checkpoint, oldest first.
  private final List<Extent> extents = new ArrayList<>();
  private Extent extent;
  private long offset;
  private int chain;
  private long epoch;
  private long commitId;
  private long timestamp;
  // Bytes of records since the last checkpoint.
  private long written;
  // Where the last record starts in the file, -1 when not known.
  private long last = -1;
  // Where the next record will start in the file. Written under the lock, read by anybody.
  private volatile long next;

  /** A log that goes on where the replay ended, which began in the extent. */
  CommitLog(
      StorageFile file, Space space, Extent first, LogReplay replay, GroupCommit groupCommit) {
    this.file = file;
    this.space = space;
    this.groupCommit = groupCommit;
    this.extent = first;
    restart(first, replay);
  }

  /** Forgets what it knew, and goes on where the replay ended, which began in the extent. */
  final void restart(Extent first, LogReplay replay) {
    extents.clear();
    extents.add(first);
    written = 0;
    follow(replay);
  }

  /** Goes on where the replay ended, which began where this log ended. */
  final void follow(LogReplay replay) {
    LogPosition end = replay.end();
    extents.addAll(replay.extents());
    extent = end.extent();
    offset = end.offset();
    chain = end.chain();
    commitId = end.commitId();
    timestamp = end.timestamp();
    epoch = replay.epoch();
    written += replay.bytes();
    last = replay.lastRecord();
    next = end.position();
  }

  /** Whether something stands behind the end: by anybody, without a lock. */
  boolean hasMore() throws IOException {
    return standsSomething(file, next);
  }

  /** Whether the bytes at the position, where a record would start, are anything but zeros. */
  private static boolean standsSomething(StorageFile file, long position) throws IOException {
    byte[] head = new byte[CommitRecord.COMMIT_ID];
    try {
      file.read(position, head, 0, head.length);
    } catch (EOFException e) {
      return false; // a power cut took the growth of the file
    }
    return LittleEndian.getLong(head, CommitRecord.LENGTH) != 0;
  }

  /**
   * Wipes out what stands behind the end that recovery has found, lest those who follow the log
   * take it up: they do not check what it says of segments.
   */
  static void cut(StorageFile file, LogPosition end) throws IOException {
    if (standsSomething(file, end.position())) {
      file.write(end.position(), ZEROS, 0, CommitRecord.COMMIT_ID);
    }
  }

  /**
   * Whether the last record is still what the file has there. It is not where another process could
   * not write what this one has followed, and took it back.
   */
  boolean isIntact() throws IOException {
    if (last < 0) {
      return true;
    }
    byte[] head = new byte[CommitRecord.COMMIT_ID];
    file.read(last, head, 0, head.length);
    return LittleEndian.getInt(head, CommitRecord.CRC) == chain;
  }

  /** Those since the checkpoint, oldest first. */
  Collection<Extent> extents() {
    return Collections.unmodifiableCollection(extents);
  }

  /** Where the next record will go. */
  LogPosition position() {
    return new LogPosition(extent, offset, chain, commitId, timestamp);
  }

  long epoch() {
    return epoch;
  }

  /**
   * Begins the next recovery epoch: nothing that a crash left behind the log's end can continue
   * what is written from here on. To be synced before the first commit.
   *
   * @throws IOException the log is as it was
   */
  void startEpoch() throws IOException {
    CommitRecord.begin(sink);
    LittleEndian.putLong(sink.array(), sink.skip(Long.BYTES), epoch + 1);
    makeRoom(CommitRecord.EPOCH_LENGTH);
    CommitRecord.finish(sink, CommitRecord.EPOCH, 0, commitId, timestamp, chain, epoch);
    write(sink);
    epoch++;
  }

  long commitId() {
    return commitId;
  }

  /** Of the newest commit, ms since the epoch. */
  long timestamp() {
    return timestamp;
  }

  /** Bytes of the records since the last checkpoint. */
  long written() {
    return written;
  }

  void checkpointed() {
    written = 0;
  }

  /**
   * Writes one commit.
   *
   * @param now not less than {@link #timestamp}
   * @param shown whether it may be seen at once, with all before it
   * @throws IOException nothing was committed, and the log is as it was, unless the store is failed
   */
  void append(List<Change> changes, long now, boolean shown) throws IOException {
    CommitRecord.begin(sink);
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).write(sink);
    }
    makeRoom(sink.size());
    int flags = shown ? CommitRecord.SHOWN : 0;
    CommitRecord.finish(sink, CommitRecord.COMMIT, flags, commitId + 1, now, chain, epoch);
    write(sink);
    commitId++;
    timestamp = now;
  }

  /** So that a record of this length fits, padded, and a link behind it. */
  private void makeRoom(int record) throws IOException {
    int length = record + CommitRecord.ALIGNMENT;
    if (offset + length + CommitRecord.LINK_LENGTH > extent.length()) {
      chainExtent(newExtent(Math.max(extent.length() * GROWTH, LEAST_GROWN), length));
    }
  }

  /** Makes an extent ready for records. */
  Extent newExtent(long wanted, long record) throws IOException {
    long length =
        Math.max(
            Math.min(wanted, GREATEST_EXTENT), Extent.pages(record + CommitRecord.LINK_LENGTH));
    return space.allocate(length, this::fillWithZeros);
  }

  private void fillWithZeros(Extent extent) throws IOException {
    for (long at = 0; at < extent.length(); at += ZEROS.length) {
      int piece = (int) Math.min(ZEROS.length, extent.length() - at);
      file.write(extent.position() + at, ZEROS, 0, piece);
    }
  }

  private void chainExtent(Extent next) throws IOException {
    ByteSink link = new ByteSink(CommitRecord.LINK_LENGTH);
    CommitRecord.begin(link);
    link.skip(CommitRecord.LINK_LENGTH - CommitRecord.PAYLOAD);
    LittleEndian.putLong(link.array(), CommitRecord.LINK_POSITION, next.position());
    LittleEndian.putLong(link.array(), CommitRecord.LINK_EXTENT_LENGTH, next.length());
    CommitRecord.finish(link, CommitRecord.LINK, 0, commitId, timestamp, chain, epoch);
    try {
      write(link);
    } catch (IOException e) {
      space.giveBack(next);
      throw e;
    }
    moveTo(next);
  }

  /** The next record goes to the start of this extent; the superblock or a link says so. */
  void moveTo(Extent next) {
    extents.add(next);
    extent = next;
    offset = 0;
    this.next = next.position();
  }

  private void write(ByteSink record) throws IOException {
    long at = extent.position() + offset;
    try {
      file.write(at, record.array(), 0, record.size());
    } catch (IOException | RuntimeException | Error e) {
      undo(at, e);
      throw e;
    }
    offset += record.size();
    written += record.size();
    last = at;
    next = at + record.size();
    chain = LittleEndian.getInt(record.array(), CommitRecord.CRC);
  }

  /**
   * The bytes of a failed write may all have arrived; recovery must not take them for a commit.
   * Where they cannot be wiped out nothing may follow them.
   */
  private void undo(long at, Throwable failure) {
    try {
      file.write(at, ZEROS, 0, CommitRecord.COMMIT_ID);
    } catch (IOException | RuntimeException | Error e) {
      failure.addSuppressed(e);
      groupCommit.fail(new IOException("a commit could neither be written nor undone", failure));
    }
  }

  /** Forgets the extents before this one, if it is one: a durable checkpoint starts in it. */
  void releaseBefore(Extent first) {
    int place = extents.lastIndexOf(first); // it may have been used, and freed, before
    if (place > 0) {
      extents.subList(0, place).clear();
    }
  }
}
