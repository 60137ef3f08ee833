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

/** Joins by klog's own operators: the plan says how, and no more is read than that. */
class JoinTest {
  private static final int RECORDS = 3000;

  private final Sql sql = new Sql();

  @BeforeEach
  void fill() {
    sql.update("CREATE TOPIC big");
    sql.update("CREATE TOPIC small WITH ('partitions'='2')");
    sql.session.setAutoCommit(false);
    for (int i = 0; i < RECORDS; i++) {
      sql.update("INSERT INTO big (key, value) VALUES (?, ?)", "k" + i % 1500, "v" + i);
    }
    sql.update(
        "INSERT INTO small (partition, key, value) VALUES (0, 'k7', '5'), (0, 'k8', '6'),"
            + " (1, 'no', '9999'), (1, NULL, NULL)");
    sql.session.commit();
    sql.session.setAutoCommit(true);
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

  private void isJoined(String query, String by, long read, List<String> rows) {
    assertTrue(sql.plan(query).contains("by=[" + by + "]"), sql.plan(query));
    List<String> found = new ArrayList<>();
    assertEquals(read, readBy(() -> found.addAll(sql.rows(query))), query);
    found.sort(null);
    assertEquals(rows, found, query);
  }

  @Test
  void keysOfASmallSideAreLookedUpOnTheRight() {
    isJoined(
        "SELECT small.key, big.offset FROM small JOIN big ON small.key = big.key",
        "lookup of the right's key or lookup of the left's key for up to 1000 rows, else hash",
        4 + 4,
        List.of("k7 1507", "k7 7", "k8 1508", "k8 8"));
  }

  @Test
  void keysOfASmallSideAreLookedUpOnTheLeft() {
    isJoined(
        "SELECT small.value, big.offset FROM big, small WHERE small.key = big.key"
            + " AND small.partition = 0",
        "lookup of the right's key or lookup of the left's key for up to 1000 rows, else hash",
        1001 + 2 + 4,
        List.of("5 1507", "5 7", "6 1508", "6 8"));
  }

  @Test
  void offsetsAreLookedUp() {
    isJoined(
        "SELECT v.n, big.value FROM (VALUES (3), (2999), (2999), (5000), (-1)) AS v (n)"
            + " LEFT JOIN big ON big.offset = v.n",
        "lookup of the right's offset for up to 1000 rows, else hash",
        2,
        List.of("-1 NULL", "2999 v2999", "2999 v2999", "3 v3", "5000 NULL"));
    String query =
        "SELECT small.value, big.value FROM small JOIN big"
            + " ON big.offset = CAST(CAST(small.value AS VARCHAR) AS BIGINT)";
    isJoined(
        query,
        "lookup of the right's offset for up to 1000 rows, else hash",
        4 + 2,
        List.of("5 v5", "6 v6"));
  }

  @Test
  void rowsOfTheLeftWithoutAMatchStay() {
    isJoined(
        "SELECT small.key, big.offset FROM small LEFT JOIN big"
            + " ON small.key = big.key AND big.offset > 1000",
        "lookup of the right's key for up to 1000 rows, else hash",
        4 + 2,
        List.of("NULL NULL", "k7 1507", "k8 1508", "no NULL"));
    isJoined(
        "SELECT small.key, big.offset FROM small LEFT JOIN big ON small.key = big.key"
            + " WHERE big.offset IS NULL",
        "lookup of the right's key for up to 1000 rows, else hash",
        4 + 4,
        List.of("NULL NULL", "no NULL"));
  }

  @Test
  void textIsLookedUpUnlessItMayBeMalformedBytes() {
    sql.update("INSERT INTO big (key, value) VALUES (X'ff', 'x'), (X'fe', 'y')");
    String query =
        "SELECT big.value FROM (VALUES ('k7')) AS v (t) JOIN big ON CAST(big.key AS VARCHAR) = v.t";
    assertEquals(2, readBy(() -> assertEquals(List.of("v7", "v1507"), sql.rows(query))));
    assertEquals(List.of("x", "y"), sql.rows(query.replace("k7", "\ufffd")));
  }

  @Test
  void twoLargeSidesAreHashed() {
    String query = "SELECT count(*), max(b.offset) FROM big a JOIN big b ON a.key = b.key";
    assertEquals(
        1001 + 2 * RECORDS - 1001,
        readBy(() -> assertEquals(List.of("6000 2999"), sql.rows(query))));
    assertEquals(
        List.of("3000"),
        sql.rows("SELECT count(*) FROM big a LEFT JOIN big b ON a.offset = b.offset"));
  }

  @Test
  void nullEqualsNothingUnlessItSaysSo() {
    assertEquals(
        List.of("3"), sql.rows("SELECT count(*) FROM small a JOIN small b ON a.key = b.key"));
    assertEquals(
        List.of("4"),
        sql.rows("SELECT count(*) FROM small a JOIN small b ON a.key IS NOT DISTINCT FROM b.key"));
    assertEquals(
        List.of(),
        sql.rows(
            "SELECT big.key FROM (SELECT key FROM small WHERE key = 'none') s JOIN big"
                + " ON s.key = big.key"));
  }

  @Test
  void nothingIsReadOfTheOtherSideWhereASideHasNothing() {
    String query =
        "SELECT big.key FROM (SELECT key FROM small WHERE key = 'none') s JOIN big"
            + " ON s.key = big.value";
    assertEquals(0, readBy(() -> assertEquals(List.of(), sql.rows(query))));
  }

  @Test
  void onlyTheColumnsThatAreUsedAreRead() {
    String plan =
        sql.plan(
            "SELECT a.offset FROM big a JOIN small b ON a.key = b.key AND b.offset > 3"
                + " WHERE a.offset IN (1, 2) AND a.value <> b.value");
    assertEquals(
        """
        KlogProject(offset=[$0])
          KlogJoin(condition=[AND(=($1, $3), <>($2, $4))], joinType=[inner], by=[lookup of the \
        right's key or lookup of the left's key for up to 1000 rows, else hash])
            KlogScan(topic=[big], offset=[{1, 2}], columns=[offset, key, value])
            KlogScan(topic=[small], offset=[(3, +inf)], columns=[key, value])\
        """,
        plan);
  }

  @Test
  void conditionsGoThroughUnionsAndAggregates() {
    assertEquals(
        """
        KlogUnion(all=[true])
          KlogScan(topic=[big], key=[?0], columns=[offset])
          KlogScan(topic=[small], key=[?0], columns=[offset])\
        """,
        sql.plan(
            "SELECT offset FROM (SELECT * FROM big UNION ALL SELECT * FROM small) WHERE key = ?"));
    assertEquals(
        """
        KlogFilter(condition=[>($1, 1)])
          KlogAggregate(group=[{0}], EXPR$1=[COUNT()])
            KlogScan(topic=[big], key=[?0], columns=[key])\
        """,
        sql.plan("SELECT key, count(*) FROM big GROUP BY key HAVING count(*) > 1 AND key = ?"));
    assertEquals(
        2,
        readBy(
            () ->
                assertEquals(
                    List.of("k3 2"),
                    sql.rows("SELECT key, count(*) FROM big GROUP BY key HAVING key = 'k3'"))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theRowsAreThoseOfCompiledPlans(long seed) {
    Random random = new Random(seed);
    sql.update("CREATE TOPIC a");
    sql.update("CREATE TOPIC b WITH ('partitions'='2')");
    for (int i = 0; i < 25; i++) {
      for (String topic : List.of("a", "b")) {
        sql.update(
            "INSERT INTO " + topic + " (key, value) VALUES (?, ?)", key(random), key(random));
      }
    }
    for (int i = 0; i < 12; i++) {
      String query =
          "SELECT a.offset, b.partition, b.offset, a.key, b.value FROM a"
              + (random.nextBoolean() ? " JOIN" : " LEFT JOIN")
              + " b ON "
              + condition(random)
              + (random.nextBoolean() ? "" : " AND " + condition(random))
              + (random.nextBoolean() ? "" : " WHERE a.offset > 4 AND b.offset < 9");
      // klog has no window functions of its own: with one, all is compiled.
      String compiled = query.replace("SELECT ", "SELECT row_number() OVER (), ");
      assertTrue(!sql.plan(query).contains("Enumerable"), query);
      assertTrue(sql.plan(compiled).contains("Enumerable"), compiled);
      List<String> expected = new ArrayList<>();
      for (String row : sql.rows(compiled)) {
        expected.add(row.substring(row.indexOf(' ') + 1));
      }
      List<String> found = sql.rows(query);
      expected.sort(null);
      found.sort(null);
      assertEquals(expected, found, "seed " + seed + ": " + query);
    }
  }

  private static @Nullable Object key(Random random) {
    return random.nextInt(6) == 0 ? null : "k" + random.nextInt(8);
  }

  private static String condition(Random random) {
    return List.of(
            "a.key = b.key",
            "a.key = b.value",
            "b.key = a.value",
            "a.offset = b.offset",
            "a.offset = b.offset + 3",
            "a.key < b.key",
            "a.offset > 12",
            "b.key = 'k1'",
            "CAST(a.key AS VARCHAR) = CAST(b.key AS VARCHAR)",
            "a.key IS NOT DISTINCT FROM b.key")
        .get(random.nextInt(10));
  }
}
