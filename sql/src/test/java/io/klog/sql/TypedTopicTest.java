package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Column;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics that declare columns: what INSERT writes, and what SELECT makes of what is there. */
class TypedTopicTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update(
        "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL, note VARCHAR(5),"
            + " n BIGINT)");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private List<String> values(String topic) {
    return sql.rows("SELECT key, value FROM " + topic);
  }

  @Test
  void theKeyIsItsTextAndTheValueAJsonObjectOfTheOthers() {
    sql.update("INSERT INTO orders (id, amount) VALUES (?, ?)", "a", new BigDecimal("1.5"));
    sql.update("INSERT INTO orders VALUES (?, ?, ?, ?)", "b", 2, "x\"y", 7);
    sql.update("INSERT INTO orders (n, amount, id) VALUES (-1, 3.999, 'c'), (NULL, '4', 'd')");
    assertEquals(
        List.of(
            "a {\"amount\":1.50}",
            "b {\"amount\":2.00,\"note\":\"x\\\"y\",\"n\":7}",
            "c {\"amount\":4.00,\"n\":-1}",
            "d {\"amount\":4.00}"),
        values("orders"));
    assertEquals(
        List.of("a 1.50 NULL NULL", "b 2.00 x\"y 7", "c 4.00 NULL -1", "d 4.00 NULL NULL"),
        sql.rows("SELECT id, amount, note, n FROM orders"));
  }

  @Test
  void aStarHasTheDeclaredColumnsAndNotTheRawOnes() {
    sql.update("INSERT INTO orders (timestamp, id, amount, n) VALUES (5, 'a', 1, 2)");
    String row = "0 0 5 a 1.00 NULL 2 {}";
    String raw = "a {\"amount\":1.00,\"n\":2}";
    assertEquals(List.of(row), sql.rows("SELECT * FROM orders"));
    assertEquals(List.of(row), sql.rows("SELECT o.* FROM orders o"));
    assertEquals(List.of(row), sql.rows("SELECT orders.* FROM main.orders"));
    assertEquals(List.of(row + " " + raw), sql.rows("SELECT *, key, value FROM orders"));
    assertEquals(List.of(row), sql.rows("SELECT * FROM (SELECT * FROM orders)"));
    assertEquals(
        List.of("a " + row), sql.rows("SELECT * FROM (SELECT key, o.* FROM orders AS o) AS s"));
    assertEquals(List.of(raw), sql.rows("SELECT s.* FROM (SELECT key, value FROM orders) s"));
    assertEquals(
        List.of(raw), sql.rows("WITH w AS (SELECT key, value FROM orders) SELECT * FROM w"));
    assertEquals(
        List.of(row + " " + row), sql.rows("SELECT * FROM orders a JOIN orders b ON a.id = b.id"));
    assertEquals(
        List.of("a " + row.replace(" a ", " ") + " " + row.replace(" a ", " ")),
        sql.rows("SELECT * FROM orders a JOIN orders b USING (id)"));
    assertEquals(
        List.of(row), sql.rows("SELECT * FROM orders UNION ALL SELECT * FROM orders WHERE n = 3"));
    assertEquals(List.of("1"), sql.rows("SELECT count(*) FROM (SELECT * FROM orders) WHERE n = 2"));
  }

  @Test
  void conditionsAndExpressionsGoOverDeclaredColumns() {
    for (int i = 0; i < 20; i++) {
      sql.update("INSERT INTO orders VALUES (?, ?, ?, ?)", "k" + i, i, "n" + i % 3, i);
    }
    assertEquals(List.of("k19 19.00"), sql.rows("SELECT id, amount FROM orders WHERE n > 18"));
    assertEquals(
        List.of("k3", "k6"),
        sql.rows("SELECT id FROM orders WHERE note = 'n0' AND amount BETWEEN ? AND 6.5", 1));
    assertEquals(
        List.of("n0 7 63.00", "n1 7 70.00", "n2 6 57.00"),
        sql.rows("SELECT note, count(*), sum(amount) FROM orders GROUP BY note ORDER BY note"));
    assertEquals(
        List.of("19", "18"), sql.rows("SELECT n FROM orders ORDER BY amount DESC LIMIT 2"));
    assertEquals(
        List.of("2.5000 K2 true"),
        sql.rows("SELECT amount * 1.25, upper(id), n + 1 = 3 FROM orders WHERE id LIKE 'k2'"));
  }

  @Test
  void whatIsNoneOfItsTypeIsNullAndStillThere() {
    sql.update(
        "INSERT INTO orders (key, value) VALUES ('a', '{\"amount\":\"1\",\"note\":2,\"n\":1.5}'),"
            + " ('b', '{\"amount\":1e999999999,\"note\":\"toolong\",\"n\":9223372036854775808}'),"
            + " ('c', '{\"amount\":1,\"n\":1} x'), ('d', NULL), ('e', '{\"n\":1,\"n\":10e1}'),"
            + " ('f', '[]'), (NULL, ' {\"\\u006e\": 3 , \"note\" : \"\\ud83d\\ude00\\n\"} ')");
    assertEquals(
        List.of(
            "a NULL 2 NULL",
            "b NULL NULL NULL",
            "c NULL NULL NULL",
            "d NULL NULL NULL",
            "e NULL NULL 100",
            "f NULL NULL NULL",
            "NULL NULL \ud83d\ude00\n 3"),
        sql.rows("SELECT id, amount, note, n FROM orders"));
    assertTrue(values("orders").contains("c {\"amount\":1,\"n\":1} x"));
  }

  @Test
  void thereIsOneZero() {
    sql.update("CREATE TOPIC zeros (id VARCHAR KEY, d DOUBLE, r REAL)");
    sql.update("INSERT INTO zeros VALUES ('a', 0.0, 0.0), ('b', ?, ?)", -0.0, -0.0);
    sql.update("INSERT INTO zeros (key, value) VALUES ('c', '{\"d\": -0.0, \"r\": -0}')");
    assertEquals(List.of("0.0 0.0 3"), sql.rows("SELECT d, r, count(*) FROM zeros GROUP BY d, r"));
    assertEquals(List.of("0.0"), sql.rows("SELECT DISTINCT d FROM zeros"));
    assertEquals(
        List.of("1 1"), sql.rows("SELECT count(DISTINCT d), count(DISTINCT r) FROM zeros"));
    String both = " FROM zeros x %s JOIN zeros y ON x.d = y.d AND x.r = y.r";
    assertEquals(List.of("9"), sql.rows("SELECT count(*)" + String.format(both, "")));
    // What klog has no operator for is compiled.
    assertEquals(List.of("9"), sql.rows("SELECT count(*)" + String.format(both, "FULL")));
    assertEquals(
        List.of("0.0 3 1"),
        sql.rows("SELECT d, count(*), row_number() OVER () FROM zeros GROUP BY d"));
    assertEquals(
        List.of("b {\"d\":0.0,\"r\":0.0}"),
        sql.rows("SELECT key, value FROM zeros WHERE id = 'b'"));
  }

  @Test
  void computedZerosAreOneInGroupsAndJoins() {
    sql.update("CREATE TOPIC texts");
    sql.update("INSERT INTO texts (key, value) VALUES ('a', '0'), ('b', '-0')");
    String numbers = "(SELECT key, CAST(CAST(value AS VARCHAR) AS DOUBLE) AS d FROM texts)";
    assertEquals(List.of("2"), sql.rows("SELECT count(*) FROM " + numbers + " GROUP BY d"));
    assertEquals(
        List.of("4"),
        sql.rows("SELECT count(*) FROM " + numbers + " x JOIN " + numbers + " y ON x.d = y.d"));
  }

  @Test
  void aFormatThatIsNotKnownIsNamedAndDoesNotHideTheOtherTopics() {
    sql.store.createTopic(
        "later",
        1,
        Map.of("format", "avro"),
        List.of(new Column("id", "VARCHAR", true, true), new Column("n", "INTEGER", false, false)));
    assertEquals(
        List.of("later avro"),
        sql.rows("SELECT topic, format FROM klog.topics WHERE topic = 'later'"));
    assertEquals(
        List.of("id", "n"),
        sql.rows(
            "SELECT column_name FROM klog.columns WHERE table_name = 'later'"
                + " AND column_name IN ('id', 'n')"));
    for (String statement :
        List.of(
            "SELECT n FROM later",
            "ALTER TOPIC later ADD COLUMN m INTEGER",
            "INSERT INTO later (id, n) VALUES ('a', 1)")) {
      String text =
          Fault.text(
              () -> {
                if (statement.startsWith("SELECT")) {
                  sql.rows(statement);
                } else {
                  sql.update(statement);
                }
              });
      assertEquals(
          "42000 topic later has the format 'avro', which this version of klog does not know: it"
              + " knows [raw, string, json]",
          text,
          statement);
    }
  }

  @Test
  void collectionsAndTimes() {
    sql.update(
        "CREATE TOPIC t (k INTEGER KEY, tags VARCHAR ARRAY, attrs MAP<VARCHAR, INTEGER>,"
            + " ts TIMESTAMP, d DATE, tm TIME, b VARBINARY, yes BOOLEAN, x DOUBLE, r REAL)");
    sql.update(
        "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        5,
        List.of("a", "b"),
        Map.of("m", 1),
        1L,
        "2026-11-25",
        "12:34:56.789",
        new byte[] {1, 2},
        true,
        1.5,
        1.1);
    assertEquals(
        List.of(
            "5 {\"tags\":[\"a\",\"b\"],\"attrs\":{\"m\":1},\"ts\":\"1970-01-01T00:00:00.001Z\","
                + "\"d\":\"2026-11-25\",\"tm\":\"12:34:56.789\",\"b\":\"AQI=\",\"yes\":true,"
                + "\"x\":1.5,\"r\":1.1}"),
        values("t"));
    assertEquals(
        List.of("5 [a, b] {m=1} 1 20782 45296789 true 1.5"),
        sql.rows("SELECT k, tags, attrs, ts, d, tm, yes, x FROM t"));
    assertEquals(
        List.of("b 1 2 2026"),
        sql.rows(
            "SELECT tags[2], attrs['m'], cardinality(tags), extract(YEAR FROM ts + INTERVAL '56' YEAR) FROM t"));
    assertEquals(List.of("a", "b"), sql.rows("SELECT e FROM t, UNNEST(t.tags) AS u (e)"));
    sql.update("INSERT INTO t (k, tags) VALUES (6, ARRAY['x', upper('y')])");
    sql.update("INSERT INTO t SELECT k + 2, tags, attrs, ts, d, tm, b, yes, x, r FROM t");
    assertEquals(
        List.of(
            "7 [a, b] {m=1} 1 20782 45296789 true 1.5", "8 [x, Y] NULL NULL NULL NULL NULL NULL"),
        sql.rows("SELECT k, tags, attrs, ts, d, tm, yes, x FROM t WHERE k > 6"));
  }

  @Test
  void oneSessionWritesIntoTopicsByTurnsLongAndShort() {
    sql.update("CREATE TOPIC other (a VARCHAR ARRAY, b INTEGER)");
    String text = "long".repeat(50_000);
    for (int i = 0; i < 3; i++) {
      sql.update("INSERT INTO other VALUES (?, ?)", List.of(text), i);
      sql.update("INSERT INTO orders (id, amount) VALUES ('a', ?)", i);
      sql.update("INSERT INTO other SELECT ARRAY[id], " + i + " FROM orders LIMIT 1");
    }
    assertEquals(
        List.of("a {\"amount\":0.00}", "a {\"amount\":1.00}", "a {\"amount\":2.00}"),
        values("orders"));
    String longer = "{\"a\":[\"" + text + "\"],\"b\":";
    assertEquals(
        List.of(
            longer + "0}",
            "{\"a\":[\"a\"],\"b\":0}",
            longer + "1}",
            "{\"a\":[\"a\"],\"b\":1}",
            longer + "2}",
            "{\"a\":[\"a\"],\"b\":2}"),
        sql.rows("SELECT value FROM other"));
  }
}
