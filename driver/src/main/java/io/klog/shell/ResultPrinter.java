package io.klog.shell;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Reads a result to its end and prints it. While the next row is long in coming, as that of a
 * SELECT STREAM may be, a thread prints what a writer or a buffer still holds.
 */
final class ResultPrinter {
  private static final int TICK_MILLIS = 100;
  private static final int ROWS_BETWEEN_CHECKS = 1024;

  private final RowWriter writer;
  private final Output out;
  private final Statement statement;

  // All guarded by this, as is the use of the writer.
  private boolean waiting;
  private boolean ended;
  private long rows;

  ResultPrinter(RowWriter writer, Output out, Statement statement) {
    this.writer = writer;
    this.out = out;
    this.statement = statement;
  }

  /**
   * Prints all rows.
   *
   * @return how many there were
   * @throws IOException if nobody can read them
   */
  long print(ResultSet results) throws SQLException, IOException {
    Thread flusher = new Thread(this::flushWhileWaiting, "klog-flush");
    flusher.setDaemon(true);
    flusher.start();
    try {
      while (results.next()) {
        add(results);
      }
      synchronized (this) {
        ended = true;
        writer.end();
        return rows;
      }
    } finally {
      synchronized (this) {
        if (!ended) {
          ended = true;
          writer.flush(); // what came before a failure
        }
        notifyAll();
      }
    }
  }

  private synchronized void add(ResultSet results) throws SQLException, IOException {
    waiting = false;
    writer.row(results);
    rows++;
    if (rows % ROWS_BETWEEN_CHECKS == 0) {
      out.check();
    }
  }

  private synchronized void flushWhileWaiting() {
    try {
      while (!ended) {
        if (waiting) {
          writer.flush();
          out.check();
        }
        waiting = true;
        wait(TICK_MILLIS);
      }
    } catch (IOException e) {
      giveUp();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nobody reads any more: the thread that waits for a row need not go on. */
  private void giveUp() {
    try {
      statement.cancel();
    } catch (SQLException e) {
      // It was closed meanwhile.
      return;
    }
  }
}
