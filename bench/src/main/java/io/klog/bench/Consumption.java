package io.klog.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Reads what is new in the table t for a group, and commits its position every so many rows. SQLite
 * does what comes nearest to it, with a table of positions.
 */
abstract class Consumption implements AutoCloseable {
  final Connection connection;
  final int rowsPerCommit;
  private long bytes;

  private Consumption(Connection connection, int rowsPerCommit) throws SQLException {
    this.connection = connection;
    this.rowsPerCommit = rowsPerCommit;
  }

  /** Of the connection, which it closes when it is closed. */
  static Consumption of(Rival rival, Connection connection, int rowsPerCommit) throws SQLException {
    return rival.equals(Rival.KLOG)
        ? new KlogConsumption(connection, rowsPerCommit)
        : new SqliteConsumption(connection, rowsPerCommit);
  }

  /** How many rows there were. */
  abstract long consume(String group) throws SQLException;

  final void take(ResultSet row) throws SQLException {
    bytes += row.getLong(1) + row.getBytes(2).length + row.getBytes(3).length;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    if (bytes == 0) {
      throw new IllegalStateException("nothing was read");
    }
  }

  private static final class KlogConsumption extends Consumption {
    private final PreparedStatement read;

    private KlogConsumption(Connection connection, int rowsPerCommit) throws SQLException {
      super(connection, rowsPerCommit);
      connection.setAutoCommit(false);
      read = connection.prepareStatement("SELECT offset, key, value FROM t FOR CONSUMER GROUP ?");
    }

    @Override
    long consume(String group) throws SQLException {
      read.setString(1, group);
      long count = 0;
      try (ResultSet row = read.executeQuery()) {
        while (row.next()) {
          take(row);
          if (++count % rowsPerCommit == 0) {
            connection.commit();
          }
        }
        connection.commit();
      }
      return count;
    }
  }

  private static final class SqliteConsumption extends Consumption {
    private final PreparedStatement begin;
    private final PreparedStatement position;
    private final PreparedStatement read;
    private final PreparedStatement move;

    private SqliteConsumption(Connection connection, int rowsPerCommit) throws SQLException {
      super(connection, rowsPerCommit);
      try (Statement create = connection.createStatement()) {
        create.execute(
            "CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID");
      }
      connection.setAutoCommit(false);
      begin = connection.prepareStatement("INSERT OR IGNORE INTO positions VALUES (?, 0)");
      position = connection.prepareStatement("SELECT at FROM positions WHERE name = ?");
      read = connection.prepareStatement("SELECT id, k, v FROM t WHERE id > ? ORDER BY id LIMIT ?");
      move = connection.prepareStatement("UPDATE positions SET at = ? WHERE name = ?");
    }

    @Override
    long consume(String group) throws SQLException {
      long at = position(group);
      long count = 0;
      move.setString(2, group);
      read.setInt(2, rowsPerCommit);
      while (true) {
        long before = count;
        read.setLong(1, at);
        try (ResultSet row = read.executeQuery()) {
          while (row.next()) {
            take(row);
            at = row.getLong(1);
            count++;
          }
        }
        if (count == before) {
          connection.commit();
          return count;
        }
        move.setLong(1, at);
        move.executeUpdate();
        connection.commit();
      }
    }

    private long position(String group) throws SQLException {
      begin.setString(1, group);
      begin.executeUpdate();
      position.setString(1, group);
      try (ResultSet row = position.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
