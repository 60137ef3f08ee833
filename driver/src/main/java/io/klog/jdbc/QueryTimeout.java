package io.klog.jdbc;

import io.klog.sql.StatementControl;
import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds each call that an execution makes into klog: executing, and each step to the next row.
 * What the caller does between two rows does not count. A call is entered when this is made.
 *
 * <p>The JDK's own timer looks after it, and holds it weakly: rows that were dropped without being
 * closed are forgotten.
 */
final class QueryTimeout {
  private final StatementControl control;
  private final long nanos;

  // Written by the executing thread under the connection's lock, read by the timer.
  private volatile long enteredAt;
  private volatile boolean inside;
  private volatile boolean ended;
  private volatile @Nullable CompletableFuture<@Nullable Void> timer;

  // Written by the timer.
  private volatile boolean timedOut;

  private QueryTimeout(StatementControl control, long nanos) {
    this.control = control;
    this.nanos = nanos;
  }

  /**
   * @param beganAt when the call that executes began, by {@link System#nanoTime}
   */
  static QueryTimeout start(StatementControl control, long nanos, long beganAt) {
    QueryTimeout timeout = new QueryTimeout(control, nanos);
    timeout.enter(beganAt);
    timeout.lookAfter(nanos - (System.nanoTime() - beganAt));
    return timeout;
  }

  long nanos() {
    return nanos;
  }

  /**
   * @param beganAt when the call began: it may have waited before it came here
   */
  void enter(long beganAt) {
    enteredAt = beganAt;
    inside = true;
  }

  void leave() {
    inside = false;
  }

  /** There are no more calls. */
  void end() {
    ended = true;
    CompletableFuture<@Nullable Void> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void lookAfter(long delayNanos) {
    CompletableFuture<@Nullable Void> next = new CompletableFuture<>();
    WeakReference<QueryTimeout> weakly = new WeakReference<>(this);
    CompletableFuture<@Nullable Void> unused = next.thenRun(() -> look(weakly));
    timer = next.completeOnTimeout(null, delayNanos, TimeUnit.NANOSECONDS);
    if (ended) {
      next.cancel(false);
    }
  }

  private static void look(WeakReference<QueryTimeout> weakly) {
    QueryTimeout timeout = weakly.get();
    if (timeout != null && !timeout.ended) {
      timeout.look();
    }
  }

  private void look() {
    // In this order: the moment is that of this call or of a later one.
    boolean running = inside;
    long left = running ? nanos - (System.nanoTime() - enteredAt) : nanos;
    if (left > 0) {
      lookAfter(left);
    } else {
      timedOut = true;
      control.cancel();
    }
  }

  /** What was thrown, as the caller is told. */
  SQLException failure(Throwable thrown) {
    SQLException failure = SqlExceptions.of(thrown);
    return timedOut && StatementControl.CANCELLED.equals(failure.getSQLState())
        ? SqlExceptions.of(
            StatementControl.TIMED_OUT,
            "the statement ran longer than its timeout of "
                + TimeUnit.NANOSECONDS.toSeconds(nanos)
                + " s",
            thrown)
        : failure;
  }
}
