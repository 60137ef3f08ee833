package io.klog.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query, read lazily, for one thread at a time. Columns count from 0. The typed
 * getters are for columns of just that type (see the package's canonical values) and give 0 for a
 * NULL; ask {@link #isNull}. Getters may be called any number of times, until the next {@link
 * #next}.
 */
public interface Rows extends AutoCloseable {
  /** Steps to the next row; false, from then on, at the end. */
  boolean next();

  boolean isNull(int column);

  /** Of a BIGINT or TIMESTAMP column. */
  long getLong(int column);

  /** Of a TINYINT, SMALLINT, INTEGER, DATE or TIME column. */
  int getInt(int column);

  /** Of a REAL, FLOAT or DOUBLE column. */
  double getDouble(int column);

  /** Of a CHAR or VARCHAR column; of a BINARY or VARBINARY column its UTF-8 text. */
  @Nullable String getString(int column);

  /** Of a BINARY or VARBINARY column: the caller's own copy. */
  byte @Nullable [] getBytes(int column);

  /** The canonical value of a column of any type. */
  @Nullable Object getObject(int column);

  /**
   * What the reader has to be told of the rows so far and was not told yet, in order. It does not
   * come again.
   */
  default List<String> drainWarnings() {
    return List.of();
  }

  /**
   * Whether something else than reading has ended the rows: a rollback. May be asked by anybody.
   */
  default boolean isEnded() {
    return false;
  }

  @Override
  void close();
}
