package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints: a snapshot of the state, then a superblock that says where the log goes on
 * behind it. Syncs and writes happen outside the writer's lock; one checkpoint at a time.
 */
final class Checkpoints {
  private final StorageFile file;
  private final Writer writer;
  private final WriterLock writerLock;
  private final GroupCommit groupCommit;
  private final OwnerNote owner;
  private final Semaphore running = new Semaphore(1);
  // The newest durable one. Guarded by running.
  private Superblock current;

  Checkpoints(
      StorageFile file,
      Writer writer,
      WriterLock writerLock,
      GroupCommit groupCommit,
      OwnerNote owner,
      Superblock current) {
    this.file = file;
    this.writer = writer;
    this.writerLock = writerLock;
    this.groupCommit = groupCommit;
    this.owner = owner;
    this.current = current;
  }

  /**
   * The state as of the writer's lock, ready to be written without it.
   *
   * @param log where the log goes on, with which epoch
   * @param length of the snapshot, which is written but not synced, bytes
   * @param fileLength behind the last page that the checkpoint refers to
   * @param surplus ends of segments that a closing checkpoint gives up
   */
  private record Prepared(
      LogPosition log,
      long epoch,
      Extent snapshot,
      int length,
      int crc,
      long fileLength,
      List<Extent> surplus) {}

  /** Starts a recovery epoch. Under the writer's lock, before the first commit of an opening. */
  void startEpoch() throws IOException {
    writer.log().startEpoch();
    groupCommit.sync();
    writer.keepReserve(current.snapshotLength());
  }

  /** Writes a checkpoint if it is due and nobody else writes one. It fails nobody's commit. */
  void writeIfDue() {
    if (!running.tryAcquire()) {
      return;
    }
    try {
      Prepared prepared = prepareIfDue();
      if (prepared != null) {
        write(prepared, false);
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
      writer.doPostponed();
      return writer.isCheckpointDue() && !groupCommit.hasFailed() ? prepare(false) : null;
    } finally {
      writerLock.release();
    }
  }

  /**
   * The last one: leaves a small log and a file that ends behind its last page in use. Under the
   * writer's lock, by one who has the store alone.
   */
  void writeClosing() throws IOException {
    running.acquireUninterruptibly(); // nobody else is left
    try {
      writer.doPostponed();
      write(prepare(true), true);
      compact();
      // The other superblock still names the log and the snapshot before: those are given up now,
      // so that one that rots must not lead to what is left of them.
      put(current.again());
      writer.doPostponed();
      writer.space().trim();
    } finally {
      running.release();
    }
  }

  /** Where the log was and the snapshot before, there is room now. */
  private void compact() throws IOException {
    writer.doPostponed();
    Compaction compaction = new Compaction(file, writer.space(), writer.state());
    if (compaction.isWorthIt()) {
      List<Extent> left = compaction.run();
      Prepared prepared = prepare(true);
      prepared.surplus().addAll(left);
      write(prepared, true);
    }
  }

  /** Under the writer's lock. */
  private Prepared prepare(boolean closing) throws IOException {
    boolean reserved = writer.giveReserveBack(); // on a full device there is no other room
    if (reserved && !closing) {
      long length = current.snapshotLength();
      writer.postpone(() -> writer.keepReserve(length));
    }
    writer.fold();
    List<Extent> surplus = closing ? writer.state().cutLastSegments() : new ArrayList<>();
    ByteSink sink = new ByteSink(4096);
    for (Change change : writer.state().snapshot()) {
      change.write(sink);
    }
    Extent snapshot = writer.writeExtent(sink);
    if (closing) {
      CommitLog log = writer.log();
      log.moveTo(log.newExtent(CommitLog.LEAST_EXTENT, 0));
    }
    LogPosition log = writer.log().position();
    long fileLength = Math.max(snapshot.end(), log.extent().end());
    for (Extent extent : writer.state().segmentExtents()) {
      fileLength = Math.max(fileLength, extent.end());
    }
    if (file.size() < fileLength) {
      file.resize(fileLength); // a power cut took the growth and left what was used of it
    }
    writer.checkpointed();
    int crc = Crc.of(sink.array(), 0, sink.size());
    return new Prepared(log, writer.log().epoch(), snapshot, sink.size(), crc, fileLength, surplus);
  }

  /**
   * Data and snapshot first, the superblock after them; then what only the one before needed is
   * free.
   */
  private void write(Prepared prepared, boolean closed) throws IOException {
    Extent snapshot = prepared.snapshot();
    Extent old = current.snapshot();
    try {
      groupCommit.sync();
    } catch (IOException e) {
      writer.postpone(() -> writer.space().giveBack(snapshot));
      throw e;
    }
    groupCommit.synced(prepared.log().commitId());
    // Should this fail, the superblock may be in the file all the same: its snapshot stays.
    put(
        new Superblock(
            current.fileIdHigh(),
            current.fileIdLow(),
            current.sequence() + 1,
            prepared.epoch(),
            closed,
            prepared.log(),
            snapshot,
            prepared.length(),
            prepared.crc(),
            prepared.fileLength()));
    writer.postpone(
        () -> {
          Space space = writer.space();
          if (old != null) {
            space.giveBack(old);
          }
          prepared.surplus().forEach(space::giveBack);
          writer.log().releaseBefore(prepared.log().extent());
          space.release(prepared.log().commitId());
        });
  }

  private void put(Superblock next) throws IOException {
    owner.verify();
    byte[] bytes = next.encode();
    file.write(Superblock.position(next.sequence()), bytes, 0, bytes.length);
    groupCommit.sync();
    current = next;
  }
}
