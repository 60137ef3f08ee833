package io.klog.sql;

import io.klog.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * A point within a session's transaction. Of use to the session that gave it, until the transaction
 * ends or the savepoint is released.
 */
public final class SessionSavepoint {
  private final @Nullable String name;
  private final Transaction.Savepoint appended;
  private final ConsumerGroups.Mark consumed;

  /**
   * @param appended what was inserted by then
   * @param consumed how far groups had read by then
   */
  SessionSavepoint(
      @Nullable String name, Transaction.Savepoint appended, ConsumerGroups.Mark consumed) {
    this.name = name;
    this.appended = appended;
    this.consumed = consumed;
  }

  @Nullable String name() {
    return name;
  }

  Transaction.Savepoint appended() {
    return appended;
  }

  ConsumerGroups.Mark consumed() {
    return consumed;
  }
}
