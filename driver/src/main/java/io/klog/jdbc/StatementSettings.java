package io.klog.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be set on a statement, and what JDBC lets one set that makes no difference here. */
abstract sealed class StatementSettings implements Statement, Unwrappable permits TextExecution {
  private static final Pattern SIMPLE_IDENTIFIER = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  private static final Pattern QUOTED_IDENTIFIER = Pattern.compile("(?s)\"([^\"]|\"\")+\"");

  private long maxRows;
  private int maxFieldSize;
  private int fetchSize;
  private int timeoutSeconds;
  // As JDBC wants it: a prepared one is.
  private boolean poolable = this instanceof PreparedStatement;
  private boolean escaping = true;

  abstract void checkOpen() throws SQLException;

  /** A count where JDBC has only an int for it. */
  static int toInt(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  /** 0 for all. */
  final long maxRows() {
    return maxRows;
  }

  /** 0 for any. */
  final int maxFieldSize() {
    return maxFieldSize;
  }

  /** 0 for none. */
  final long timeoutNanos() {
    return TimeUnit.SECONDS.toNanos(timeoutSeconds);
  }

  @Override
  public final long getLargeMaxRows() throws SQLException {
    checkOpen();
    return maxRows;
  }

  @Override
  public final void setLargeMaxRows(long rows) throws SQLException {
    maxRows = notNegative(rows, "row limit");
  }

  @Override
  public final int getMaxRows() throws SQLException {
    return toInt(getLargeMaxRows());
  }

  @Override
  public final void setMaxRows(int rows) throws SQLException {
    setLargeMaxRows(rows);
  }

  @Override
  public final int getMaxFieldSize() throws SQLException {
    checkOpen();
    return maxFieldSize;
  }

  /** Cuts what getBytes, getString and the streams give, of bytes and of text. */
  @Override
  public final void setMaxFieldSize(int size) throws SQLException {
    maxFieldSize = (int) notNegative(size, "field size");
  }

  @Override
  public final int getQueryTimeout() throws SQLException {
    checkOpen();
    return timeoutSeconds;
  }

  @Override
  public final void setQueryTimeout(int seconds) throws SQLException {
    timeoutSeconds = (int) notNegative(seconds, "timeout");
  }

  @Override
  public final int getFetchSize() throws SQLException {
    checkOpen();
    return fetchSize;
  }

  /** A hint; rows come as they are made anyway. */
  @Override
  public final void setFetchSize(int rows) throws SQLException {
    fetchSize = (int) notNegative(rows, "fetch size");
  }

  private long notNegative(long value, String what) throws SQLException {
    checkOpen();
    if (value < 0) {
      throw SqlExceptions.invalidArgument("a " + what + " of " + value);
    }
    return value;
  }

  @Override
  public final int getFetchDirection() throws SQLException {
    checkOpen();
    return ResultSet.FETCH_FORWARD;
  }

  /** A hint; anything but forward is not taken. */
  @Override
  public final void setFetchDirection(int direction) throws SQLException {
    checkOpen();
    if (direction != ResultSet.FETCH_FORWARD
        && direction != ResultSet.FETCH_REVERSE
        && direction != ResultSet.FETCH_UNKNOWN) {
      throw SqlExceptions.invalidArgument(direction + " is no direction");
    }
  }

  @Override
  public final int getResultSetConcurrency() throws SQLException {
    checkOpen();
    return ResultSet.CONCUR_READ_ONLY;
  }

  @Override
  public final int getResultSetType() throws SQLException {
    checkOpen();
    return ResultSet.TYPE_FORWARD_ONLY;
  }

  @Override
  public final int getResultSetHoldability() throws SQLException {
    checkOpen();
    return ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public final boolean isPoolable() throws SQLException {
    checkOpen();
    return poolable;
  }

  @Override
  public final void setPoolable(boolean poolable) throws SQLException {
    checkOpen();
    this.poolable = poolable;
  }

  /** Whether JDBC's escapes are made into klog's SQL. */
  final boolean isEscaping() {
    return escaping;
  }

  /**
   * Off, the text is taken as it is; those escapes that are part of klog's SQL go on working. A
   * prepared statement has its text already.
   */
  @Override
  public final void setEscapeProcessing(boolean enable) throws SQLException {
    checkOpen();
    escaping = enable;
  }

  /** Without effect, as JDBC wants it where there are no positioned updates. */
  @Override
  public final void setCursorName(@Nullable String name) throws SQLException {
    checkOpen();
  }

  // Quoting, which JDBC would do itself, but with null pointers and without SQLStates.

  @Override
  public final String enquoteLiteral(@Nullable String text) throws SQLException {
    if (text == null) {
      throw SqlExceptions.invalidArgument("the literal is null");
    }
    return "'" + text.replace("'", "''") + "'";
  }

  @Override
  public final String enquoteNCharLiteral(@Nullable String text) throws SQLException {
    return "N" + enquoteLiteral(text);
  }

  @Override
  public final boolean isSimpleIdentifier(@Nullable String name) throws SQLException {
    if (name == null) {
      throw SqlExceptions.invalidArgument("the identifier is null");
    }
    return SIMPLE_IDENTIFIER.matcher(name).matches();
  }

  @Override
  public final String enquoteIdentifier(@Nullable String name, boolean always) throws SQLException {
    if (name == null || name.isEmpty() || name.indexOf('\0') >= 0) {
      throw SqlExceptions.invalidArgument("'" + name + "' cannot be an identifier");
    }
    boolean asItIs = isQuoted(name) || (!always && isSimpleIdentifier(name));
    return asItIs ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** In quotes already, as JDBC lets it be. */
  private static boolean isQuoted(String name) {
    return QUOTED_IDENTIFIER.matcher(name).matches();
  }
}
