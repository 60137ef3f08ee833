package io.klog.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a connection: reentrant, and cheap where nobody else wants it, since every row that
 * is stepped to takes it. ReentrantLock's unlock is a full fence, which is much of what a row
 * costs; here unlocking is a release store and wakes nobody; who waits looks again by himself.
 * Whoever comes may overtake those who wait, until the first of them has waited for a millisecond:
 * from then on he is next.
 *
 * <p>Who must not wait leaves what he has to do to the owner: see {@link #leave}.
 */
final class ConnectionLock {
  private static final VarHandle OWNER;
  private static final VarHandle USER;
  private static final int SPINS = 200;
  private static final long FIRST_WAIT_NANOS = 50_000;
  private static final long LONGEST_WAIT_NANOS = 1_000_000;
  // Of those who are not first: they are woken when they are.
  private static final long BEHIND_WAIT_NANOS = 10_000_000;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(ConnectionLock.class, "owner", Thread.class);
      USER = lookup.findVarHandle(ConnectionLock.class, "user", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Thread owner;

  /** How often the owner has taken it beyond the first time; the owner's own. */
  private int depth;

  /** Written by the owner, without a fence; read by anybody, who may see it late. */
  @SuppressWarnings("unused") // by its handle only
  private @Nullable Object user;

  /** Those who wait, in the order of coming. Only the first of them tries to take it. */
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

  /** The first of those who wait, once nobody may overtake him any more; written by him alone. */
  private volatile @Nullable Thread next;

  /** Added to by anybody, taken from by the owner. */
  private final Queue<Runnable> left = new ConcurrentLinkedQueue<>();

  /** Set behind what was added, and cleared before it is taken: cheaper to ask than the queue. */
  private volatile boolean anythingLeft;

  /** Waits as long as it takes; interrupts are left for others to see. */
  void lock() {
    if (!lockAtOnce()) {
      await(() -> false);
    }
  }

  /**
   * Waits until it is given up; interrupts are left for others to see.
   *
   * @param isGivenUp asked every now and then; not where there is nothing to wait for
   * @return whether it was taken
   */
  boolean lock(BooleanSupplier isGivenUp) {
    return lockAtOnce() || await(isGivenUp);
  }

  /** Takes it if nobody has it, and nobody who waits is next. */
  boolean lockAtOnce() {
    Thread me = Thread.currentThread();
    if (owner == me) {
      depth++;
      return true;
    }
    return next == null && OWNER.compareAndSet(this, (Thread) null, me);
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

  private boolean await(BooleanSupplier isGivenUp) {
    Thread me = Thread.currentThread();
    boolean interrupted = false;
    waiting.add(me);
    try {
      int spins = SPINS;
      long wait = FIRST_WAIT_NANOS;
      while (true) {
        boolean first = waiting.peek() == me;
        if (first && OWNER.compareAndSet(this, (Thread) null, me)) {
          return true;
        }
        if (first && spins > 0) {
          spins--;
          Thread.onSpinWait();
          continue;
        }
        if (isGivenUp.getAsBoolean()) {
          return false;
        }
        if (!first) {
          LockSupport.parkNanos(this, BEHIND_WAIT_NANOS);
        } else {
          if (wait > LONGEST_WAIT_NANOS) {
            wait = LONGEST_WAIT_NANOS;
            next = me;
          }
          LockSupport.parkNanos(this, wait);
          wait *= 2;
        }
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (next == me) {
        next = null;
      }
      waiting.remove(me);
      Thread first = waiting.peek();
      if (first != null) {
        LockSupport.unpark(first);
      }
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
    do {
      try {
        if (anythingLeft) {
          doWhatWasLeft();
        }
      } finally {
        release();
      }
    } while (anythingLeft && OWNER.compareAndSet(this, (Thread) null, Thread.currentThread()));
  }

  private void release() {
    USER.setOpaque(this, (Object) null);
    OWNER.setRelease(this, (Thread) null);
    Thread first = next;
    if (first != null) {
      LockSupport.unpark(first);
    }
  }

  /** Says what the owner, who calls this, has it for, until he lets go of it. */
  void usedBy(Object newUser) {
    USER.setOpaque(this, newUser);
  }

  /** What the owner has it for, as far as that is known here and now. */
  @Nullable Object user() {
    return USER.getOpaque(this);
  }

  /**
   * Leaves something to be done under the lock, and does not wait for it: the owner does it before
   * he lets go of it, or while he waits for rows. Where he has just looked, it is whoever takes the
   * lock next.
   *
   * @param work throws nothing
   * @param wake has an owner who waits for rows look whether something is left
   */
  void leave(Runnable work, Runnable wake) {
    left.add(work);
    anythingLeft = true;
    wake.run();
    // The owner may have looked before, and let go of it since: that is seen a little later only,
    // as letting go is no fence.
    for (int i = 0; i < SPINS && anythingLeft; i++) {
      if (tryLock()) {
        unlock();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /** Whether others have left something to be done. */
  boolean isAnythingLeft() {
    return anythingLeft;
  }

  /** What others have left to be done. By the owner. */
  void doWhatWasLeft() {
    anythingLeft = false;
    Runnable work;
    while ((work = left.poll()) != null) {
      work.run();
    }
  }
}
