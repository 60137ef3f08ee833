package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
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
  void aSubqueryMayReferToAComputedColumnOfOuterRows() {
    sql.update("CREATE TOPIC j");
    sql.update(
        "INSERT INTO j (value) VALUES ('{\"a\":1,\"b\":10}'), ('{\"a\":2,\"b\":30}'),"
            + " ('{\"a\":3,\"b\":20}')");
    String d =
        "(SELECT CAST(JSON_VALUE(value, '$.a') AS INTEGER) AS a,"
            + " CAST(JSON_VALUE(value, '$.b') AS INTEGER) AS b FROM j)";
    assertEquals(
        List.of("1 0", "2 2", "3 1"),
        sql.rows(
            "SELECT d.a, (SELECT count(*) FROM "
                + d
                + " x WHERE x.b < d.b) FROM "
                + d
                + " d ORDER BY 1"));
    assertEquals(
        List.of("2", "3"),
        sql.rows(
            "SELECT d.a FROM "
                + d
                + " d WHERE EXISTS (SELECT 1 FROM "
                + d
                + " x WHERE x.b < d.b) ORDER BY 1"));
  }

  @Test
  void aParameterMayBeComparedWithinACaseThatIsCompared() {
    assertEquals(
        List.of("k2"),
        sql.rows("SELECT key FROM t WHERE CASE WHEN key = ? THEN 1 ELSE 2 END = 1", "k2"));
    assertEquals(
        List.of("1"),
        sql.rows("SELECT count(*) FROM t WHERE CASE key WHEN ? THEN offset END = ?", "k2", 1));
  }

  @Test
  void anExpressionThatIsCompiledSeesItsColumnsOnly() {
    sql.update("CREATE TOPIC wide (a VARCHAR, b VARCHAR, c VARCHAR, d VARCHAR)");
    sql.update("INSERT INTO wide VALUES ('a', 'bb', 'ccc', 'd')");
    assertEquals(
        List.of("2 dcccd 3"),
        sql.rows(
            "SELECT POSITION('c' IN d || c), REPLACE('xcccx', 'x', d), POSITION(c IN b || c)"
                + " FROM wide"));
  }

  @Test
  void datesAndTimesAreComparedWithoutCompiling() {
    RexBuilder builder = new RexBuilder(new KlogTypes());
    for (SqlTypeName name : List.of(SqlTypeName.DATE, SqlTypeName.TIME)) {
      RelDataType type = builder.getTypeFactory().createSqlType(name);
      RelDataType row = builder.getTypeFactory().builder().add("a", type).add("b", type).build();
      Expr less =
          new ExprCompiler(builder, row)
              .compile(
                  builder.makeCall(
                      SqlStdOperatorTable.LESS_THAN,
                      builder.makeInputRef(type, 0),
                      builder.makeInputRef(type, 1)));
      assertEquals(Predicates.CompareLongs.class, less.getClass());
    }
    sql.update("CREATE TOPIC days (d DATE, u TIME)");
    String insert = "INSERT INTO days VALUES (?, ?)";
    sql.update(insert, LocalDate.of(2026, 11, 1), LocalTime.NOON);
    sql.update(insert, LocalDate.of(1969, 12, 31), LocalTime.of(23, 59, 59));
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM days WHERE d >= DATE '2000-01-01'"));
    assertEquals(List.of("1"), sql.rows("SELECT offset FROM days WHERE u > TIME '12:00:00'"));
    assertEquals(
        List.of("1"), sql.rows("SELECT offset FROM days WHERE d = ?", LocalDate.of(1969, 12, 31)));
    assertEquals(
        List.of("0"),
        sql.rows("SELECT offset FROM days WHERE d = TIMESTAMP '2026-11-01 00:00:00'"));
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
