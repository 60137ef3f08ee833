package io.klog.jdbc;

import io.klog.sql.GeneratedKeys;
import io.klog.sql.PreparedSql;
import io.klog.sql.Session;
import io.klog.sql.StatementControl;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement with parameters, planned when it was prepared. */
sealed class KlogPreparedStatement extends ParameterSetters permits NamedParameterSetters {
  /** Stands in the place of a parameter that was not set. */
  private static final Object MISSING = new Object();

  // Planned anew once the catalog has changed. These two under the lock.
  private PreparedSql statement;
  private final KeyColumns keyColumns;
  private ResultColumns columns;
  private final @Nullable Object[] parameters;
  private List<@Nullable Object[]> batch = new ArrayList<>();

  KlogPreparedStatement(
      KlogConnection connection,
      PreparedSql statement,
      KeyColumns keyColumns,
      ResultColumns columns) {
    super(connection);
    this.statement = statement;
    this.keyColumns = keyColumns;
    this.columns = columns;
    this.parameters = new @Nullable Object[statement.parameters().size()];
    Arrays.fill(parameters, MISSING);
  }

  @Override
  final void set(int index, @Nullable Object value) throws SQLException {
    checkOpen();
    if (index < 1 || index > parameters.length) {
      throw SqlExceptions.of(
          SqlExceptions.NO_SUCH_INDEX,
          "there is no parameter " + index + ": the statement has " + parameters.length);
    }
    parameters[index - 1] = value;
  }

  @Override
  public final void clearParameters() throws SQLException {
    checkOpen();
    Arrays.fill(parameters, MISSING);
  }

  private void checkAllSet() throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i] == MISSING) {
        throw SqlExceptions.of(
            SqlExceptions.PARAMETER_MISSING,
            "parameter " + (i + 1) + " of " + parameters.length + " is not set");
      }
    }
  }

  // Executing.

  /** What was prepared may be another statement by now: a topic or a view has changed. */
  private void replan() throws SQLException {
    PreparedSql now = connection.session().current(statement);
    if (now != statement) {
      statement = now;
      columns = connection.columns(now);
    }
  }

  /** Under the lock. */
  private boolean perform(Wanted wanted) throws SQLException {
    try {
      checkOpen();
      endPrevious();
      replan();
      if (statement.isExplain()) {
        return perform(
            statement, new @Nullable Object[parameters.length], wanted, keyColumns, columns);
      }
      checkAllSet();
      return perform(statement, parameters, wanted, keyColumns, columns);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw failure(e);
    }
  }

  @Override
  public final ResultSet executeQuery() throws SQLException {
    begin();
    try {
      perform(Wanted.ROWS);
      return rows();
    } finally {
      ended();
    }
  }

  @Override
  public final long executeLargeUpdate() throws SQLException {
    begin();
    try {
      perform(Wanted.COUNT);
      return updateCount();
    } finally {
      ended();
    }
  }

  @Override
  public final int executeUpdate() throws SQLException {
    return toInt(executeLargeUpdate());
  }

  @Override
  public final boolean execute() throws SQLException {
    begin();
    try {
      return perform(Wanted.EITHER);
    } finally {
      ended();
    }
  }

  @Override
  final boolean runText(@Nullable String sql, Wanted wanted, KeyColumns keysWanted)
      throws SQLException {
    throw textRefused();
  }

  @Override
  public final void addBatch(@Nullable String sql) throws SQLException {
    throw textRefused();
  }

  private SQLException textRefused() throws SQLException {
    checkOpen();
    return SqlExceptions.of(
        SqlExceptions.STATEMENT_CLOSED, "a prepared statement takes no other SQL text");
  }

  // Batches: all rows, or none.

  /** The parameters as they are now: bytes are copied, as callers reuse their buffers. */
  @Override
  public final void addBatch() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      checkAllSet();
      if (statement.kind() == PreparedSql.Kind.QUERY) {
        throw SqlExceptions.of(SqlExceptions.A_QUERY, "a query cannot be part of a batch");
      }
      @Nullable Object[] row = parameters.clone();
      for (int i = 0; i < row.length; i++) {
        if (row[i] instanceof byte[] bytes) {
          row[i] = bytes.clone();
        }
      }
      batch.add(row);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void clearBatch() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      batch.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final long[] executeLargeBatch() throws SQLException {
    begin();
    try {
      checkOpen();
      endPrevious();
      List<@Nullable Object[]> rows = batch;
      batch = new ArrayList<>();
      return rows.isEmpty() ? new long[0] : executeRows(rows);
    } finally {
      ended();
    }
  }

  private long[] executeRows(List<@Nullable Object[]> rows) throws SQLException {
    GeneratedKeys filled = keyColumns == KeyColumns.NONE ? null : new GeneratedKeys();
    try {
      long[] counts = executeRows(connection.session(), rows, updateControl(), filled);
      setKeys(filled, keyColumns);
      return counts;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw SqlExceptions.ofBatch(SqlExceptions.of(e), rows.size());
    }
  }

  private long[] executeRows(
      Session session,
      List<@Nullable Object[]> rows,
      StatementControl control,
      @Nullable GeneratedKeys filled) {
    if (statement.kind() == PreparedSql.Kind.UPDATE) {
      return session.updateBatch(statement, rows, control, filled);
    }
    long[] counts = new long[rows.size()];
    try {
      for (int i = 0; i < counts.length; i++) {
        control.check(); // what such a statement does may be too little to look at it
        counts[i] = session.update(statement, rows.get(i), control, filled);
      }
    } finally {
      connection.changed(session);
    }
    return counts;
  }

  // About the statement.

  /** See {@link PreparedSql#parameterNames}. */
  final List<@Nullable String> parameterNames() {
    lock.lock();
    try {
      return statement.parameterNames();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Null where there are no rows to describe. Of what it was when it was prepared, or ran last: a
   * topic or a view may have changed since.
   */
  @Override
  public final @Nullable ResultSetMetaData getMetaData() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      return statement.kind() == PreparedSql.Kind.QUERY ? new KlogResultSetMetaData(columns) : null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final ParameterMetaData getParameterMetaData() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      return new KlogParameterMetaData(statement.parameters());
    } finally {
      lock.unlock();
    }
  }
}
