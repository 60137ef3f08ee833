package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same random work over the model and over the engine's store shows the same rows. */
class FileStoreAgainstModelTest {
  private static final int STEPS = 400;

  private static final List<String> QUERIES =
      List.of(
          "SELECT * FROM t WHERE offset >= ? ORDER BY offset DESC LIMIT 7",
          "SELECT offset, partition, key, value FROM p WHERE offset < ? ORDER BY offset, partition",
          "SELECT count(*), min(offset), max(offset) FROM p WHERE partition <> 1 AND offset > ?",
          "SELECT key FROM t WHERE timestamp > TIMESTAMP '1970-01-01 00:00:00' AND offset <> ?",
          "SELECT key, count(*) FROM t WHERE offset > ? GROUP BY key ORDER BY key",
          "SELECT offset, key FROM p WHERE key IN ('k1', 'k3') AND offset <> ?",
          "SELECT count(*), min(offset), max(offset) FROM p WHERE key = 'k2' AND offset < ?",
          "SELECT offset, partition, key FROM p WHERE offset IN (1, ?, 7, 8) OR offset > 30"
              + " ORDER BY offset DESC, partition LIMIT 9",
          "SELECT * FROM t WHERE offset NOT IN (2, ?) AND key = 'k1' ORDER BY offset DESC",
          "SELECT offset, partition FROM p WHERE (partition, offset) > (1, ?)",
          "SELECT offset, timestamp FROM t WHERE timestamp BETWEEN TIMESTAMP '1970-01-01 00:00:00'"
              + " AND TIMESTAMP '1970-01-01 00:00:00.010' OR offset = ?",
          "SELECT t.offset, p.offset FROM t JOIN p ON t.key = p.key WHERE t.offset < ?"
              + " ORDER BY 1, 2, p.partition",
          "SELECT group_id, topic, partition_id, current_offset, records_lag FROM klog.consumer_lag"
              + " WHERE records_lag >= ?",
          "SELECT * FROM klog.partitions WHERE log_end_offset >= ?");

  /** One of the two. */
  private static final class Side {
    private final Session session;
    private @Nullable Rows cursor;

    Side(LogStore store) {
      session = new Session(store, SyncLevel.NORMAL);
    }

    String update(String sql, @Nullable Object... parameters) {
      GeneratedKeys keys = new GeneratedKeys();
      long count =
          session.update(session.prepare(sql), parameters, StatementControl.unlimited(), keys);
      StringBuilder text = new StringBuilder().append(count);
      for (int i = 0; i < keys.size(); i++) {
        text.append(' ').append(keys.partition(i)).append(':').append(keys.offset(i));
      }
      return text.toString();
    }

    String query(String sql, @Nullable Object... parameters) {
      PreparedSql prepared = session.prepare(sql);
      List<String> result = new ArrayList<>();
      try (Rows rows = session.query(prepared, parameters, StatementControl.unlimited())) {
        while (rows.next()) {
          result.add(Sql.row(rows, prepared.columns().size()));
        }
      }
      return result.toString();
    }

    String consume(int count) {
      Rows rows = cursor;
      if (rows == null) {
        rows =
            session.query(
                session.prepare("SELECT key, value FROM p WHERE key <> 'k1' FOR CONSUMER GROUP g"),
                new Object[0],
                StatementControl.unlimited());
        cursor = rows;
      }
      List<String> result = new ArrayList<>();
      for (int i = 0; i < count && rows.next(); i++) {
        result.add(Sql.row(rows, 2));
      }
      return result.toString();
    }

    String end(boolean commit) {
      Rows rows = cursor;
      if (!commit || rows == null) {
        session.rollback();
        cursor = null;
      } else {
        session.commit();
      }
      return "";
    }

    String closeCursor() {
      if (cursor != null) {
        cursor.close();
        cursor = null;
      }
      return "";
    }
  }

  /** What is done to both. */
  private interface Step {
    String on(Side side);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agree(long seed) {
    try (LogStore file = KlogFile.open("mem:against-model-" + seed, OpenOptions.DEFAULT)) {
      Side engine = new Side(file);
      Side model = new Side(new ModelLogStore());
      for (Side side : List.of(engine, model)) {
        side.update("CREATE TOPIC t");
        side.update("CREATE TOPIC p WITH ('partitions'='3')");
      }
      Random random = new Random(seed);
      for (int i = 0; i < STEPS; i++) {
        Step step = step(random);
        assertEquals(step.on(model), step.on(engine), "seed " + seed + ", step " + i);
      }
      engine.session.close();
    }
  }

  private static Step step(Random random) {
    Object key = random.nextInt(5) == 0 ? null : "k" + random.nextInt(4);
    Object value = random.nextInt(5) == 0 ? null : "v".repeat(random.nextInt(50));
    long number = random.nextInt(40);
    int partition = random.nextInt(3);
    String query = QUERIES.get(random.nextInt(QUERIES.size()));
    return switch (random.nextInt(9)) {
      case 0 ->
          side ->
              side.update(
                  "INSERT INTO t (timestamp, key, value) VALUES (?, ?, ?),"
                      + " ('1970-01-01', 'k2', '')",
                  number,
                  key,
                  value);
      case 1, 2 ->
          side ->
              side.update(
                  "INSERT INTO p (timestamp, partition, key, value) VALUES (?, ?, ?, ?)",
                  number,
                  partition,
                  key,
                  value);
      case 3 ->
          side ->
              side.update(
                  "INSERT INTO t (timestamp, key, value) SELECT timestamp, key, value FROM p"
                      + " WHERE offset = ? AND partition = 0",
                  number);
      case 4 -> side -> side.consume((int) number % 6);
      case 5 -> side -> side.end(number % 3 != 0);
      case 6 ->
          side -> {
            side.session.setAutoCommit(number % 2 == 0);
            return side.closeCursor();
          };
      default -> side -> side.query(query, number);
    };
  }
}
