package io.klog.jdbc;

import io.klog.KlogException;
import io.klog.sql.BatchFault;
import io.klog.sql.SqlFault;
import io.klog.sql.StatementControl;
import java.sql.BatchUpdateException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes every SQLException of the driver. Spring and others translate by the first two characters
 * of the SQLState, pools throw a connection away on 08xxx and 0A000: so what JDBC has and klog has
 * not is HYC00, ODBC's "optional feature not implemented".
 */
final class SqlExceptions {
  static final String CANNOT_CONNECT = "08001";
  static final String CONNECTION_CLOSED = "08003";
  static final String CONNECTION_FAILED = "08006";
  static final String OUTCOME_UNKNOWN = "08007";
  static final String NOT_A_QUERY = "07005";
  static final String A_QUERY = "07003";
  static final String PARAMETER_MISSING = "07001";
  static final String NO_SUCH_INDEX = "07009";
  static final String WRONG_TYPE = "07006";
  static final String OUT_OF_RANGE = "22003";
  static final String TIME_OUT_OF_RANGE = "22008";
  static final String NOT_CONVERTIBLE = "22018";
  static final String INVALID_ARGUMENT = "22023";
  static final String INVALID_CURSOR_STATE = "24000";
  static final String NOT_IN_AUTOCOMMIT = "25000";
  static final String INVALID_SAVEPOINT = "3B001";
  static final String UNKNOWN_SCHEMA = "3F000";
  static final String SYNTAX = "42601";
  static final String UNKNOWN_COLUMN = "42703";
  static final String UNKNOWN_FUNCTION = "42883";
  static final String STATEMENT_CLOSED = "HY010";
  static final String NOT_SUPPORTED = "HYC00";
  static final String INTERNAL = "XX000";

  private SqlExceptions() {}

  /** Whatever a session or store threw. */
  static SQLException of(@Nullable Throwable thrown) {
    if (thrown instanceof SqlFault fault) {
      return of(fault.sqlState(), text(fault), fault);
    }
    if (thrown instanceof KlogException refused) {
      return of(sqlState(refused.reason()), text(refused), refused);
    }
    if (thrown instanceof BatchFault fault) {
      SQLException cause = of(fault.getCause());
      return of(cause.getSQLState(), text(fault), fault);
    }
    if (thrown instanceof StackOverflowError) {
      return of("54001", "the statement is nested too deeply", thrown);
    }
    if (thrown instanceof OutOfMemoryError) {
      return of("53200", "there is not enough memory for it: " + thrown.getMessage(), thrown);
    }
    if (thrown != null && isOutOfRange(thrown)) {
      return of(rangeState(thrown), "a value is out of range: " + text(thrown), thrown);
    }
    return of(INTERNAL, "internal error of klog: " + thrown, thrown);
  }

  /** What was thrown over one value, with the place of the value before the message. */
  static SQLException within(String place, Throwable thrown) {
    if (thrown instanceof SqlFault fault) {
      Throwable cause = fault.getCause() == null ? fault : fault.getCause();
      return of(fault.sqlState(), place + ": " + text(fault), cause);
    }
    if (isOutOfRange(thrown)) {
      return of(rangeState(thrown), place + ": " + text(thrown), thrown);
    }
    return of(thrown);
  }

  /** Whatever was thrown on opening a store. */
  static SQLException ofOpening(Throwable thrown) {
    if (thrown instanceof KlogException refused) {
      switch (refused.reason()) {
        case CANNOT_OPEN, IN_USE, BUSY, CLOSED -> {
          return cannotConnect(text(refused), refused);
        }
        default -> {}
      }
    }
    return of(thrown);
  }

  /** Nothing of the batch took effect. */
  static BatchUpdateException ofBatch(SQLException cause, int rows) {
    long[] counts = new long[rows];
    Arrays.fill(counts, Statement.EXECUTE_FAILED);
    return ofBatch(cause, counts);
  }

  /**
   * @param counts of the statements before the one that failed, where those did take effect
   */
  static BatchUpdateException ofBatch(SQLException cause, long[] counts) {
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    BatchUpdateException exception =
        new BatchUpdateException(message, cause.getSQLState(), cause.getErrorCode(), counts, cause);
    exception.setNextException(cause);
    return exception;
  }

  static SQLException of(String sqlState, String message) {
    return of(sqlState, message, null);
  }

  static SQLException cannotConnect(String message, @Nullable Throwable cause) {
    return of(CANNOT_CONNECT, message, cause);
  }

  static SQLException connectionClosed() {
    return of(CONNECTION_CLOSED, "the connection is closed");
  }

  static SQLException statementClosed() {
    return of(STATEMENT_CLOSED, "the statement is closed");
  }

  static SQLException resultSetClosed() {
    return of(INVALID_CURSOR_STATE, "the result set is closed");
  }

  static SQLException invalidArgument(String message) {
    return of(INVALID_ARGUMENT, message);
  }

  /**
   * @param what a noun in the plural
   */
  static SQLFeatureNotSupportedException notSupported(String what) {
    return new SQLFeatureNotSupportedException(what + " are not supported", NOT_SUPPORTED);
  }

  static SQLException of(@Nullable String sqlState, String message, @Nullable Throwable cause) {
    String state = sqlState == null || sqlState.length() != 5 ? INTERNAL : sqlState;
    if (state.equals(StatementControl.TIMED_OUT)) {
      return new SQLTimeoutException(message, state, cause);
    }
    return switch (state.substring(0, 2)) {
      case "08" -> new SQLNonTransientConnectionException(message, state, cause);
      case "22" -> new SQLDataException(message, state, cause);
      case "23" -> new SQLIntegrityConstraintViolationException(message, state, cause);
      case "25" -> new SQLNonTransientException(message, state, cause);
      case "40" -> new SQLTransactionRollbackException(message, state, cause);
      case "42" -> new SQLSyntaxErrorException(message, state, cause);
      default -> new SQLException(message, state, cause);
    };
  }

  private static String sqlState(KlogException.Reason reason) {
    return switch (reason) {
      case CANNOT_OPEN -> CANNOT_CONNECT;
      case CORRUPT -> "XX001";
      case IN_USE, GROUP_IN_USE -> "55006";
      case BUSY, FENCED -> "40001";
      case CANCELLED -> StatementControl.CANCELLED;
      case UNKNOWN_GROUP -> "42704";
      case FILE_EXISTS -> "58P02";
      case READ_ONLY -> "25006";
      case DISK_FULL -> "53100";
      case IO -> "58030";
      case FAILED -> CONNECTION_FAILED;
      case OUTCOME_UNKNOWN -> OUTCOME_UNKNOWN;
      case TOO_LARGE -> "22001";
      case UNKNOWN_TOPIC, UNKNOWN_VIEW -> "42P01";
      case TOPIC_EXISTS, VIEW_EXISTS -> "42P07";
      case COLUMN_EXISTS -> "42701";
      case INVALID_OPTION, INVALID_ARGUMENT, OFFSET_OUT_OF_RANGE -> INVALID_ARGUMENT;
      case CLOSED -> CONNECTION_CLOSED;
    };
  }

  /** What the JDK throws of values too large to calculate with. */
  private static boolean isOutOfRange(Throwable thrown) {
    return thrown instanceof DateTimeException || thrown instanceof ArithmeticException;
  }

  private static String rangeState(Throwable thrown) {
    return thrown instanceof DateTimeException ? TIME_OUT_OF_RANGE : OUT_OF_RANGE;
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }
}
