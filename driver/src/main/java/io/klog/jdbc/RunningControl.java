package io.klog.jdbc;

import io.klog.sql.StatementControl;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What {@code cancel()} and a query timeout end: a call that executes, from its wait for the
 * connection's lock to its end, whatever it does in between; and the rows that it gave. Under the
 * lock, but for {@link #begin} and {@link #cancel}.
 */
final class RunningControl {
  // Null when it has been cancelled. Executions without a timeout share one, so that an insert
  // makes no garbage here.
  private final AtomicReference<@Nullable StatementControl> control = new AtomicReference<>();
  private boolean controlIsShared;

  // A call is cancelled when this has changed since it began.
  private final AtomicInteger cancels = new AtomicInteger();

  // Of the call that runs.
  private int cancelsBefore;
  private long timeoutNanos;
  private long beganAt;

  private @Nullable QueryTimeout timeout;

  /**
   * A call begins: takes the lock for it, or gives up waiting.
   *
   * @param nanos how long it may take, the wait included; 0 for as long as it takes
   * @throws SQLException 57014, HYT00
   */
  void begin(ConnectionLock lock, long nanos) throws SQLException {
    int before = cancels.get();
    long now = nanos == 0 ? 0 : System.nanoTime();
    if (!lock.lockAtOnce()
        && !lock.lock(() -> cancels.get() != before || isOver(nanos, System.nanoTime() - now))) {
      throw gaveUpWaiting(cancels.get() != before, nanos);
    }
    cancelsBefore = before;
    timeoutNanos = nanos;
    beganAt = now;
  }

  static boolean isOver(long nanos, long taken) {
    return nanos != 0 && taken > nanos;
  }

  /**
   * @param nanos the timeout, where it was not cancelled
   */
  static SQLException gaveUpWaiting(boolean cancelled, long nanos) {
    return cancelled
        ? SqlExceptions.of(
            StatementControl.CANCELLED,
            "the statement was cancelled while it waited for another of its connection")
        : SqlExceptions.of(
            StatementControl.TIMED_OUT,
            "the statement waited for another of its connection longer than its timeout of "
                + TimeUnit.NANOSECONDS.toSeconds(nanos)
                + " s");
  }

  /** A next execution begins. */
  void forgetTimeout() {
    timeout = null;
  }

  /** Of the query that runs; null if it has none. */
  @Nullable QueryTimeout timeout() {
    return timeout;
  }

  /**
   * For a query, whose rows the caller reads in his own time: that must not count.
   *
   * @param rows how many it may give; 0 for all
   */
  StatementControl ofQuery(long rows) {
    StatementControl made = made(rows, 0);
    if (timeoutNanos != 0) {
      timeout = QueryTimeout.start(made, timeoutNanos, beganAt);
    }
    return checked(made);
  }

  /** For what gives a count, one of a batch perhaps: a limit of rows means nothing there. */
  StatementControl ofUpdate() {
    if (timeoutNanos != 0) {
      return checked(made(0, timeoutNanos));
    }
    StatementControl present = control.get();
    if (present == null || !controlIsShared) {
      present = made(0, 0);
      controlIsShared = true;
    }
    return checked(present);
  }

  /** From now on {@link #cancel} finds the control. */
  private StatementControl made(long rows, long nanos) {
    StatementControl made = new StatementControl(rows, nanos, beganAt);
    control.set(made);
    controlIsShared = false;
    return made;
  }

  /** Fails where the call was cancelled before there was this control, or its time is up. */
  private StatementControl checked(StatementControl made) {
    if (cancels.get() != cancelsBefore) {
      control.set(null);
      made.cancel();
    }
    made.check();
    return made;
  }

  /** Ends what runs, or waits to run, from any thread, without waiting for it. */
  void cancel() {
    cancels.incrementAndGet();
    StatementControl running = control.getAndSet(null);
    if (running != null) {
      running.cancel();
    }
  }

  /** What an execution threw, as the caller is told. */
  SQLException failure(Throwable thrown) {
    QueryTimeout running = timeout;
    if (running == null) {
      return SqlExceptions.of(thrown);
    }
    running.end();
    return running.failure(thrown);
  }
}
