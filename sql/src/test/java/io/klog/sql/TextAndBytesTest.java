package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.sql.JDBCType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Text that meets bytes is UTF-8, in both directions. */
class TextAndBytesTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t VALUES ('k1', '{\"mag\": 5.5, \"place\": \"Köln 日本 😀\"}')");
    sql.update("INSERT INTO t VALUES ('k2', 'plain'), ('ü', NULL), (NULL, ''), (X'ff41', X'00')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void aJsonPathIsLaxUnlessItSaysOtherwise() {
    String where = " FROM t WHERE key = 'k1'";
    assertEquals(
        List.of("none"),
        sql.rows("SELECT JSON_VALUE(value, '$.nope' DEFAULT 'none' ON EMPTY)" + where));
    assertEquals(
        List.of("[]"),
        sql.rows("SELECT JSON_QUERY(value, ' $.nope' EMPTY ARRAY ON EMPTY)" + where));
    assertEquals(
        List.of("bad"),
        sql.rows(
            "SELECT JSON_VALUE(value, 'strict $.nope' DEFAULT 'none' ON EMPTY DEFAULT 'bad' ON"
                + " ERROR)"
                + where));
    assertEquals(
        "22000",
        Fault.of(() -> sql.rows("SELECT JSON_VALUE(value, '$.nope' ERROR ON EMPTY)" + where))
            .sqlState());
  }

  @Test
  void literalsParametersAndColumnsOfBytes() {
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM t WHERE key = 'k1'"));
    assertEquals(List.of("2"), sql.rows("SELECT offset FROM t WHERE key = ?", "ü"));
    assertEquals(
        List.of("2"),
        sql.rows(
            "SELECT offset FROM t WHERE ? = key", (Object) "ü".getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        List.of("0", "1"), sql.rows("SELECT offset FROM t WHERE key IN ('k1', 'k2', 'x')"));
    assertEquals(
        List.of("0", "2"), sql.rows("SELECT offset FROM t WHERE key IN (?, ?)", "k1", "ü"));
    assertEquals(List.of("1"), sql.rows("SELECT offset FROM t WHERE key BETWEEN 'k11' AND 'k9'"));
    assertEquals(List.of("4"), sql.rows("SELECT offset FROM t WHERE key = X'ff41'"));
    assertEquals(
        List.of("0", "2", "4"), sql.rows("SELECT offset FROM t WHERE key <> 'k2'"), "not NULL");
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM t WHERE key < 'k2'"));
    assertEquals(List.of("2", "4"), sql.rows("SELECT offset FROM t WHERE key > 'k2'"), "unsigned");
    assertEquals(List.of("3"), sql.rows("SELECT offset FROM t WHERE key IS NULL"));
    assertEquals(List.of("3"), sql.rows("SELECT offset FROM t WHERE value = ''"));
    assertEquals(
        List.of("1"),
        sql.rows("SELECT offset FROM t WHERE CASE WHEN value = 'plain' THEN true ELSE false END"));
  }

  @Test
  void functionsOnTextDecode() {
    assertEquals(List.of("PLAIN"), sql.rows("SELECT upper(value) FROM t WHERE key = 'k2'"));
    assertEquals(List.of("la"), sql.rows("SELECT substring(value, 2, 2) FROM t WHERE offset = 1"));
    assertEquals(
        List.of("ain"), sql.rows("SELECT substring(value FROM 3) FROM t WHERE offset = 1"));
    assertEquals(
        List.of("k2:plain"), sql.rows("SELECT key || ':' || value FROM t WHERE offset = 1"));
    assertEquals(
        List.of("1 2"),
        sql.rows("SELECT char_length(key), octet_length(key) FROM t WHERE offset = 2"));
    assertEquals(
        List.of("\uFFFDA"), sql.rows("SELECT CAST(key AS VARCHAR) FROM t WHERE offset = 4"));
    assertEquals(List.of("k"), sql.rows("SELECT CAST(key AS VARCHAR(1)) FROM t WHERE offset = 0"));
    assertEquals(
        List.of("none"), sql.rows("SELECT coalesce(value, 'none') FROM t WHERE offset = 2"));
    assertEquals(
        List.of("7"),
        sql.rows("SELECT CAST(substring(key, 2) AS INTEGER) + 5 FROM t WHERE offset = 1"));
    assertEquals(List.of("Plain"), sql.rows("SELECT initcap(value) FROM t WHERE offset = 1"));
    assertEquals(List.of("2"), sql.rows("SELECT position('l' IN value) FROM t WHERE offset = 1"));
    assertEquals(
        List.of("pl*in"), sql.rows("SELECT replace(value, 'a', '*') FROM t WHERE offset = 1"));
  }

  @Test
  void like() {
    assertEquals(List.of("1"), sql.rows("SELECT offset FROM t WHERE value LIKE '%lai%'"));
    assertEquals(List.of("1"), sql.rows("SELECT offset FROM t WHERE value LIKE ?", "pl_in"));
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM t WHERE value LIKE '%日本 _\"%'"));
    assertEquals(
        List.of("0", "3", "4"), sql.rows("SELECT offset FROM t WHERE value NOT LIKE 'p%'"));
    sql.update("INSERT INTO t VALUES ('p', '100%'), ('q', '100x')");
    assertEquals(
        List.of("5"), sql.rows("SELECT offset FROM t WHERE value LIKE '100!%' ESCAPE '!'"));
    assertEquals(List.of("5"), sql.rows("SELECT offset FROM t WHERE value LIKE '%!%%' ESCAPE '!'"));
    assertEquals(List.of("1"), sql.rows("SELECT offset FROM t WHERE value ILIKE 'PLAIN'"));
    assertEquals(List.of("1"), sql.rows("SELECT offset FROM t WHERE value SIMILAR TO 'p(l|m)ain'"));
  }

  @Test
  void json() {
    assertEquals(
        List.of("5.5"), sql.rows("SELECT JSON_VALUE(value, '$.mag') FROM t WHERE offset = 0"));
    String query = "SELECT JSON_VALUE(value, '$.mag' RETURNING DOUBLE) FROM t WHERE offset = 0";
    assertEquals(JDBCType.DOUBLE, sql.session.prepare(query).columns().get(0).type());
    try (Rows rows = sql.open(query)) {
      assertTrue(rows.next());
      assertEquals(5.5, rows.getDouble(0));
    }
    assertEquals(
        List.of("Köln 日本 😀"),
        sql.rows("SELECT JSON_VALUE(value, '$.place') FROM t WHERE JSON_EXISTS(value, '$.mag')"));
    assertEquals(
        List.of("0"),
        sql.rows("SELECT offset FROM t WHERE JSON_VALUE(value, '$.mag' RETURNING DOUBLE) > 5"));
    assertEquals(
        List.of("NULL"), sql.rows("SELECT JSON_VALUE(value, '$.mag') FROM t WHERE offset = 1"));
    assertEquals(List.of("0"), sql.rows("SELECT offset FROM t WHERE value IS JSON OBJECT"));
  }

  @Test
  void gettersOfAScan() {
    try (Rows rows = sql.open("SELECT key, value, offset, partition, headers FROM t")) {
      assertTrue(rows.next());
      assertEquals("k1", rows.getString(0));
      assertArrayEquals("k1".getBytes(StandardCharsets.UTF_8), rows.getBytes(0));
      assertFalse(rows.isNull(0));
      assertEquals(0, rows.getLong(2));
      assertEquals(0, rows.getInt(3));
      assertEquals(java.util.Map.of(), rows.getObject(4));
      assertTrue(rows.next());
      assertTrue(rows.next());
      assertTrue(rows.isNull(1));
      assertNull(rows.getBytes(1));
      assertNull(rows.getString(1));
      assertNull(rows.getObject(1));
      assertTrue(rows.next());
      assertTrue(rows.isNull(0));
      assertEquals("", rows.getString(1));
    }
  }

  @Test
  void copiesOfBytesAreTheCallersOwn() {
    try (Rows rows = sql.open("SELECT key, UTF8_BYTES('abc') FROM t")) {
      assertTrue(rows.next());
      for (int column = 0; column < 2; column++) {
        byte[] first = rows.getBytes(column);
        assertTrue(first != null);
        first[0] = 0;
        byte[] second = rows.getBytes(column);
        assertTrue(second != null && second[0] != 0);
      }
    }
  }

  @Test
  void unicodeLiteralsAndNames() {
    assertEquals(List.of("日本"), sql.rows("SELECT '日本' AS \"größe\""));
    assertEquals("größe", sql.session.prepare("SELECT '日本' AS \"größe\"").columns().get(0).label());
    assertEquals(List.of("x"), sql.rows("SELECT 'x' FROM t WHERE upper(key) = 'Ü'"));
  }

  @Test
  void groupingByBytesAndByText() {
    sql.update("INSERT INTO t VALUES ('k1', 'again')");
    assertEquals(
        List.of("k1 2", "k2 1"),
        sql.rows("SELECT key, count(*) FROM t WHERE key LIKE 'k%' GROUP BY key ORDER BY key"));
    assertEquals(
        List.of("K1 2", "K2 1"),
        sql.rows(
            "SELECT upper(key) AS u, count(*) FROM t WHERE key LIKE 'k%' GROUP BY upper(key)"
                + " ORDER BY u"));
    assertEquals(
        List.of("0 5"),
        sql.rows(
            "SELECT a.offset, b.offset FROM t a JOIN t b ON a.key = b.key AND a.offset < b.offset"));
  }

  @Test
  void columnsSayWhatTheyAreAndWhereTheyComeFrom() {
    List<ColumnInfo> columns =
        sql.session.prepare("SELECT x.*, upper(key) AS u FROM t x").columns();
    assertEquals(7, columns.size());
    assertEquals(
        new ColumnInfo("offset", "offset", "t", "main", JDBCType.BIGINT, "BIGINT", 19, 0, false),
        columns.get(0));
    assertEquals(JDBCType.INTEGER, columns.get(1).type());
    assertEquals(
        new ColumnInfo(
            "timestamp", "timestamp", "t", "main", JDBCType.TIMESTAMP, "TIMESTAMP", 23, 3, false),
        columns.get(2));
    assertEquals(JDBCType.VARBINARY, columns.get(3).type());
    assertTrue(columns.get(3).nullable());
    assertEquals(JDBCType.JAVA_OBJECT, columns.get(5).type());
    assertEquals("u", columns.get(6).label());
    assertNull(columns.get(6).table());
  }
}
