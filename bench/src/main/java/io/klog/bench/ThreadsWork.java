package io.klog.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many threads, each with a connection of its own, commit durable rows at once. */
final class ThreadsWork implements Work {
  private final List<Connection> connections = new ArrayList<>();
  private final ExecutorService executor;
  private final Rival rival;
  private final int rows;

  private ThreadsWork(Rival rival, Path folder, int threads, int rows) throws SQLException {
    this.rival = rival;
    this.rows = rows;
    executor = Executors.newFixedThreadPool(threads);
    String url = rival.url(folder, "threads" + threads, "FULL") + "&busy_timeout=60000";
    connections.add(rival.createTable(url));
    while (connections.size() < threads) {
      connections.add(rival.connect(url));
    }
  }

  /** Rows are of all threads together. */
  static Work.Factory of(int threads, int rows) {
    return (rival, folder) -> new ThreadsWork(rival, folder, threads, rows);
  }

  @Override
  public long round() throws ExecutionException, InterruptedException {
    int each = rows / connections.size();
    List<Future<?>> done = new ArrayList<>();
    for (Connection connection : connections) {
      done.add(executor.submit(() -> insert(connection, each)));
    }
    for (Future<?> future : done) {
      future.get();
    }
    return (long) each * connections.size();
  }

  private boolean insert(Connection connection, int each) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(rival.insert())) {
      for (int i = 0; i < each; i++) {
        insert.setBytes(1, new byte[16]);
        insert.setBytes(2, new byte[100]);
        insert.executeUpdate();
      }
    }
    return true;
  }

  @Override
  public void close() throws SQLException {
    executor.shutdownNow();
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
