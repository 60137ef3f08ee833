package io.klog.bench;

import java.sql.Connection;
import java.sql.SQLException;

/** Consumes a table that is there, from its beginning to its end, for a new group in each round. */
final class ConsumeWork implements Work {
  private static final int ROWS_PER_COMMIT = 500;

  private final Consumption consumption;
  private final int rows;
  private int round;

  private ConsumeWork(Consumption consumption, int rows) {
    this.consumption = consumption;
    this.rows = rows;
  }

  static Work.Factory of(int rows) {
    return (rival, folder) -> {
      Connection connection = rival.connect(rival.url(folder, "read", "OFF"));
      return new ConsumeWork(Consumption.of(rival, connection, ROWS_PER_COMMIT), rows);
    };
  }

  @Override
  public long round() throws SQLException {
    long read = consumption.consume("group" + round++);
    if (read != rows) {
      throw new IllegalStateException("expected " + rows + " rows, found " + read);
    }
    return read;
  }

  @Override
  public void close() throws SQLException {
    consumption.close();
  }
}
