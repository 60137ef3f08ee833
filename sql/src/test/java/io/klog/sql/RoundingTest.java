package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Digits that a type has no room for are rounded, half up, whichever way a number comes. */
class RoundingTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t (d DECIMAL(10, 2), i INTEGER)");
    sql.update("CREATE TOPIC src (d DECIMAL(10, 3), x DOUBLE)");
    sql.update("INSERT INTO src VALUES (1.235, 1.5)");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1.235, 1.5)",
        "INSERT INTO t VALUES (1.235 + 0, 1.5)",
        "INSERT INTO t VALUES (1.235, 1.5 + 0)",
        "INSERT INTO t VALUES (1.235e0, 1.5e0)",
        "INSERT INTO t VALUES (CAST(1.235 AS DECIMAL(10, 2)), CAST(1.5 AS INTEGER))",
        "INSERT INTO t VALUES (CAST('1.235' AS DECIMAL(10, 2)), CAST(1.5e0 AS INTEGER))",
        "INSERT INTO t SELECT d, x FROM src",
        "INSERT INTO t SELECT d, d + 0.3 FROM src",
        "INSERT INTO t SELECT CAST(d AS DECIMAL(10, 2)), CAST(x AS INTEGER) FROM src",
        "INSERT INTO t SELECT avg(CAST(d AS DECIMAL(10, 3))), avg(x) FROM src",
        "INSERT INTO t SELECT a.d, b.x FROM src a JOIN src b ON a.offset <= b.offset + length('')",
        "INSERT INTO t SELECT d, x FROM src UNION SELECT d, x FROM src"
      })
  void ofOneStatement(String insert) {
    sql.update(insert);
    assertEquals(List.of("1.24 2"), sql.rows("SELECT d, i FROM t"));
  }

  @Test
  void ofParametersOfAnyNumber() {
    String insert = "INSERT INTO t VALUES (?, ?)";
    sql.update(insert, new BigDecimal("1.235"), new BigDecimal("1.5"));
    sql.update(insert, 1.235, 1.5);
    sql.update(insert, "1.235", 2);
    sql.update("INSERT INTO t VALUES (CAST(? AS DECIMAL(10, 3)) + 0, ?)", 1.235, 2);
    assertEquals(List.of("1.24 2 4"), sql.rows("SELECT d, i, count(*) FROM t GROUP BY d, i"));
    sql.update(insert, -1.235, -1.5);
    assertEquals(List.of("-1.24 -2"), sql.rows("SELECT d, i FROM t WHERE i < 0"));
    assertEquals("22003", Fault.of(() -> sql.update(insert, 1, 2147483647.5)).sqlState());
    assertEquals("22003", Fault.of(() -> sql.update(insert, 1, "1.5")).sqlState(), "a text");
  }

  @Test
  void inCollectionsToo() {
    sql.update("CREATE TOPIC c (i INTEGER ARRAY, m MAP<VARCHAR, BIGINT>)");
    sql.update("INSERT INTO c VALUES (?, ?)", List.of(1.5, 7), Map.of("a", new BigDecimal("2.5")));
    assertEquals(List.of("[2, 7] {a=3}"), sql.rows("SELECT i, m FROM c"));
  }

  @Test
  void ofMeansAndCastsInQueries() {
    sql.update("INSERT INTO src VALUES (1.236, -2.5), (1.237, 2.5)");
    for (String from :
        List.of(" FROM src", " FROM (SELECT * FROM src UNION ALL SELECT * FROM src)")) {
      assertEquals(List.of("1.236000"), sql.rows("SELECT CAST(avg(d) AS DECIMAL(10, 6))" + from));
      assertEquals(
          List.of("0.667"),
          sql.rows("SELECT avg(CASE WHEN x > 0 THEN 1.000 ELSE 0.000 END)" + from));
    }
    assertEquals(
        List.of("2 2 2 1.2", "-3 -3 -3 1.2", "3 3 3 1.2"),
        sql.rows(
            "SELECT CAST(x AS INTEGER), CAST(x AS BIGINT), CAST(x AS SMALLINT),"
                + " CAST(d AS DECIMAL(10, 1)) FROM src"));
    assertEquals(List.of("123.46"), sql.rows("SELECT CAST(? AS DECIMAL(5, 2))", "123.455"));
  }

  @Test
  void whatIsToEqualANumberIsNotRounded() {
    sql.update("CREATE TOPIC k (id INTEGER KEY, v INTEGER) WITH ('cleanup.policy'='compact')");
    sql.update("INSERT INTO k VALUES (2, 1)");
    assertEquals("22003", Fault.of(() -> sql.update("DELETE FROM k WHERE id = 1.5")).sqlState());
    assertEquals("22003", Fault.of(() -> sql.update("DELETE FROM k WHERE id = ?", 1.5)).sqlState());
    assertEquals(List.of("2 1"), sql.rows("SELECT id, v FROM k"));
  }
}
