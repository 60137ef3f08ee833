package io.klog.shell;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * What a command does as a whole: a transaction of its own, or a part of the one that the user has
 * begun. Closed before it is {@link #done}, nothing of it is left.
 */
final class AllOrNothing implements SqlCloseable {
  private final Connection connection;
  // Null in a transaction of its own.
  private final @Nullable Savepoint before;
  private boolean done;

  AllOrNothing(Connection connection) throws SQLException {
    this.connection = connection;
    if (connection.getAutoCommit()) {
      connection.setAutoCommit(false);
      this.before = null;
    } else {
      this.before = connection.setSavepoint();
    }
  }

  /** Keeps it: commits, where the user has begun no transaction. */
  void done() throws SQLException {
    if (before == null) {
      connection.commit();
    } else {
      connection.releaseSavepoint(before);
    }
    done = true;
  }

  @Override
  public void close() throws SQLException {
    if (!done) {
      undo();
    }
    if (before == null) {
      connection.setAutoCommit(true);
    }
  }

  /** Should this fail, the transaction stays open: turning autocommit on would commit it. */
  private void undo() throws SQLException {
    if (before == null) {
      connection.rollback();
    } else {
      connection.rollback(before);
    }
  }
}
