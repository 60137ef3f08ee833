package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What expressions give, whether klog's own or Calcite's evaluate them. */
class ExpressionTest {
  // klog has no GROUPING of its own.
  private static final String COMPILED =
      " GROUP BY key, offset HAVING grouping(key) = 0 ORDER BY offset";

  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t VALUES ('a', '1'), ('b', '2'), ('c', '3')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT x'0102'", "SELECT * FROM (VALUES (x'0102')) AS v (b)"})
  void bytesOfAConstantAreTheCallersOwn(String query) {
    for (int i = 0; i < 2; i++) {
      try (Rows rows = sql.open(query)) {
        assertTrue(rows.next());
        byte[] object = (byte[]) rows.getObject(0);
        assertArrayEquals(new byte[] {1, 2}, object);
        assertArrayEquals(new byte[] {1, 2}, rows.getBytes(0));
        if (object != null) {
          object[0] = 9;
        }
        byte[] bytes = rows.getBytes(0);
        if (bytes != null) {
          bytes[1] = 9;
        }
      }
    }
  }

  @Test
  void parametersInRowsAreOfTheTypesOnTheLeftOfTheirIn() {
    String query = "SELECT key FROM t WHERE (offset, key) ";
    assertEquals(List.of("b"), sql.rows(query + "IN ((?, ?))", 1L, "b"));
    assertEquals(List.of("a"), sql.rows(query + "IN ((?, ?), (?, ?))", 0L, "a", 1L, "c"));
    assertEquals(
        List.of("a", "c"),
        sql.rows(query + "IN ((?, ?), (?, ?), (?, ?))", 0L, "a", 1L, "a", 2L, "c"));
    assertEquals(List.of("b", "c"), sql.rows(query + "NOT IN ((?, ?), (0, ?))", 0L, "a", "c"));
  }

  @Test
  void aNumberWithRoomForMoreDigitsIsTheSameNumber() {
    String query =
        "SELECT CAST(offset AS DECIMAL(25, 3)), CAST(offset AS DOUBLE),"
            + " CAST(CAST(offset AS DECIMAL(20, 1)) AS DECIMAL(30, 2)),"
            + " CAST(CAST(offset AS DECIMAL(20, 1)) AS DOUBLE),"
            + " CAST(CAST(NULL AS BIGINT) AS DECIMAL(20, 1)) FROM t";
    String last = "2.000 2.0 2.00 2.0 NULL";
    assertEquals(last, sql.rows(query).get(2));
    assertEquals(last, sql.rows(query + COMPILED).get(2));
    assertEquals(
        List.of("b"), sql.rows("SELECT key FROM t WHERE CAST(offset AS DECIMAL(20, 1)) = 1"));
    assertEquals(List.of("a"), sql.rows("SELECT key FROM t WHERE CAST(offset AS DOUBLE) = -0.0e0"));
  }

