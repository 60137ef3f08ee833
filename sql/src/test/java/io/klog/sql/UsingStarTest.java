package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What * stands for where a join names the columns that both sides have. */
class UsingStarTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void topics() {
    sql.update("CREATE TOPIC a (id VARCHAR KEY, n INTEGER)");
    sql.update("CREATE TOPIC b (id VARCHAR KEY, m INTEGER)");
    sql.update("CREATE TOPIC c (id VARCHAR KEY, o INTEGER)");
    sql.update("CREATE TOPIC raw");
    sql.update("CREATE TOPIC plain");
    for (String topic : List.of("a (id, n)", "b (id, m)", "c (id, o)")) {
      sql.update("INSERT INTO " + topic + " VALUES ('x', 1)");
    }
    sql.update("INSERT INTO raw (key, value) VALUES ('x', '1')");
    sql.update("INSERT INTO plain (key, value) VALUES ('x', '1')");
    sql.update("INSERT INTO a (id, n) VALUES ('onlyA', 2)");
    sql.update("INSERT INTO b (id, m) VALUES ('onlyB', 3)");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private String names(String query) {
    return sql.session.prepare(query).columns().stream()
        .map(ColumnInfo::label)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a JOIN b USING (id) JOIN c ON c.offset = a.offset | id n m id o",
        "a JOIN b USING (key) JOIN c ON c.offset = a.offset | key id n id m id o",
        "a JOIN b USING (id) JOIN c USING (id) | id n m o",
        "raw JOIN plain USING (key) JOIN c ON c.offset = raw.offset | key value value id o",
        "a TABLESAMPLE BERNOULLI(100) JOIN b USING (id) | id n m",
        "a AS x JOIN (SELECT id, m FROM b) AS y USING (id) | id n m",
      })
  void theCommonColumnsComeOnceAndFirst(String from, String names) {
    String query = "SELECT * FROM " + from;
    String own = names(query).replaceAll("\\b(offset|partition|timestamp|headers)\\b ?", "").trim();
    assertEquals(names, own);
    assertEquals(1, sql.rows(query).size());
  }

  @ParameterizedTest
  @CsvSource({
    "JOIN, x",
    "LEFT JOIN, x onlyA",
    "RIGHT JOIN, x onlyB",
    "FULL JOIN, x onlyA onlyB",
  })
  void aCommonColumnIsThatOfTheSideWhichHasARow(String join, String ids) {
    List<String> rows = sql.rows("SELECT * FROM a " + join + " b USING (id)");
    assertEquals(
        ids,
        rows.stream()
            .map(row -> row.substring(0, row.indexOf(' ')))
            .collect(Collectors.joining(" ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM raw NATURAL JOIN plain",
        "SELECT * FROM a NATURAL JOIN b",
        "SELECT raw.key FROM raw FULL JOIN plain ON raw.headers = plain.headers",
      })
  void aJoinByHeadersIsRefused(String query) {
    SqlFault fault = Fault.of(() -> sql.session.prepare(query));
    assertEquals("42000", fault.sqlState());
    assertTrue(String.valueOf(fault.getMessage()).contains("cannot compare column headers"));
  }

  @Test
  void aNaturalJoinOfQueriesGoes() {
    assertEquals(
        List.of("x 1 1"),
        sql.rows("SELECT * FROM (SELECT id, n FROM a) x NATURAL JOIN (SELECT id, m FROM b) y"));
  }
}
