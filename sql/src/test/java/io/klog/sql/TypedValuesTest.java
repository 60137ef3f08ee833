package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What values of typed topics are stored as, and what they equal. */
class TypedValuesTest {
  private final Sql sql = new Sql();

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void aDateLiteralIsThatDayInAColumnAKeyAndADelete() {
    sql.update("CREATE TOPIC t (d DATE KEY, e DATE) WITH ('cleanup.policy'='compact')");
    sql.update("INSERT INTO t VALUES (DATE '2026-11-25', DATE '1969-12-31')");
    sql.update("DELETE FROM t WHERE d = DATE '2026-11-25'");
    assertEquals(
        List.of("2026-11-25 {\"e\":\"1969-12-31\"}", "2026-11-25 NULL"),
        sql.rows("SELECT key, value FROM t"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"REAL", "FLOAT", "DOUBLE"})
  void approximateKeysAndTextsAreSummed(String type) {
    sql.update("CREATE TOPIC t (k " + type + " KEY, v " + type + ") WITH ('format'='string')");
    sql.update("INSERT INTO t VALUES (1.5, 0.25), (2.5, 0.5)");
    assertEquals(List.of("4.0 0.75 2.0"), sql.rows("SELECT sum(k), sum(v), avg(k) FROM t"));
    assertEquals(List.of("1.5 1", "2.5 1"), sql.rows("SELECT k, count(*) FROM t GROUP BY k"));
  }

  @Test
  void whatIsInAMapIsStoredAsTheMapDeclares() {
    sql.update(
        "CREATE TOPIC t (b MAP<VARCHAR, VARBINARY>, v MAP<VARCHAR, VARCHAR>,"
            + " x MAP<VARCHAR, DECIMAL(4, 1)>, d MAP<VARCHAR, DATE>)");
    sql.update(
        "INSERT INTO t VALUES (MAP['k', 'x'], MAP['k', 1], MAP['k', 1],"
            + " MAP['k', DATE '2026-01-02'])");
    sql.update("INSERT INTO t (b) SELECT MAP['k', X'78'] FROM t");
    assertEquals(
        List.of(
            "{\"b\":{\"k\":\"eA==\"},\"v\":{\"k\":\"1\"},\"x\":{\"k\":1.0},"
                + "\"d\":{\"k\":\"2026-01-02\"}}",
            "{\"b\":{\"k\":\"eA==\"}}"),
        sql.rows("SELECT value FROM t"));
    SqlFault tooLong = Fault.of(() -> sql.update("INSERT INTO t (x) VALUES (MAP['k', 12345])"));
    assertEquals("22003", tooLong.sqlState());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\ud800b", "\udc00\ud800", "x\udbff"})
  void halfACharacterIsRefused(String text) {
    sql.update(
        "CREATE TOPIC t (k VARCHAR KEY, v VARCHAR, a VARCHAR ARRAY, m MAP<VARCHAR, INTEGER>)");
    sql.update("CREATE TOPIC s (k INTEGER KEY, c CHAR(5)) WITH ('format'='string')");
    for (String insert :
        List.of(
            "INSERT INTO t (k) VALUES (?)",
            "INSERT INTO t (v) VALUES (?)",
            "INSERT INTO t (v) VALUES (? || '')",
            "INSERT INTO t (a) VALUES (ARRAY[CAST(? AS VARCHAR)])",
            "INSERT INTO t (m) VALUES (MAP[CAST(? AS VARCHAR), 1])",
            "INSERT INTO s (c) VALUES (?)")) {
      assertEquals("22021", Fault.of(() -> sql.update(insert, text)).sqlState(), insert);
    }
    sql.update("INSERT INTO t (v) VALUES (?)", "\ud83d\ude00");
    assertEquals(List.of("\ud83d\ude00"), sql.rows("SELECT v FROM t"));
  }

  @Test
  void aKeyThatIsLookedUpIsEqualToWhatItReadsAs() {
    sql.update("CREATE TOPIC t (id VARCHAR(3) KEY, n INTEGER)");
    sql.update("INSERT INTO t (key, value) VALUES ('abc  ', '{\"n\":1}')");
    sql.update("INSERT INTO t VALUES ('abc', 2)");
    assertEquals(List.of("NULL 1", "abc 2"), sql.rows("SELECT id, n FROM t"));
    String query = "SELECT n FROM t WHERE id = 'abc'";
    assertTrue(sql.plan(query).contains("key=['abc']"), sql.plan(query));
    assertEquals(List.of("2"), sql.rows(query));
    assertEquals(List.of("2"), sql.rows("SELECT n FROM t WHERE id || '' = 'abc'"));
  }

  @Test
  void aCharIsItsTextWithoutBlanksAtTheEnd() {
    sql.update("CREATE TOPIC t (k CHAR(4) KEY, c CHAR(5), a CHAR(3) ARRAY)");
    sql.update("INSERT INTO t VALUES ('k', 'abc', ARRAY['x', 'y  '])");
    sql.update("INSERT INTO t VALUES (?, ?, ?)", "k ", "abc       ", List.of("x ", "y"));
    sql.update("INSERT INTO t SELECT k, c, a FROM t WHERE offset = 0");
    sql.update(
        "INSERT INTO t (key, value) VALUES ('k ', '{\"c\":\"abc  \",\"a\":[\"x  \",\"y\"]}')");
    assertEquals(
        List.of("k abc [x, y] 4"), sql.rows("SELECT k, c, a, count(*) FROM t GROUP BY k, c, a"));
    for (String condition :
        List.of(
            "c = 'abc'",
            "c IN ('abc', 'd')",
            "c LIKE '%c'",
            "k = 'k'",
            "a[1] = 'x'",
            "c <> 'ab'")) {
      assertEquals(List.of("4"), sql.rows("SELECT count(*) FROM t WHERE " + condition), condition);
    }
    assertEquals(
        List.of("4"), sql.rows("SELECT count(*) FROM t WHERE c = ? AND k = ?", "abc", "k"));
    assertEquals(
        List.of("16"), sql.rows("SELECT count(*) FROM t x JOIN t y ON x.c = y.c AND x.k = y.k"));
    assertEquals(
        List.of("4"),
        sql.rows("SELECT count(*) FROM t JOIN (VALUES ('abc')) AS v (w) ON t.c = v.w"));
    assertEquals(
        "22001", Fault.of(() -> sql.update("INSERT INTO t (k) VALUES ('12345')")).sqlState());
  }

  @Test
  void aRealEqualsTheNumberItWasMadeOf() {
    sql.update("CREATE TOPIC t (r REAL, n INTEGER)");
    sql.update("INSERT INTO t VALUES (?, 1), (1.1, 2)", 1.1);
    assertEquals(List.of("1", "2"), sql.rows("SELECT n FROM t WHERE r = ?", 1.1));
    assertEquals(List.of("1", "2"), sql.rows("SELECT n FROM t WHERE r < ?", 1e300));
  }

  @Test
  void keysOfOneTextAreReadAsTheyAreWrittenAndNotOtherwise() {
    sql.update("CREATE TOPIC t (id INTEGER KEY, n INTEGER)");
    for (String key : List.of("01", "+1", "1.0", "1e0", " 1", "\u0661", "-0", "1")) {
      sql.update("INSERT INTO t (key) VALUES (?)", key);
    }
    assertEquals(List.of("1 7"), sql.rows("SELECT id, offset FROM t WHERE id IS NOT NULL"));
    sql.update("CREATE TOPIC b (id BOOLEAN KEY, n INTEGER)");
    sql.update("INSERT INTO b (key) VALUES ('TRUE'), ('true'), ('t')");
    assertEquals(List.of("true 1"), sql.rows("SELECT id, offset FROM b WHERE id IS NOT NULL"));
    sql.update("CREATE TOPIC d (id DATE KEY, n INTEGER)");
    sql.update("INSERT INTO d (key) VALUES ('2026-11-25'), ('+2026-11-25'), ('20261125')");
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM d WHERE id IS NOT NULL"));
    sql.update("CREATE TOPIC ts (id TIMESTAMP KEY, n INTEGER)");
    sql.update(
        "INSERT INTO ts (key) VALUES ('2026-11-25T01:02:03.000Z'), ('2026-11-25 01:02:03'),"
            + " ('2026-11-25T01:02:03Z'), ('2026-11-25')");
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM ts WHERE id IS NOT NULL"));
  }

  private void isLookedUp(String topic, String condition, String key, Object... parameters) {
    String query = "SELECT n FROM " + topic + " WHERE " + condition;
    assertTrue(sql.plan(query).contains("key=[" + key + "]"), sql.plan(query));
    long before = sql.store.recordsRead;
    assertEquals(List.of("5"), sql.rows(query, parameters), query);
    assertEquals(1, sql.store.recordsRead - before, query);
  }

  @Test
  void keysOfOneTextAreLookedUp() {
    sql.update("CREATE TOPIC i (id INTEGER KEY, n INTEGER)");
    sql.update("CREATE TOPIC l (id BIGINT KEY, n INTEGER)");
    sql.update("CREATE TOPIC d (id DATE KEY, n INTEGER)");
    sql.update("CREATE TOPIC b (id BOOLEAN KEY, n INTEGER)");
    sql.update("CREATE TOPIC ts (id TIMESTAMP KEY, n INTEGER)");
    for (int i = 0; i < 9; i++) {
      sql.update("INSERT INTO i VALUES (?, ?)", i - 6, i);
      sql.update("INSERT INTO l VALUES (?, ?)", 10_000_000_000L * (i - 6), i);
      sql.update("INSERT INTO d VALUES (?, ?)", "2026-11-2" + i, i);
      sql.update("INSERT INTO b VALUES (?, ?)", i == 5, i);
      sql.update("INSERT INTO ts VALUES (?, ?)", (long) i, i);
    }
    isLookedUp("i", "id = -1", "-1");
    isLookedUp("i", "? = id", "?0", -1);
    isLookedUp("i", "id IN (-1, 77)", "{-1, 77}");
    isLookedUp("i", "CAST(id AS BIGINT) = ?", "?0", -1L);
    isLookedUp("l", "id = -10000000000", "-10000000000");
    isLookedUp("l", "id = ?", "?0", -10_000_000_000L);
    isLookedUp("d", "id = DATE '2026-11-25'", "2026-11-25");
    isLookedUp("d", "id = ?", "?0", "2026-11-25");
    isLookedUp("b", "id = ?", "?0", true);
    isLookedUp("ts", "id = TIMESTAMP '1970-01-01 00:00:00.005'", "1970-01-01 00:00:00.005");
    isLookedUp("ts", "id = ?", "?0", 5L);
    assertEquals(List.of(), sql.rows("SELECT n FROM i WHERE id = 5000000000"));
    assertEquals(List.of(), sql.rows("SELECT n FROM i WHERE id = ?", (Object) null));
  }

  @Test
  void joinsLookKeysOfOneTextUp() {
    sql.update("CREATE TOPIC i (id BIGINT KEY, n INTEGER)");
    sql.update("CREATE TOPIC d (id DATE KEY, n INTEGER)");
    sql.update("CREATE TOPIC o (i INTEGER, d DATE)");
    for (int n = 0; n < 2000; n++) {
      sql.update("INSERT INTO i VALUES (?, ?)", n, n);
      sql.update("INSERT INTO d VALUES (?, ?)", LocalDate.ofEpochDay(n), n);
    }
    sql.update("INSERT INTO o VALUES (7, DATE '1970-01-08'), (8, DATE '1970-01-09'), (-1, NULL)");
    for (String query :
        List.of(
            "SELECT i.n FROM o JOIN i ON o.i = i.id", "SELECT d.n FROM o JOIN d ON o.d = d.id")) {
      assertTrue(sql.plan(query).contains("lookup of the right's key"), sql.plan(query));
      long before = sql.store.recordsRead;
      assertEquals(List.of("7", "8"), sql.rows(query), query);
      assertEquals(3 + 2, sql.store.recordsRead - before, query);
    }
  }

  @Test
  void aLengthThatIsFilledIsLimited() {
    for (String type : List.of("CHAR(65537)", "BINARY(65537)", "BINARY(2000000000) ARRAY")) {
      String message = Fault.text(() -> sql.update("CREATE TOPIC t (c " + type + ")"));
      assertTrue(message.startsWith("42704 line 1, column 19: "), message);
      assertTrue(message.contains("65536 at most"), message);
    }
    sql.update("CREATE TOPIC t (c CHAR(65536), b BINARY(65536), v VARCHAR(65537))");
  }

  /** Each would compute for a minute and more, or fill the memory. */
  @ParameterizedTest
  @ValueSource(strings = {"1e30000000", "1e999999999", "-1e2147483647", "1e-999999999", "3e1001"})
  void aNumberWithAHugeExponentIsRefused(String number) {
    sql.update("CREATE TOPIC t (i INTEGER, l BIGINT, d DECIMAL(10, 2), v VARCHAR, b BOOLEAN)");
    sql.update("INSERT INTO t VALUES (1, 1, 1, '1', TRUE)");
    BigDecimal huge = new BigDecimal(number);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          for (String column : List.of("i", "l", "d", "v")) {
            for (String statement :
                List.of(
                    "INSERT INTO t (" + column + ") VALUES (?)",
                    "INSERT INTO t (" + column + ") SELECT CAST(? AS DECIMAL) FROM t")) {
              assertEquals("22003", Fault.of(() -> sql.update(statement, huge)).sqlState());
            }
            assertEquals(
                "22003",
                Fault.of(() -> sql.rows("SELECT * FROM t WHERE " + column + " = ?", huge))
                    .sqlState());
          }
          for (String query :
              List.of(
                  "SELECT * FROM t WHERE offset < ?",
                  "SELECT * FROM t WHERE offset < CAST(? AS DECIMAL(10, 2))",
                  "SELECT CAST(? AS VARCHAR)",
                  "SELECT CAST(? AS DECIMAL(10, 2)) + 1")) {
            assertEquals("22003", Fault.of(() -> sql.rows(query, huge)).sqlState(), query);
            if (!query.contains("VARCHAR")) { // which takes any text
              assertEquals("22003", Fault.of(() -> sql.rows(query, number)).sqlState(), query);
            }
          }
        });
    assertEquals(List.of("1"), sql.rows("SELECT count(*) FROM t"));
  }
}
