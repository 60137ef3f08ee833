package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
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
  private static final long PATIENCE = 60;

  private final StorageFile file;
  private final SharedPage page;
  private final Publisher publisher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition synced = lock.newCondition();
  // Held while syncing; taken before lock, never inside it.
  private final ReentrantLock syncing = new ReentrantLock();
  private final ReentrantLock telling = new ReentrantLock();
  // The newest commit that others were told to be durable. Guarded by telling.
  private long told;
  // The newest commit in the log. Written under the writer's lock, before its committer waits here.
  private volatile long staged;
  // The newest commit that is durable. Guarded by lock.
  private long durable;
  // Whether somebody leads just now. Guarded by lock.
  private boolean leading;
  // Written under lock, once; read by anybody.
  private volatile @Nullable IOException failure;

  GroupCommit(StorageFile file, SharedPage page, Publisher publisher) {
    this.file = file;
    this.page = page;
    this.publisher = publisher;
  }

  void staged(long commitId) {
    staged = commitId;
  }

  /**
   * Returns when the commit is durable and visible.
   *
   * @throws KlogException OUTCOME_UNKNOWN
   */
  void await(long commitId) {
    lock.lock();
    try {
      long patience = TimeUnit.SECONDS.toNanos(PATIENCE);
      while (durable < commitId) {
        failIfFailed();
        if (!leading) {
          lead(commitId);
        } else if (patience <= 0) {
          throw new KlogException(
              Reason.OUTCOME_UNKNOWN,
              file.name() + ": no sync ended within " + PATIENCE + " s; the commit may be lost");
        } else {
          patience = awaitLeader(patience);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Syncs outside the lock, so that others can write and queue meanwhile. */
  private void lead(long wanted) {
    leading = true;
    long target = 0;
    boolean done = false;
    lock.unlock();
    try {
      target = durableElsewhere();
      if (target < wanted) {
        target = staged;
        sync();
        tellOthers(target);
      }
      publisher.publish(target);
      done = true;
    } catch (IOException e) {
      // The store is failed, and says so to everybody who waits: this thread is the first.
      fail(e);
    } finally {
      lock.lock();
      leading = false;
      if (done) {
        durable = Math.max(durable, target);
      } else if (failure == null) {
        failure = new IOException("what a sync made durable could not be shown");
      }
      synced.signalAll();
    }
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
    lock.lock();
    try {
      durable = Math.max(durable, commitId);
      synced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Syncs, by whoever needs it. The system reports what went wrong to one call only, so none may
   * run beside another and be told that all is well, and none may follow one that failed.
   */
  void sync() throws IOException {
    boolean done = false;
    syncing.lock();
    try {
      IOException earlier = failure;
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

  @SuppressWarnings("WaitNotInLoop") // await is the loop
  private long awaitLeader(long patience) {
    boolean interrupted = Thread.interrupted();
    try {
      // In slices: a process that was stopped meanwhile has waited for one.
      long slice = Math.min(patience, TimeUnit.SECONDS.toNanos(1));
      return patience - slice + Math.max(0, synced.awaitNanos(slice));
    } catch (InterruptedException e) {
      interrupted = true;
      return patience;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * @throws KlogException OUTCOME_UNKNOWN when the store is failed
   */
  void failIfFailed() {
    IOException cause = failure;
    if (cause != null) {
      throw new KlogException(
          Reason.OUTCOME_UNKNOWN,
          file.name()
              + ": the device failed ("
              + cause.getMessage()
              + "); whether the newest commits are kept is not known. Close all connections to the"
              + " file and open it anew",
          cause);
    }
  }

  /** Fails the store, for all processes: what the file has is not known any more. */
  void fail(IOException cause) {
    boolean first;
    lock.lock();
    try {
      first = failure == null;
      if (first) {
        failure = cause;
      }
      synced.signalAll();
    } finally {
      lock.unlock();
    }
    if (first && !(cause instanceof SharedPage.LostFileException)) {
      page.tellOfFailure();
    }
  }
}
