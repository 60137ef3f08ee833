package io.klog.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a connection: reentrant, and cheap where nobody else wants it, since every row that
 * is stepped to takes it. ReentrantLock's unlock is a full fence, which is much of what a row
 * costs; here unlocking is a release store and wakes nobody; who waits looks again by himself.
 * Whoever comes may overtake those who wait, until the first of them has waited for a millisecond:
 * from then on he is next.
 */
final class ConnectionLock {
  private static final VarHandle OWNER;
  private static final int SPINS = 200;
  private static final long FIRST_WAIT_NANOS = 50_000;
  private static final long LONGEST_WAIT_NANOS = 1_000_000;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(ConnectionLock.class, "owner", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Thread owner;

  /** How often the owner has taken it beyond the first time; the owner's own. */
  private int depth;

  /** Held by the first of those who wait; the others wait for it, in the order of coming. */
  private final ReentrantLock queue = new ReentrantLock(true);

  /** The first of those who wait, once nobody may overtake him any more. */
  private volatile @Nullable Thread next;

  /** Waits as long as it takes; interrupts are left for others to see. */
  void lock() {
    Thread me = Thread.currentThread();
    if (owner == me) {
      depth++;
    } else if (next != null || !OWNER.compareAndSet(this, (Thread) null, me)) {
      await(me);
    }
  }

  /** Takes it if nobody has it. */
  boolean tryLock() {
    Thread me = Thread.currentThread();
    if (owner == me) {
      depth++;
      return true;
    }
    return OWNER.compareAndSet(this, (Thread) null, me);
  }

  private void await(Thread me) {
    queue.lock();
    boolean interrupted = false;
    try {
      int spins = SPINS;
      long wait = FIRST_WAIT_NANOS;
      while (!OWNER.compareAndSet(this, (Thread) null, me)) {
        if (spins > 0) {
          spins--;
          Thread.onSpinWait();
          continue;
        }
        if (wait > LONGEST_WAIT_NANOS) {
          wait = LONGEST_WAIT_NANOS;
          next = me;
        }
        LockSupport.parkNanos(this, wait);
        interrupted |= Thread.interrupted();
        wait *= 2;
      }
    } finally {
      next = null;
      queue.unlock();
      if (interrupted) {
        me.interrupt();
      }
    }
  }

  void unlock() {
    assert owner == Thread.currentThread();
    if (depth > 0) {
      depth--;
      return;
    }
    OWNER.setRelease(this, (Thread) null);
    Thread waiting = next;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }
}
