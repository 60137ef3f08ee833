package io.klog.jdbc;

import io.klog.LogStore;
import io.klog.sql.Isolation;
import io.klog.sql.PreparedSql;
import io.klog.sql.Rows;
import io.klog.sql.Session;
import io.klog.sql.SessionSavepoint;
import io.klog.sql.StatementControl;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.sql.CallableStatement;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection: a session, the lock around it, and the statements that use it.
 *
 * <p>The lock is held for as long as a statement runs or a row is waited for. Closing from another
 * thread first cancels what runs, so it need not wait.
 */
final class KlogConnection extends ConnectionSurface {
  /** Where topics are; unqualified names are looked up there. */
  static final String TOPIC_SCHEMA = "main";

  static final String SYSTEM_SCHEMA = "klog";

  private final ConnectionSettings settings;
  private final LogStore store;
  private final Session session;
  private final ConnectionLock lock = new ConnectionLock();
  private final AtomicBoolean closed = new AtomicBoolean();

  // Guarded by itself.
  private final Set<StatementReference> statements = new HashSet<>();
  private final ReferenceQueue<KlogStatement> dropped = new ReferenceQueue<>();

  // Plans are shared by all connections and kept for long; the shapes of their results are kept as
  // long as they are, so that to prepare a known statement again costs little. Under the lock.
  private final Map<PreparedSql, ResultColumns> columns = new WeakHashMap<>();

  // Changed under the lock; read without, since asking must not wait for a running statement.
  private volatile boolean autoCommit = true;
  private volatile boolean readOnly;
  private volatile Isolation isolation = Isolation.READ_COMMITTED;
  // How many savepoints without a name there were. Under the lock.
  private int unnamedSavepoints;

  private KlogConnection(ConnectionSettings settings, LogStore store, Session session) {
    this.settings = settings;
    this.store = store;
    this.session = session;
    this.readOnly = store.isReadOnly();
  }

  static KlogConnection open(ConnectionSettings settings) throws SQLException {
    LogStore store = null;
    try {
      store = StoreOpener.open(settings);
      return new KlogConnection(
          settings, store, new Session(store, settings.sync(), settings.session()));
    } catch (RuntimeException e) {
      SQLException failure = SqlExceptions.ofOpening(e);
      if (store != null) {
        closeAfter(failure, store);
      }
      throw failure;
    }
  }

