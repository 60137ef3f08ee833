package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What typed topics refuse, and that nothing is lost by it. */
class TypedFaultsTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update(
        "CREATE TOPIC t (id INTEGER KEY, name VARCHAR(5) NOT NULL, amount DECIMAL(5, 2),"
            + " tiny TINYINT, b VARBINARY(2), ts TIMESTAMP, r REAL)"
            + " WITH ('on.error'='fail')");
    sql.update("CREATE TOPIC src");
    sql.update("INSERT INTO src VALUES ('k', 'much too long')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          INSERT INTO t (id, key, name) VALUES (1, 'x', 'n') | 42701 | line 1, column 20: key and id are given
          INSERT INTO t (value, name) VALUES ('{}', 'n')     | 42701 | line 1, column 23: name and value are given
          INSERT INTO t (name, name) VALUES ('a', 'b')       | 42701 | assigned more than once
          INSERT INTO t (nothing) VALUES (1)                 | 42703 | line 1, column 16: topic t has no column 'nothing'
          INSERT INTO t (name) VALUES ('123456')             | 22001 | line 1, column 30: column name: VARCHAR(5) is wanted, '123456' is too long
          INSERT INTO t (amount) VALUES (1000)               | 22003 | line 1, column 32: column amount: DECIMAL(5, 2) is wanted, 1000 is out of range
          INSERT INTO t (amount) VALUES ('x')                | 22018 | line 1, column 32: column amount: 'x' is no number
          INSERT INTO t (tiny) VALUES (128)                  | 22003 | line 1, column 30: column tiny
          INSERT INTO t (tiny) VALUES (TRUE)                 | 42    | Cannot assign to target field 'tiny'
          INSERT INTO t (b) VALUES (X'010203')               | 22001 | line 1, column 27: column b: VARBINARY(2) is wanted
          INSERT INTO t (ts) VALUES (TIMESTAMP '2026-13-01') | 22007 | line 1, column 28: column ts
          INSERT INTO t VALUES (1, 'n')                      | 42601 | line 1, column 22: 7 columns, but 2 values
          SELECT nothing FROM t                              | 42703 | Column 'nothing' not found
          """)
  void atPreparing(String statement, String state, String message) {
    SqlFault fault = Fault.of(() -> sql.session.prepare(statement));
    String found = fault.sqlState() + " " + fault.getMessage();
    assertTrue(found.startsWith(state), found);
    assertTrue(found.contains(message), found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          INSERT INTO t (id) VALUES (1)                      | 23502 | column name of topic t cannot be NULL
          INSERT INTO t (name) VALUES (NULL)                 | 23502 | column name of topic t cannot be NULL
          INSERT INTO t (id, tiny) SELECT 1, 2 FROM src      | 23502 | column name of topic t cannot be NULL
          INSERT INTO t (name) SELECT value FROM src         | 22001 | column name: VARCHAR(5) is wanted, 'much too long' is too long
          INSERT INTO t (name, amount) SELECT 'a', 99999 FROM src | 22003 | DECIMAL(5, 2)
          INSERT INTO t (name, tiny) SELECT 'a', 300 FROM src | 22003 | out of
          INSERT INTO t (name, amount) SELECT 'a', CAST(value AS DECIMAL(5,2)) FROM src | 22018 | no number
          """)
  void atExecuting(String statement, String state, String message) {
    SqlFault fault = Fault.of(() -> sql.update(statement));
    String found = fault.sqlState() + " " + fault.getMessage();
    assertTrue(found.startsWith(state), found);
    assertTrue(found.contains(message), found);
    assertEquals(List.of("0"), sql.rows("SELECT count(*) FROM t"), "all or nothing");
  }

  @Test
  void parametersAreNamedWithTheirColumn() {
    String insert = "INSERT INTO t (name, r, amount) VALUES ('a', ?, ?)";
    assertEquals(
        "22003 parameter 1: column r: REAL is wanted, 1.0E300 is out of range",
        Fault.text(() -> sql.update(insert, 1e300, 1)));
    assertEquals(
        "22003 parameter 1: column r: REAL is wanted, NaN is out of range",
        Fault.text(() -> sql.update(insert, Double.NaN, 1)));
    assertEquals(
        "22018 parameter 2: column amount: 'one' is no number",
        Fault.text(() -> sql.update(insert, 1, "one")));
    assertEquals(1, sql.update(insert, 1, "999.994"));
    assertEquals(List.of("999.99"), sql.rows("SELECT amount FROM t"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          tiny   | {"tiny":300}          | 22003 | TINYINT is wanted, 300 is out of range
          tiny   | {"tiny":"3"}          | 22018 | TINYINT is wanted, "3" was found
          tiny   | {"tiny":1.5}          | 22018 | TINYINT is wanted, 1.5 was found
          tiny   | {"tiny":1e999999999}  | 22003 | TINYINT is wanted
          tiny   | {"tiny":1e-999999999} | 22018 | TINYINT is wanted
          tiny   | {"tiny":1e99999999999999} | 22003 | TINYINT is wanted
          amount | {"amount":1e3}        | 22003 | DECIMAL(5, 2) is wanted
          amount | {"amount":true}       | 22018 | DECIMAL(5, 2) is wanted, true was found
          name   | {"name":"123456"}     | 22001 | VARCHAR(5) is wanted, '123456' is too long
          name   | {"name":[1]}          | 22018 | VARCHAR(5) is wanted, [1] was found
          b      | {"b":"!"}             | 22018 | VARBINARY(2) is wanted, '!' was found
          ts     | {"ts":"yesterday"}    | 22007 | TIMESTAMP(3) is wanted, 'yesterday' was found
          r      | {"r":1e39}            | 22003 | REAL is wanted, 1.0E39 is out of range
          r      | {"r":1}}              | 22032 | the value is no JSON object: its byte 7 is 0x7D
          name   | {"r":1                | 22032 | the value is no JSON object: it ends after 6 bytes
          """)
  void whereAValueThatIsNoneOfItsTypeFails(
      String column, String value, String state, String message) {
    sql.update("INSERT INTO t (id, name) VALUES (1, 'fine')");
    sql.update("INSERT INTO t (key, value) VALUES ('2', ?)", value);
    SqlFault fault = Fault.of(() -> sql.rows("SELECT " + column + " FROM t"));
    String found = fault.sqlState() + " " + fault.getMessage();
    assertTrue(
        found.startsWith(state + " topic t, partition 0, offset 1, column " + column + ": "),
        found);
    assertTrue(found.contains(message), found);
    assertEquals(
        List.of("1", "2"), sql.rows("SELECT id FROM t"), "another column is not looked at");
    assertEquals(List.of(value), sql.rows("SELECT value FROM t WHERE offset = 1"));
  }

  @Test
  void aKeyThatIsNoneOfItsTypeFailsToo() {
    sql.update("INSERT INTO t (key, name) VALUES ('seven', 'n')");
    SqlFault fault = assertThrows(SqlFault.class, () -> sql.rows("SELECT id FROM t"));
    assertEquals(
        "topic t, partition 0, offset 0, column id: INTEGER is wanted, 'seven' was found",
        fault.getMessage());
  }
}
