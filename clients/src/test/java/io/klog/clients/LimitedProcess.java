package io.klog.clients;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Inserts on a pool until the device takes no more, waits for a line of input, which says that it
 * takes more again, and goes on. What happens is printed, a line for each.
 */
final class LimitedProcess {
  private LimitedProcess() {}

  /** Given the folder. */
  public static void main(String[] args) throws SQLException, IOException {
    HikariConfig config = PooledFile.config(Path.of(args[0]));
    config.setMaximumPoolSize(1);
    try (PooledFile file = new PooledFile(new HikariDataSource(config), "CREATE TOPIC orders")) {
      Connection first = physical(file);
      long acknowledged = 0;
      String sqlState = "";
      while (sqlState.isEmpty()) {
        try {
          insert(file);
          acknowledged++;
        } catch (SQLException e) {
          sqlState = e.getSQLState();
          System.out.println(sqlState + " " + e.getMessage());
        }
      }
      System.out.println(count(file) == acknowledged ? "all are there" : "some are lost");
      System.in.read();
      insert(file);
      System.out.println(count(file) == acknowledged + 1 ? "all are there" : "some are lost");
      System.out.println(first.equals(physical(file)) ? "same connection" : "another connection");
    }
  }

  private static Connection physical(PooledFile file) throws SQLException {
    try (Connection connection = file.connect()) {
      return PooledFile.physical(connection);
    }
  }

  private static void insert(PooledFile file) throws SQLException {
    try (Connection connection = file.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders (value) VALUES (?)")) {
      insert.setBytes(1, new byte[10_000]);
      insert.executeUpdate();
    }
  }

  private static long count(PooledFile file) throws SQLException {
    try (Connection connection = file.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(value) FROM orders")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
