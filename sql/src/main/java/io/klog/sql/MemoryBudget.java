package io.klog.sql;

/**
 * How much an operator may keep in memory: half of what the JVM may have, so that a large statement
 * fails alone, and not whatever else the program does. For one thread.
 */
final class MemoryBudget {
  private final long most;
  private final String what;
  private long taken;

  /**
   * @param what wants the memory, as in "GROUP BY"
   */
  MemoryBudget(String what) {
    this(what, Runtime.getRuntime().maxMemory() / 2);
  }

  MemoryBudget(String what, long most) {
    this.what = what;
    this.most = most;
  }

  /**
   * Called before so much is allocated.
   *
   * @throws SqlFault 53200 when it is too much
   */
  void take(long bytes) {
    taken += bytes;
    if (taken > most) {
      throw exceeded(
          what
              + " needs more than "
              + (most >> 20)
              + " MiB, half of the JVM's memory: give it more by -Xmx, or ask for less at a time");
    }
  }

  static SqlFault exceeded(String message) {
    return new SqlFault("53200", message);
  }
}
