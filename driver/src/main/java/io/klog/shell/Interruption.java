package io.klog.shell;

import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C while something runs. The thread that runs statements says what it is at; the thread of
 * the signal cancels it.
 */
final class Interruption {
  /** The SQLState of what was cancelled, whether a statement throws it or a command's loop. */
  static final String CANCELLED = "57014";

  private static final int CANCEL_AGAIN_MILLIS = 100;

  // All guarded by this.
  private @Nullable Thread worker;
  private @Nullable Statement running;
  private int signals;
  private int depth;

  /** Something begins, in this thread: perhaps inside of something that runs a script. */
  synchronized void begin() {
    worker = Thread.currentThread();
    depth++;
  }

  /** It ended. Behind the outermost, what was pressed is forgotten. */
  synchronized void end() {
    depth--;
    if (depth == 0) {
      worker = null;
      signals = 0;
      // Left of a second Ctrl-C that came too late to meet what it was meant for.
      Thread.interrupted();
    }
  }

  /**
   * From now on Ctrl-C cancels this statement, until the registration is closed, which brings the
   * one before back.
   *
   * @throws SQLException 57014 when Ctrl-C was pressed already
   */
  synchronized Registration running(Statement statement) throws SQLException {
    check();
    Statement before = running;
    running = statement;
    return () -> {
      synchronized (this) {
        running = before;
        notifyAll();
      }
    };
  }

  /** Closed when a statement has ended, in any way. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Whether Ctrl-C was pressed since the command began. */
  synchronized boolean interrupted() {
    return signals > 0;
  }

  /** For loops that do their own work: throws 57014 when Ctrl-C was pressed. */
  void check() throws SQLException {
    if (interrupted()) {
      throw new SQLException("cancelled", CANCELLED);
    }
  }

  /**
   * Ctrl-C, from the thread of the signal, which it does not keep waiting: the first cancels, the
   * second interrupts the thread too.
   *
   * @return how many there were since the command began; 0 if nothing runs
   */
  synchronized int interrupt() {
    if (worker == null) {
      return 0;
    }
    signals++;
    Statement statement = running;
    if (statement != null && signals == 1) {
      Thread canceller = new Thread(() -> cancel(statement), "klog-cancel");
      canceller.setDaemon(true);
      canceller.start();
    }
    if (signals > 1) {
      worker.interrupt();
    }
    return signals;
  }

  /** Until it has ended: what comes before a statement has begun to execute cancels nothing. */
  private void cancel(Statement statement) {
    try {
      while (true) {
        statement.cancel();
        synchronized (this) {
          if (running == statement) {
            wait(CANCEL_AGAIN_MILLIS);
          }
          if (running != statement) {
            return;
          }
        }
      }
    } catch (SQLException e) {
      // It was closed meanwhile: there is nothing left to cancel.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
