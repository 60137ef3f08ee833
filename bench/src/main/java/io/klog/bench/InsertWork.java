package io.klog.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;

/** Inserts rows of a 16-byte key and a 100-byte value: each by itself, or in batches. */
final class InsertWork implements Work {
  private final Connection connection;
  private final PreparedStatement insert;
  private final Random random = new Random(42);
  private final int rows;
  private final int batch;

  /**
   * @param batch rows of a transaction; 1 for autocommit
   */
  private InsertWork(Rival rival, String url, int rows, int batch) throws SQLException {
    connection = rival.createTable(url);
    connection.setAutoCommit(batch == 1);
    insert = connection.prepareStatement(rival.insert());
    this.rows = rows;
    this.batch = batch;
  }

  static Work.Factory autocommit(String sync, int rows) {
    return (rival, folder) ->
        new InsertWork(rival, rival.url(folder, "row-" + sync, sync), rows, 1);
  }

  static Work.Factory batches(String sync, int rows, int batch) {
    return (rival, folder) -> new InsertWork(rival, rival.url(folder, "batch", sync), rows, batch);
  }

  /** A table of so many rows, for works that read. */
  static void fill(Rival rival, String url, int rows) throws SQLException {
    try (InsertWork work = new InsertWork(rival, url, rows, 1_000)) {
      work.round();
    }
  }

  @Override
  public long round() throws SQLException {
    byte[] key = new byte[16];
    byte[] value = new byte[100];
    for (int i = 1; i <= rows; i++) {
      random.nextBytes(key);
      value[i % value.length]++;
      insert.setBytes(1, key.clone());
      insert.setBytes(2, value.clone());
      if (batch == 1) {
        insert.executeUpdate();
      } else {
        insert.addBatch();
        if (i % batch == 0) {
          insert.executeBatch();
          connection.commit();
        }
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
