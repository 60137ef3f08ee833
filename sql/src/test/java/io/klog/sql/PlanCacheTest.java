package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanCacheTest {
  private final Sql sql = new Sql();
  private final PlanCache plans = sql.store.shared(PlanCache.class, PlanCache::new);

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void sharedByTheSessionsOfAStore() {
    PreparedSql first = sql.session.prepare("SELECT * FROM t");
    long misses = plans.misses();
    long hits = plans.hits();
    assertSame(first, new Sql(sql.store).session.prepare("SELECT * FROM t"));
    assertEquals(misses, plans.misses());
    assertEquals(hits + 1, plans.hits());
  }

  @Test
  void changeOfTheCatalogMakesPlansAnew() {
    PreparedSql first = sql.session.prepare("SELECT * FROM t");
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    sql.update("DROP TOPIC t");
    SqlFault gone =
        Fault.of(() -> sql.session.query(first, new Object[0], StatementControl.unlimited()));
    assertEquals("42P01", gone.sqlState());
    sql.update("CREATE TOPIC T WITH ('partitions'='2')");
    try (Rows rows = sql.session.query(first, new Object[0], StatementControl.unlimited())) {
      assertEquals(false, rows.next(), "another topic of that name");
    }
    assertNotSame(first, sql.session.prepare("SELECT * FROM t"));
  }

  @Test
  void bounded() {
    PreparedSql hot = sql.session.prepare("SELECT * FROM t");
    for (int i = 0; i < 2000; i++) {
      sql.session.prepare("SELECT " + i + " FROM t");
      sql.session.prepare("SELECT * FROM t");
    }
    assertTrue(plans.size() <= 2 * 512, "" + plans.size());
    assertSame(hot, sql.session.prepare("SELECT * FROM t"), "what is used stays");
  }

  @Test
  void queriesThatDifferOnlyInWhatColumnsAreComparedWithShareAPlan() {
    for (int i = 0; i < 50; i++) {
      sql.update("INSERT INTO t VALUES ('k" + i % 5 + "', 'it''s " + i + "')");
    }
    sql.rows("SELECT offset FROM t WHERE offset > 0 AND key = 'k0' LIMIT 3");
    long misses = plans.misses();
    int size = plans.size();
    assertEquals(
        List.of("31", "36", "41"),
        sql.rows("SELECT offset FROM t WHERE offset > 30 AND key = 'k1' LIMIT 3"));
    assertEquals(
        List.of("42", "47"),
        sql.rows("SELECT offset FROM t WHERE offset > 40 AND key = 'k2' LIMIT 3"));
    assertEquals(List.of(), sql.rows("SELECT offset FROM t WHERE offset > 1 AND key = '' LIMIT 3"));
    assertEquals(misses, plans.misses());
    assertEquals(size, plans.size());
    assertEquals(
        List.of("42"), sql.rows("SELECT offset FROM t WHERE offset > 40 AND key = 'k2' LIMIT 1"));
    assertEquals(misses + 1, plans.misses(), "a LIMIT is part of the plan");
    assertEquals(List.of("7"), sql.rows("SELECT offset FROM t WHERE value = 'it''s 7'"));
    assertEquals(List.of("8"), sql.rows("SELECT offset FROM t WHERE value = 'it''s 8'"));
    assertEquals(misses + 2, plans.misses());
  }

  @Test
  void aSharedPlanTakesTheParametersOfItsText() {
    for (int i = 0; i < 9; i++) {
      sql.update("INSERT INTO t VALUES ('k', '" + i + "')");
    }
    for (int i = 0; i < 5; i++) {
      String text = "SELECT value, ? FROM t WHERE offset >= " + i + " AND offset < ? AND key = 'k'";
      PreparedSql prepared = sql.session.prepare(text.replace("value, ?", "value"));
      assertEquals(1, prepared.parameters().size());
      assertEquals(text.replace("value, ?", "value"), prepared.sql());
      assertEquals(
          List.of(i + "", i + 1 + ""), sql.rows(text.replace("value, ?", "value"), (long) i + 2));
    }
  }

  @Test
  void whatWasNotThereIsSharedOnceItIs() {
    for (int i = 0; i < 3; i++) {
      String text = "SELECT key FROM later WHERE offset = " + i;
      assertEquals("42P01", Fault.of(() -> sql.rows(text)).sqlState());
    }
    sql.update("CREATE TOPIC later");
    sql.rows("SELECT key FROM later WHERE offset = 3");
    long misses = plans.misses();
    for (int i = 4; i < 20; i++) {
      sql.rows("SELECT key FROM later WHERE offset = " + i);
    }
    assertEquals(misses, plans.misses());
  }

  @Test
  void aTextIsNotTakenForATemplate() {
    sql.rows("SELECT key FROM t WHERE offset = 1 AND key = 'k'");
    assertEquals(
        "42601",
        Fault.of(() -> sql.rows("SELECT key FROM t WHERE offset = \u0001 AND key = \u0002"))
            .sqlState());
  }

  /** The two ways to plan a text give the same rows, whatever the literals are compared with. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "offset = 1",
        "offset = 1.5",
        "offset = -1",
        "offset > 99999999999999999",
        "offset < 9999999999999999999999",
        "partition = 5000000000",
        "partition = 0 AND 1 < offset",
        "offset BETWEEN 1 AND 3",
        "offset NOT BETWEEN 1 AND 3",
        "offset IN (0, 2, 7) OR value = 'x'",
        "offset NOT IN (0, 2, 7)",
        "key = 'k1 '",
        "key = 'K1'",
        "key <> 'k1' AND NOT key = 'k''1'",
        "key = X'6b31'",
        "key IN ('k1', 'k2', 'nothing')",
        "key = U&'\006b1'",
        "key LIKE 'k1%' AND offset /* 5 '*/ >= 3 -- 7 'x",
        "key = 'k1' AND value = '\n--''\\'",
        "timestamp >= '1970-01-01' AND offset=2",
        "timestamp >= TIMESTAMP '1970-01-01 00:00:00' AND offset < 3",
        "CAST(key AS VARCHAR) = 'k1'",
        "offset + 1 = 3",
        "1 = 1 AND offset = 01",
        "offset = 1e0",
        "offset = 1 OR offset = 1",
        "\"offset\" = 2",
        "t.offset = 2 AND 'k2' = t.key",
        "key = 'k\u20ac' OR key = '\uD83D\uDE00'",
        "EXISTS (SELECT 1 FROM t AS u WHERE u.offset = 3 AND u.key = t.key)",
        "offset = (SELECT max(offset) FROM t WHERE key = 'k1')"
      })
  void aSharedPlanGivesWhatThePlanOfTheTextDoes(String where) {
    for (int i = 0; i < 20; i++) {
      sql.update("INSERT INTO t VALUES (?, ?)", "k" + i % 5, "v" + i);
    }
    String escaped = where.replace("\\n", "\n");
    for (String form :
        List.of(
            "SELECT offset, key FROM t WHERE %s",
            "SELECT 1, count(*) FROM t WHERE %s\nGROUP BY 1",
            "WITH w AS (SELECT key, offset FROM t WHERE %s\n) SELECT * FROM w ORDER BY 2 DESC",
            "SELECT key FROM t WHERE %s\nUNION ALL SELECT value FROM t WHERE offset = 0")) {
      String text = String.format(form, escaped);
      List<String> expected = rows(StatementPlanner.plan(text, sql.store.catalog()));
      for (int again = 0; again < 3; again++) {
        assertEquals(expected, sql.rows(text), text);
      }
    }
  }

  private List<String> rows(PreparedSql prepared) {
    try (Rows rows = sql.session.query(prepared, new Object[0], StatementControl.unlimited())) {
      List<String> result = new ArrayList<>();
      while (rows.next()) {
        result.add(Sql.row(rows, prepared.columns().size()));
      }
      return result;
    }
  }

  @Test
  void whatIsWrongWithATextIsSaidOfTheTextItself() {
    for (String text :
        List.of(
            "SELECT * FROM t WHERE nothing = 5",
            "SELECT * FROM t WHERE key = 5",
            "SELECT * FROM t WHERE timestamp = 5",
            "SELECT * FROM t WHERE offset = 'x'")) {
      SqlFault of = Fault.of(() -> rows(StatementPlanner.plan(text, sql.store.catalog())));
      SqlFault cached = Fault.of(() -> sql.rows(text));
      assertEquals(of.getMessage(), cached.getMessage());
      assertEquals(of.sqlState(), cached.sqlState());
    }
  }

  @Test
  void insertsOfLiteralsAreNotKept() {
    int before = plans.size();
    for (int i = 0; i < 100; i++) {
      sql.update("INSERT INTO t VALUES ('k" + i + "', 'v')");
    }
    assertEquals(before, plans.size());
  }

  @Test
  void onePlanRunsInManyThreadsAtOnce() throws Exception {
    for (int i = 0; i < 200; i++) {
      sql.update("INSERT INTO t VALUES (?, ?)", "k" + i % 7, "{\"n\":" + i + "}");
    }
    List<String> queries =
        List.of(
            "SELECT offset, key FROM t WHERE offset >= ? AND key LIKE 'k%' ORDER BY offset LIMIT 3",
            "SELECT JSON_VALUE(value, '$.n'), key FROM t WHERE offset >= ? LIMIT 3",
            "SELECT key, count(*) FROM t WHERE offset >= ? GROUP BY key ORDER BY key");
    List<List<List<String>>> expected = new ArrayList<>();
    for (String query : queries) {
      List<List<String>> byParameter = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        byParameter.add(sql.rows(query, i));
      }
      expected.add(byParameter);
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        running.add(
            threads.submit(
                () -> {
                  // Sessions share the store, and so the plans.
                  Sql own = new Sql(sql.store);
                  for (int round = 0; round < 50; round++) {
                    for (int q = 0; q < queries.size(); q++) {
                      int i = round % 20;
                      assertEquals(expected.get(q).get(i), own.rows(queries.get(q), i));
                    }
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
