package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GROUP BY, DISTINCT and aggregate functions as klog itself computes them. */
class AggregateTest {
  private static final List<String> GROUPS =
      List.of(
          "partition",
          "key",
          "value",
          "CAST(key AS VARCHAR)",
          "upper(key)",
          "timestamp",
          "CAST(timestamp AS DATE)",
          "offset > 5",
          "CAST(value AS INTEGER)",
          "CAST(value AS DOUBLE)",
          "CAST(value AS DECIMAL(10, 2))",
          "CASE WHEN partition = 1 THEN 'one' WHEN partition = 2 THEN 'two' END");

  private static final List<String> FUNCTIONS =
      List.of(
          "count(*)",
          "count(key)",
          "count(key, value)",
          "count(DISTINCT key)",
          "count(DISTINCT key, partition)",
          "sum(offset)",
          "sum(partition)",
          "sum(DISTINCT CAST(value AS INTEGER))",
          "sum(CAST(value AS DOUBLE))",
          "sum(CAST(value AS DECIMAL(10, 2)))",
          "avg(offset)",
          "avg(DISTINCT partition)",
          "avg(CAST(value AS DECIMAL(10, 2)))",
          "avg(CAST(value AS FLOAT))",
          "min(key)",
          "max(key)",
          "min(CAST(key AS VARCHAR))",
          "max(DISTINCT CAST(key AS VARCHAR))",
          "min(timestamp)",
          "max(CAST(value AS DECIMAL(10, 2)))",
          "min(partition)",
          "max(offset > 3)",
          "sum(offset) FILTER (WHERE partition = 1)",
          "count(DISTINCT value) FILTER (WHERE key IS NOT NULL)");

  private static final List<String> CONDITIONS =
      List.of("", "", " WHERE offset > 3", " WHERE key IS NULL", " WHERE offset < 0");

  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t WITH ('partitions'='3')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private void insert(@Nullable Object key, @Nullable Object value) {
    sql.update("INSERT INTO t (partition, key, value) VALUES (0, ?, ?)", key, value);
  }

  private String stateOf(String query) {
    return Fault.of(() -> sql.rows(query)).sqlState();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theResultsAreThoseOfCompiledPlans(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      sql.update(
          "INSERT INTO t (partition, timestamp, key, value) VALUES (?, ?, ?, ?)",
          random.nextInt(3),
          random.nextInt(4) * 40_000_000L,
          key(random),
          random.nextInt(5) == 0 ? null : "" + (random.nextInt(40) - 20));
    }
    for (int i = 0; i < 12; i++) {
      List<String> groups = some(GROUPS, random.nextInt(3), random);
      List<String> functions = some(FUNCTIONS, random.nextInt(4) + 1, random);
      List<String> columns = new ArrayList<>(groups);
      columns.addAll(functions);
      String from =
          " FROM t"
              + CONDITIONS.get(random.nextInt(CONDITIONS.size()))
              + (groups.isEmpty() ? "" : " GROUP BY " + String.join(", ", groups))
              + (random.nextBoolean() ? "" : " HAVING count(*) > 1");
      String query = "SELECT " + String.join(", ", columns) + from;
      // klog has no STDDEV_POP of its own: with it, all is compiled.
      String other = "SELECT " + String.join(", ", columns) + ", stddev_pop(offset)" + from;
      assertTrue(!sql.plan(query).contains("Enumerable"), query);
      assertTrue(sql.plan(other).contains("Enumerable"), other);
      assertEquals(
          rows(other, columns.size()), rows(query, columns.size()), "seed " + seed + ": " + query);
    }
  }

