package io.klog.jdbc;

import io.klog.sql.Rows;
import io.klog.sql.StatementControl;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URL;
import java.sql.Array;
import java.sql.Date;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query, or of a metadata method.
 *
 * <p>Stepping and closing take the connection's lock, since they may touch its session. Getters do
 * not: the row is there, and a row belongs to the thread that stepped to it. A row that another
 * thread closes while it is read gives its own values still, or says that it is closed. A getter
 * for the type that the column has costs a bounds check and a comparison; every other goes by the
 * natural value.
 */
final class KlogResultSet extends DerivedResultSet implements Unwrappable {
  private final @Nullable KlogStatement statement;
  private final ConnectionLock lock;
  private final ResultColumns columns;
  private final ColumnKind[] kinds;
  private final Rows rows;
  private final @Nullable StatementControl control;
  private final @Nullable QueryTimeout timeout;
  private final int maxFieldSize;

  // These are the reading thread's own.
  private boolean onRow;
  private boolean ended;
  private boolean wasNull;
  private long row;
  private int fetchSize;
  private @Nullable String failure;

  // These under the lock.
  private final Warnings warnings = new Warnings();
  private boolean stepping;
  private boolean released;

  // Set by any thread.
  private volatile boolean closed;

  /**
   * @param control what cancels its making; null for rows that are there
   */
  KlogResultSet(
      @Nullable KlogStatement statement,
      ConnectionLock lock,
      ResultColumns columns,
      Rows rows,
      @Nullable StatementControl control,
      @Nullable QueryTimeout timeout,
      int maxFieldSize) {
    this.statement = statement;
    this.lock = lock;
    this.columns = columns;
    this.kinds = columns.kinds();
    this.rows = rows;
    this.control = control;
    this.timeout = timeout;
    this.maxFieldSize = maxFieldSize;
  }

  /** A result that no statement made. */
  static KlogResultSet detached(ResultColumns columns, Rows rows) {
    return new KlogResultSet(null, new ConnectionLock(), columns, rows, null, null, 0);
  }

  @Override
  public boolean next() throws SQLException {
    long beganAt = timeout == null ? 0 : System.nanoTime();
    if (!lock.lockAtOnce()) {
      awaitLock(beganAt);
    }
    try {
      lock.usedBy(this);
      checkOpen();
      if (statement != null) {
        // It may have been given up with its rows not closed yet.
        statement.connection.checkOpen();
      }
      if (failure != null) {
        throw failedBefore(failure);
      }
      onRow = false;
      onRow = step(beganAt);
      ended = !onRow; // for now: of those that follow there may be more
      if (onRow) {
        row++;
      }
      return onRow;
    } finally {
      if (closed) {
        endQuietly(); // it may have been closed while it was stepping
      }
      lock.unlock();
    }
  }

  private void awaitLock(long beganAt) throws SQLException {
    long nanos = timeout == null ? 0 : timeout.nanos();
    if (!lock.lock(
        () ->
            closed || isCancelled() || RunningControl.isOver(nanos, System.nanoTime() - beganAt))) {
      checkOpen();
      if (statement != null) {
        statement.connection.checkOpen();
      }
      throw RunningControl.gaveUpWaiting(isCancelled(), nanos);
    }
  }

  private boolean isCancelled() {
    return control != null && control.getAsBoolean();
  }

  private boolean step(long beganAt) throws SQLException {
    if (timeout != null) {
      timeout.enter(beganAt);
    }
    stepping = true;
    try {
      return rows.next();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      SQLException thrown = timeout == null ? SqlExceptions.of(e) : timeout.failure(e);
      // The row that failed is lost: what comes behind it must not look like what comes next.
      failure = String.valueOf(thrown.getMessage());
      endTimeout();
      throw thrown;
    } finally {
      stepping = false;
      if (timeout != null) {
        timeout.leave();
      }
    }
  }

  private void endTimeout() {
    if (timeout != null) {
      timeout.end();
    }
  }

  private static SQLException failedBefore(String failure) {
    return SqlExceptions.of(
        SqlExceptions.INVALID_CURSOR_STATE, "the result set ended with an error: " + failure);
  }

  /**
   * Ends a wait of another thread in {@link #next} rather than wait for it. While the connection
   * runs something else, what is held is left for that one's thread to let go of.
   */
  @Override
  public void close() throws SQLException {
    if (closed) {
      return;
    }
    if (!lock.tryLock()) {
      closed = true;
      if (control != null) {
        control.cancel();
      }
      if (!lock.lock(() -> lock.user() != this)) {
        leaveEnd();
        return;
      }
    }
    try {
      end();
    } finally {
      lock.unlock();
    }
  }

  private void leaveEnd() {
    if (statement != null) {
      statement.connection.leave(this::endQuietly);
    } else {
      lock.leave(this::endQuietly, () -> {}); // of rows that are there: nobody waits for them
    }
  }

