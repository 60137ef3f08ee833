package io.klog.engine;

import java.io.IOException;

/**
 * Takes a process out of a file that it has open for writing. The last one to go checkpoints what
 * was written, and trims the file if nobody reads it.
 */
final class Leaving {
  private final FileLocks locks;
  private final SharedPage page;
  private final FileLocks.Slot slot;
  private final WriterLock writerLock;
  private final Replica replica;
  private final Writer writer;
  private final Checkpoints checkpoints;

  Leaving(
      FileLocks locks,
      SharedPage page,
      FileLocks.Slot slot,
      WriterLock writerLock,
      Replica replica,
      Writer writer,
      Checkpoints checkpoints) {
    this.locks = locks;
    this.page = page;
    this.slot = slot;
    this.writerLock = writerLock;
    this.replica = replica;
    this.writer = writer;
    this.checkpoints = checkpoints;
  }

  /** Ends what this process does with the file, under its locks. */
  interface End {
    /**
     * Returns if the file is still ours.
     *
     * @throws IOException when nobody knows
     */
    void run() throws IOException;
  }

  /**
   * Leaves.
   *
   * @param busyTimeoutMillis how long to wait for others that open and close the file, and for a
   *     transaction of this process that was never ended
   * @throws io.klog.KlogException BUSY
   */
  void leave(long busyTimeoutMillis, End end) throws IOException {
    StorageLock opening = locks.opening(false, busyTimeoutMillis);
    // Without it, whoever opens or closes the file now finds this process gone, as if it had died.
    try {
      writerLock.acquirePermit(busyTimeoutMillis, () -> false);
      try {
        replica.lock();
        try {
          end.run();
          page.leave();
          slot.lock().close();
          if (opening != null) {
            closeIfLast();
          }
        } finally {
          replica.unlock();
        }
      } finally {
        writerLock.release(false);
      }
    } finally {
      if (opening != null) {
        opening.close();
      }
    }
  }

  private void closeIfLast() throws IOException {
    StorageLock all = locks.allSlots();
    if (all == null) {
      return;
    }
    try {
      if (writerLock.tryByteAlone()) {
        closeLast();
      }
    } finally {
      all.close(); // before the opening's lock: who comes next must not find them taken
    }
  }

  private void closeLast() throws IOException {
    writer.settle();
    Superblock superblock = replica.superblock();
    if (!superblock.closed() || !superblock.log().equals(replica.log().position())) {
      writer.makeReady();
      StorageLock noReaders = locks.noReaders();
      try {
        checkpoints.writeClosing(noReaders != null);
      } finally {
        if (noReaders != null) {
          noReaders.close();
        }
      }
    }
    page.clear();
  }
}
