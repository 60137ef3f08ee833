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
    assertTrue(plans.size() <= 512, "" + plans.size());
    assertSame(hot, sql.session.prepare("SELECT * FROM t"), "what is used stays");
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
