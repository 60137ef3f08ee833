package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ORDER BY timestamp LIMIT: right whatever order the times are in, and bounded where it can be. */
class TopByTimeTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t WITH ('partitions'='2')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private void insert(int partition, long time, String key) {
    sql.update("INSERT INTO t (partition, timestamp, key) VALUES (?, ?, ?)", partition, time, key);
  }

  @Test
  void thePlanSaysThatTheTimeIsBounded() {
    for (String bounded :
        List.of(
            "SELECT * FROM t ORDER BY timestamp DESC LIMIT 3",
            "SELECT upper(key) FROM t WHERE offset > 5 ORDER BY timestamp, key LIMIT ?")) {
      assertTrue(sql.plan(bounded).contains("by=[a bound of timestamp]"), bounded);
    }
    for (String not :
        List.of(
            "SELECT * FROM t ORDER BY timestamp DESC",
            "SELECT * FROM t ORDER BY key, timestamp LIMIT 3",
            "SELECT * FROM t WHERE key LIKE 'k%' ORDER BY timestamp LIMIT 3",
            "SELECT * FROM t ORDER BY timestamp LIMIT 3 OFFSET 1")) {
      assertTrue(!sql.plan(not).contains("bound of"), not);
    }
  }

  @Test
  void theEarliestAndTheLatestTimeAreFoundWithoutReadingAll() {
    assertEquals(List.of("NULL NULL"), sql.rows("SELECT min(timestamp), max(timestamp) FROM t"));
    SplittableRandom random = Seed.of("TopByTimeTest").random();
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int i = 0; i < 300; i++) {
      long time = 1000L * i + random.nextInt(5000);
      insert(i % 2, time, "k" + i);
      least = Math.min(least, time);
      most = Math.max(most, time);
    }
    long before = sql.store.recordsRead;
    assertEquals(
        List.of(least + " " + most), sql.rows("SELECT min(timestamp), max(timestamp) FROM t"));
    long read = sql.store.recordsRead - before;
    assertTrue(read < 60, "read " + read);
    for (int i = 0; i < 50; i++) {
      insert(random.nextInt(2), random.nextLong(), "any");
    }
    for (String where :
        List.of(
            "TRUE",
            "offset > 20",
            "offset BETWEEN 5 AND 7 OR offset > 100",
            "partition = 1",
            "timestamp < TIMESTAMP '1970-01-01 00:01:00'",
            "offset < 0")) {
      String query = "SELECT min(timestamp), max(timestamp) FROM t WHERE " + where;
      assertEquals(
          sql.rows(query.replace("(timestamp)", "(timestamp) FILTER (WHERE offset >= 0)")),
          sql.rows(query),
          where);
    }
  }

  @Test
  void onlyWhatMayBeAmongTheLastIsRead() {
    for (int i = 0; i < 100; i++) {
      insert(i % 2, 1000L * i, "k" + i);
    }
    String query = "SELECT key FROM t ORDER BY timestamp DESC LIMIT 3";
    long before = sql.store.recordsRead;
    assertEquals(List.of("k99", "k98", "k97"), sql.rows(query));
    long read = sql.store.recordsRead - before;
    assertTrue(read < 12, "read " + read);
    assertEquals(List.of("k0", "k1"), sql.rows("SELECT key FROM t ORDER BY timestamp LIMIT ?", 2));
    assertEquals(List.of(), sql.rows("SELECT key FROM t ORDER BY timestamp LIMIT 0"));
    assertEquals(100, sql.rows("SELECT key FROM t ORDER BY timestamp LIMIT ?", 1000).size());
    assertEquals(
        List.of("k50"),
        sql.rows(
            "SELECT key FROM t WHERE timestamp <= TIMESTAMP '1970-01-01 00:00:50'"
                + " ORDER BY timestamp DESC LIMIT 1"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void timesInAnyOrderAreSortedAsAFullSortWould(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      insert(random.nextInt(2), 1000L * random.nextInt(20), "k" + random.nextInt(5));
    }
    for (int i = 0; i < 30; i++) {
      String where =
          List.of(
                  "",
                  " WHERE offset < 9",
                  " WHERE key = 'k1'",
                  " WHERE timestamp <> TIMESTAMP" + " '1970-01-01 00:00:03'")
              .get(random.nextInt(4));
      String query =
          "SELECT timestamp, key, offset, partition FROM t"
              + where
              + " ORDER BY timestamp"
              + (random.nextBoolean() ? "" : " DESC")
              + ", key, offset, partition";
      int limit = random.nextInt(12);
      List<String> all = sql.rows(query);
      assertEquals(
          all.subList(0, Math.min(limit, all.size())),
          sql.rows(query + " LIMIT " + limit),
          "seed " + seed + ": " + query + " LIMIT " + limit);
    }
  }
}
