package io.klog.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that does what nobody calls for, while there is such: it looks for commits of other
 * processes as long as threads of this one wait for some, unlocks the writer's byte when it was
 * kept and is not used any more, and takes leave of groups for members that could not. It ends when
 * there has been nothing for a while.
 */
final class Watcher {
  /** How often it looks while commits come quickly, ns. */
  private static final long LEAST_PAUSE = TimeUnit.MICROSECONDS.toNanos(50);

  /** How often it looks at least, ns: some thousandths of a core. */
  private static final long GREATEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  /** It looks again after this part of the time since the last commit. */
  private static final int PART = 16;

  /** A kept lock is let go of when it was not used for so long, ns. */
  private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(1);

  /** How often it looks whether another process asks for a kept lock, ns. */
  private static final long ASKED_PAUSE = TimeUnit.MICROSECONDS.toNanos(200);

  /** It ends when there was nothing to do for so long, ns. */
  private static final long LINGER = TimeUnit.SECONDS.toNanos(5);

  private final boolean allowed;
  private final WriterLock writerLock;
  private final Publisher publisher;
  private final Groups groups;
  private final Runnable refresh;
  // Null when there is none. Written under this, read by anybody.
  private volatile @Nullable Thread thread;
  // Whether it sleeps for want of anything to do: it has to be woken then. Ordered by its being
  // set before the last look for work.
  private volatile boolean asleep;
  // Written under this.
  private volatile boolean stopped;

  /**
   * @param allowed whether there may be a thread
   * @param groups may have members to take leave of
   * @param refresh shows what others have committed
   */
  Watcher(
      boolean allowed,
      WriterLock writerLock,
      Publisher publisher,
      Groups groups,
      Runnable refresh) {
    this.allowed = allowed;
    this.groups = groups;
    this.writerLock = writerLock;
    this.publisher = publisher;
    this.refresh = refresh;
  }

  /**
   * Has it look after what the caller just began.
   *
   * @return whether somebody does
   */
  boolean watch() {
    if (asleep || thread == null) {
      return start();
    }
    return true;
  }

  private synchronized boolean start() {
    if (!allowed || stopped) {
      return false;
    }
    try {
      Thread running = thread;
      if (running == null) {
        running = new Thread(null, this::watchUntilIdle, "klog-watcher", 0, false);
        running.setDaemon(true);
        running.setContextClassLoader(null);
        running.start();
        thread = running;
      } else {
        LockSupport.unpark(running);
      }
      return true;
    } catch (RuntimeException | VirtualMachineError e) {
      return false; // no more threads: a commit that was written is not to fail for that
    }
  }

  synchronized void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  private void watchUntilIdle() {
    boolean ended = false;
    try {
      run();
      ended = true;
    } finally {
      if (!ended) { // out of memory, say: another takes its place when there is something to do
        synchronized (this) {
          thread = null;
        }
      }
    }
  }

  private void run() {
    long now = System.nanoTime();
    long visible = publisher.visibleCommit();
    long news = now;
    int uses = writerLock.uses();
    long used = now;
    long busy = now;
    while (!stopped) {
      boolean kept = writerLock.isKept();
      boolean awaited = publisher.isAwaited();
      boolean departing = groups.hasDeparted();
      if (!kept && !awaited && !departing) {
        if (!rest(now - busy)) {
          return;
        }
        now = System.nanoTime();
        continue;
      }
      asleep = false;
      long pause = awaited ? pause(now - news) : GREATEST_PAUSE;
      pause = departing ? Math.min(pause, groups.departureDelay()) : pause;
      FileStorage.park(kept ? Math.min(pause, ASKED_PAUSE) : pause);
      now = System.nanoTime();
      busy = now;
      if (awaited) {
        look(refresh);
      }
      if (departing) {
        look(groups::sayDeparted);
      }
      if (publisher.visibleCommit() != visible) {
        visible = publisher.visibleCommit();
        news = now;
      }
      if (writerLock.uses() != uses) {
        uses = writerLock.uses();
        used = now;
      }
      if (kept) {
        writerLock.letGo(now - used >= IDLE, uses);
      }
    }
  }

  private static long pause(long sinceNews) {
    return Math.min(Math.max(sinceNews / PART, LEAST_PAUSE), GREATEST_PAUSE);
  }

  /** Sleeps until woken; false when it is to end. */
  private boolean rest(long idle) {
    asleep = true;
    if (hasWork()) {
      return true;
    }
    if (idle < LINGER) {
      LockSupport.parkNanos(LINGER - idle);
      return true;
    }
    synchronized (this) {
      if (hasWork()) {
        return true;
      }
      thread = null;
      return false;
    }
  }

  private boolean hasWork() {
    return writerLock.isKept() || publisher.isAwaited() || groups.hasDeparted();
  }

  private void look(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | VirtualMachineError e) {
      // Those who wait look for themselves, and are told.
      publisher.endWaiting();
    }
  }
}
