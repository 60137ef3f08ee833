package io.klog.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement, parsed, validated and planned. Immutable: shared by threads and sessions. */
public interface PreparedSql {
  /** What executing it gives. */
  enum Kind {
    /** Rows. */
    QUERY,
    /** A count of rows, and perhaps generated keys. */
    UPDATE,
    /** Nothing: a count of 0. */
    DDL,
    /** Nothing, a count of 0: the session's settings or its transaction are another. */
    SESSION
  }

  String sql();

  Kind kind();

  /** Empty unless it is a query. */
  List<ColumnInfo> columns();

  List<ParameterInfo> parameters();

  /**
   * Whether it is an EXPLAIN. What that shows does not depend on the parameters: they need no
   * values.
   */
  default boolean isExplain() {
    return false;
  }

  /**
   * Of a CALL: the procedure's parameter that each of the statement's is given to; null for one
   * that is only part of an argument. Empty for other statements.
   */
  default List<@Nullable String> parameterNames() {
    return List.of();
  }
}
