package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompiledQueriesTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void fill() {
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t (key, value) VALUES ('k1', '2000000000'), ('k2', '2000000000')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private String stateOf(String query) {
    return assertThrows(SqlFault.class, () -> sql.rows(query)).sqlState();
  }

  @Test
  void sumsOfIntegersDoNotRunOver() {
    assertEquals(List.of("4000000000"), sql.rows("SELECT sum(CAST(value AS INTEGER)) FROM t"));
    assertEquals(
        List.of("4000000000", "4000000000"),
        sql.rows("SELECT sum(CAST(value AS INTEGER)) OVER () FROM t"));
  }

  @Test
  void theMeanOfWholeNumbersIsADouble() {
    assertEquals(List.of("0.5"), sql.rows("SELECT avg(offset) FROM t"));
  }

  @Test
  void aConstantThatIsNoValueFailsEveryTimeAlike() {
    String query = "SELECT max(CAST('garbage' AS DATE)) FROM t";
    assertEquals("22", stateOf(query).substring(0, 2));
    assertEquals("22", stateOf(query).substring(0, 2));
  }

  @Test
  void twoRowsForOneValueAreACardinalityFault() {
    assertEquals("21000", stateOf("SELECT * FROM t WHERE offset = (SELECT offset FROM t)"));
  }

  @Test
  void recursionIsRefused() {
    assertEquals(
        "42000",
        stateOf(
            "WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 5)"
                + " SELECT * FROM r"));
  }

  @Test
  void wordsOfTheLanguageNameColumnsAfterAs() {
    assertEquals(
        List.of("2 2"), sql.rows("SELECT count(*) AS count, max(offset) + 1 AS date FROM t"));
    assertEquals(List.of("18262"), sql.rows("SELECT CAST('2020-01-01' AS DATE)"));
  }
}
