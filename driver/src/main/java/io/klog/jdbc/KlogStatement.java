package io.klog.jdbc;

import io.klog.sql.GeneratedKeys;
import io.klog.sql.PreparedSql;
import io.klog.sql.Rows;
import io.klog.sql.Session;
import io.klog.sql.StatementControl;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement. What it holds is guarded by the connection's lock, apart from what {@link #cancel},
 * {@link #close} and {@link #isClosed} need, which do not wait for what runs.
 */
sealed class KlogStatement extends TextExecution permits ParameterSetters {
  private static final @Nullable Object[] NO_PARAMETERS = {};

  final KlogConnection connection;
  final ConnectionLock lock;

  private final RunningControl running = new RunningControl();
  private final StatementReference reference;
  private volatile boolean closed;
  private @Nullable KlogResultSet results;
  // One that getMoreResults left open, and that only an execution or the end closes.
  private @Nullable KlogResultSet kept;
  private @Nullable KlogResultSet keyResults;
  private @Nullable GeneratedKeys keys;
  private KeyColumns keyColumns = KeyColumns.NONE;
  private long updateCount = -1;

  private final Warnings warnings = new Warnings();
  private List<String> batch = new ArrayList<>();
  private boolean closeOnCompletion;

  KlogStatement(KlogConnection connection) {
    this.connection = connection;
    this.lock = connection.lock();
    this.reference = connection.reference(this);
  }

  final StatementReference reference() {
    return reference;
  }

  @Override
  final void checkOpen() throws SQLException {
    if (closed) {
      connection.checkOpen();
      throw SqlExceptions.statementClosed();
    }
  }

  @Override
  public final Connection getConnection() throws SQLException {
    checkOpen();
    return connection;
  }

  // Executing.

  /**
   * A call that executes begins, with the lock taken; to be followed by {@link #ended}. Cancelling,
   * the query timeout and closing end a wait for the lock.
   */
  final void begin() throws SQLException {
    try {
      running.begin(lock, timeoutNanos());
    } catch (SQLException e) {
      checkOpen();
      throw e;
    }
    lock.usedBy(this);
  }

  final void ended() {
    if (closed) {
      endQuietly(); // it was closed meanwhile, and its rows may be there only since
    }
    lock.unlock();
  }

  @Override
  final boolean performText(@Nullable String sql, Wanted wanted, KeyColumns keysWanted)
      throws SQLException {
    begin();
    try {
      return runText(sql, wanted, keysWanted);
    } finally {
      ended();
    }
  }

  /** Under the lock. A prepared statement refuses. */
  boolean runText(@Nullable String sql, Wanted wanted, KeyColumns keysWanted) throws SQLException {
    try {
      checkOpen();
      endPrevious();
      PreparedSql statement = prepare(sql);
      int parameters = statement.parameters().size();
      return perform(
          statement,
          parameters == 0 ? NO_PARAMETERS : new @Nullable Object[parameters],
          wanted,
          keysWanted,
          null);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw failure(e);
    }
  }

  private PreparedSql prepare(@Nullable String sql) throws SQLException {
    if (sql == null) {
      throw SqlExceptions.invalidArgument("the SQL is null");
    }
    PreparedSql statement =
        connection.session().prepare(isEscaping() ? JdbcEscapes.translate(sql) : sql);
    if (!statement.parameters().isEmpty() && !statement.isExplain()) {
      throw SqlExceptions.of(
          SqlExceptions.PARAMETER_MISSING,
          "the statement has parameters, "
              + statement.parameters().size()
              + " of them: use prepareStatement");
    }
    return statement;
  }

  /**
   * Runs a statement, under the lock, after {@link #endPrevious}.
   *
   * @param columns those of the statement where they are known already
   * @return true if it gives rows
   */
  final boolean perform(
      PreparedSql statement,
      @Nullable Object[] parameters,
      Wanted wanted,
      KeyColumns keysWanted,
      @Nullable ResultColumns columns)
      throws SQLException {
    Session session = connection.session();
    if (statement.kind() == PreparedSql.Kind.QUERY) {
      if (wanted == Wanted.COUNT) {
        throw SqlExceptions.of(SqlExceptions.A_QUERY, "a query gives rows, not a count");
      }
      StatementControl limits = running.ofQuery(maxRows());
      Rows rows = session.query(statement, parameters, limits);
      reference.opened(rows);
      // The catalog may have changed since it was prepared, or this very moment.
      PreparedSql ran = session.executed();
      ResultColumns known = ran != statement || columns == null ? connection.columns(ran) : columns;
      QueryTimeout timeout = running.timeout();
      if (timeout != null) {
        timeout.leave();
      }
      opened(new KlogResultSet(this, lock, known, rows, limits, timeout, maxFieldSize()));
      return true;
    }
    if (wanted == Wanted.ROWS) {
      throw SqlExceptions.of(SqlExceptions.NOT_A_QUERY, "the statement gives no rows");
    }
    GeneratedKeys filled = keysWanted == KeyColumns.NONE ? null : new GeneratedKeys();
    try {
      updateCount = session.update(statement, parameters, updateControl(), filled);
    } finally {
      if (statement.kind() == PreparedSql.Kind.SESSION) {
        connection.changed(session);
      }
    }
    keys = filled;
    keyColumns = keysWanted;
    return false;
  }

  /** Under the lock. */
  final void opened(KlogResultSet rows) {
    results = rows;
  }

  /** What the execution before this one left is gone. Under the lock. */
  final void endPrevious() throws SQLException {
    updateCount = -1;
    keys = null;
    running.forgetTimeout();
    if (results != null || keyResults != null || kept != null) {
      closeResults();
    }
    warnings.clear();
  }

  private void closeResults() throws SQLException {
    KlogResultSet rows = results;
    KlogResultSet keptRows = kept;
    KlogResultSet keyRows = keyResults;
    reference.closed();
    // Forgotten first, so that their closing does not complete this statement.
    results = null;
    kept = null;
    keyResults = null;
    try {
      if (rows != null) {
        rows.end();
      }
    } finally {
      try {
        if (keptRows != null) {
          keptRows.end();
        }
      } finally {
        if (keyRows != null) {
          keyRows.end();
        }
      }
    }
  }

  /** For what gives a count. */
  final StatementControl updateControl() {
    return running.ofUpdate();
  }

  /** What an execution threw. */
  final SQLException failure(Throwable thrown) {
    return running.failure(thrown);
  }

  /** Ends what runs, from any thread, without waiting for it. */
  final void cancelRunning() {
    running.cancel();
  }

  @Override
  public final void cancel() throws SQLException {
    checkOpen();
    cancelRunning();
  }

  @Override
  public ResultSet executeQuery(@Nullable String sql) throws SQLException {
    begin();
    try {
      runText(sql, Wanted.ROWS, KeyColumns.NONE);
      return rows();
    } finally {
      ended();
    }
  }

  final ResultSet rows() throws SQLException {
    KlogResultSet rows = results;
    if (rows == null) {
      throw SqlExceptions.statementClosed();
    }
    return rows;
  }

  @Override
  final long count(@Nullable String sql, KeyColumns keysWanted) throws SQLException {
    begin();
    try {
      runText(sql, Wanted.COUNT, keysWanted);
      return updateCount;
    } finally {
      ended();
    }
  }

  // Batches of SQL text: each statement is executed for itself, in order, up to the first failure.
  // Cancelling ends the batch, between two statements or within one; its time is that of all.

  @Override
  public void addBatch(@Nullable String sql) throws SQLException {
    lock.lock();
    try {
      checkOpen();
      if (sql == null) {
        throw SqlExceptions.invalidArgument("the SQL is null");
      }
      batch.add(sql);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void clearBatch() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      batch.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final int[] executeBatch() throws SQLException {
    return Arrays.stream(executeLargeBatch()).mapToInt(StatementSettings::toInt).toArray();
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    begin();
    try {
      checkOpen();
      List<String> statements = batch;
      batch = new ArrayList<>();
      long[] counts = new long[statements.size()];
      for (int i = 0; i < counts.length; i++) {
        try {
          runText(statements.get(i), Wanted.COUNT, KeyColumns.NONE);
          counts[i] = updateCount;
        } catch (SQLException e) {
          throw failedAt(i, e, counts);
        }
      }
      updateCount = -1;
      return counts;
    } finally {
      ended();
    }
  }

  private static BatchUpdateException failedAt(int index, SQLException e, long[] counts) {
    SQLException named =
        SqlExceptions.of(
            e.getSQLState(), "statement " + (index + 1) + " of the batch: " + e.getMessage(), e);
    return SqlExceptions.ofBatch(named, Arrays.copyOf(counts, index));
  }

  // Results.

  @Override
  public final @Nullable ResultSet getResultSet() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      return results;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final long getLargeUpdateCount() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      return updateCount;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final int getUpdateCount() throws SQLException {
    return toInt(getLargeUpdateCount());
  }

  /** Under the lock. */
  final long updateCount() {
    return updateCount;
  }

  final void setKeys(@Nullable GeneratedKeys filled, KeyColumns wanted) {
    keys = filled;
    keyColumns = wanted;
  }

  @Override
  public final boolean getMoreResults() throws SQLException {
    return getMoreResults(CLOSE_CURRENT_RESULT);
  }

  /** There never is another result: false, and no count from then on. */
  @Override
  public final boolean getMoreResults(int current) throws SQLException {
    if (current != CLOSE_CURRENT_RESULT
        && current != KEEP_CURRENT_RESULT
        && current != CLOSE_ALL_RESULTS) {
      throw SqlExceptions.invalidArgument(current + " says nothing about the current result");
    }
    lock.lock();
    try {
      checkOpen();
      updateCount = -1;
      KlogResultSet rows = results;
      KlogResultSet keptRows = kept;
      if (current == KEEP_CURRENT_RESULT) {
        results = null;
        kept = rows == null ? keptRows : rows;
        return false;
      }
      // Closed before they are forgotten, as the last one's closing may complete this statement.
      try {
        if (rows != null) {
          rows.end();
        }
      } finally {
        results = null;
        if (keptRows != null && current == CLOSE_ALL_RESULTS) {
          closeKept(keptRows);
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void closeKept(KlogResultSet keptRows) throws SQLException {
    try {
      keptRows.end();
    } finally {
      kept = null;
    }
  }

  @Override
  public final ResultSet getGeneratedKeys() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      if (keyResults != null && !keyResults.isClosed()) {
        return keyResults;
      }
      GeneratedKeys made = keys == null ? new GeneratedKeys() : keys;
      KlogResultSet rows =
          new KlogResultSet(this, lock, keyColumns.columns(), keyColumns.rows(made), null, null, 0);
      keyResults = rows;
      return rows;
    } finally {
      lock.unlock();
    }
  }

  // Warnings.

  @Override
  public final @Nullable SQLWarning getWarnings() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      if (results != null) {
        results.takeWarnings();
      }
      return warnings.first();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void clearWarnings() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      if (results != null) {
        results.takeWarnings();
      }
      warnings.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Of its rows. Under the lock. */
  final void warn(String message) {
    warnings.add(message);
  }

  // The end.

  /**
   * Ends what runs in another thread rather than wait for it. While the connection runs another
   * statement, the rows are left for that one's thread to close.
   */
  @Override
  public final void close() throws SQLException {
    if (closed) {
      return;
    }
    if (!lock.tryLock()) {
      closed = true;
      cancelRunning();
      if (!lock.lock(() -> !isRunning())) {
        connection.leave(this::endQuietly);
        return;
      }
    }
    try {
      end();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the lock is held for this statement. From any thread. */
  private boolean isRunning() {
    Object user = lock.user();
    return user == this || (user instanceof KlogResultSet rows && rows.isOf(this));
  }

  /** Under the lock. */
  private void end() throws SQLException {
    closed = true;
    connection.forget(reference);
    closeResults();
  }

  private void endQuietly() {
    try {
      end();
    } catch (SQLException e) {
      // Who closed it has gone on: closed as far as can be.
    }
  }

  @Override
  public final boolean isClosed() {
    return closed;
  }

  /** A result of this statement was closed. Under the lock. */
  final void closed(KlogResultSet result) throws SQLException {
    if (result == results || result == kept) {
      reference.closed();
    }
    boolean mine = result == results || result == kept || result == keyResults;
    if (mine && closeOnCompletion && isOver(results) && isOver(kept) && isOver(keyResults)) {
      end();
    }
  }

  private static boolean isOver(@Nullable KlogResultSet result) {
    return result == null || result.isClosed();
  }

  @Override
  public final void closeOnCompletion() throws SQLException {
    checkOpen();
    closeOnCompletion = true;
  }

  @Override
  public final boolean isCloseOnCompletion() throws SQLException {
    checkOpen();
    return closeOnCompletion;
  }
}