  private static void closeAfter(SQLException failure, LogStore store) {
    try {
      store.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  ConnectionSettings settings() {
    return settings;
  }

  /** The one thread that holds it may use the session. */
  ConnectionLock lock() {
    return lock;
  }

  /** To be used under the lock. */
  Session session() throws SQLException {
    checkOpen();
    closeDropped();
    return session;
  }

  private void closeDropped() {
    Reference<? extends KlogStatement> reference;
    while ((reference = dropped.poll()) != null) {
      if (reference instanceof StatementReference of) {
        forget(of);
        of.closeRows();
      }
    }
  }

  /** Under the lock. */
  ResultColumns columns(PreparedSql statement) {
    return columns.computeIfAbsent(statement, of -> new ResultColumns(of.columns()));
  }

  @Override
  void checkOpen() throws SQLException {
    if (closed.get()) {
      throw SqlExceptions.connectionClosed();
    }
  }

  /** Something done with the session. */
  private interface Use<T> {
    T of(Session session) throws SQLException;
  }

  private <T> T use(Use<T> use) throws SQLException {
    lock.lock();
    try {
      return use.of(session());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw SqlExceptions.of(e);
    } finally {
      lock.unlock();
    }
  }

  private interface Action {
    void on(Session session) throws SQLException;
  }

  private void run(Action action) throws SQLException {
    use(
        used -> {
          action.on(used);
          return Boolean.TRUE;
        });
  }

  // Statements.

  @Override
  Statement newStatement() throws SQLException {
    return register(new KlogStatement(this));
  }

  @Override
  PreparedStatement newPreparedStatement(@Nullable String sql, KeyColumns keys)
      throws SQLException {
    if (sql == null) {
      throw SqlExceptions.invalidArgument("the SQL is null");
    }
    return register(
        use(
            used -> {
              PreparedSql prepared = used.prepare(sql);
              return new KlogPreparedStatement(this, prepared, keys, columns(prepared));
            }));
  }

  @Override
  public CallableStatement prepareCall(@Nullable String sql) throws SQLException {
    checkOpen();
    throw SqlExceptions.notSupported("callable statements (CALL works in any other statement)");
  }

  private <S extends KlogStatement> S register(S statement) throws SQLException {
    synchronized (statements) {
      statements.add(statement.reference());
    }
    if (closed.get()) {
      statement.close();
      throw SqlExceptions.connectionClosed();
    }
    return statement;
  }

  StatementReference reference(KlogStatement statement) {
    return new StatementReference(statement, dropped);
  }

  void forget(StatementReference statement) {
    synchronized (statements) {
      statements.remove(statement);
    }
  }

  private List<KlogStatement> statements() {
    List<KlogStatement> present = new ArrayList<>();
    synchronized (statements) {
      for (StatementReference reference : statements) {
        KlogStatement statement = reference.get();
        if (statement != null) {
          present.add(statement);
        }
      }
    }
    return present;
  }

  // Transactions.

  @Override
  public boolean getAutoCommit() throws SQLException {
    checkOpen();
    return autoCommit;
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    run(
        used -> {
          try {
            used.setAutoCommit(on, closed::get);
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
  public void commit() throws SQLException {
    run(
        used -> {
          checkTransaction("commit");
          try {
            used.commit(closed::get);
          } finally {
            autoCommit = used.isAutoCommit();
          }
        });
  }

  /** Where nothing was done since the last commit, nothing happens. */
  @Override
  public void rollback() throws SQLException {
    run(
        used -> {
          checkTransaction("rollback");
          used.rollback();
          autoCommit = used.isAutoCommit();
        });
  }

  /** A statement may have begun or ended a transaction. Under the lock. */
  void sessionChanged() {
    autoCommit = session.isAutoCommit();
  }

  private void checkTransaction(String what) throws SQLException {
    if (autoCommit) {
      throw SqlExceptions.of(
          SqlExceptions.NOT_IN_AUTOCOMMIT,
          what + " has no meaning while autocommit is on: setAutoCommit(false) first");
    }
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    checkOpen();
    return switch (isolation) {
      case READ_COMMITTED -> TRANSACTION_READ_COMMITTED;
      case REPEATABLE_READ -> TRANSACTION_REPEATABLE_READ;
      case SERIALIZABLE -> TRANSACTION_SERIALIZABLE;
    };
  }

  /** Read uncommitted is raised to read committed. */
  @Override
  public void setTransactionIsolation(int level) throws SQLException {
    checkOpen();
    Isolation wanted =
        switch (level) {
          case TRANSACTION_READ_UNCOMMITTED, TRANSACTION_READ_COMMITTED -> Isolation.READ_COMMITTED;
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
  public Savepoint setSavepoint() throws SQLException {
    return use(
        used -> {
          checkTransaction("a savepoint");
          return new KlogSavepoint(this, used.savepoint(null), ++unnamedSavepoints, null);
        });
  }

  @Override
  public Savepoint setSavepoint(@Nullable String name) throws SQLException {
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
  public void rollback(@Nullable Savepoint savepoint) throws SQLException {
    run(
        used -> {
          checkTransaction("rollback to a savepoint");
          used.rollbackTo(own(savepoint));
        });
  }

  @Override
  public void releaseSavepoint(@Nullable Savepoint savepoint) throws SQLException {
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

  @Override
  public boolean isReadOnly() throws SQLException {
    checkOpen();
    return readOnly;
  }

  /** A store that was opened read-only stays so. */
  @Override
  public void setReadOnly(boolean on) throws SQLException {
    run(
        used -> {
          used.setReadOnly(on);
          readOnly = on || store.isReadOnly();
        });
  }

  // Metadata.

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    checkOpen();
    return new KlogDatabaseMetaData(this);
  }

  /**
   * All rows of a query of the driver's own, as canonical values. It takes no part in a
   * transaction.
   */
  List<@Nullable Object[]> query(String sql) throws SQLException {
    return use(
        used -> {
          PreparedSql prepared = used.prepare(sql);
          int width = prepared.columns().size();
          List<@Nullable Object[]> result = new ArrayList<>();
          try (Rows rows = used.queryOutsideTransaction(prepared, StatementControl.unlimited())) {
            while (rows.next()) {
              @Nullable Object[] row = new @Nullable Object[width];
              for (int i = 0; i < width; i++) {
                row[i] = rows.getObject(i);
              }
              result.add(row);
            }
          }
          return result;
        });
  }

  // The end.

  /** Asks the store, which knows when it has failed, and waits for no statement. */
  @Override
  public boolean isValid(int timeoutSeconds) throws SQLException {
    if (timeoutSeconds < 0) {
      throw SqlExceptions.invalidArgument("a timeout of " + timeoutSeconds);
    }
    if (closed.get()) {
      return false;
    }
    try {
      store.catalog();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() throws SQLException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (!lock.tryLock()) {
      endWaits();
      lock.lock();
    }
    try {
      closeSession();
    } finally {
      lock.unlock();
    }
  }

  /** Of statements, and of a commit, which looks whether the connection was closed. */
  private void endWaits() {
    statements().forEach(KlogStatement::cancelRunning);
    session.wake();
  }

  private void closeSession() throws SQLException {
    SQLException failure = null;
    closeDropped();
    for (KlogStatement statement : statements()) {
      try {
        statement.close();
      } catch (SQLException e) {
        failure = e;
      }
    }
    try {
      session.close();
    } catch (RuntimeException e) {
      failure = SqlExceptions.of(e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Cancels what runs at once; the rest of closing is left to the executor. */
  @Override
  public void abort(@Nullable Executor executor) throws SQLException {
    if (executor == null) {
      throw SqlExceptions.invalidArgument("the executor is null");
    }
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    endWaits();
    try {
      executor.execute(this::closeQuietly);
    } catch (RuntimeException e) {
      // Nobody else would do it: close() does nothing from here on.
      closeQuietly();
      throw SqlExceptions.of(
          SqlExceptions.INVALID_ARGUMENT,
          "the executor refused to close the connection, which was closed without it: " + e,
          e);
    }
  }

  private void closeQuietly() {
    lock.lock();
    try {
      closeSession();
    } catch (SQLException e) {
      // Nobody is there to be told: the connection was given up.
    } finally {
      lock.unlock();
    }
  }
}
