package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time. Not owned by a thread but by a transaction, which may be pinned by one
 * thread and committed by another.
 */
final class WriterLock {
  private final String file;
  private final LongSupplier nanoTime;
  private final Semaphore permit = new Semaphore(1);
  // Who took it last: for the message of one who waited in vain. Ordering does not matter.
  private volatile @Nullable Thread holder;

  WriterLock(String file, LongSupplier nanoTime) {
    this.file = file;
    this.nanoTime = nanoTime;
  }

  /**
   * @throws KlogException BUSY after the timeout
   */
  void acquire(long timeoutMillis) {
    if (!permit.tryAcquire() && !acquireWithin(TimeUnit.MILLISECONDS.toNanos(timeoutMillis))) {
      Thread who = holder;
      throw new KlogException(
          Reason.BUSY,
          file
              + " is locked for writing by a transaction of "
              + (who == null ? "another thread" : "thread " + who.getName())
              + " in this process; waited "
              + timeoutMillis
              + " ms (busy_timeout)");
    }
    holder = Thread.currentThread();
  }

  /** Without waiting. */
  boolean tryAcquire() {
    if (!permit.tryAcquire()) {
      return false;
    }
    holder = Thread.currentThread();
    return true;
  }

  private boolean acquireWithin(long nanos) {
    long deadline = nanoTime.getAsLong() + nanos;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return permit.tryAcquire(deadline - nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void release() {
    permit.release();
  }
}