  /** Closes, and lets go of what it holds. Under the lock. */
  void end() throws SQLException {
    closed = true;
    if (released || stepping) { // next() sees to it then
      return;
    }
    released = true;
    try {
      takeWarnings();
      endTimeout();
      rows.close();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw SqlExceptions.of(e);
    } finally {
      if (statement != null) {
        statement.closed(this);
      }
    }
  }

  private void endQuietly() {
    try {
      end();
    } catch (SQLException e) {
      // Who closed it has gone on: closed as far as can be.
    }
  }

  boolean isOf(KlogStatement made) {
    return statement == made;
  }

  /**
   * What a rollback has ended is closed too: {@link #next} tells why. So is what its statement's
   * closing has left for another thread to close.
   */
  @Override
  public boolean isClosed() {
    return closed || rows.isEnded() || (statement != null && statement.isClosed());
  }

  @Override
  void checkOpen() throws SQLException {
    if (closed) {
      throw gone();
    }
  }

  private SQLException gone() {
    return statement != null && statement.connection.isClosed()
        ? SqlExceptions.connectionClosed()
        : SqlExceptions.resultSetClosed();
  }

  /** The index from 0 of a column of the current row. */
  private int at(int column) throws SQLException {
    if (!onRow || closed || column < 1 || column > kinds.length) {
      checkOpen();
      checkColumn(column);
      if (failure != null) {
        throw failedBefore(failure);
      }
      throw SqlExceptions.of(
          SqlExceptions.INVALID_CURSOR_STATE,
          ended ? "the result set is at its end" : "there is no current row: call next() first");
    }
    return column - 1;
  }

  @Override
  void checkAt(int column) throws SQLException {
    at(column);
  }

  private void checkColumn(int column) throws SQLException {
    if (column < 1 || column > kinds.length) {
      throw SqlExceptions.of(
          SqlExceptions.NO_SUCH_INDEX,
          "there is no column " + column + ": the result has " + kinds.length);
    }
  }

  @Override
  public boolean wasNull() throws SQLException {
    checkOpen();
    return wasNull;
  }

  // The hot getters.

