package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Column;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the formats make of a row, and of what is no row of theirs. */
class TopicFormatTest {
  private final Sql sql = new Sql();

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void aStringIsTheTextOfItsOneColumn() {
    sql.update("CREATE TOPIC t (id BIGINT KEY, at_ TIMESTAMP(3)) WITH ('format'='string')");
    sql.update("INSERT INTO t VALUES (-5, '2026-11-25 01:02:03.004'), (NULL, NULL)");
    sql.update("INSERT INTO t (key, value) VALUES ('7', '2026-11-25T03:02:03.004+02:00')");
    sql.update("INSERT INTO t (key, value) VALUES ('x', '')");
    assertEquals(
        List.of(
            "-5 2026-11-25T01:02:03.004Z", "NULL NULL", "7 2026-11-25T03:02:03.004+02:00", "x "),
        sql.rows("SELECT key, value FROM t"));
    assertEquals(
        List.of("-5 1795568523004", "NULL NULL", "7 1795568523004", "NULL NULL"),
        sql.rows("SELECT id, at_ FROM t"));
  }

  @Test
  void rawIsTheBytesOfItsOneColumn() {
    sql.update("CREATE TOPIC t (id VARBINARY KEY, b VARBINARY(2)) WITH ('format'='raw')");
    sql.update("INSERT INTO t VALUES (X'00FF', X'01'), ('k', NULL)");
    sql.update("INSERT INTO t (key, value) VALUES ('l', 'long')");
    assertEquals(
        List.of("2 1", "1 NULL", "1 NULL"),
        sql.rows("SELECT octet_length(id), octet_length(b) FROM t"));
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM t WHERE id = X'00FF' AND b = X'01'"));
  }

  @Test
  void aKeyAloneIsAnEmptyObjectAndOnACompactedTopicATombstone() {
    sql.update("CREATE TOPIC t (id VARCHAR KEY, n INTEGER)");
    sql.store.createTopic(
        "users",
        1,
        Map.of("format", "json", "cleanup.policy", "compact"),
        List.of(new Column("id", "VARCHAR", true, true), new Column("n", "INTEGER", false, false)));
    for (String topic : List.of("t", "users")) {
      sql.update("INSERT INTO " + topic + " (id) VALUES ('a')");
      sql.update("INSERT INTO " + topic + " (id) SELECT 'b' FROM t WHERE id = 'a'");
      sql.update("INSERT INTO " + topic + " (key) VALUES ('c')");
    }
    assertEquals(List.of("a {}", "b {}", "c {}"), sql.rows("SELECT key, value FROM t"));
    assertEquals(List.of("a NULL", "b NULL", "c NULL"), sql.rows("SELECT key, value FROM users"));
    assertEquals(
        "23502 column n of topic users cannot be NULL",
        Fault.text(() -> sql.update("INSERT INTO users VALUES ('d', NULL)")),
        "it is named");
  }

  @Test
  void everyLetterComesBackAsItWasAndAsUtf8() {
    sql.update("CREATE TOPIC t (id VARCHAR KEY, v VARCHAR)");
    List<String> texts = List.of("", "\0", "\uFEFFbom", "\ud83d\ude00", "\u20ac\u00e9", "\u2028");
    for (String text : texts) {
      sql.update("INSERT INTO t VALUES ('k', ?)", text);
    }
    assertEquals(texts, sql.rows("SELECT v FROM t"));
    assertTrue(sql.rows("SELECT value FROM t").contains("{\"v\":\"\ud83d\ude00\"}"));
  }

  @Test
  void theLastBlanksOfACharMeanNothing() {
    sql.update("CREATE TOPIC t (id CHAR(3) KEY, c CHAR(3))");
    sql.update("INSERT INTO t VALUES ('a', 'z'), (?, ?)", "a  ", "z    ");
    sql.update("INSERT INTO t SELECT 'a', CAST('z' AS CHAR(9)) FROM t LIMIT 1");
    sql.update("INSERT INTO t (key, value) VALUES ('a  ', '{\"c\":\"z  \"}')");
    assertEquals(List.of("4"), sql.rows("SELECT count(*) FROM t WHERE id = 'a' AND c = 'z'"));
    assertEquals(List.of("4"), sql.rows("SELECT count(*) FROM t WHERE c = ?", "z"));
    assertEquals(List.of("a {\"c\":\"z\"}"), sql.rows("SELECT key, value FROM t WHERE offset = 1"));
  }

  @Test
  void veryLongTextGoesInAndOut() {
    sql.update("CREATE TOPIC t (id VARCHAR KEY, v VARCHAR, n INTEGER)");
    String text = "0123456789\u20ac".repeat(1_000_000);
    sql.update("INSERT INTO t VALUES ('k', ?, 7)", text);
    try (Rows rows = sql.open("SELECT v, n, octet_length(value) FROM t WHERE n = 7")) {
      assertTrue(rows.next());
      assertEquals(text, rows.getString(0));
      assertEquals(7, rows.getInt(1));
      assertTrue(rows.getInt(2) > text.getBytes(StandardCharsets.UTF_8).length);
    }
  }

  @Test
  void membersAreFoundByTheirNamesAsDeclared() {
    sql.update(
        "CREATE TOPIC t (\"Gr\u00f6\u00dfe in m\" INTEGER, \"a\"\"b\" INTEGER, \"C\" INTEGER)");
    sql.update("INSERT INTO t VALUES (1, 2, 3)");
    sql.update("INSERT INTO t (value) VALUES ('{\"c\":9,\"gr\u00f6\u00dfe in m\":9,\"C\":4}')");
    assertEquals(
        List.of("{\"Gr\u00f6\u00dfe in m\":1,\"a\\\"b\":2,\"C\":3}"),
        sql.rows("SELECT value FROM t WHERE offset = 0"));
    assertEquals(
        List.of("1 2 3", "NULL NULL 4"),
        sql.rows("SELECT \"Gr\u00f6\u00dfe in m\", \"a\"\"b\", c FROM t"));
  }
}
