package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes commits durable, many with one sync: the first who waits leads, syncs everything that was
 * in the log by then, shows it, and wakes the rest.
 *
 * <p>A sync that failed is never tried again, because the device may have dropped the pages and
 * would then report success: the store is failed from there on.
 */
final class GroupCommit {
  /** How long anybody waits for a sync that somebody else leads, in seconds. */
  private static final int PATIENCE = 60;

  private static final long SLICE = TimeUnit.SECONDS.toNanos(1);

  private final StorageFile file;
  private final SharedPage page;
  private final Publisher publisher;
  // Who waits, each parked by himself: woken by one condition, they would have to take its lock one
  // after the other, each with a switch of threads before the next.
  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  // Whether somebody leads just now.
  private final AtomicBoolean leading = new AtomicBoolean();
  // Held while syncing.
  private final ReentrantLock syncing = new ReentrantLock();
  private final ReentrantLock telling = new ReentrantLock();
  // The newest commit that others were told to be durable. Guarded by telling.
  private long told;
  // The newest commit in the log. Written under the writer's lock, before its committer waits here.
  private volatile long staged;
  // The newest commit that is durable.
  private final AtomicLong durable = new AtomicLong();
  // Set once.
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  // Whether somebody who uses the store was told of the failure. Set once, by any thread.
  private volatile boolean failureTold;

  GroupCommit(StorageFile file, SharedPage page, Publisher publisher) {
    this.file = file;
    this.page = page;
    this.publisher = publisher;
  }

  void staged(long commitId) {
    staged = commitId;
  }

  private record Waiter(Thread thread, long commitId) {}

  /**
   * Returns when the commit is durable and visible.
   *
   * @throws KlogException OUTCOME_UNKNOWN
   */
  void await(long commitId) {
    if (durable.get() >= commitId) {
      return;
    }
    Waiter self = new Waiter(Thread.currentThread(), commitId);
    waiters.add(self); // before it looks whether somebody leads: who ends leading looks here
    boolean interrupted = false;
    try {
      for (int slices = 0; durable.get() < commitId; ) {
        failIfFailed();
        if (leading.compareAndSet(false, true)) {
          lead(commitId);
        } else if (slices == PATIENCE) {
          throw new KlogException(
              Reason.OUTCOME_UNKNOWN,
              file.name() + ": no sync ended within " + PATIENCE + " s; the commit may be lost");
        } else {
          long start = System.nanoTime();
          LockSupport.parkNanos(this, SLICE);
          interrupted |= Thread.interrupted();
          if (System.nanoTime() - start >= SLICE) {
            slices++; // one, too, for a process that was stopped meanwhile
          }
        }
      }
    } finally {
      waiters.remove(self);
      if (durable.get() < commitId) {
        wake(); // who was woken to lead, and gives up, has another do it
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Those whose commits are durable, and the first of the others, to lead if nobody does. */
  private void wake() {
    long reached = failure.get() == null ? durable.get() : Long.MAX_VALUE;
    boolean led = leading.get();
    for (Waiter waiter : waiters) {
      if (waiter.commitId <= reached) {
        LockSupport.unpark(waiter.thread);
      } else if (!led) {
        LockSupport.unpark(waiter.thread);
        led = true;
      }
    }
  }

  private void lead(long wanted) {
    try {
      if (durable.get() >= wanted) {
        return;
      }
      long target = durableElsewhere();
      if (target < wanted) {
        target = staged;
        sync();
        tellOthers(target);
      }
      publisher.publish(target);
      reach(target);
    } catch (IOException e) {
      // The store is failed, and says so to everybody who waits: this thread is the first.
      fail(e);
    } finally {
      if (durable.get() < wanted) {
        failure.compareAndSet(null, new IOException("what a sync made durable cannot be shown"));
      }
      leading.set(false);
      wake();
    }
  }

  private void reach(long commitId) {
    durable.accumulateAndGet(commitId, Math::max);
  }

  /** What another process's sync has made durable. */
  private long durableElsewhere() throws IOException {
    return page.hasCompany() ? page.durable() : 0;
  }

  /**
   * Lets other processes show it. Where there are none it is not said, for a page more to be synced
   * with each commit costs a tenth of the sync; who comes later makes durable himself what he
   * finds. He is counted before he looks at the log, so one of the two sees the other.
   */
  private void tellOthers(long commitId) throws IOException {
    if (!page.hasCompany()) {
      return;
    }
    page.verify(false);
    telling.lock(); // held for one write: of two who tell, the later must not take back the newer
    try {
      if (commitId > told) {
        page.putDurable(commitId);
        told = commitId;
      }
    } finally {
      telling.unlock();
    }
  }

  /** All commits up to this one are durable by somebody else's sync; shows them. */
  void synced(long commitId) throws IOException {
    tellOthers(commitId);
    publisher.publish(commitId);
    reach(commitId);
    wake();
  }

  /**
   * Syncs, by whoever needs it. The system reports what went wrong to one call only, so none may
   * run beside another and be told that all is well, and none may follow one that failed.
   */
  void sync() throws IOException {
    boolean done = false;
    syncing.lock();
    try {
      IOException earlier = failure.get();
      if (earlier != null) {
        throw new IOException(earlier.getMessage(), earlier);
      }
      file.sync();
      done = true;
    } catch (IOException e) {
      fail(e);
      throw e;
    } finally {
      if (!done) {
        fail(new IOException("a sync did not end"));
      }
      syncing.unlock();
    }
  }

  /**
   * For one whose commit may have got into the log.
   *
   * @throws KlogException OUTCOME_UNKNOWN when the store is failed
   */
  void failIfFailed() {
    IOException cause = failure.get();
    if (cause != null) {
      failureTold = true;
      throw new KlogException(
          Reason.OUTCOME_UNKNOWN,
          file.name()
              + ": "
              + what(cause)
              + "; whether the newest commits are kept is not known. "
              + MEND,
          cause);
    }
  }

  /**
   * For one who has not written anything yet.
   *
   * @throws KlogException FAILED when the store is failed
   */
  void requireSound() {
    IOException cause = failure.get();
    if (cause != null) {
      failureTold = true;
      throw new KlogException(
          Reason.FAILED, file.name() + ": " + what(cause) + "; nothing was done. " + MEND, cause);
    }
  }

  private static final String MEND = "Close all connections to the file and open it anew";

  private static String what(IOException cause) {
    return cause instanceof SharedPage.LostFileException
        ? String.valueOf(cause.getMessage())
        : "the device failed (" + cause.getMessage() + ")";
  }

  /** What failed the store, for a message; null while it is sound. */
  @Nullable String failure() {
    IOException cause = failure.get();
    return cause == null ? null : what(cause);
  }

  /** Whether somebody knows already that the store is failed. */
  boolean hasToldOfFailure() {
    return failureTold;
  }

  /** Fails the store, for all processes: what the file has is not known any more. */
  void fail(IOException cause) {
    boolean first = failure.compareAndSet(null, cause);
    wake();
    if (first && !(cause instanceof SharedPage.LostFileException)) {
      page.tellOfFailure();
    }
  }
}
