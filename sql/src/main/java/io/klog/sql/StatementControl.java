package io.klog.sql;

import io.klog.KlogException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a statement's owner wants of its execution, and his way to end it from another thread. One
 * per execution.
 */
public final class StatementControl implements BooleanSupplier {
  private final long maxRows;
  private final long timeoutNanos;
  private final long startNanos;
  // Set by any thread, read by the executing one; never reset.
  private volatile boolean cancelled;
  // Has whoever waits for this execution look at it.
  private volatile @Nullable Runnable wake;

  /**
   * @param maxRows 0 for all
   * @param timeoutNanos 0 for none
   */
  public StatementControl(long maxRows, long timeoutNanos) {
    this(maxRows, timeoutNanos, timeoutNanos == 0 ? 0 : System.nanoTime());
  }

  /**
   * For an execution that began earlier.
   *
   * @param startNanos by {@link System#nanoTime}; not looked at where there is no timeout
   */
  public StatementControl(long maxRows, long timeoutNanos, long startNanos) {
    this.maxRows = maxRows;
    this.timeoutNanos = timeoutNanos;
    this.startNanos = startNanos;
  }

  public static StatementControl unlimited() {
    return new StatementControl(0, 0);
  }

  public long maxRows() {
    return maxRows;
  }

  /** From any thread. */
  public void cancel() {
    cancelled = true;
    Runnable waking = wake;
    if (waking != null) {
      waking.run();
    }
  }

  /** Set before the execution waits for anything; it looks before it waits. */
  void wakeBy(Runnable waking) {
    if (wake != waking) {
      wake = waking;
    }
  }

  /** Whether nobody wants the statement to go on: for whatever waits on its behalf. */
  @Override
  public boolean getAsBoolean() {
    return cancelled || isTimedOut();
  }

  private boolean isTimedOut() {
    return timeoutNanos != 0 && System.nanoTime() - startNanos > timeoutNanos;
  }

  /**
   * Called now and then while rows are made.
   *
   * @throws SqlFault {@link #CANCELLED} when cancelled; {@link #TIMED_OUT} when the time is up
   */
  public void check() {
    if (cancelled) {
      throw new SqlFault(CANCELLED, "the statement was cancelled");
    }
    if (isTimedOut()) {
      throw new SqlFault(
          TIMED_OUT,
          "the statement ran longer than its timeout of "
              + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
              + " ms");
    }
  }

  /**
   * What its owner is told where the store refused: if it was given up, by what made it give up.
   *
   * @throws SqlFault where it was cancelled, or its time was up
   */
  KlogException told(KlogException refused) {
    if (refused.reason() == KlogException.Reason.CANCELLED) {
      check();
    }
    return refused;
  }

  /** The SQLState of a statement that ran out of time. */
  public static final String TIMED_OUT = "HYT00";

  /** The SQLState of what was cancelled. */
  public static final String CANCELLED = "57014";
}
