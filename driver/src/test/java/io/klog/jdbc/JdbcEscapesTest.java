package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcEscapesTest {
  /** A call of each scalar function, and what comes of it; empty for what differs by the clock. */
  private static final String FUNCTIONS =
      """
      ABS(-1) = 1
      ACOS(1) = 0.0
      ASIN(0) = 0.0
      ATAN(0) = 0.0
      ATAN2(0, 1) = 0.0
      CEILING(1.2) = 2
      COS(0) = 1.0
      COT(1) = 0.6420926159343306
      DEGREES(0) = 0.0
      EXP(0) = 1.0
      FLOOR(1.8) = 1
      LOG(1) = 0.0
      LOG10(10) = 1.0
      MOD(5, 3) = 2
      PI() = 3.141592653589793
      POWER(2, 3) = 8.0
      RADIANS(0) = 0.0
      RAND() =
      ROUND(1.25, 1) = 1.3
      SIGN(-3) = -1
      SIN(0) = 0.0
      SQRT(4) = 2.0
      TAN(0) = 0.0
      TRUNCATE(1.29, 1) = 1.2
      ASCII('a') = 97
      CHAR(65) = A
      CHAR_LENGTH('abc') = 3
      CHARACTER_LENGTH('abc') = 3
      CONCAT('a', 'b') = ab
      DIFFERENCE('there', 'their') = 4
      INSERT('abc', 2, 1, 'x') = axc
      LCASE('A') = a
      LEFT('abc', 2) = ab
      LENGTH('abc') = 3
      LOCATE('b', 'abcb', 3) = 4
      LTRIM(' a') = a
      OCTET_LENGTH(X'0102') = 2
      POSITION('b' IN 'abc') = 2
      REPEAT('a', 3) = aaa
      REPLACE('abc', 'b', 'x') = axc
      RIGHT('abc', 2) = bc
      RTRIM('a ') = a
      SOUNDEX('there') = T600
      SPACE(3) =
      SUBSTRING('abc', 2, 1) = b
      UCASE('a') = A
      DATABASE() =
      IFNULL(NULL, 1) = 1
      USER() =
      CURDATE() =
      CURRENT_DATE() =
      CURRENT_TIME() =
      CURRENT_TIMESTAMP =
      CURTIME() =
      DAYNAME(DATE '2026-01-02') =
      DAYOFMONTH(DATE '2026-01-02') = 2
      DAYOFWEEK(DATE '2026-01-02') = 6
      DAYOFYEAR(DATE '2026-01-02') = 2
      EXTRACT(YEAR FROM DATE '2026-01-02') = 2026
      HOUR(TIMESTAMP '2026-01-02 01:02:03') = 1
      MINUTE(TIMESTAMP '2026-01-02 01:02:03') = 2
      MONTH(DATE '2026-01-02') = 1
      MONTHNAME(DATE '2026-01-02') =
      NOW() =
      QUARTER(DATE '2026-04-02') = 2
      SECOND(TIMESTAMP '2026-01-02 01:02:03') = 3
      TIMESTAMPADD(SQL_TSI_DAY, 1, TIMESTAMP '2026-01-02 01:02:03') = 2026-01-03 01:02:03.000
      TIMESTAMPDIFF(SQL_TSI_DAY, DATE '2026-01-02', DATE '2026-01-05') = 3
      WEEK(DATE '2026-01-02') = 1
      YEAR(DATE '2026-01-02') = 2026
      """;

  private final TestDatabase database;
  private final Connection connection;
  private final Statement statement;

  JdbcEscapesTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC t (id VARCHAR KEY, n INTEGER)",
            "INSERT INTO t (id, n) VALUES ('a_b', 1), ('axb', 2)");
    connection = database.connect();
    statement = connection.createStatement();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static void assertState(String sqlState, Executable call) {
    SQLException refused = assertThrows(SQLException.class, call);
    assertEquals(sqlState, refused.getSQLState(), refused.getMessage());
  }

  private List<String> rows(String sql) throws SQLException {
    return TestDatabase.rows(statement.executeQuery(sql));
  }

  @Test
  void everyFunctionThatTheMetadataListsCanBeCalled() throws SQLException {
    Map<String, String> calls = new HashMap<>();
    FUNCTIONS.lines().forEach(line -> calls.put(line.split("\\W", 2)[0], line));
    DatabaseMetaData metadata = connection.getMetaData();
    Set<String> listed =
        new TreeSet<>(
            Stream.of(
                    metadata.getNumericFunctions(),
                    metadata.getStringFunctions(),
                    metadata.getSystemFunctions(),
                    metadata.getTimeDateFunctions())
                .flatMap(list -> Stream.of(list.split(",", -1)))
                .toList());
    assertEquals(listed, new TreeSet<>(calls.keySet()));
    for (String line : calls.values()) {
      String[] call = line.split(" =", 2);
      List<String> found = rows("SELECT {fn " + call[0] + "}");
      assertEquals(1, found.size());
      if (!call[1].isBlank()) {
        assertEquals(call[1].strip(), found.get(0), line);
      }
    }
  }

  @Test
  void functionsStandAnywhereAndWithinEachOther() throws SQLException {
    assertEquals(
        List.of("4"),
        rows(
            "SELECT {fn CHAR_LENGTH({fn CONCAT('x', {fn UCASE(id)})})} FROM t WHERE {fn ABS(n)} = 1"));
    assertState("42883", () -> rows("SELECT {fn NOTHING(1)}"));
    assertState("42601", () -> rows("SELECT {nothing 1}"));
  }

  @Test
  void functionsAreFoundWhateverTheirCase() throws SQLException {
    assertEquals(
        List.of("XA_B|5"),
        rows("SELECT {fn ucase({fn Concat('x', id)})}, {FN left('5678', 1)} FROM t WHERE n = 1"));
    try (PreparedStatement prepared =
        connection.prepareStatement("SELECT {fn lcase(CAST(? AS VARCHAR))}")) {
      prepared.setString(1, "ABC");
      assertEquals(List.of("abc"), TestDatabase.rows(prepared.executeQuery()));
    }
    assertEquals("SELECT {fn NOW()}", connection.nativeSQL("SELECT {fn now()}"));
    assertState("42883", () -> rows("SELECT {fn stra\u00dfe(1)}"));
  }

  @Test
  void joinsPatternsAndLimits() throws SQLException {
    assertEquals(
        List.of("a_b|axb", "axb|null"),
        rows("SELECT a.id, b.id FROM {oj t a LEFT OUTER JOIN t b ON b.n = a.n + 1} ORDER BY a.id"));
    assertEquals(List.of("a_b"), rows("SELECT id FROM t WHERE id LIKE 'a\\_b' {escape '\\'}"));
    assertEquals(List.of("a_b"), rows("SELECT id FROM t {limit 1}"));
    assertEquals(List.of("axb"), rows("SELECT id FROM t {limit 1 offset 1}"));
    try (PreparedStatement limited = connection.prepareStatement("SELECT id FROM t {limit ?}")) {
      limited.setInt(1, 1);
      assertEquals(List.of("a_b"), TestDatabase.rows(limited.executeQuery()));
    }
  }

  @Test
  void datesAndTimes() throws SQLException {
    assertEquals(
        List.of("2026-01-02|12:13:14|2026-01-02 12:13:14.500"),
        rows("SELECT {d '2026-01-02'}, {t '12:13:14'}, {ts '2026-01-02 12:13:14.5'}"));
    assertState("22007", () -> rows("SELECT {d '2026-13-02'}"));
  }

  @Test
  void calls() throws SQLException {
    assertEquals(List.of(), rows("{call klog.check()}"));
    assertEquals(List.of(), rows("{ CALL klog.check }"));
    assertState("42883", () -> rows("{?= call klog.check()}"));
    assertState("42883", () -> connection.prepareStatement("{ ? = call klog.check()}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT '{oj'",
        "SELECT '{oj x}', \"{limit\" FROM t",
        "SELECT 1 -- {oj",
        "SELECT 1 /* {limit 1} */",
        "SELECT 'it''s {escape x}'",
        "SELECT E'it\\'s {oj', e'a''b\\\\\\'{limit', E'{fn CHAR_LENGTH",
        "SELECT {d '2026-01-02'}",
        "SELECT }",
        "SELECT '{",
      })
  void whatIsNoEscapeStaysAsItIs(String sql) throws SQLException {
    assertEquals(sql, connection.nativeSQL(sql));
  }

  @Test
  void whatComesBehindALiteralOrACommentIsTranslated() throws SQLException {
    assertEquals(
        List.of("it's|it's|\\"),
        rows("SELECT E'it\\'s', E'it''s', '\\' -- its\r FROM {oj t} WHERE {fn ABS(n)} = 1"));
    assertEquals(List.of("a_b|\\|'"), rows("SELECT id, e'\\\\', '''' FROM t{limit 1}"));
    assertEquals(List.of("1"), rows("SELECT 1 FROM t WHERE id LIKE'a!_b' {escape '!'}"));
  }

  @Test
  void errorsSayWhereInTheTextThatWasGiven() {
    SQLException refused =
        assertThrows(SQLException.class, () -> rows("SELECT id FROM {oj t} WHERE nothing = 1"));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("line 1, column 29"), "" + refused);
    assertState("42601", () -> rows("SELECT id FROM {oj t"));
    assertState("42601", () -> rows("SELECT id FROM t {limit 1"));
    assertState("22023", () -> connection.nativeSQL(null));
  }

  @Test
  void withoutProcessingTheTextIsTakenAsItIs() throws SQLException {
    statement.setEscapeProcessing(false);
    assertState("42601", () -> rows("SELECT id FROM {oj t}"));
    statement.setEscapeProcessing(true);
    assertEquals(2, rows("SELECT id FROM {oj t}").size());
  }
}
