package io.klog.clients;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Inserts and consumes on a pool with several threads until it is killed. It prints the key of each
 * order whose insert has returned, and {@link #MOVED} after each commit that moved orders on, with
 * a semicolon behind it that tells a whole line.
 */
final class PoolingProcess {
  private static final int PRODUCERS = 4;
  private static final int CONSUMERS = 2;

  static final String MOVED = "moved";

  private PoolingProcess() {}

  /** Given the folder, and what the keys begin with. */
  public static void main(String[] args) {
    HikariConfig config = PooledFile.config(Path.of(args[0]));
    HikariDataSource pool = new HikariDataSource(config);
    for (int p = 0; p < PRODUCERS; p++) {
      String name = args[1] + "-" + p + "-";
      new Thread(() -> orExit(() -> produce(pool, name))).start();
    }
    for (int c = 0; c < CONSUMERS; c++) {
      new Thread(() -> orExit(() -> consume(pool))).start();
    }
  }

  private static void produce(HikariDataSource pool, String name) throws SQLException {
    for (int i = 0; ; i++) {
      try (Connection connection = pool.getConnection();
          PreparedStatement insert =
              connection.prepareStatement("INSERT INTO orders (key) VALUES (?)")) {
        insert.setString(1, name + i);
        insert.executeUpdate();
      }
      say(name + i);
    }
  }

  private static synchronized void say(String what) {
    System.out.println(what + ";");
    System.out.flush();
  }

  private static void consume(HikariDataSource pool) throws SQLException {
    while (true) {
      int moved;
      try (Connection connection = pool.getConnection()) {
        moved = move(connection);
      }
      if (moved > 0) {
        say(MOVED);
      }
    }
  }

  /** From orders to done, with the group's position; 40001 is another member's turn. */
  static int move(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    int moved = 0;
    try (PreparedStatement read =
            connection.prepareStatement(
                "SELECT key FROM orders LIMIT 5 FOR CONSUMER GROUP movers");
        PreparedStatement write =
            connection.prepareStatement("INSERT INTO done (key) VALUES (?)")) {
      try (ResultSet rows = read.executeQuery()) {
        while (rows.next()) {
          write.setString(1, rows.getString(1));
          moved += write.executeUpdate();
        }
      }
      connection.commit();
      return moved;
    } catch (SQLException e) {
      if (!"40001".equals(e.getSQLState())) {
        throw e;
      }
      connection.rollback();
      return 0;
    }
  }

  private interface Work {
    void run() throws SQLException;
  }

  private static void orExit(Work work) {
    try {
      work.run();
    } catch (SQLException | RuntimeException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }
}
