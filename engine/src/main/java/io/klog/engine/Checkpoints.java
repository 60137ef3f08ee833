package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints: a snapshot of the state, then a superblock that says where the log goes on
 * behind it. Syncs and writes happen outside the writer's lock; one checkpoint at a time, of all
 * processes.
 */
final class Checkpoints {
  private final StorageFile file;
  private final FileLocks locks;
  private final SharedPage page;
  private final Replica replica;
  private final Writer writer;
  private final WriterLock writerLock;
  private final GroupCommit groupCommit;
  // One at a time in this process; the file's lock is taken after it.
  private final Semaphore running = new Semaphore(1);

  Checkpoints(
      StorageFile file,
      FileLocks locks,
      SharedPage page,
      Replica replica,
      Writer writer,
      WriterLock writerLock,
      GroupCommit groupCommit) {
    this.file = file;
    this.locks = locks;
    this.page = page;
    this.replica = replica;
    this.writer = writer;
    this.writerLock = writerLock;
    this.groupCommit = groupCommit;
  }

  /**
   * The state as of the writer's lock, ready to be written without it.
   *
   * @param before the newest durable superblock
   * @param log where the log goes on, with which epoch
   * @param length of the snapshot, which is written but not synced, bytes
   * @param fileLength behind the last page that the checkpoint refers to
   */
  private record Prepared(
      Superblock before,
      LogPosition log,
      long epoch,
      Extent snapshot,
      int length,
      int crc,
      long fileLength) {}

  /** Writes a checkpoint if it is due and nobody else writes one. It fails nobody's commit. */
  void writeIfDue() {
    if (!running.tryAcquire()) {
      return;
    }
    try {
      StorageLock lock = locks.tryCheckpoint();
      if (lock != null) {
        try {
          Prepared prepared = prepareIfDue();
          if (prepared != null) {
            write(prepared, false);
          }
        } finally {
          lock.close();
        }
      }
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      // Recovery would read more than it likes; a later commit tries again.
      System.getLogger(Checkpoints.class.getName())
          .log(System.Logger.Level.DEBUG, file.name() + ": checkpoint put off", e);
    } finally {
      running.release();
    }
  }

  private @Nullable Prepared prepareIfDue() throws IOException {
    if (!writerLock.tryAcquire()) {
      return null; // whoever has the lock finds it due as well
    }
    try {
      replica.lock();
      try {
        groupCommit.failIfFailed();
        page.verify(false);
        writer.makeReady();
        replica.followCheckpoint();
        finishAbandoned();
        return writer.isCheckpointDue() ? prepare(false) : null;
      } finally {
        replica.unlock();
      }
    } finally {
      writerLock.release(false);
    }
  }

  /**
   * A process may have died, or failed, between writing a superblock and saying so. What that
   * refers to is durable; then the superblock is to be, before another takes its place.
   */
  private void finishAbandoned() throws IOException {
    Superblock named = replica.superblock();
    Extent pending = page.pending();
    if (pending != null && !pending.equals(named.snapshot())) {
      Superblock next = Superblock.find(file, named.sequence() + 1);
      if (next != null && pending.equals(next.snapshot())) {
        groupCommit.sync();
        page.putSequence(next.sequence());
        replica.followed(next);
      } else {
        page.putPending(null);
      }
    }
    replica.resetSpace();
  }

  /**
   * The last one: leaves a small log and a file that ends behind its last page in use. Under the
   * writer's lock, by one who has the store alone.
   *
   * @param trim whether nobody reads, either: only then segments are moved and the file is cut
   */
  void writeClosing(boolean trim) throws IOException {
    if (!running.tryAcquire()) {
      throw new KlogException(
          Reason.BUSY,
          file.name() + ": a thread that uses the store while it is closed checkpoints");
    }
    try {
      finishAbandoned();
      write(prepare(true), true);
      if (trim) {
        compact();
      }
      // The other superblock still names the log and the snapshot before: those are given up now,
      // so that one that rots must not lead to what is left of them.
      put(replica.superblock().again());
      if (trim) {
        replica.resetSpace();
        replica.space().trim();
      }
    } finally {
      running.release();
    }
  }

  /** Where the log was and the snapshot before, there is room now. */
  private void compact() throws IOException {
    replica.resetSpace();
    Compaction compaction = new Compaction(file, replica.space(), replica.state());
    if (compaction.isWorthIt()) {
      compaction.run();
      write(prepare(true), true);
    }
  }

  /** Under the writer's lock. */
  private Prepared prepare(boolean closing) throws IOException {
    writer.giveReserveBack(); // on a full device there is no other room
    if (!closing) {
      writer.wantReserve(); // whatever becomes of the checkpoint
    }
    writer.fold(false);
    if (closing) {
      replica.state().places().cutLastSegments();
      replica.state().forgetMembers();
    }
    ByteSink sink = new ByteSink(4096);
    for (Change change : replica.state().snapshot()) {
      change.write(sink);
    }
    Superblock before = replica.superblock();
    CommitLog log = replica.log();
    Extent snapshot = writer.writeExtent(sink);
    page.putPending(snapshot);
    if (closing) {
      log.moveTo(log.newExtent(CommitLog.LEAST_EXTENT, 0));
    }
    LogPosition position = log.position();
    long fileLength = Math.max(snapshot.end(), position.extent().end());
    for (Extent extent : replica.state().places().extents()) {
      fileLength = Math.max(fileLength, extent.end());
    }
    if (file.size() < fileLength) {
      file.resize(fileLength); // a power cut took the growth and left what was used of it
    }
    log.checkpointed();
    replica.state().checkpointed();
    int crc = Crc.of(sink.array(), 0, sink.size());
    return new Prepared(before, position, log.epoch(), snapshot, sink.size(), crc, fileLength);
  }

  /**
   * Data and snapshot first, the superblock after them; then what only the one before needed is
   * free.
   */
  private void write(Prepared prepared, boolean closed) throws IOException {
    groupCommit.sync();
    groupCommit.synced(prepared.log().commitId());
    Superblock before = prepared.before();
    if (!prepared.snapshot().equals(page.pending())) {
      throw new IOException(file.name() + ": another process writes a checkpoint");
    }
    put(
        new Superblock(
            before.fileIdHigh(),
            before.fileIdLow(),
            before.sequence() + 1,
            prepared.epoch(),
            closed,
            prepared.log(),
            prepared.snapshot(),
            prepared.length(),
            prepared.crc(),
            prepared.fileLength()));
  }

  /** Should this fail, the superblock may be in the file all the same: its snapshot stays. */
  private void put(Superblock next) throws IOException {
    page.verify(false);
    if (page.sequence() != next.sequence() - 1) {
      throw new IOException(file.name() + ": another process has written a checkpoint");
    }
    byte[] bytes = next.encode();
    file.write(Superblock.position(next.sequence()), bytes, 0, bytes.length);
    groupCommit.sync();
    page.putSequence(next.sequence());
    replica.lock();
    try {
      replica.checkpointed(next);
    } finally {
      replica.unlock();
    }
  }
}