  @Override
  public long getLong(int column) throws SQLException {
    int index = at(column);
    try {
      if (kinds[index] == ColumnKind.LONG) {
        long value = rows.getLong(index);
        wasNull = value == 0 && rows.isNull(index);
        return value;
      }
      Object value = natural(index);
      return value == null ? 0 : NumberConversion.toLong(value);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  @Override
  public int getInt(int column) throws SQLException {
    int index = at(column);
    try {
      if (kinds[index] == ColumnKind.INT) {
        int value = rows.getInt(index);
        wasNull = value == 0 && rows.isNull(index);
        return value;
      }
      if (kinds[index] == ColumnKind.LONG) {
        long value = rows.getLong(index);
        wasNull = value == 0 && rows.isNull(index);
        return NumberConversion.toInt(value);
      }
      Object value = natural(index);
      return value == null ? 0 : NumberConversion.toInt(NumberConversion.toLong(value));
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  @Override
  public double getDouble(int column) throws SQLException {
    int index = at(column);
    try {
      if (kinds[index] == ColumnKind.DOUBLE) {
        double value = rows.getDouble(index);
        wasNull = value == 0 && rows.isNull(index);
        return value;
      }
      Object value = natural(index);
      return value == null ? 0 : NumberConversion.toDouble(value);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  @Override
  public byte @Nullable [] getBytes(int column) throws SQLException {
    int index = at(column);
    try {
      byte[] value;
      if (kinds[index] == ColumnKind.BYTES) {
        value = rows.getBytes(index);
        wasNull = value == null;
      } else {
        Object natural = natural(index);
        value = natural == null ? null : TextConversion.toBytes(natural);
      }
      return value == null || maxFieldSize == 0 || value.length <= maxFieldSize
          ? value
          : Arrays.copyOf(value, maxFieldSize);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  @Override
  public @Nullable String getString(int column) throws SQLException {
    int index = at(column);
    try {
      String value;
      if (kinds[index] == ColumnKind.TEXT || kinds[index] == ColumnKind.BYTES) {
        value = rows.getString(index);
        wasNull = value == null;
      } else {
        Object natural = natural(index);
        return natural == null ? null : TextConversion.toText(natural);
      }
      return value == null || maxFieldSize == 0 || value.length() <= maxFieldSize
          ? value
          : value.substring(0, maxFieldSize);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  @Override
  public @Nullable Timestamp getTimestamp(int column) throws SQLException {
    int index = at(column);
    try {
      if (kinds[index] == ColumnKind.TIMESTAMP) {
        long millis = rows.getLong(index);
        wasNull = millis == 0 && rows.isNull(index);
        return wasNull ? null : new Timestamp(millis);
      }
      Object value = natural(index);
      return value == null ? null : TimeConversion.toTimestamp(value);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  @Override
  public @Nullable Object getObject(int column) throws SQLException {
    int index = at(column);
    try {
      Object value = kinds[index].jdbc(rows.getObject(index), columns.info(index));
      wasNull = value == null;
      return value;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  // The other getters, all by way of the natural value.

  private @Nullable Object natural(int index) {
    Object value = kinds[index].natural(rows.getObject(index), columns.info(index));
    wasNull = value == null;
    return value;
  }

  private <T> @Nullable T get(int column, Function<Object, T> conversion) throws SQLException {
    int index = at(column);
    try {
      Object value = natural(index);
      return value == null ? null : conversion.apply(value);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw unreadable(index, e);
    }
  }

  /**
   * Where another thread has closed the rows meanwhile, that is the reason, whatever came of it.
   */
  private SQLException unreadable(int index, Throwable e) {
    if (closed) {
      return gone();
    }
    return SqlExceptions.within(
        "column " + (index + 1) + " (" + columns.info(index).label() + ")", e);
  }

  @Override
  public boolean getBoolean(int column) throws SQLException {
    Boolean value = get(column, NumberConversion::toBoolean);
    return value != null && value;
  }

  @Override
  public byte getByte(int column) throws SQLException {
    Byte value = get(column, natural -> ObjectConversion.to(Byte.class, natural));
    return value == null ? 0 : value;
  }

  @Override
  public short getShort(int column) throws SQLException {
    Short value = get(column, natural -> ObjectConversion.to(Short.class, natural));
    return value == null ? 0 : value;
  }

  @Override
  public float getFloat(int column) throws SQLException {
    Float value = get(column, NumberConversion::toFloat);
    return value == null ? 0 : value;
  }

  @Override
  public @Nullable BigDecimal getBigDecimal(int column) throws SQLException {
    return get(column, NumberConversion::toDecimal);
  }

  @Override
  @Deprecated
  public @Nullable BigDecimal getBigDecimal(int column, int scale) throws SQLException {
    return get(
        column, value -> NumberConversion.toDecimal(value).setScale(scale, RoundingMode.HALF_UP));
  }

  @Override
  public @Nullable Date getDate(int column, @Nullable Calendar calendar) throws SQLException {
    return get(column, value -> TimeConversion.toSqlDate(value, calendar));
  }

  @Override
  public @Nullable Time getTime(int column, @Nullable Calendar calendar) throws SQLException {
    return get(column, value -> TimeConversion.toSqlTime(value, calendar));
  }

  @Override
  public <T> @Nullable T getObject(int column, @Nullable Class<T> type) throws SQLException {
    if (type == null) {
      throw SqlExceptions.invalidArgument("the class is null");
    }
    if (type == Object.class || type == Map.class || type == Array.class) {
      int index = at(column);
      Object value = getObject(column);
      if (value != null && !type.isInstance(value)) {
        throw unreadable(index, TextConversion.wrongType(value, type.getName()));
      }
      return type.cast(value);
    }
    return get(column, value -> ObjectConversion.to(type, value));
  }

  @Override
  public @Nullable Array getArray(int column) throws SQLException {
    if (getObject(column) instanceof Array array) {
      return array;
    }
    // It is NULL, or an error.
    return get(column, value -> new KlogArray(ObjectConversion.toList(value), null));
  }

  @Override
  public @Nullable URL getURL(int column) throws SQLException {
    return get(column, ObjectConversion::toUrl);
  }

  // About the result.

  @Override
  public int findColumn(@Nullable String label) throws SQLException {
    checkOpen();
    return columns.index(label) + 1;
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    checkOpen();
    return new KlogResultSetMetaData(columns);
  }

  @Override
  public @Nullable Statement getStatement() throws SQLException {
    checkOpen();
    return statement;
  }

  @Override
  public boolean isBeforeFirst() throws SQLException {
    checkOpen();
    return row == 0 && !ended;
  }

  @Override
  public boolean isFirst() throws SQLException {
    checkOpen();
    return row == 1 && onRow;
  }

  @Override
  public boolean isAfterLast() throws SQLException {
    checkOpen();
    return row > 0 && ended;
  }

  @Override
  public int getRow() throws SQLException {
    checkOpen();
    return onRow ? (int) Math.min(row, Integer.MAX_VALUE) : 0;
  }

  @Override
  public int getHoldability() throws SQLException {
    checkOpen();
    return HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public int getFetchSize() throws SQLException {
    checkOpen();
    return fetchSize;
  }

  /** A hint; rows come as they are made anyway. */
  @Override
  public void setFetchSize(int rows) throws SQLException {
    checkOpen();
    if (rows < 0) {
      throw SqlExceptions.invalidArgument("a fetch size of " + rows);
    }
    fetchSize = rows;
  }

  @Override
  public String getCursorName() throws SQLException {
    checkOpen();
    throw SqlExceptions.notSupported("named cursors");
  }

  /** They stay until they are cleared, or the result is closed: the statement keeps them then. */
  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      takeWarnings();
      return warnings.first();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void clearWarnings() throws SQLException {
    lock.lock();
    try {
      checkOpen();
      takeWarnings();
      warnings.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Takes what the rows have to say so far, for itself and the statement. Under the lock. */
  void takeWarnings() {
    for (String message : rows.drainWarnings()) {
      warnings.add(message);
      if (statement != null) {
        statement.warn(message);
      }
    }
  }
}
