package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JoinOrderTest {
  private static final int TABLES = 16;

  private final Sql sql = new Sql();

  @BeforeEach
  void fill() {
    String rows =
        IntStream.range(0, 10)
            .mapToObj(i -> "('k" + i + "', '" + (i + 3) % 10 + "')")
            .collect(Collectors.joining(", "));
    for (int table = 0; table < TABLES; table++) {
      sql.update("CREATE TOPIC t" + table);
      sql.update("INSERT INTO t" + table + " (key, value) VALUES " + rows);
    }
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void manyTablesAreJoinedByTheirConditionsWhereverTheyStand() {
    List<String> conditions = new ArrayList<>(List.of("t7.offset = 4"));
    for (int table = 1; table < TABLES; table++) {
      conditions.add("t" + table + ".offset = CAST(t" + (table - 1) + ".value AS BIGINT)");
    }
    Collections.reverse(conditions);
    // Every second table, so that no two neighbours have a condition in common.
    String from =
        IntStream.range(0, TABLES)
            .mapToObj(i -> "t" + i * 7 % TABLES)
            .collect(Collectors.joining(", "));
    String query =
        "SELECT t0.offset, t15.offset, t7.key FROM "
            + from
            + " WHERE "
            + String.join(" AND ", conditions);

    assertFalse(sql.plan(query).contains("condition=[true]"), sql.plan(query));
    // Seven steps of three before offset 4, and eight behind.
    assertEquals(List.of("3 8 k4"), sql.rows(query));
  }

  @Test
  void columnsAndConditionsAreThoseThatWereWritten() {
    assertEquals(
        List.of("k1 4 k2 k9"),
        sql.rows(
            "SELECT a.key, a.value, b.key, c.key FROM t0 a, t1 b, t2 c"
                + " WHERE c.offset > 8 AND a.offset + 1 = b.offset AND c.offset - 7 = b.offset"));
    assertEquals(List.of("1000"), sql.rows("SELECT count(*) FROM t0 a, t1 b, t2 c WHERE 1 = 1"));
    assertEquals(
        List.of("0"), sql.rows("SELECT count(*) FROM t0 a, t1 b, t2 c WHERE 1 = a.offset * 0"));
  }

  @Test
  void outerJoinsStayWhereTheyAre() {
    assertEquals(
        List.of("k1 k2 NULL", "k2 k3 k1"),
        sql.rows(
            "SELECT a.key, b.key, c.key FROM t0 a JOIN t1 b ON b.offset = a.offset + 1"
                + " LEFT JOIN t2 c ON c.offset = b.offset - 2 AND c.offset > 0,"
                + " t3 d WHERE d.offset = a.offset AND d.offset BETWEEN 1 AND 2 ORDER BY 1"));
  }

  @Test
  void subqueriesMayNameColumnsOfDerivedTables() {
    String doubled = "(SELECT offset * 2 AS two, key, offset AS number FROM t0)";
    assertEquals(
        List.of("0 0", "2 1", "4 2"),
        sql.rows(
            "SELECT d.two, (SELECT count(*) FROM t1 x WHERE x.offset < d.number) FROM "
                + doubled
                + " AS d WHERE d.number < 3 ORDER BY 1"));
  }
}
