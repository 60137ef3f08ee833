package io.klog.bench;

import io.klog.Consumer;
import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.OffsetReset;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inserts a million tiny records, an 11-byte key and an 8-byte value each, in batches of 8,192, and
 * consumes them for a group: the benchmark of Puro.
 */
final class TinyWork implements Work {
  private static final int RECORDS = 1_000_000;
  private static final int BATCH = 8_192;
  private static final byte[] KEY = new byte[11];
  private static final byte[] VALUE = new byte[8];

  private final Connection connection;
  private final PreparedStatement insert;
  private final Consumption consumption;

  private TinyWork(Rival rival, Path folder) throws SQLException {
    connection = rival.createTable(rival.url(folder, "tiny", "OFF"));
    connection.setAutoCommit(false);
    insert = connection.prepareStatement(rival.insert());
    consumption = Consumption.of(rival, connection, BATCH);
  }

  /** Through JDBC. */
  static Work.Factory jdbc() {
    return TinyWork::new;
  }

  /** One operation is all of it. */
  @Override
  public long round() throws SQLException {
    for (int i = 1; i <= RECORDS; i++) {
      insert.setBytes(1, KEY);
      insert.setBytes(2, VALUE);
      insert.addBatch();
      if (i % BATCH == 0 || i == RECORDS) {
        insert.executeBatch();
        connection.commit();
      }
    }
    require(consumption.consume("tiny"));
    return 1;
  }

  private static void require(long read) {
    if (read != RECORDS) {
      throw new IllegalStateException("expected " + RECORDS + " records, found " + read);
    }
  }

  @Override
  public void close() throws SQLException {
    consumption.close();
  }

  /** The same through klog's engine. */
  static final class Engine implements Work {
    private final LogStore store;
    private final Topic topic;
    private final Consumer consumer;
    private long bytes;

    Engine(Path folder) {
      store = KlogFile.open(folder.resolve("tiny-engine.klog").toString(), OpenOptions.DEFAULT);
      topic = store.createTopic("t", 1, Map.of());
      consumer =
          Consumer.join(
              store,
              "tiny",
              List.of(topic),
              OffsetReset.EARLIEST,
              SyncLevel.OFF,
              GroupMember.DEFAULT_MAX_POLL_INTERVAL);
    }

    @Override
    public long round() throws Exception {
      for (int from = 0; from < RECORDS; from += BATCH) {
        try (Transaction tx = store.begin(SyncLevel.OFF)) {
          for (int i = from; i < Math.min(from + BATCH, RECORDS); i++) {
            tx.append(topic, Transaction.ANY_PARTITION, 0, KEY, VALUE, Headers.NONE);
          }
          tx.commit();
        }
      }
      long before = bytes;
      while (consumer.handle(Duration.ZERO, (record, tx) -> bytes += size(record.value())) > 0) {
        // until there are no more
      }
      require((bytes - before) / VALUE.length);
      return 1;
    }

    private static int size(byte @Nullable [] value) {
      return value == null ? 0 : value.length;
    }

    @Override
    public void close() {
      consumer.close();
      store.close();
    }
  }
}
