package io.klog.clients;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Opens the file of a pool of another process, says so, and closes it when its input ends. */
final class TakingProcess {
  static final String OPEN = "open";

  private TakingProcess() {}

  /** Given the folder. */
  public static void main(String[] args) throws SQLException, IOException {
    String url = PooledFile.config(Path.of(args[0])).getJdbcUrl();
    try (Connection connection = DriverManager.getConnection(url)) {
      System.out.println(connection.isValid(1) ? OPEN : "not valid");
      while (System.in.read() >= 0) {
        // Until the other end is closed.
      }
    }
  }
}
