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
 * A statement. What it holds is guarded by the connection's lock, apart from {@link #cancel} and
 * {@link #isClosed}, which never wait.
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

  @Override
  boolean performText(@Nullable String sql, Wanted wanted, KeyColumns keysWanted)
      throws SQLException {
    lock.lock();
    try {
      checkOpen();
      endPrevious();
      running.planningBegun();
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
    } finally {
      running.planningEnded();
      lock.unlock();
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
      StatementControl limits = running.ofQuery(maxRows(), timeoutNanos());
      Rows rows = session.query(statement, parameters, limits);
      reference.opened(rows);
      // The catalog may have changed since it was prepared, or this very moment.
      PreparedSql ran = session.executed();
      ResultColumns known = ran != statement || columns == null ? connection.columns(ran) : columns;
      QueryTimeout timeout = running.timeout();
      if (timeout != null) {
        timeout.leave();
      }
      results = new KlogResultSet(this, lock, known, rows, timeout, maxFieldSize());
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
        rows.close();
      }
      if (keptRows != null) {
        keptRows.close();
      }
    } finally {
      if (keyRows != null) {
        keyRows.close();
      }
    }
  }

  /** For what gives a count. */
  final StatementControl updateControl() {
    return running.ofUpdate(timeoutNanos());
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
    lock.lock();
    try {
      performText(sql, Wanted.ROWS, KeyColumns.NONE);
      return rows();
    } finally {
      lock.unlock();
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
    lock.lock();
    try {
      performText(sql, Wanted.COUNT, keysWanted);
      return updateCount;
    } finally {
      lock.unlock();
    }
  }

  // Batches of SQL text: each statement is executed for itself, in order, up to the first failure.

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
    lock.lock();
    try {
      checkOpen();
      List<String> statements = batch;
      batch = new ArrayList<>();
      long[] counts = new long[statements.size()];
      for (int i = 0; i < counts.length; i++) {
        try {
          counts[i] = count(statements.get(i), KeyColumns.NONE);
        } catch (SQLException e) {
          throw failedAt(i, e, counts);
        }
      }
      updateCount = -1;
      return counts;
    } finally {
      lock.unlock();
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
      results = null;
      if (current == KEEP_CURRENT_RESULT) {
        kept = rows == null ? keptRows : rows;
        return false;
      }
      if (rows != null) {
        rows.close();
      }
      if (keptRows != null && current == CLOSE_ALL_RESULTS) {
        kept = null;
        keptRows.close();
      }
      return false;
    } finally {
      lock.unlock();
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
          new KlogResultSet(this, lock, keyColumns.columns(), keyColumns.rows(made), null, 0);
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

  @Override
  public final void close() throws SQLException {
    if (closed) {
      return;
    }
    if (!lock.tryLock()) {
      cancelRunning();
      lock.lock();
    }
    try {
      if (!closed) {
        closed = true;
        connection.forget(reference);
        closeResults();
      }
    } finally {
      lock.unlock();
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
      close();
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
