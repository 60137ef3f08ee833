package io.klog.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Random;

/** Reads a table that is there: all of it, or ten rows at a time. */
final class ReadWork implements Work {
  private static final int SEEKS = 5_000;

  /** What a round does. */
  private enum Kind {
    SCAN,
    SEEK,
    PREPARE_AND_SEEK
  }

  private final Rival rival;
  private final Connection connection;
  private final PreparedStatement prepared;
  private final Kind kind;
  private final int rows;
  private final Random random = new Random(42);

  private ReadWork(Rival rival, Connection connection, Kind kind, int rows) throws SQLException {
    this.rival = rival;
    this.connection = connection;
    this.kind = kind;
    this.rows = rows;
    this.prepared = connection.prepareStatement(kind == Kind.SCAN ? rival.scan() : rival.seek());
  }

  private static Work.Factory of(Kind kind, int rows) {
    return (rival, folder) ->
        new ReadWork(rival, rival.connect(rival.url(folder, "read", "OFF")), kind, rows);
  }

  static Work.Factory scan(int rows) {
    return of(Kind.SCAN, rows);
  }

  static Work.Factory seek(int rows) {
    return of(Kind.SEEK, rows);
  }

  static Work.Factory prepareAndSeek(int rows) {
    return of(Kind.PREPARE_AND_SEEK, rows);
  }

  @Override
  public long round() throws SQLException {
    if (kind == Kind.SCAN) {
      require(rows, read(prepared));
      return rows;
    }
    for (int i = 0; i < SEEKS; i++) {
      int number = 1 + random.nextInt(rows - 20);
      if (kind == Kind.SEEK) {
        prepared.setLong(1, number);
        require(10, read(prepared));
      } else {
        try (PreparedStatement fresh = connection.prepareStatement(rival.seek())) {
          fresh.setLong(1, number);
          require(10, read(fresh));
        }
      }
    }
    return SEEKS;
  }

  private static long read(PreparedStatement statement) throws SQLException {
    long count = 0;
    long sum = 0;
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        sum += result.getLong(1) + result.getBytes(2).length + result.getBytes(3).length;
        count++;
      }
    }
    if (count > 0 && sum < count * 116) {
      throw new IllegalStateException("rows of the wrong length: " + sum);
    }
    return count;
  }

  private static void require(long expected, long found) {
    if (expected != found) {
      throw new IllegalStateException("expected " + expected + " rows, found " + found);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