  @Test
  void nestedArithmeticEvaluatesEachTermOnce() {
    String sum = "offset" + " + 1".repeat(200);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertEquals(
                List.of("200"), sql.rows("SELECT " + sum + " FROM t WHERE " + sum + " < 201")));
  }

  @Test
  void overflowFailsInCompiledPlansToo() {
    assertEquals(
        "22003", Fault.of(() -> sql.rows("SELECT offset + 9223372036854775807 FROM t")).sqlState());
    assertEquals(
        "22003",
        Fault.of(() -> sql.rows("SELECT max(offset) + 9223372036854775807, key FROM t" + COMPILED))
            .sqlState());
    assertEquals(List.of("1", "2", "3"), sql.rows("SELECT max(offset) + 1 FROM t" + COMPILED));
    assertEquals(
        List.of("1.5", "2.5", "3.5"),
        sql.rows("SELECT max(CAST(value AS DECIMAL(5, 1))) + 0.5 FROM t" + COMPILED));
  }

  @Test
  void limitsOfCompiledPlansAreThoseOfOthers() {
    String query = "SELECT key, count(*) FROM t" + COMPILED + " LIMIT ? OFFSET ?";
    assertEquals("2201W", Fault.of(() -> sql.rows(query, -1, 0)).sqlState());
    assertEquals("2201X", Fault.of(() -> sql.rows(query, 1, -1)).sqlState());
    assertEquals(3, sql.rows(query, null, null).size());
    assertEquals(2, sql.rows(query, Integer.MAX_VALUE, 1).size());
    assertEquals(0, sql.rows(query, 5, Integer.MAX_VALUE).size());
    assertEquals(
        List.of("b 1", "c 1"),
        sql.rows(query.replace("LIMIT ? OFFSET ?", "LIMIT 3000000000 OFFSET 1")));
    assertEquals(
        List.of(),
        sql.rows(query.replace("LIMIT ? OFFSET ?", "LIMIT 3000000000 OFFSET 3000000000")));
  }

  @Test
  void jsonAggregatesTakeTextForBytes() {
    assertEquals(List.of("[\"a\",\"b\",\"c\"]"), sql.rows("SELECT JSON_ARRAYAGG(key) FROM t"));
    assertEquals(
        List.of("{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}"),
        sql.rows("SELECT JSON_OBJECTAGG(key VALUE value) FROM t"));
  }

  @Test
  void aRowsValuesStayWhileItIsTheCurrentOne() {
    try (Rows rows = sql.open("SELECT RAND(), count(*) FROM t GROUP BY key")) {
      assertTrue(rows.next());
      assertEquals(rows.getDouble(0), rows.getDouble(0));
    }
  }

  @Test
  void dataThatFailsInACompiledPlanHasItsState() {
    String query =
        "SELECT CAST(max(key) AS INTEGER), 1 / (count(*) - 1) FROM t"
            + " GROUP BY key HAVING grouping(key) = 0";
    try (Rows rows = sql.open(query)) {
      assertTrue(Fault.of(rows::next).sqlState().startsWith("22"));
    }
  }

  @Test
  void timesBeyondTheRangeAreRefused() {
    String query = "SELECT offset FROM t WHERE timestamp < ?";
    assertEquals("22008", Fault.of(() -> sql.rows(query, Instant.MAX)).sqlState());
    assertEquals("22008", Fault.of(() -> sql.rows(query, LocalDate.MAX)).sqlState());
    assertEquals("22008", Fault.of(() -> sql.rows(query, LocalDateTime.MIN)).sqlState());
    assertEquals(
        "22008", Fault.of(() -> sql.rows("SELECT CAST(? AS DATE)", Long.MAX_VALUE)).sqlState());
    assertEquals(
        "22008", Fault.of(() -> sql.rows("SELECT CAST(? AS TIME)", 86_400_000)).sqlState());
  }

  @Test
  void anExpressionThatIsNoPatternIsSaidToBe() {
    assertEquals(
        "2201B", Fault.of(() -> sql.rows("SELECT key FROM t WHERE key RLIKE '('")).sqlState());
  }

  @Test
  void aPinnedTransactionRefusesToWaitForItself() {
    sql.session.setAutoCommit(false);
    GeneratedKeys keys = new GeneratedKeys();
    sql.session.update(
        sql.session.prepare("INSERT INTO t VALUES ('d', '4')"),
        new Object[0],
        StatementControl.unlimited(),
        keys);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertEquals("25001", Fault.of(() -> sql.update("CREATE TOPIC x")).sqlState()));
    sql.session.commit();
    sql.update("CREATE TOPIC x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " GROUP BY key"})
  void aCastParameterFitsTheTypesLengthAndDigits(String end) {
    String query =
        "SELECT CAST(? AS VARCHAR(3)), CAST(? AS CHAR(5)) || '|', CAST(? AS DECIMAL(5, 2))"
            + " FROM t WHERE offset = 0"
            + end;
    assertEquals(List.of("abc ab   | 123.46"), sql.rows(query, "abcd", "ab", "123.456"));
    assertEquals(List.of("NULL NULL NULL"), sql.rows(query, null, null, null));
    assertEquals("22003", Fault.of(() -> sql.rows(query, "a", "a", "1234.5")).sqlState());
  }

  @Test
  void aTimeParameterCastToSecondsLosesTheRest() {
    assertEquals(List.of("1000"), sql.rows("SELECT CAST(? AS TIMESTAMP(0))", 1999L));
    assertEquals(List.of("1999"), sql.rows("SELECT CAST(? AS TIMESTAMP)", 1999L));
    assertEquals(
        List.of("12"),
        sql.rows("SELECT CAST(x AS VARCHAR(2)) FROM (SELECT CAST(? AS INTEGER) AS x)", 12));
  }

  @Test
  void aParameterThatIsNotCastIsNotCut() {
    assertEquals(
        List.of(), sql.rows("SELECT key FROM t WHERE upper(key) = 'A' AND 'abc' = ?", "abcd"));
  }
}
