package io.klog.jdbc;

import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/** Something that wraps nothing: it unwraps to itself. */
interface Unwrappable extends Wrapper {
  @Override
  default <T> T unwrap(@Nullable Class<T> type) throws SQLException {
    if (type != null && type.isInstance(this)) {
      return type.cast(this);
    }
    throw SqlExceptions.invalidArgument(
        getClass().getName() + " is no " + (type == null ? "null" : type.getName()));
  }

  @Override
  default boolean isWrapperFor(@Nullable Class<?> type) {
    return type != null && type.isInstance(this);
  }
}
