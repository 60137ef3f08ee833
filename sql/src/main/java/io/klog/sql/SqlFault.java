package io.klog.sql;

import org.jspecify.annotations.Nullable;

/** Something wrong with a statement or its data, with its SQLState. */
public final class SqlFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;

  public SqlFault(String sqlState, String message) {
    this(sqlState, message, null);
  }

  public SqlFault(String sqlState, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.sqlState = sqlState;
  }

  public String sqlState() {
    return sqlState;
  }
}
