package io.klog.jdbc;

import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;

/** The chain of warnings that a JDBC object has. */
final class Warnings {
  private static final String WARNING = "01000";

  private @Nullable SQLWarning first;

  void add(String message) {
    SQLWarning added = new SQLWarning(message, WARNING);
    if (first == null) {
      first = added;
    } else {
      first.setNextWarning(added);
    }
  }

  /** Null where there are none. */
  @Nullable SQLWarning first() {
    return first;
  }

  void clear() {
    first = null;
  }
}
