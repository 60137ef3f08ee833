package io.klog.jdbc;

import io.klog.LogStore;
import io.klog.sql.Chores;
import io.klog.sql.PreparedSql;
import io.klog.sql.Rows;
import io.klog.sql.Session;
import io.klog.sql.StatementControl;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.sql.CallableStatement;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
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
 * <p>The lock is held for as long as a statement runs or a row is waited for. Closing the
 * connection from another thread first cancels what runs, so it need not wait; closing a statement
 * or rows of it leaves that to the thread that has the lock, if it is for another statement.
 */
final class KlogConnection extends ConnectionTransactions {
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
  private volatile boolean readOnly;

  private KlogConnection(ConnectionSettings settings, LogStore store, Session session) {
    this.settings = settings;
    this.store = store;
    this.session = session;
    this.readOnly = store.isReadOnly();
    session.setChores(
        new Chores() {
          @Override
          public boolean areThere() {
            return lock.isAnythingLeft();
          }

          @Override
          public void run() {
            lock.doWhatWasLeft();
          }
        });
  }

  static KlogConnection open(ConnectionSettings settings) throws SQLException {
    LogStore store = null;
    Session.openingBegun();
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
    } finally {
      Session.openingEnded();
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
    if (lock.isAnythingLeft()) {
      lock.doWhatWasLeft();
    }
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

  @Override
  <T> T use(Use<T> use) throws SQLException {
    lock.lock();
    try {
      return use.of(session());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw SqlExceptions.of(e);
    } finally {
      lock.unlock();
    }
  }

  // Statements.

  @Override
  Statement newStatement() throws SQLException {
    return register(new KlogStatement(this));
  }

  @Override
  PreparedStatement newPreparedStatement(@Nullable String sql, KeyColumns keys)
      throws SQLException {
    String text = nativeSQL(sql);
    return register(
        use(
            used -> {
              PreparedSql prepared = used.prepare(text);
              return new KlogPreparedStatement(this, prepared, keys, columns(prepared));
            }));
  }

  @Override
  CallableStatement newCallableStatement(@Nullable String sql) throws SQLException {
    String text = nativeSQL(sql);
    return register(
        use(
            used -> {
              PreparedSql prepared = used.prepare(text);
              return new KlogCallableStatement(this, prepared, columns(prepared));
            }));
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

  // Reading only.

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
    if (closed.get() || store.isFailed()) {
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

  /**
   * Has something done under the lock that a statement of another thread has, which may wait for
   * rows.
   *
   * @param closing throws nothing
   */
  void leave(Runnable closing) {
    lock.leave(closing, this::wake);
  }

  private void wake() {
    try {
      session.wake();
    } catch (RuntimeException e) {
      // Who waits looks by himself, too, only later.
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
