package io.klog.sql.parser;

import org.jspecify.annotations.Nullable;

/** A text that is no statement: where, what was found, and what was expected. */
public final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;

  SyntaxException(String sqlState, String message) {
    this(sqlState, message, null);
  }

  SyntaxException(String sqlState, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.sqlState = sqlState;
  }

  public String sqlState() {
    return sqlState;
  }
}
