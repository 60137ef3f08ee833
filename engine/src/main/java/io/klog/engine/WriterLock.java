package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time: a permit among the threads of this process, then the file's byte among
 * processes. Not owned by a thread but by a transaction, which may be pinned by one thread and
 * committed by another.
 *
 * <p>Locking and unlocking the byte costs as much as a commit that waits for no device. So it may
 * be kept over a burst of commits, while no other process asks for it: {@link SharedPage#want}.
 */
final class WriterLock {
  /** How long a burst goes on though another process waits, ns. */
  private static final long QUANTUM = TimeUnit.MICROSECONDS.toNanos(250);

  /** How long one steps back for another process that waits, ns; it may be dead. */
  private static final long COURTESY = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * How long one who can do without the lock waits, ns: about as long as it takes until a process
   * that keeps the byte, and does not use it just now, lets go of it when asked. Without, one who
   * commits more often than every millisecond would keep it from him for ever.
   */
  private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(5);

  /** About 10 us. */
  private static final int SPINS = 200;

  /** How long it waits at most before it asks whether it was given up, ns. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long LEAST_PAUSE = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long GREATEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private final Storage storage;
  private final StorageFile file;
  private final FileLocks locks;
  private final SharedPage page;
  private final Semaphore permit = new Semaphore(1);
  // Who took it last: for the message of one who waited in vain. Ordering does not matter.
  private volatile @Nullable Thread holder;
  // The file's byte, kept or in use; null when it is not locked. Guarded by the permit.
  private @Nullable StorageLock kept;
  // Whether it is. Written by who has the permit, read by anybody.
  private volatile boolean byteLocked;
  // When the byte was locked, ns. Written by who has the permit, read by anybody.
  private volatile long since;
  // Whether the byte is locked, and all that others wrote before is known. Written by who has the
  // permit; read by anybody.
  private volatile boolean settled;
  // How often the permit was taken. Written by who has the permit; read by the watcher.
  private volatile int uses;

  WriterLock(Storage storage, StorageFile file, FileLocks locks, SharedPage page) {
    this.storage = storage;
    this.file = file;
    this.locks = locks;
    this.page = page;
  }

  /**
   * Takes the lock.
   *
   * @param isGivenUp asked again and again while this waits: whether to wait no more
   * @throws KlogException BUSY after the timeout, CANCELLED
   */
  void acquire(long timeoutMillis, BooleanSupplier isGivenUp) throws IOException {
    long start = storage.nanoTime();
    acquirePermit(timeoutMillis, isGivenUp);
    boolean locked = false;
    try {
      long deadline = start + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      locked = kept != null || lockByte(deadline, isGivenUp);
      if (!locked) {
        throw busy(page.writer(), timeoutMillis);
      }
      taken();
    } finally {
      if (!locked) {
        unlockByte();
        permit.release();
      }
    }
  }

  /** Keeps out the threads of this process, but no other process. */
  void acquirePermit(long timeoutMillis, BooleanSupplier isGivenUp) {
    if (permit.tryAcquire() || spin()) {
      return;
    }
    boolean acquired = false;
    try {
      acquired = acquireWithin(TimeUnit.MILLISECONDS.toNanos(timeoutMillis), isGivenUp);
    } finally {
      if (!acquired) {
        unlockIfFree(); // it may have been kept for this thread
      }
    }
    if (!acquired) {
      Thread who = holder;
      throw busy(
          "a transaction of "
              + (who == null ? "another thread" : "thread " + who.getName())
              + " in this process",
          timeoutMillis);
    }
  }

  /**
   * With the permit: takes the file's byte, too, if it is free.
   *
   * @return false when another process has it
   */
  boolean tryByteAlone() throws IOException {
    return kept != null || tryByte();
  }

  /** Without waiting. */
  boolean tryAcquire() throws IOException {
    return permit.tryAcquire() && tryWithPermit(false);
  }

  /** The same, but gives a process that only keeps the byte the time to let go of it. */
  boolean tryAcquireKept() throws IOException {
    return (permit.tryAcquire() || spin()) && tryWithPermit(true);
  }

  private boolean tryWithPermit(boolean asks) throws IOException {
    boolean locked = false;
    try {
      locked =
          kept != null || (asks ? lockByte(storage.nanoTime() + SHORT, () -> false) : tryByte());
    } finally {
      if (!locked) {
        unlockByte();
        permit.release();
      }
    }
    if (locked) {
      taken();
    }
    return locked;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by who has the permit
  private void taken() {
    holder = Thread.currentThread();
    uses++;
  }

  private KlogException busy(String owner, long timeoutMillis) {
    return new KlogException(
        Reason.BUSY,
        file.name()
            + " is locked for writing by "
            + owner
            + "; waited "
            + timeoutMillis
            + " ms (busy_timeout)");
  }

  /** A commit takes some microseconds; putting a thread to sleep and waking it takes more. */
  private boolean spin() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
      if (permit.availablePermits() > 0 && permit.tryAcquire()) {
        return true;
      }
    }
    return false;
  }

  /** By the time that it waited: the storage's clock may stand still meanwhile. */
  private boolean acquireWithin(long nanos, BooleanSupplier isGivenUp) {
    boolean interrupted = false;
    try {
      for (long left = nanos; left > 0; ) {
        failIfGivenUp(isGivenUp);
        long start = System.nanoTime();
        try {
          if (permit.tryAcquire(Math.min(left, PATIENCE), TimeUnit.NANOSECONDS)) {
            return true;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left -= System.nanoTime() - start;
      }
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void failIfGivenUp(BooleanSupplier isGivenUp) {
    if (isGivenUp.getAsBoolean()) {
      throw new KlogException(
          Reason.CANCELLED, file.name() + ": the wait for its lock for writing was given up");
    }
  }

  private boolean lockByte(long deadline, BooleanSupplier isGivenUp) throws IOException {
    letOthersGoFirst();
    if (tryByte()) {
      return true;
    }
    try {
      for (long pause = LEAST_PAUSE; ; pause = Math.min(pause * 2, GREATEST_PAUSE)) {
        page.want();
        if (tryByte()) {
          return true;
        }
        long left = deadline - storage.nanoTime();
        if (left <= 0) {
          return false;
        }
        failIfGivenUp(isGivenUp);
        storage.pause(Math.min(pause, left));
      }
    } finally {
      page.wantNoMore();
    }
  }

  private boolean tryByte() throws IOException {
    StorageLock lock = locks.tryWriter();
    if (lock == null) {
      return false;
    }
    kept = lock;
    byteLocked = true;
    since = storage.nanoTime();
    settled = false;
    return true;
  }

  /** Whoever asked for the byte polls it, and would find it locked again every time. */
  private void letOthersGoFirst() throws IOException {
    if (!page.isWantedByOthers()) {
      return;
    }
    long until = storage.nanoTime() + COURTESY;
    while (page.isWantedByOthers() && until - storage.nanoTime() > 0) {
      storage.pause(LEAST_PAUSE);
    }
  }

  /** Whether this process has the byte and knows of all that was written before it had. */
  boolean isSettled() {
    return settled;
  }

  void settle() {
    settled = true;
  }

  /**
   * @param keep whether more is likely to come at once
   */
  void release(boolean keep) {
    boolean handedOver = !keep && permit.hasQueuedThreads();
    try {
      if (!(keep || handedOver) || isAskedFor()) {
        unlockByte();
      }
    } finally {
      permit.release();
    }
    if (handedOver && !permit.hasQueuedThreads()) {
      unlockIfFree(); // whoever waited has given up
    }
  }

  private void unlockIfFree() {
    if (permit.tryAcquire()) {
      try {
        unlockByte();
      } finally {
        permit.release();
      }
    }
  }

  /** What goes wrong here harms nobody's commit: then the byte is not kept. */
  private boolean isAskedFor() {
    try {
      return page.isWantedByOthers() && storage.nanoTime() - since >= QUANTUM;
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      return true;
    }
  }

  private void unlockByte() {
    StorageLock lock = kept;
    if (lock == null) {
      return;
    }
    settled = false;
    kept = null;
    byteLocked = false;
    try {
      lock.close();
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      // The operating system does not let go of it: it will when the file is closed.
      System.getLogger(WriterLock.class.getName())
          .log(System.Logger.Level.WARNING, file.name() + ": cannot unlock", e);
    }
  }

  /** How often it was taken so far: to find out whether it is idle. */
  int uses() {
    return uses;
  }

  /** Whether the byte is locked, be it that nobody uses it just now. */
  boolean isKept() {
    return byteLocked;
  }

  /**
   * Unlocks the byte if nobody uses it now, and it is not worth keeping: it was not used lately, or
   * another process asks for it.
   *
   * @param idle whether it was not used lately, when it had been used so often
   */
  void letGo(boolean idle, int usesThen) {
    if (!(idle || isAskedFor()) || !permit.tryAcquire()) {
      return;
    }
    try {
      if (uses == usesThen || isAskedFor()) {
        unlockByte();
      }
    } finally {
      permit.release();
    }
  }
}
