package io.klog.jdbc;

import io.klog.sql.Rows;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * What a connection knows of a statement: weak, so that one that was dropped without being closed
 * can go, and with the rows that are to be closed then. Rows of a consumer group would keep others
 * out of the group until the connection's end. They stay reachable no longer than the statement
 * does, as a result set holds its statement.
 */
final class StatementReference extends WeakReference<KlogStatement> {
  // Under the connection's lock.
  private @Nullable Rows open;

  StatementReference(KlogStatement statement, ReferenceQueue<KlogStatement> dropped) {
    super(statement, dropped);
  }

  void opened(Rows rows) {
    open = rows;
  }

  /** Of the statement that was dropped. Failures are nobody's: it was given up. */
  void closeRows() {
    Rows rows = open;
    open = null;
    if (rows != null) {
      try {
        rows.close();
      } catch (RuntimeException e) {
        // Closed as far as can be.
      }
    }
  }

  /** The statement has closed them itself. */
  void closed() {
    open = null;
  }
}
