package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is said with its SQLState and its place. */
class FaultsTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t VALUES ('k', 'v')");
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
          SELECT * FORM t                          | 42601 | line 1, column 15
          SELECT * FROM nowhere                    | 42P01 | line 1, column 15: Object 'nowhere' not found
          SELECT * FROM klog.nowhere               | 42P01 | line 1, column 15: Object 'nowhere' not found
          SELECT nothing FROM t                    | 42703 | line 1, column 8: Column 'nothing' not found
          SELECT t.nothing FROM t                  | 42703 | line 1, column 10: Column 'nothing' not found
          SELECT a.key FROM t                      | 42P01 | line 1, column 8: Table 'a' not found
          SELECT key FROM t a, t b                 | 42702 | line 1, column 8: Column 'key' is ambiguous
          SELECT nofunction(key) FROM t            | 42883 | line 1, column 8: No match found for function
          SELECT key FROM t WHERE value > 5        | 42804 | line 1, column 25: Cannot apply '>'
          SELECT upper(headers) FROM t             | 42804 | line 1, column 8: Cannot apply 'UPPER'
          SELECT key, count(*) FROM t              | 42803 | line 1, column 8: Expression 'key' is not being grouped
          SELECT ?                                 | 42P18 | line 1, column 8: Illegal use of dynamic parameter
          SELECT * FROM t WHERE timestamp > 'x'    | 22007 | 'x' is no time
          SELECT TIMESTAMP 'x'                     | 22007 | line 1, column 8
          SELECT DATE '2020-13-01'                 | 22007 | line 1, column 8
          SELECT TIME '25:00:00'                   | 22007 | line 1, column 8
          INSERT INTO t (x INTEGER) VALUES (1)     | 42601 | line 1, column 13: INSERT INTO takes
          INSERT INTO t EXTEND (x INTEGER) SELECT 1| 42601 | line 1, column 13: INSERT INTO takes
          INSERT INTO t /*+ x */ VALUES ('a', 'b') | 42601 | line 1, column 13: INSERT INTO takes
          SELECT * FROM t EXTEND (x INTEGER)       | 42000 | line 1, column 15: EXTEND is not supported
          INSERT INTO nowhere VALUES ('a', 'b')    | 42P01 | line 1, column 13: there is no topic 'nowhere'
          INSERT INTO t (nothing) VALUES ('a')     | 42703 | line 1, column 16: topic t has no column 'nothing'
          INSERT INTO t (offset) VALUES (1)        | 428C9 | line 1, column 16: offset is given by the log
          INSERT INTO t VALUES ('a')               | 42601 | line 1, column 22: 2 columns, but 1 values
          INSERT INTO t SELECT * FROM t            | 42601 | Number of INSERT target columns
          INSERT INTO t (key, key) VALUES (?, ?)   | 42701 | Target column 'key' is assigned more than once
          INSERT INTO t (key) VALUES (1)           | 42    | line 1, column
          INSERT INTO klog.topics VALUES ('a', 'b')| 42809 | line 1, column 13: klog.topics is a system table
          UPDATE t SET value = 'x'                 | 42000 | line 1, column 1: a topic is a log
          DELETE FROM t WHERE value = 'x'          | 42000 | line 1, column 21: a topic is a log
          DROP TOPIC nowhere                       | 42P01 | line 1, column 12: there is no topic 'nowhere'
          DESCRIBE nowhere                         | 42P01 | line 1, column 10: there is no topic 'nowhere'
          DESCRIBE klog.nowhere                    | 42P01 | there is no system table
          SELECT count(*) FROM t GROUP BY TUMBLE(timestamp, INTERVAL '1' HOUR) | 42000 | line 1, column 33: windows of time are tables
          SELECT offset FROM t ORDER BY ?          | 42P18 | line 1, column 31: a parameter cannot stand in this place: nothing says
          SELECT ABS(?) FROM t                     | 42P18 | line 1, column 12: Illegal use of dynamic parameter: nothing says
          SELECT * FROM (SELECT STREAM * FROM t)   | 42000 | SELECT STREAM stands at the beginning
          CREATE TOPIC x WITH ('partitions'='0')   | 42601 | 'partitions' is a whole number from 1 on, not '0'
          CREATE TOPIC x WITH ('partitions'='many')| 42601 | 'partitions' is a whole number
          CREATE TOPIC x WITH ('format'='json')    | 42601 | a format other than 'raw', and 'on.error', are for topics that declare columns
          CREATE TOPIC x WITH ('format'='avro')    | 22023 | 'format' is 'raw', 'string' or 'json', not 'avro'
          CREATE TOPIC x (a INTEGER) WITH ('on.error'='ignore') | 22023 | 'on.error' is 'null' or 'fail'
          CREATE TOPIC x (a INTEGER, A VARCHAR)    | 42701 | line 1, column 28: column 'A' is declared twice
          CREATE TOPIC x (a INTEGER KEY, b INTEGER KEY) | 42601 | line 1, column 32: 'b' cannot be KEY too
          CREATE TOPIC x (a INTEGER, Headers INTEGER) | 42939 | line 1, column 28: 'Headers' is a column that every topic has
          CREATE TOPIC x (a INTEGER, offset INTEGER) | 42 | line 1, column 28
          CREATE TOPIC x (a VARCHAR ARRAY KEY)     | 42704 | line 1, column 19: a KEY is no ARRAY
          CREATE TOPIC x (a GEOMETRY)              | 42704 | line 1, column 19: a column cannot be GEOMETRY
          CREATE TOPIC x (a ROW(b INTEGER))        | 42704 | a column cannot be ROW
          CREATE TOPIC x (a INTEGER MULTISET)      | 42704 | there is ARRAY and MAP, no MULTISET
          CREATE TOPIC x (a MAP<INTEGER ARRAY, INTEGER>) | 42704 | the keys of a MAP
          CREATE TOPIC x (a TIMESTAMP(6))          | 42704 | line 1, column 19: TIMESTAMP(6): time is kept in milliseconds
          CREATE TOPIC x (a TIMESTAMP WITH LOCAL TIME ZONE) | 42704 | line 1, column 19: a column cannot be TIMESTAMP_WITH_LOCAL_TIME_ZONE
          SELECT CAST('x' AS TIMESTAMP WITH TIME ZONE) | 42704 | line 1, column 20: there is no type with a time zone: TIME and TIMESTAMP are in UTC
          SELECT TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00 UTC' | 42704 | line 1, column 8: there is no type with a time zone
          SELECT TIMESTAMP WITH LOCAL TIME ZONE '2026-01-01 00:00:00' | 42704 | line 1, column 8: there is no type with a time zone
          SELECT TIME WITH TIME ZONE '00:00:00 UTC' | 42704 | line 1, column 8: there is no type with a time zone
          SELECT TIME WITH LOCAL TIME ZONE '00:00:00' | 42704 | line 1, column 8: there is no type with a time zone
          SELECT 1 FROM t WHERE timestamp < TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00 UTC' | 42704 | line 1, column 35: there is no type with a time zone
          INSERT INTO t (timestamp) VALUES (TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00 UTC') | 42704 | line 1, column 35: there is no type with a time zone
          SELECT CAST('x' AS TIMESTAMP WITH LOCAL TIME ZONE) | 42704 | line 1, column 20: there is no type with a time zone
          SELECT CAST('x' AS TIME WITH TIME ZONE)  | 42704 | line 1, column 20: there is no type with a time zone
          SELECT CAST(ARRAY['x'] AS TIMESTAMP WITH TIME ZONE ARRAY ARRAY) | 42704 | line 1, column 27: there is no type with a time zone
          SELECT CAST(MAP['a', 'x'] AS MAP<VARCHAR, TIMESTAMP WITH LOCAL TIME ZONE>) | 42704 | there is no type with a time zone
          SELECT CAST(MAP['x', 'a'] AS MAP<TIME WITH TIME ZONE, VARCHAR>) | 42704 | there is no type with a time zone
          SELECT CAST(ROW('x') AS ROW(a TIMESTAMP WITH TIME ZONE)) | 42704 | there is no type with a time zone
          INSERT INTO t (timestamp) VALUES (CAST(? AS TIMESTAMP WITH TIME ZONE)) | 42704 | line 1, column 45: there is no type with a time zone
          INSERT INTO t (timestamp) SELECT CAST(value AS TIMESTAMP WITH TIME ZONE) FROM t | 42704 | line 1, column 48: there is no type with a time zone
          CREATE TOPIC x (a DECIMAL(39, 2))        | 42704 | line 1, column 19: DECIMAL(39, 2)
          CREATE TOPIC x (a DECIMAL(2, 3))         | 42704 | line 1, column 19: DECIMAL(2, 3)
          CREATE TOPIC x (a INTEGER, b INTEGER) WITH ('format'='string') | 42601 | line 1, column 28: format 'string' has room for one column
          CREATE TOPIC x (a INTEGER ARRAY) WITH ('format'='string') | 42704 | format 'string' has no way
          CREATE TOPIC x (a INTEGER) WITH ('format'='raw') | 42704 | line 1, column 19: format 'raw' has bytes
          CREATE TOPIC x WITH ('retention.ms'='1') | 42000 | the option 'retention.ms' of Kafka is not supported yet
          CREATE TOPIC x WITH ('nonsense'='1')     | 42000 | there is no option 'nonsense'
          CREATE TOPIC klog.x                      | 3F000 | topics are in schema main
          SELECT XMLTRANSFORM('<a/>', '<b/>')      | 42883 | No match found for function
          SELECT EXTRACTVALUE('<a/>', '/a')        | 42883 | No match found for function
          EXPLAIN PLAN FOR SELECT x FROM t         | 42703 | line 1, column 25: Column 'x' not found
          """)
  void atPreparing(String statement, String state, String message) {
    SqlFault fault = Fault.of(() -> sql.session.prepare(statement));
    assertTrue(fault.sqlState().startsWith(state), fault.sqlState() + " " + fault.getMessage());
    assertTrue(
        String.valueOf(fault.getMessage()).contains(message),
        fault.sqlState() + " " + fault.getMessage());
  }

  @Test
  void linesCount() {
    assertTrue(
        Fault.text(() -> sql.session.prepare("SELECT *\nFROM t\nWHERE nope = 1"))
            .startsWith("42703 line 3, column 7: "));
  }

  @Test
  void whatCalciteCannotPlanIsToldInALine() {
    String told =
        Fault.text(
            () ->
                sql.session.prepare(
                    "SELECT * FROM t MATCH_RECOGNIZE (MEASURES a.key AS k PATTERN (a)"
                        + " DEFINE a AS a.offset > 0)"));
    assertTrue(told.startsWith("42000 the statement cannot be planned: "), told);
    assertTrue(told.length() < 300 && !told.contains("\n"), told);
  }

  @Test
  void tooComplex() {
    String sum = "SELECT 1" + " + 1".repeat(20_000) + " FROM t";
    assertEquals("54001", Fault.of(() -> sql.session.prepare(sum)).sqlState());
  }

  @Test
  void ofData() {
    assertEquals(
        "22018", Fault.of(() -> sql.rows("SELECT CAST(value AS INTEGER) FROM t")).sqlState());
    assertEquals("22012", Fault.of(() -> sql.rows("SELECT 1 / offset FROM t")).sqlState());
    assertEquals(
        "22012",
        Fault.of(() -> sql.rows("SELECT key, sum(1 / offset) FROM t GROUP BY key")).sqlState());
    assertEquals(
        "22003",
        Fault.of(() -> sql.rows("SELECT offset + CAST(? AS BIGINT) + 1 FROM t", Long.MAX_VALUE))
            .sqlState());
    assertEquals(
        "22003", Fault.of(() -> sql.rows("SELECT CAST('9999999999' AS INTEGER)")).sqlState());
    assertEquals("22008", Fault.of(() -> sql.rows("SELECT CAST('2026-02-30' AS DATE)")).sqlState());
    assertEquals("22007", Fault.of(() -> sql.rows("SELECT CAST('soon' AS DATE)")).sqlState());
    assertEquals("22007", Fault.of(() -> sql.rows("SELECT CAST('' AS TIMESTAMP)")).sqlState());
    assertEquals(
        "22018 parameter 1: 'abc' is no number",
        Fault.text(() -> sql.rows("SELECT * FROM t WHERE offset > ?", "abc")));
    assertEquals(
        "22003 parameter 1: 1.5 is no BIGINT",
        Fault.text(() -> sql.rows("SELECT * FROM t WHERE offset > ?", "1.5")));
    assertEquals(
        "22007",
        Fault.of(() -> sql.rows("SELECT * FROM t WHERE timestamp > ?", "never")).sqlState());
    assertEquals(
        "22018 parameter 2: VARBINARY (bytes or text) is wanted here, Long was given",
        Fault.text(() -> sql.update("INSERT INTO t VALUES (?, ?)", "k", 5L)));
    assertEquals(
        "22023 topic t has partitions 0 to 0, not 3",
        Fault.text(() -> sql.update("INSERT INTO t (partition, key) VALUES (?, 'k')", 3)));
  }

  @Test
  void ofUse() {
    assertEquals("07001", Fault.of(() -> sql.rows("SELECT * FROM t WHERE offset > ?")).sqlState());
    assertEquals(
        "07001", Fault.of(() -> sql.update("INSERT INTO t VALUES (?, ?)", "k")).sqlState());
    assertEquals("07005", Fault.of(() -> sql.update("SELECT * FROM t")).sqlState());
    assertEquals(
        "07005", Fault.of(() -> sql.rows("INSERT INTO t VALUES (?, ?)", "a", "b")).sqlState());
    sql.session.setReadOnly(true);
    assertEquals(
        "25006", Fault.of(() -> sql.update("INSERT INTO t VALUES (?, ?)", "a", "b")).sqlState());
    assertEquals("25006", Fault.of(() -> sql.update("CREATE TOPIC u")).sqlState());
    assertEquals(
        "25006", Fault.of(() -> sql.rows("SELECT * FROM t FOR CONSUMER GROUP g")).sqlState());
    sql.session.close();
    assertEquals("08003", Fault.of(() -> sql.rows("SELECT * FROM t")).sqlState());
  }

  @Test
  void cancelledAndOutOfTime() {
    PreparedSql prepared = sql.session.prepare("SELECT * FROM t a, t b, t c");
    for (int i = 0; i < 300; i++) {
      sql.update("INSERT INTO t VALUES ('a', 'b')");
    }
    StatementControl control = StatementControl.unlimited();
    Rows rows = sql.session.query(prepared, new Object[0], control);
    control.cancel();
    assertEquals(
        "57014",
        Fault.of(
                () -> {
                  while (rows.next()) {}
                })
            .sqlState());
    Rows late = sql.session.query(prepared, new Object[0], new StatementControl(0, 1));
    assertEquals(
        StatementControl.TIMED_OUT,
        Fault.of(
                () -> {
                  while (late.next()) {}
                })
            .sqlState());
  }
}
