package io.klog.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** JDBC's many ways to execute SQL text, each with the generated keys that it asks for. */
abstract sealed class TextExecution extends StatementSettings permits KlogStatement {
  /** What the caller wants to come of an execution. */
  enum Wanted {
    ROWS,
    COUNT,
    EITHER
  }

  /** Runs SQL text; true if it gives rows. A prepared statement refuses. */
  abstract boolean performText(@Nullable String sql, Wanted wanted, KeyColumns keysWanted)
      throws SQLException;

  /** Runs SQL text that gives a count. */
  abstract long count(@Nullable String sql, KeyColumns keysWanted) throws SQLException;

  @Override
  public final int executeUpdate(@Nullable String sql) throws SQLException {
    return toInt(count(sql, KeyColumns.NONE));
  }

  @Override
  public final int executeUpdate(@Nullable String sql, int keys) throws SQLException {
    return toInt(count(sql, KeyColumns.of(keys)));
  }

  @Override
  public final int executeUpdate(@Nullable String sql, int @Nullable [] columns)
      throws SQLException {
    return toInt(count(sql, KeyColumns.of(columns)));
  }

  @Override
  public final int executeUpdate(@Nullable String sql, String @Nullable [] columns)
      throws SQLException {
    return toInt(count(sql, KeyColumns.of(columns)));
  }

  @Override
  public final long executeLargeUpdate(@Nullable String sql) throws SQLException {
    return count(sql, KeyColumns.NONE);
  }

  @Override
  public final long executeLargeUpdate(@Nullable String sql, int keys) throws SQLException {
    return count(sql, KeyColumns.of(keys));
  }

  @Override
  public final long executeLargeUpdate(@Nullable String sql, int @Nullable [] columns)
      throws SQLException {
    return count(sql, KeyColumns.of(columns));
  }

  @Override
  public final long executeLargeUpdate(@Nullable String sql, String @Nullable [] columns)
      throws SQLException {
    return count(sql, KeyColumns.of(columns));
  }

  @Override
  public final boolean execute(@Nullable String sql) throws SQLException {
    return performText(sql, Wanted.EITHER, KeyColumns.NONE);
  }

  @Override
  public final boolean execute(@Nullable String sql, int keys) throws SQLException {
    return performText(sql, Wanted.EITHER, KeyColumns.of(keys));
  }

  @Override
  public final boolean execute(@Nullable String sql, int @Nullable [] columns) throws SQLException {
    return performText(sql, Wanted.EITHER, KeyColumns.of(columns));
  }

  @Override
  public final boolean execute(@Nullable String sql, String @Nullable [] columns)
      throws SQLException {
    return performText(sql, Wanted.EITHER, KeyColumns.of(columns));
  }
}