  private static @Nullable Object key(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> null;
      case 1 -> "";
      case 2 -> "k\u00e9y";
      case 3 -> new byte[] {'k', (byte) 0xff};
      case 4 -> "\ud83d\ude00";
      default -> "key-" + random.nextInt(3) + "-of-more-than-eight-bytes";
    };
  }

  private static List<String> some(List<String> all, int count, Random random) {
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String one = all.get(random.nextInt(all.size()));
      if (!chosen.contains(one)) {
        chosen.add(one);
      }
    }
    return chosen;
  }

  /** Sorted, for a GROUP BY promises no order. */
  private List<String> rows(String query, int width) {
    List<String> result = new ArrayList<>();
    try (Rows rows = sql.open(query)) {
      while (rows.next()) {
        result.add(Sql.row(rows, width));
      }
    }
    result.sort(null);
    return result;
  }

  @Test
  void thePlanIsKlogsOwn() {
    assertEquals(
        """
        KlogSort(sort0=[$1], dir0=[DESC], fetch=[3])
          KlogAggregate(group=[{0}], EXPR$1=[COUNT()], EXPR$2=[MAX($1)])
            KlogScan(topic=[t], filter=[IS NOT NULL(value)], columns=[key, offset])\
        """,
        sql.plan(
            "SELECT key, count(*), max(offset) FROM t WHERE value IS NOT NULL GROUP BY key"
                + " ORDER BY 2 DESC LIMIT 3"));
    assertEquals(
        "KlogAggregate(group=[{0, 1}])\n  KlogScan(topic=[t], columns=[partition, key])",
        sql.plan("SELECT DISTINCT partition, key FROM t"));
    assertTrue(
        sql.plan("SELECT key FROM t UNION SELECT value FROM t")
            .startsWith("KlogUnion(all=[false])"));
  }

  @Test
  void nothingGroupedIsOneRowAndGroupedIsNone() {
    assertEquals(
        List.of("0 0 NULL NULL NULL"),
        sql.rows(
            "SELECT count(*), count(DISTINCT key), sum(offset), max(key), avg(offset) FROM t"
                + " WHERE key = 'no'"));
    assertEquals(List.of(), sql.rows("SELECT key, count(*) FROM t GROUP BY key"));
    assertEquals(List.of(), sql.rows("SELECT count(*) FROM t GROUP BY partition"));
  }

  @Test
  void nullIsAGroupAndCountsAsNothing() {
    insert(null, "1");
    insert("a", null);
    insert(null, "2");
    insert("", "2");
    assertEquals(
        List.of("NULL 2 2 3", "a 1 0 NULL", " 1 1 2"),
        sql.rows(
            "SELECT key, count(*), count(DISTINCT value), sum(CAST(value AS INTEGER)) FROM t"
                + " GROUP BY key"));
  }

  @Test
  void bytesThatReadAlikeAreOneTextButDifferentBytes() {
    insert(new byte[] {'x', (byte) 0xff}, "1");
    insert(new byte[] {'x', (byte) 0xfe}, "2");
    insert("x\ufffd", "3");
    assertEquals(List.of("3"), sql.rows("SELECT count(DISTINCT key) FROM t"));
    assertEquals(
        List.of("x\ufffd 3"),
        sql.rows("SELECT CAST(key AS VARCHAR), count(*) FROM t GROUP BY CAST(key AS VARCHAR)"));
  }

  @Test
  void columnsOfAKeyDoNotRunIntoEachOther() {
    insert("ab", "c");
    insert("a", "bc");
    insert("abc", "");
    insert("abc", null);
    assertEquals(4, sql.rows("SELECT DISTINCT key, value FROM t").size());
  }

  @Test
  void aSumThatIsNoBigintIsRefusedAndItsMeanIsNot() {
    insert("a", "9000000000000000000");
    insert("a", "9000000000000000000");
    String bigint = "(CAST(value AS BIGINT)) FROM t";
    assertEquals("22003", stateOf("SELECT sum" + bigint));
    assertEquals(List.of("9.0E18"), sql.rows("SELECT avg" + bigint));
    // What fits in the end need not fit on the way.
    insert("a", "-9000000000000000000");
    assertEquals(List.of("9000000000000000000"), sql.rows("SELECT sum" + bigint));
    insert("b", "-9000000000000000000");
    insert("b", "-9000000000000000000");
    assertEquals(
        List.of("b -9.0E18"),
        sql.rows("SELECT key, avg" + bigint + " WHERE key = 'b' GROUP BY key"));
  }

  @Test
  void decimalsThatDifferInTrailingZerosAreEqual() {
    insert("a", "1.5");
    insert("b", "1.50");
    insert("c", "150");
    assertEquals(
        List.of("1.50 2", "150.00 1"),
        sql.rows(
            "SELECT CAST(value AS DECIMAL(10, 2)), count(*) FROM t"
                + " GROUP BY CAST(value AS DECIMAL(10, 2)) ORDER BY 1"));
  }

  @Test
  void manyGroupsKeepTheirOwnValues() {
    sql.session.setAutoCommit(false);
    for (int i = 0; i < 5000; i++) {
      insert("k" + i * 7919 % 2500, "" + i);
    }
    sql.session.commit();
    assertEquals(
        List.of("2500 2500 12497500"),
        sql.rows(
            "SELECT count(*), count(DISTINCT key), sum(s) FROM"
                + " (SELECT key, sum(CAST(value AS INTEGER)) AS s FROM t GROUP BY key)"));
    assertEquals(List.of("2500"), sql.rows("SELECT count(*) FROM (SELECT DISTINCT key FROM t)"));
  }

  @Test
  void moreGroupsThanTheMemoryHoldsAreRefused() {
    KeyTable table = new KeyTable(new MemoryBudget("GROUP BY", new MemoryBudget.Pool(1 << 20)));
    KeyBuffer key = new KeyBuffer();
    SqlFault fault =
        Fault.of(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                key.clear();
                key.addNumber(i);
                table.add(key);
              }
            });
    assertEquals("53200", fault.sqlState());
    assertTrue(String.valueOf(fault.getMessage()).startsWith("GROUP BY needs more memory"));
    assertTrue(table.size() > 1000, "it gave up at " + table.size());
  }

  @Test
  void aFaultWithinLeavesTheConnectionUsable() {
    insert("a", "x");
    assertEquals("22018", stateOf("SELECT key, sum(CAST(value AS INTEGER)) FROM t GROUP BY key"));
    assertEquals(List.of("a 1"), sql.rows("SELECT key, count(*) FROM t GROUP BY key"));
  }

  @Test
  void whatAGroupIsJoinedToMayBeAggregated() {
    sql.update("CREATE TOPIC names");
    sql.update("INSERT INTO names VALUES ('a', 'x'), ('a', 'y')");
    insert("a", "1");
    assertEquals(
        List.of("a 2"),
        sql.rows(
            "SELECT t.key, n.c FROM t JOIN (SELECT key, count(*) AS c FROM names GROUP BY key) n"
                + " ON t.key = n.key FOR CONSUMER GROUP g"));
  }
}
