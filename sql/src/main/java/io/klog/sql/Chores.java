package io.klog.sql;

/**
 * What others want done with a session that they may not use as long as a statement runs: to close
 * rows. Whoever waits for a row of a stream may wait for long, and does it in between.
 */
public interface Chores {
  Chores NONE =
      new Chores() {
        @Override
        public boolean areThere() {
          return false;
        }

        @Override
        public void run() {}
      };

  /** Asked by whoever waits, whenever {@link Session#wake} was called. Must not block. */
  boolean areThere();

  /**
   * In the thread that waits, which goes on to wait afterwards. Neither throws anything nor closes
   * the rows that are waited for.
   */
  void run();
}
