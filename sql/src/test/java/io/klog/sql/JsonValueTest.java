package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonValueTest {
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
}
