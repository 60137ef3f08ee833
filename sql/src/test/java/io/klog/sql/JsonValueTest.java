package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonValueTest {
  private static final int DOCUMENTS = 200;

  private final Sql sql = new Sql();

  @BeforeEach
  void fill() {
    sql.update("CREATE TOPIC t");
    sql.update(
        "INSERT INTO t (value) VALUES ('{\"m\": 2}'), ('{\"m\": 2.5}'), ('{\"m\": null}'),"
            + " ('{\"m\": \"x\"}'), ('{}'), ('no json'), (NULL)");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void aWholeNumberIsADoubleWhereADoubleIsAskedFor() {
    assertEquals(
        List.of("2.0", "2.5", "NULL", "NULL", "NULL", "NULL", "NULL"),
        sql.rows("SELECT JSON_VALUE(value, '$.m' RETURNING DOUBLE) FROM t"));
  }

  @Test
  void whatDoesNotConvertSortsAndSumsAsNull() {
    assertEquals(
        List.of("1 2.5", "0 2.0"),
        sql.rows(
            "SELECT offset, JSON_VALUE(value, '$.m' RETURNING DOUBLE) AS m FROM t"
                + " ORDER BY m DESC NULLS LAST LIMIT 2"));
    assertEquals(
        List.of("4.50"),
        sql.rows("SELECT sum(JSON_VALUE(value, '$.m' RETURNING DECIMAL(10, 2))) FROM t"));
  }

  @Test
  void errorOnErrorFailsWhatDoesNotConvert() {
    String query = "SELECT JSON_VALUE(value, '$.m' RETURNING INTEGER ERROR ON ERROR) FROM t";
    assertEquals(List.of("2"), sql.rows(query + " WHERE offset = 0"));
    SqlFault fault = assertThrows(SqlFault.class, () -> sql.rows(query + " WHERE offset = 3"));
    assertEquals("22", fault.sqlState().substring(0, 2));
  }

  /** A window is none of klog's own operators, so that Calcite evaluates what stands beside it. */
  private static String byCalcite(String value) {
    return "SELECT o, v FROM (SELECT offset AS o, "
        + value
        + " AS v, row_number() OVER (ORDER BY offset) AS n FROM docs) AS w WHERE n > 0 ORDER BY o";
  }

  @Test
  void randomTextsGiveWhatCalciteSays() {
    SplittableRandom random = Seed.of("JsonValueTest").random();
    int something = 0;
    sql.update("CREATE TOPIC docs");
    for (int i = 0; i < DOCUMENTS; i++) {
      byte[] text = RandomJson.text(random).getBytes(StandardCharsets.UTF_8);
      sql.update(
          "INSERT INTO docs (value) VALUES (?)",
          (Object) (random.nextInt(4) == 0 ? RandomJson.damaged(text, random) : text));
    }
    for (String path :
        List.of(
            "$.a", "lax $.a", "strict $.a.c", "$.a[0]", "$.c.a[1]", "$[0]", "$[1].a", "$.aa.a.a")) {
      for (String value :
          List.of(
              "JSON_VALUE(value, '" + path + "')",
              "JSON_EXISTS(value, '" + path + "')",
              "JSON_VALUE(value, '" + path + "' RETURNING BIGINT)",
              "JSON_VALUE(value, '" + path + "' RETURNING DOUBLE)",
              "JSON_VALUE(value, '" + path + "' RETURNING VARCHAR(3))")) {
        String ofRow = "SELECT offset, " + value;
        assertTrue(sql.plan(byCalcite(value)).contains("Enumerable"));
        assertFalse(sql.plan(ofRow + " FROM docs").contains("Enumerable"));
        List<String> found = sql.rows(ofRow + " FROM docs");
        List<String> expected = sql.rows(byCalcite(value));
        for (int i = 0; i < DOCUMENTS; i++) {
          String document = sql.rows("SELECT value FROM docs WHERE offset = ?", i).get(0);
          assertEquals(expected.get(i), found.get(i), value + " of " + document);
          something += found.get(i).endsWith("NULL") || found.get(i).endsWith("false") ? 0 : 1;
        }
      }
    }
    assertTrue(something > DOCUMENTS, something + " values found");
  }

  @Test
  void pathsWithClausesAndOtherThanSimpleOnesWorkToo() {
    sql.update("INSERT INTO t (key, value) VALUES ('k', '{\"a\": [1, {\"b\": \"x\"}]}')");
    assertEquals(
        List.of("x none true 1"),
        sql.rows(
            "SELECT JSON_VALUE(value, '$.a[1].b'),"
                + " JSON_VALUE(value, 'lax $.c' DEFAULT 'none' ON EMPTY),"
                + " JSON_EXISTS(value, '$.a[1]'), JSON_VALUE(value, '$[''a''][0]')"
                + " FROM t WHERE key = 'k'"));
  }
}
