package io.klog.engine;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file that processes lock against each other. None of them exists: they lie behind
 * everything a file can hold. The operating system drops a process's locks when it dies: that is
 * klog's heartbeat.
 */
final class FileLocks {
  /** One writer at a time. */
  static final long WRITER = 1L << 62;

  /** Exclusively, who opens or closes the file for writing; shared, who opens it for reading. */
  private static final long OPENING = WRITER + 1;

  /** One checkpoint at a time. */
  private static final long CHECKPOINT = OPENING + 1;

  /** Each process that has the file open for writing, one of these. */
  private static final long SLOTS = WRITER + 64;

  /**
   * Each process that only reads, one of these, shared: a descriptor without the right to write can
   * do that. Several, because in one JVM two shared locks of the same byte exclude each other.
   */
  private static final long READERS = SLOTS + 192;

  private static final int READER_COUNT = 256;

  private static final long LEAST_PAUSE = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long GREATEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  static {
    assert SLOTS + SharedPage.SLOTS <= READERS;
  }

  private final Storage storage;
  private final StorageFile file;

  FileLocks(Storage storage, StorageFile file) {
    this.storage = storage;
    this.file = file;
  }

  /**
   * Keeps everybody else from opening and closing meanwhile.
   *
   * @param shared for one who only reads
   * @return null when it was not to be had within the timeout
   */
  @Nullable StorageLock opening(boolean shared, long timeoutMillis) throws IOException {
    return await(OPENING, shared, timeoutMillis);
  }

  /** The writer's lock, for the one who recovers the file: null when it is not to be had. */
  @Nullable StorageLock writer(long timeoutMillis) throws IOException {
    return await(WRITER, false, timeoutMillis);
  }

  @Nullable StorageLock tryWriter() throws IOException {
    return file.tryLock(WRITER, false);
  }

  @Nullable StorageLock tryCheckpoint() throws IOException {
    return file.tryLock(CHECKPOINT, false);
  }

  private @Nullable StorageLock await(long position, boolean shared, long timeoutMillis)
      throws IOException {
    long deadline = storage.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    for (long pause = LEAST_PAUSE; ; pause = Math.min(pause * 2, GREATEST_PAUSE)) {
      StorageLock lock = file.tryLock(position, shared);
      if (lock != null || storage.nanoTime() - deadline >= 0) {
        return lock;
      }
      storage.pause(pause);
    }
  }

  /** All slots at once: null when a process has the file open for writing. */
  @Nullable StorageLock allSlots() throws IOException {
    return file.tryLock(SLOTS, SharedPage.SLOTS, false);
  }

  /** Whether a process has the file open for writing; for one who only reads. */
  boolean isOpenForWriting() throws IOException {
    StorageLock none = file.tryLock(SLOTS, SharedPage.SLOTS, true);
    if (none == null) {
      return true;
    }
    none.close();
    return false;
  }

  /**
   * A process's place among those that have the file open for writing.
   *
   * @param exclusive whether it is all there are
   */
  record Slot(int number, StorageLock lock, boolean exclusive) {}

  /** Whether nobody has the slot: the process that had it is dead, or has closed the file. */
  boolean isFree(int slot) throws IOException {
    return isFree(slot, false);
  }

  /**
   * The same for one who only reads. Whoever opens the file meanwhile must not find the slot locked
   * by one who looks, and take the file for open.
   *
   * @return false, too, while somebody opens or closes it
   */
  boolean isFreeToReader(int slot) throws IOException {
    StorageLock opening = opening(true, 0);
    if (opening == null) {
      return false;
    }
    try {
      return isFree(slot, true);
    } finally {
      opening.close();
    }
  }

  private boolean isFree(int slot, boolean shared) throws IOException {
    StorageLock lock = file.tryLock(SLOTS + slot, shared);
    if (lock == null) {
      return false;
    }
    lock.close();
    return true;
  }

  /** Null when all are taken. */
  @Nullable Slot takeSlot() throws IOException {
    for (int i = 0; i < SharedPage.SLOTS; i++) {
      StorageLock lock = file.tryLock(SLOTS + i, false);
      if (lock != null) {
        return new Slot(i, lock, false);
      }
    }
    return null;
  }

  /**
   * Says that somebody reads the file: it will not be cut. Null where nobody may lock it at all.
   */
  @Nullable StorageLock reader() throws IOException {
    for (int i = 0; i < READER_COUNT; i++) {
      StorageLock lock = file.tryLock(READERS + i, true);
      if (lock != null) {
        return lock;
      }
    }
    return null;
  }

  /** Keeps readers out: null when there is one. */
  @Nullable StorageLock noReaders() throws IOException {
    return file.tryLock(READERS, READER_COUNT, false);
  }
}
