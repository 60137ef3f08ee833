package io.klog.jdbc;

import io.klog.sql.Isolation;
import io.klog.sql.Session;
import io.klog.sql.SessionSavepoint;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/** The part of a connection that is about transactions: all of it is the session's. */
abstract class ConnectionTransactions extends ConnectionSurface {
  // Changed under the connection's lock; read without, since asking must not wait for a running
  // statement.
  private volatile boolean autoCommit = true;
  private volatile Isolation isolation = Isolation.READ_COMMITTED;
  // How many savepoints without a name there were. Under the lock.
  private int unnamedSavepoints;

  /** Something done with the session. */
  interface Use<T> {
    T of(Session session) throws SQLException;
  }

  /** Does it under the connection's lock. */
  abstract <T> T use(Use<T> use) throws SQLException;

  /** Asked by whoever waits: never waits itself, and throws nothing. */
  @Override
  public abstract boolean isClosed();

  interface Action {
    void on(Session session) throws SQLException;
  }

  final void run(Action action) throws SQLException {
    use(
        used -> {
          action.on(used);
          return Boolean.TRUE;
        });
  }

  @Override
  public final boolean getAutoCommit() throws SQLException {
    checkOpen();
    return autoCommit;
  }

  @Override
  public final void setAutoCommit(boolean on) throws SQLException {
    run(
        used -> {
          try {
            used.setAutoCommit(on, this::isClosed);
          } finally {
            autoCommit = used.isAutoCommit();
          }
        });
  }

  /**
   * Where it has to wait for the writer's lock, closing or aborting the connection from another
   * thread ends the waiting.
   */
  @Override
  public final void commit() throws SQLException {
    run(
        used -> {
          checkTransaction("commit");
          try {
            used.commit(this::isClosed);
          } finally {
            autoCommit = used.isAutoCommit();
          }
        });
  }

  /** Where nothing was done since the last commit, nothing happens. */
  @Override
  public final void rollback() throws SQLException {
    run(
        used -> {
          checkTransaction("rollback");
          try {
            used.rollback();
          } finally {
            autoCommit = used.isAutoCommit();
          }
        });
  }

  /** A statement may have begun or ended a transaction. Under the lock. */
  final void changed(Session used) {
    autoCommit = used.isAutoCommit();
  }

  private void checkTransaction(String what) throws SQLException {
    if (autoCommit) {
      throw SqlExceptions.of(
          SqlExceptions.NOT_IN_AUTOCOMMIT,
          what + " has no meaning while autocommit is on: setAutoCommit(false) first");
    }
  }

  @Override
  public final int getTransactionIsolation() throws SQLException {
    checkOpen();
    return switch (isolation) {
      case READ_COMMITTED -> TRANSACTION_READ_COMMITTED;
      case REPEATABLE_READ -> TRANSACTION_REPEATABLE_READ;
      case SERIALIZABLE -> TRANSACTION_SERIALIZABLE;
    };
  }

  /** What is less than read committed is raised to that. */
  @Override
  public final void setTransactionIsolation(int level) throws SQLException {
    checkOpen();
    Isolation wanted =
        switch (level) {
          case TRANSACTION_NONE, TRANSACTION_READ_UNCOMMITTED, TRANSACTION_READ_COMMITTED ->
              Isolation.READ_COMMITTED;
          case TRANSACTION_REPEATABLE_READ -> Isolation.REPEATABLE_READ;
          case TRANSACTION_SERIALIZABLE -> Isolation.SERIALIZABLE;
          default -> throw SqlExceptions.invalidArgument(level + " is no isolation level");
        };
    run(
        used -> {
          used.setIsolation(wanted);
          isolation = wanted;
        });
  }

  @Override
  public final Savepoint setSavepoint() throws SQLException {
    return use(
        used -> {
          checkTransaction("a savepoint");
          return new KlogSavepoint(this, used.savepoint(null), ++unnamedSavepoints, null);
        });
  }

  @Override
  public final Savepoint setSavepoint(@Nullable String name) throws SQLException {
    if (name == null) {
      throw SqlExceptions.invalidArgument("the savepoint's name is null");
    }
    return use(
        used -> {
          checkTransaction("a savepoint");
          return new KlogSavepoint(this, used.savepoint(name), 0, name);
        });
  }

  /** The savepoint stays, and can be gone back to again; those after it are gone. */
  @Override
  public final void rollback(@Nullable Savepoint savepoint) throws SQLException {
    run(
        used -> {
          checkTransaction("rollback to a savepoint");
          used.rollbackTo(own(savepoint));
        });
  }

  @Override
  public final void releaseSavepoint(@Nullable Savepoint savepoint) throws SQLException {
    run(used -> used.release(own(savepoint)));
  }

  private SessionSavepoint own(@Nullable Savepoint savepoint) throws SQLException {
    if (savepoint == null) {
      throw SqlExceptions.invalidArgument("the savepoint is null");
    }
    if (!(savepoint instanceof KlogSavepoint given) || given.connection() != this) {
      throw SqlExceptions.of(
          SqlExceptions.INVALID_SAVEPOINT, "the savepoint is not of this connection");
    }
    return given.point();
  }
}
