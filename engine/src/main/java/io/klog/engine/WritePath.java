package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.SyncLevel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way that every commit of this process goes: the writer's lock, the file, then, by sync level,
 * group commit, then the publisher.
 */
final class WritePath {
  /** Commits that follow each other so quickly are a burst, over which the lock is kept, ns. */
  private static final long BURST = TimeUnit.MILLISECONDS.toNanos(1);

  private final StorageFile file;
  private final SharedPage page;
  private final WriterLock writerLock;
  private final Replica replica;
  private final Writer writer;
  private final Checkpoints checkpoints;
  private final Publisher publisher;
  private final GroupCommit groupCommit;
  private final Hooks hooks;
  // When this process committed last, ns. Guarded by the replica's lock.
  private long lastCommit = System.nanoTime() - BURST;

  WritePath(
      StorageFile file,
      SharedPage page,
      WriterLock writerLock,
      Replica replica,
      Writer writer,
      Checkpoints checkpoints,
      Publisher publisher,
      GroupCommit groupCommit,
      Hooks hooks) {
    this.file = file;
    this.page = page;
    this.writerLock = writerLock;
    this.replica = replica;
    this.writer = writer;
    this.checkpoints = checkpoints;
    this.publisher = publisher;
    this.groupCommit = groupCommit;
    this.hooks = hooks;
  }

  /** What it asks of the store. */
  interface Hooks {
    /**
     * Returns while the store is open.
     *
     * @throws KlogException CLOSED
     */
    void requireOpen();

    /** Has the watcher look after a lock that is kept; false where there is none. */
    boolean watch();

    /** A segment may have been sealed, and lacks a key index. Fails nobody's commit. */
    void sealed();
  }

  /** Takes the writer's lock, ready to commit. */
  void lockForWriting(long busyTimeoutMillis) {
    lockForWriting(busyTimeoutMillis, () -> false);
  }

  /**
   * The same.
   *
   * @param isGivenUp asked again and again: whether to wait no more
   */
  void lockForWriting(long busyTimeoutMillis, BooleanSupplier isGivenUp) {
    requireWritable();
    try {
      writerLock.acquire(busyTimeoutMillis, isGivenUp);
      makeReady();
    } catch (IOException e) {
      throw notBegun(e);
    }
  }

  /** The same if the lock is to be had at once, or about so. */
  boolean tryLockForWriting() {
    requireWritable();
    try {
      if (!writerLock.tryAcquireKept()) {
        return false;
      }
      makeReady();
      return true;
    } catch (IOException e) {
      throw notBegun(e);
    }
  }

  private void requireWritable() {
    if (page.slot() < 0) {
      throw new KlogException(Reason.READ_ONLY, file.name() + " is open for reading only");
    }
  }

  /** With the writer's lock, which is let go of where this fails. */
  private void makeReady() throws IOException {
    boolean ready = false;
    try {
      replica.lock();
      try {
        hooks.requireOpen();
        requireOwned();
        writer.makeReady();
        ready = true;
      } finally {
        replica.unlock();
      }
    } finally {
      if (!ready) {
        writerLock.release(false);
      }
    }
  }

  /**
   * Under the writer's lock, before anything is written.
   *
   * @throws KlogException FAILED
   */
  void requireOwned() throws IOException {
    groupCommit.requireSound();
    try {
      page.verify(writerLock.isSettled());
    } catch (SharedPage.LostFileException e) {
      groupCommit.fail(e);
      groupCommit.requireSound();
    }
  }

  /**
   * What failed the store for good, null while it is sound. Looks whether the file is ours yet; of
   * a device that failed since, only the next sync tells.
   */
  @Nullable String failure() throws IOException {
    if (groupCommit.failure() == null && page.slot() >= 0) {
      try {
        page.verify(false);
      } catch (SharedPage.LostFileException e) {
        groupCommit.fail(e);
      }
    }
    return groupCommit.failure();
  }

  /** Whether somebody knows already that the store is failed. */
  boolean hasToldOfFailure() {
    return groupCommit.hasToldOfFailure();
  }

  private KlogException notBegun(IOException e) {
    return notDone("begin to write", e);
  }

  /** For one who has not written anything: has the store fail where the file is not ours. */
  KlogException notDone(String what, IOException e) {
    if (e instanceof SharedPage.LostFileException) {
      groupCommit.fail(e);
    }
    groupCommit.requireSound();
    return failed(file, what, e);
  }

  /**
   * By who has the writer's lock: waits until all that was committed before can be seen, so that
   * what he decides by it is not out of date.
   */
  void showCommitted() {
    if (publisher.isWaiting()) {
      long newest = replica.log().commitId();
      groupCommit.staged(newest);
      groupCommit.await(newest);
    }
  }

  void unlock() {
    writerLock.release(false);
  }

  /**
   * What was committed.
   *
   * @param sync what to wait for until it can be seen
   */
  record Committed(long commitId, SyncLevel sync) {
    /** There was nothing to commit. */
    static final Committed NOTHING = new Committed(0, SyncLevel.OFF);
  }

  /** Writes a commit. */
  interface Committer {
    Committed commit() throws IOException;
  }

  /**
   * By who has the writer's lock, which is let go of, whatever comes, unless it is held on to; then
   * waits for what the sync level wants.
   */
  void commitLocked(String what, Committer committer, boolean held) {
    Committed committed;
    boolean due;
    boolean sealed;
    boolean keep = false;
    try {
      replica.lock();
      try {
        committed = committer.commit();
        due = writer.isCheckpointDue();
        sealed = writer.takeSegmentAdded();
        // While it waits for the device, others may write; and after a commit that comes alone.
        keep = isBurst() && committed.sync != SyncLevel.FULL && hooks.watch();
      } finally {
        replica.unlock();
      }
    } catch (IOException e) {
      throw notCommitted(what, e);
    } finally {
      if (!held) {
        writerLock.release(keep);
      }
    }
    finish(committed, due);
    if (sealed) {
      hooks.sealed();
    }
  }

  private boolean isBurst() {
    long before = lastCommit;
    lastCommit = System.nanoTime();
    return lastCommit - before < BURST;
  }

  private void finish(Committed committed, boolean checkpointDue) {
    if (committed.sync == SyncLevel.FULL) {
      groupCommit.await(committed.commitId);
    } else {
      publisher.publish(committed.commitId);
    }
    if (checkpointDue) {
      checkpoints.writeIfDue();
    }
  }

  /** Unless the store failed with it: then nobody knows. */
  KlogException notCommitted(String what, IOException e) {
    groupCommit.failIfFailed();
    return failed(file, what, e);
  }

  KlogException failedTo(String what, IOException e) {
    return failed(file, what, e);
  }

  static KlogException failed(StorageFile file, String what, IOException e) {
    if (e instanceof StorageFullException) {
      return new KlogException(
          Reason.DISK_FULL,
          file.name()
              + ": cannot "
              + what
              + ", the device is full; nothing was changed: "
              + e.getMessage(),
          e);
    }
    return new KlogException(
        Reason.IO, file.name() + ": cannot " + what + ": " + e.getMessage(), e);
  }
}
