package io.klog.jdbc;

import io.klog.sql.SessionSavepoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/** A savepoint, which has a number or a name. */
final class KlogSavepoint implements Savepoint {
  private final Connection connection;
  private final SessionSavepoint point;
  private final int id;
  private final @Nullable String name;

  KlogSavepoint(Connection connection, SessionSavepoint point, int id, @Nullable String name) {
    this.connection = connection;
    this.point = point;
    this.id = id;
    this.name = name;
  }

  Connection connection() {
    return connection;
  }

  SessionSavepoint point() {
    return point;
  }

  @Override
  public int getSavepointId() throws SQLException {
    if (name != null) {
      throw SqlExceptions.of(
          SqlExceptions.INVALID_SAVEPOINT, "savepoint " + name + " has a name, and so no number");
    }
    return id;
  }

  @Override
  public String getSavepointName() throws SQLException {
    if (name == null) {
      throw SqlExceptions.of(
          SqlExceptions.INVALID_SAVEPOINT, "savepoint " + id + " has a number, and so no name");
    }
    return name;
  }
}
