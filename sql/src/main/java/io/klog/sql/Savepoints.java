package io.klog.sql;

import java.util.ArrayList;
import java.util.List;

/** The savepoints of the transaction that is open, in the order in which they were set. */
final class Savepoints {
  private static final String INVALID_SAVEPOINT = "3B001";

  private final List<SessionSavepoint> live = new ArrayList<>();

  void add(SessionSavepoint savepoint) {
    live.add(savepoint);
  }

  /** Forgets those that were set after this one, which stays. */
  void forgetAfter(SessionSavepoint savepoint) {
    live.subList(indexOf(savepoint) + 1, live.size()).clear();
  }

  /** Forgets this one and those that were set after it. */
  void forgetFrom(SessionSavepoint savepoint) {
    live.subList(indexOf(savepoint), live.size()).clear();
  }

  void forgetAll() {
    live.clear();
  }

  /**
   * @throws SqlFault 3B001 when it was released or rolled back over, or is of another transaction
   */
  private int indexOf(SessionSavepoint savepoint) {
    int index = live.indexOf(savepoint);
    if (index < 0) {
      throw new SqlFault(
          INVALID_SAVEPOINT,
          "the savepoint is gone: it was released, or rolled back over, or its transaction has"
              + " ended");
    }
    return index;
  }

  /** The newest of that name. */
  SessionSavepoint named(String name) {
    for (int i = live.size() - 1; i >= 0; i--) {
      if (name.equalsIgnoreCase(live.get(i).name())) {
        return live.get(i);
      }
    }
    throw new SqlFault(INVALID_SAVEPOINT, "there is no savepoint " + name + " in the transaction");
  }
}
