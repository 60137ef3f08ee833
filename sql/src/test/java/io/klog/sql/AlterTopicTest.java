package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics get other options and more columns. */
class AlterTopicTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t VALUES ('a', 'b')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private String options() {
    return sql.rows("SELECT options FROM klog.topics").toString();
  }

  @Test
  void optionsAreSetAndReset() {
    assertEquals("[]", options());
    sql.update("ALTER TOPIC main.T SET ('Cleanup.Policy'=' Compact ')");
    assertEquals("[cleanup.policy=compact]", options());
    sql.update("ALTER TABLE t RESET ('cleanup.policy')");
    assertEquals("[]", options());
    sql.update("CREATE TOPIC u WITH ('cleanup.policy'='compact', 'format'='raw')");
    assertEquals(
        List.of("cleanup.policy=compact, format=raw"),
        sql.rows("SELECT options FROM klog.topics WHERE topic = 'u'"));
    assertEquals(List.of("a b"), sql.rows("SELECT key, value FROM t"));
  }

  @Test
  void openCursorsAndPreparedStatementsGoOn() {
    PreparedSql select = sql.session.prepare("SELECT key FROM t");
    try (Rows rows = sql.open("SELECT * FROM t FOR CONSUMER GROUP g")) {
      assertTrue(rows.next());
      sql.update("ALTER TOPIC t SET ('cleanup.policy'='compact')");
      sql.update("INSERT INTO t VALUES ('c', 'd')");
      assertFalse(rows.next());
    }
    assertEquals(1, sql.rows("SELECT * FROM klog.consumer_lag").size());
    assertEquals(List.of("a", "c"), sql.rows(select.sql()));
  }

  @Test
  void recordsFromBeforeAColumnWasAddedHaveNoneOfIt() {
    sql.update("CREATE TOPIC o (id VARCHAR KEY, amount DECIMAL(10, 2))");
    sql.update("INSERT INTO o VALUES ('a', 1.5)");
    PreparedSql all = sql.session.prepare("SELECT * FROM o");
    PreparedSql insert = sql.session.prepare("INSERT INTO o VALUES (?, ?)");
    assertEquals(6, all.columns().size());
    sql.update("ALTER TOPIC o ADD COLUMN note VARCHAR(5), ADD \"column\" INTEGER");
    assertEquals(
        List.of("a 1.50 NULL NULL"), sql.rows("SELECT id, amount, note, \"column\" FROM o"));
    sql.update("INSERT INTO o VALUES ('b', 2, 'hello', 7)");
    assertEquals(List.of("b 7"), sql.rows("SELECT id, \"column\" FROM o WHERE note = 'hello'"));
    assertTrue(sql.rows("DESCRIBE o").stream().anyMatch(row -> row.startsWith("note VARCHAR")));
    assertEquals(8, sql.session.prepare(all.sql()).columns().size());
    assertEquals(
        "42601",
        Fault.of(
                () ->
                    sql.session.update(
                        insert, new Object[] {"c", 1}, StatementControl.unlimited(), null))
            .sqlState(),
        "it names no columns, and there are more of them now");
    sql.update("ALTER TOPIC o SET ('on.error'='fail')");
    sql.update("ALTER TOPIC o RESET ('on.error')");
  }

  @Test
  void misspeltNamesGetASuggestion() {
    sql.update("CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(5, 2))");
    sql.update("CREATE VIEW latest AS SELECT id FROM orders");
    assertSuggests("orders", "SELECT * FROM order_s");
    assertSuggests("latest", "SELECT * FROM lattest");
    assertSuggests("amount", "SELECT amuont FROM orders");
    assertSuggests("offset", "SELECT * FROM orders WHERE ofset > 3");
    assertSuggests("amount", "INSERT INTO orders (id, amounts) VALUES ('a', 1)");
    assertSuggests("orders", "INSERT INTO oders VALUES ('a', 1)");
    assertSuggests("topics", "DESCRIBE klog.topic");
    assertFalse(Fault.text(() -> sql.rows("SELECT * FROM elsewhere")).contains("did you mean"));
  }

  private void assertSuggests(String meant, String statement) {
    String told = Fault.text(() -> sql.session.prepare(statement));
    assertTrue(told.endsWith("; did you mean '" + meant + "'?"), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ALTER TOPIC t SET ('partitions'='4')             | 42000 | the number of partitions cannot change
          ALTER TOPIC t SET ('format'='raw')               | 42000 | the format cannot change
          ALTER TOPIC t RESET ('format')                   | 42000 | the format cannot change
          ALTER TOPIC t SET ('retention.ms'='1')           | 42000 | the option 'retention.ms' of Kafka is not supported yet
          ALTER TOPIC t SET ('retension.ms'='1')           | 42000 | there is no option 'retension.ms'; did you mean 'retention.ms'?
          ALTER TOPIC t RESET ('cleanup_policy')           | 42000 | there is no option 'cleanup_policy'; did you mean 'cleanup.policy'?
          ALTER TOPIC t SET ('nonsense'='1')               | 42000 | there is no option 'nonsense'; there are cleanup.policy, format
          ALTER TOPIC t SET ('cleanup.policy'='shred')     | 22023 | 'cleanup.policy' is 'delete' or 'compact', not 'shred'
          ALTER TOPIC t SET ('a'='1', 'a'='2')             | 42601 | the option 'a' is given twice
          ALTER TOPIC t SET ()                             | 42601 | line 1, column 20
          ALTER TOPIC typd SET ('cleanup.policy'='compact')| 42P01 | line 1, column 13: there is no topic 'typd'; did you mean 'typed'?
          ALTER TOPIC t SET ('on.error'='fail')            | 42601 | 'on.error' is for topics that declare columns; topic t declares none
          ALTER TOPIC typed SET ('on.error'='x')           | 22023 | 'on.error' is 'null' or 'fail'
          ALTER TOPIC t ADD note VARCHAR                   | 42000 | line 1, column 19: topic t declares no columns
          ALTER TOPIC typed ADD x VARCHAR NOT NULL         | 42000 | line 1, column 23: column 'x' cannot be NOT NULL
          ALTER TOPIC typed ADD ID VARCHAR                 | 42701 | line 1, column 23: column 'ID' is declared twice
          ALTER TOPIC typed ADD k VARCHAR KEY              | 42601 | line 1, column 23: 'k' cannot be KEY too
          ALTER TOPIC typed ADD offset BIGINT              | 42939 | line 1, column 23: 'offset' is a column that every topic has
          ALTER TOPIC typed ADD x XML                      | 42704 | line 1, column 25
          ALTER TOPIC typed ADD x INTEGER, ADD X INTEGER   | 42701 | line 1, column 38: column 'X' is declared twice
          ALTER TOPIC klog.topics ADD a INTEGER            | 42809 | line 1, column 13: klog.topics is a system table
          """)
  void whatCannotBeAltered(String statement, String state, String message) {
    sql.update("DROP TOPIC t");
    sql.update("CREATE TOPIC typed (id INTEGER KEY, a VARCHAR)");
    sql.update("CREATE TOPIC t");
    SqlFault fault = Fault.of(() -> sql.session.prepare(statement));
    assertEquals(state, fault.sqlState(), fault.getMessage());
    assertTrue(String.valueOf(fault.getMessage()).contains(message), fault.getMessage());
    assertEquals(List.of(""), sql.rows("SELECT options FROM klog.topics WHERE topic = 't'"));
  }
}
