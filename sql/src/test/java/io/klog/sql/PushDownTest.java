package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What moves into a scan: the plan says so, the rows are right, and no more records are read. */
class PushDownTest {
  private static final String ALL = "columns=[offset, partition, timestamp, key, value, headers]";

  private final Sql sql = new Sql();

  @BeforeEach
  void tenRecordsInEach() {
    sql.update("CREATE TOPIC single");
    sql.update("CREATE TOPIC three WITH ('partitions'='3')");
    for (int i = 0; i < 10; i++) {
      sql.update(
          "INSERT INTO single (timestamp, key, value) VALUES (?, ?, ?)", 1000L * i, "k" + i, "v");
      sql.update("INSERT INTO three (partition, key) VALUES (?, ?)", i % 3, "k" + i);
    }
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private long readBy(Runnable work) {
    long before = sql.store.recordsRead;
    work.run();
    return sql.store.recordsRead - before;
  }

  @Test
  void offsetRange() {
    String query = "SELECT key FROM single WHERE offset > 3 AND offset <= 5";
    assertEquals("KlogScan(topic=[single], offset=[(3, 5]], columns=[key])", sql.plan(query));
    assertEquals(2, readBy(() -> assertEquals(List.of("k4", "k5"), sql.rows(query))));
  }

  @Test
  void offsetParameters() {
    String query = "SELECT offset FROM single WHERE offset >= ? AND ? > offset";
    assertEquals("KlogScan(topic=[single], offset=[[?0, ?1)], columns=[offset])", sql.plan(query));
    assertEquals(2, readBy(() -> assertEquals(List.of("2", "3"), sql.rows(query, 2L, "4"))));
    assertEquals(List.of(), sql.rows(query, 5L, 5L));
    assertEquals(List.of(), sql.rows(query, null, 5L), "nothing is above NULL");
    assertEquals(10, sql.rows(query, -5L, Long.MAX_VALUE).size());
    assertEquals(List.of(), sql.rows("SELECT * FROM single WHERE offset > ?", Long.MAX_VALUE));
    assertEquals(List.of(), sql.rows("SELECT * FROM single WHERE offset < ?", Long.MIN_VALUE));
  }

  @Test
  void offsetOfComputedBounds() {
    String query = "SELECT offset FROM single WHERE offset >= ? + 7";
    assertTrue(sql.plan(query).contains("offset=[[CAST(+(?0, 7)):BIGINT, +inf)]"), sql.plan(query));
    assertEquals(List.of("9"), sql.rows(query, 2));
  }

  @Test
  void orderByOffsetDescendingWithLimit() {
    String query =
        "SELECT * FROM single WHERE partition = 0 AND offset > ? ORDER BY offset DESC LIMIT 2";
    assertEquals(
        "KlogScan(topic=[single], offset=[(?0, +inf)], partition=[0], order=[offset DESC], limit=[2], "
            + ALL
            + ")",
        sql.plan(query));
    assertEquals(2, readBy(() -> assertEquals("9 0 9000 k9 v {}", sql.rows(query, 1L).get(0))));
  }

  @Test
  void limitAndOffsetParameters() {
    String query = "SELECT offset FROM single ORDER BY offset LIMIT ? OFFSET ?";
    assertEquals(
        "KlogScan(topic=[single], order=[offset ASC], skip=[?1], limit=[?0], columns=[offset])",
        sql.plan(query));
    assertEquals(5, readBy(() -> assertEquals(List.of("3", "4"), sql.rows(query, 2L, 3))));
    assertEquals(List.of(), sql.rows(query, 0, 0));
    assertEquals(10, sql.rows(query, null, null).size());
    assertEquals("2201W", Fault.of(() -> sql.rows(query, -1, 0)).sqlState(), "a negative LIMIT");
  }

  @Test
  void timestampRange() {
    String query =
        "SELECT offset FROM single WHERE timestamp >= TIMESTAMP '1970-01-01 00:00:02'"
            + " AND timestamp < '1970-01-01 00:00:04'";
    assertEquals(
        "KlogScan(topic=[single], timestamp=[[1970-01-01 00:00:02, 1970-01-01 00:00:04)],"
            + " columns=[offset])",
        sql.plan(query));
    assertEquals(2, readBy(() -> assertEquals(List.of("2", "3"), sql.rows(query))));
    assertEquals(
        List.of("9"),
        sql.rows("SELECT offset FROM single WHERE timestamp > ?", "1970-01-01T00:00:08Z"));
  }

  @Test
  void timestampAgainstTheClockNeedsNoCompiler() {
    String query =
        "SELECT count(*) FROM single WHERE timestamp > CURRENT_TIMESTAMP - INTERVAL '1' HOUR";
    assertFalse(sql.plan(query).contains("filter"), sql.plan(query));
    assertEquals(List.of("0"), sql.rows(query));
  }

  @Test
  void partitionsAreChosenBeforeReading() {
    String query = "SELECT key FROM three WHERE partition = ?";
    assertEquals("KlogScan(topic=[three], partition=[?0], columns=[key])", sql.plan(query));
    assertEquals(3, readBy(() -> assertEquals(List.of("k1", "k4", "k7"), sql.rows(query, 1))));
    assertEquals(
        6,
        readBy(
            () ->
                assertEquals(
                    6, sql.rows("SELECT key FROM three WHERE partition IN (1, 2)").size())));
    assertEquals(4, readBy(() -> sql.rows("SELECT key FROM three WHERE MOD(partition, 3) = 0")));
    assertEquals(List.of(), sql.rows(query, 7));
  }

  @Test
  void orderOverPartitionsMerges() {
    String query = "SELECT offset, partition FROM three ORDER BY offset DESC, partition LIMIT 4";
    assertTrue(sql.plan(query).startsWith("KlogScan(topic=[three], order=[offset DESC]"));
    assertEquals(List.of("3 0", "2 0", "2 1", "2 2"), sql.rows(query));
    assertEquals(
        List.of("0 0", "0 1", "0 2", "1 0"),
        sql.rows("SELECT offset, partition FROM three ORDER BY offset LIMIT 4"));
  }

  @Test
  void orderThatTheLogHasNotIsSorted() {
    String query = "SELECT offset, partition FROM three ORDER BY offset, partition DESC LIMIT 2";
    assertTrue(sql.plan(query).contains("KlogSort"), sql.plan(query));
    assertEquals(List.of("0 2", "0 1"), sql.rows(query));
    assertEquals(List.of("k9", "k8"), sql.rows("SELECT key FROM single ORDER BY key DESC LIMIT 2"));
    assertEquals(
        List.of("k0 0", "k1 1"),
        sql.rows("SELECT key, offset FROM single ORDER BY timestamp, key LIMIT 2"));
  }

  @Test
  void hiddenSortColumnIsNotShown() {
    PreparedSql prepared =
        sql.session.prepare("SELECT key FROM single ORDER BY offset DESC LIMIT 1");
    assertEquals(1, prepared.columns().size());
    assertEquals(List.of("k9"), sql.rows(prepared.sql()));
  }

  @Test
  void conditionsGoThroughSubqueries() {
    String query =
        "SELECT u FROM (SELECT upper(key) AS u, offset AS o FROM single) WHERE o = 3 AND u = 'K3'";
    assertTrue(sql.plan(query).contains("offset=[3]"), sql.plan(query));
    assertEquals(1, readBy(() -> assertEquals(List.of("K3"), sql.rows(query))));
  }

  @Test
  void conditionsDoNotPassALimit() {
    assertEquals(
        List.of(), sql.rows("SELECT key FROM (SELECT * FROM single LIMIT 3) WHERE key = 'k5'"));
    assertEquals(
        List.of("k2"), sql.rows("SELECT key FROM (SELECT * FROM single LIMIT 3) WHERE key = 'k2'"));
    assertEquals(
        List.of("k2", "k1"),
        sql.rows(
            "SELECT key FROM (SELECT * FROM single ORDER BY offset LIMIT 3) ORDER BY offset DESC"
                + " LIMIT 2"));
  }

  @Test
  void countAndOutermostOffsetsAreNotRead() {
    String query = "SELECT count(*), min(offset), max(offset), count(offset) FROM three";
    assertTrue(
        sql.plan(query)
            .endsWith(
                "KlogCatalogAggregate(topic=[three],"
                    + " aggregates=[count(*), min(offset), max(offset)])"),
        sql.plan(query));
    assertEquals(
        "KlogCatalogAggregate(topic=[single], offset=[[2, +inf)], aggregates=[count(*)])",
        sql.plan("SELECT count(*) FROM single WHERE offset >= 2"));
    // One record for each of min and max, in each partition.
    assertEquals(6, readBy(() -> assertEquals(List.of("10 0 3 10"), sql.rows(query))));
    assertEquals(
        0, readBy(() -> assertEquals(List.of("10"), sql.rows("SELECT count(*) FROM single"))));
    assertEquals(
        0,
        readBy(
            () ->
                assertEquals(
                    List.of("3"), sql.rows("SELECT count(*) FROM three WHERE partition = 2"))));
  }

  @Test
  void countsThatTheStoreDoesNotKnowAreCounted() {
    sql.store.countsKnown = false;
    assertEquals(List.of("10"), sql.rows("SELECT count(*) FROM single"));
    sql.store.countsKnown = true;
    assertEquals(
        List.of("4"), sql.rows("SELECT count(*) FROM single WHERE offset BETWEEN 2 AND 5"));
    assertEquals(
        List.of("7 9"), sql.rows("SELECT min(offset), max(offset) FROM single WHERE offset >= 7"));
    assertEquals(List.of("1"), sql.rows("SELECT count(*) FROM single WHERE key = 'k3'"));
    assertEquals(
        List.of("0 NULL"), sql.rows("SELECT count(*), max(offset) FROM single WHERE offset > 99"));
  }

  @Test
  void gapsInOffsetsAreNotCounted() {
    sql.store.gap = 4;
    sql.update("CREATE TOPIC gaps");
    sql.update("INSERT INTO gaps VALUES ('a', 'b'), ('c', 'd'), ('e', 'f')");
    assertEquals(
        List.of("3 0 10"), sql.rows("SELECT count(*), min(offset), max(offset) FROM gaps"));
    assertEquals(List.of("2"), sql.rows("SELECT count(*) FROM gaps WHERE offset > 0"));
  }

  @Test
  void compiledPlansReadOnlyWhatTheyNeed() {
    // klog has no STDDEV_POP of its own.
    String query =
        "SELECT a.key, count(*), stddev_pop(a.offset) FROM single a JOIN three b ON a.key = b.key"
            + " WHERE a.offset < 2 AND b.partition = 0 GROUP BY a.key";
    String plan = sql.plan(query);
    assertTrue(plan.startsWith("Enumerable"), plan);
    assertTrue(plan.contains("offset=[(-inf, 2)], columns=[offset, key])"), plan);
    assertTrue(plan.contains("KlogScan(topic=[three], partition=[0], columns=[key])"), plan);
    assertEquals(2 + 4, readBy(() -> assertEquals(List.of("k0 1 0.0"), sql.rows(query))));
  }

  @Test
  void maxRowsEndsTheReading() {
    PreparedSql prepared = sql.session.prepare("SELECT x.* FROM main.single x");
    assertEquals(
        2,
        readBy(
            () -> {
              try (Rows rows =
                  sql.session.query(prepared, new Object[0], new StatementControl(2, 0))) {
                assertTrue(rows.next());
                assertTrue(rows.next());
                assertFalse(rows.next());
                assertFalse(rows.next());
              }
            }));
  }

  @Test
  void aTextThatLooksLikeAColumnIsNoColumn() {
    String one = "SELECT count(*) FROM single WHERE key LIKE '$3'";
    String other = "SELECT count(*) FROM single WHERE key LIKE 'key'";
    assertTrue(sql.plan(one).contains("'$3'"), sql.plan(one));
    sql.update("INSERT INTO single VALUES ('key', 'v')");
    assertEquals(List.of("0 1"), sql.rows("SELECT * FROM (" + one + ") a, (" + other + ") b"));
    assertEquals(List.of("0 1"), sql.rows("SELECT (" + one + "), (" + other + ")"));
  }
}
