package io.klog.clients;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A file and a pool of connections to it; with few fsyncs, since no test cuts the power. */
final class PooledFile implements AutoCloseable {
  private final HikariDataSource pool;

  PooledFile(Path directory, String... statements) throws SQLException {
    this(new HikariDataSource(config(directory)), statements);
  }

  PooledFile(HikariDataSource pool, String... statements) throws SQLException {
    this.pool = pool;
    try {
      execute(statements);
    } catch (SQLException | RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /** Four connections to the same file for the same folder. */
  static HikariConfig config(Path directory) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:klog:" + directory.resolve("pool.klog"));
    config.addDataSourceProperty("sync", "normal");
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(1);
    return config;
  }

  HikariDataSource pool() {
    return pool;
  }

  Connection connect() throws SQLException {
    return pool.getConnection();
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** What the pool handed out a wrapper of. */
  static Connection physical(Connection pooled) throws SQLException {
    return pooled.unwrap(Connection.class);
  }

  /** The connections that the pool has, which are as many as that: all are held at once. */
  Set<Connection> physical(int connections) throws SQLException {
    Map<Connection, Connection> held = new LinkedHashMap<>();
    try {
      for (int i = 0; i < connections; i++) {
        Connection connection = pool.getConnection();
        held.put(physical(connection), connection);
      }
      return new HashSet<>(held.keySet());
    } finally {
      for (Connection connection : held.values()) {
        connection.close();
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
