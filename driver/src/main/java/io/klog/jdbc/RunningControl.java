package io.klog.jdbc;

import io.klog.sql.StatementControl;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What {@code cancel()} and a query timeout end. Under the connection's lock, but for {@link
 * #cancel}, which any thread calls.
 */
final class RunningControl {
  // Null when it has been cancelled. Executions without a timeout share one, so that an insert
  // makes no garbage here.
  private final AtomicReference<@Nullable StatementControl> control = new AtomicReference<>();
  private boolean controlIsShared;
  // Whether text is being planned, before there is a control; and whether cancel() came meanwhile.
  private volatile boolean planning;
  private volatile boolean cancelledEarly;
  private @Nullable QueryTimeout timeout;

  /** Text is planned from now on, until there is a control or {@link #planningEnded}. */
  void planningBegun() {
    cancelledEarly = false;
    planning = true;
  }

  void planningEnded() {
    planning = false;
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
   * @param nanos how long each call may take; 0 for as long as it takes
   */
  StatementControl ofQuery(long rows, long nanos) {
    StatementControl made = made(rows, 0);
    if (nanos != 0) {
      timeout = QueryTimeout.start(made, nanos);
    }
    return made;
  }

  /** For what gives a count: a limit of rows means nothing there. */
  StatementControl ofUpdate(long nanos) {
    if (nanos != 0) {
      return made(0, nanos);
    }
    StatementControl present = control.get();
    if (present == null || !controlIsShared) {
      present = made(0, 0);
      controlIsShared = true;
    }
    return planned(present);
  }

  private StatementControl made(long rows, long nanos) {
    StatementControl made = new StatementControl(rows, nanos);
    control.set(made);
    controlIsShared = false;
    return planned(made);
  }

  /** From now on cancel() finds the control. */
  private StatementControl planned(StatementControl made) {
    if (planning) {
      planning = false;
      if (cancelledEarly) {
        made.cancel();
      }
    }
    return made;
  }

  /** Ends what runs, from any thread, without waiting for it. */
  void cancel() {
    if (planning) {
      cancelledEarly = true;
    }
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
