package io.klog.sql;

import java.util.List;

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
}
