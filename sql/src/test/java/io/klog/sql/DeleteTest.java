package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oldest records of a topic go, or keys of a compacted one. */
class DeleteTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC p WITH ('partitions'='3')");
    sql.update("CREATE TOPIC users WITH ('cleanup.policy'='Compact')");
    for (int i = 0; i < 10; i++) {
      sql.update("INSERT INTO t VALUES (?, 'v')", "k" + i);
      sql.update("INSERT INTO p (partition, key) VALUES (?, ?)", i % 3, "k" + i);
    }
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private String startOf(String topic) {
    return sql.rows(
            "SELECT log_start_offset FROM klog.partitions WHERE topic = ? ORDER BY partition_id",
            topic)
        .toString();
  }

  @Test
  void recordsBeforeAnOffset() {
    assertEquals(3, sql.update("DELETE FROM t WHERE offset < 3"));
    assertEquals(1, sql.update("DELETE FROM main.T WHERE t.offset <= ?", 3));
    assertEquals(1, sql.update("DELETE FROM t AS x WHERE ? > x.offset", "5"));
    assertEquals(1, sql.update("DELETE FROM t WHERE offset < CAST(? AS BIGINT) + 1", 5L));
    assertEquals(1, sql.update("DELETE FROM t WHERE offset < 6.5"), "offset 6");
    assertEquals(0, sql.update("DELETE FROM t WHERE offset <= 6.5"));
    assertEquals("[7]", startOf("t"));
    assertEquals(List.of("3"), sql.rows("SELECT count(*) FROM t"));
    assertEquals(0, sql.update("DELETE FROM t WHERE offset < 2"));
    assertEquals(0, sql.update("DELETE FROM t WHERE offset < -9223372036854775808"));
    assertEquals(0, sql.update("DELETE FROM t WHERE offset < ?", new Object[] {null}));
    assertEquals(0, sql.update("DELETE FROM t WHERE offset < CAST(NULL AS BIGINT)"));
    assertEquals(3, sql.update("DELETE FROM t WHERE offset <= ?", Long.MAX_VALUE));
    sql.update("INSERT INTO t VALUES ('next', 'v')");
    assertEquals(List.of("10 next"), sql.rows("SELECT offset, key FROM t"));
  }

  @Test
  void ofOnePartitionOrOfAll() {
    assertEquals(2, sql.update("DELETE FROM p WHERE partition = ? AND offset < ?", 1, 2));
    assertEquals("[0, 2, 0]", startOf("p"));
    assertEquals(2, sql.update("DELETE FROM p WHERE offset <= 1 AND 1 - 1 = partition"));
    assertEquals(2, sql.update("DELETE FROM p WHERE offset < 2"));
    assertEquals("[2, 2, 2]", startOf("p"));
    assertEquals(1, sql.update("DELETE FROM p WHERE partition = 2"));
    assertEquals("[2, 2, 3]", startOf("p"));
    assertEquals(3, sql.update("DELETE FROM p"));
    assertEquals("[4, 3, 3]", startOf("p"));
    assertEquals(
        "22023 topic p has partitions 0 to 2, not 3",
        Fault.text(() -> sql.update("DELETE FROM p WHERE partition = 3 AND offset < 1")));
  }

  @Test
  void itActsAtOnceAndNotWithinATransactionThatHasTheLock() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('late', 'v')");
    assertEquals(4, sql.update("DELETE FROM t WHERE offset < 4"));
    sql.session.rollback();
    assertEquals("[4]", startOf("t"));
    GeneratedKeys keys = new GeneratedKeys();
    sql.session.update(
        sql.session.prepare("INSERT INTO t VALUES ('a', 'b')"),
        new Object[0],
        StatementControl.unlimited(),
        keys);
    assertEquals("25001", Fault.of(() -> sql.update("DELETE FROM t WHERE offset < 5")).sqlState());
    sql.session.rollback();
    sql.session.setReadOnly(true);
    assertEquals("25006", Fault.of(() -> sql.update("DELETE FROM t")).sqlState());
  }

  @Test
  void keysOfACompactedTopicGetARecordWithoutAValue() {
    sql.update("INSERT INTO users VALUES ('a', '1'), ('b', '2'), ('c', '3')");
    assertEquals(1, sql.update("DELETE FROM users WHERE key = ?", "a"));
    assertEquals(1, sql.update("DELETE FROM users WHERE 'b' = users.key"));
    assertEquals(2, sql.update("DELETE FROM users WHERE key IN (X'63', ?, 'c', NULL)", "d"));
    assertEquals(0, sql.update("DELETE FROM users WHERE key = ?", new Object[] {null}));
    assertEquals(1, sql.update("DELETE FROM users WHERE key = 'e' AND partition = ?", 0));
    assertEquals(
        List.of("a NULL", "b NULL", "c NULL", "d NULL", "e NULL"),
        sql.rows("SELECT key, value FROM users WHERE offset > 2"));
    assertEquals(
        "22023 topic users has partitions 0 to 0, not 1",
        Fault.text(() -> sql.update("DELETE FROM users WHERE key = 'a' AND partition = 1")));
  }

  @Test
  void keysOfADeclaredColumnAreWrittenAsItsRecordsHaveThem() {
    sql.update(
        "CREATE TOPIC prices (id INTEGER KEY NOT NULL, price DECIMAL(5, 2))"
            + " WITH ('cleanup.policy'='compact')");
    sql.update("INSERT INTO prices VALUES (1, 2.50), (20, 3)");
    assertEquals(1, sql.update("DELETE FROM prices WHERE id = 1"));
    assertEquals(2, sql.update("DELETE FROM prices WHERE ID IN (?, 30, NULL)", "20"));
    assertEquals(1, sql.update("DELETE FROM prices WHERE key = '40'"));
    assertEquals(0, sql.update("DELETE FROM prices WHERE id = ?", new Object[] {null}));
    assertEquals(1, sql.update("DELETE FROM prices WHERE id = 5 AND partition = 0"));
    assertEquals(
        List.of("1 NULL NULL", "20 NULL NULL", "30 NULL NULL", "40 NULL NULL", "5 NULL NULL"),
        sql.rows("SELECT id, price, value FROM prices WHERE offset > 1"));
    assertTrue(
        Fault.text(() -> sql.update("DELETE FROM prices WHERE id = ?", "x"))
            .startsWith("22018 parameter 1: column id: "));
    assertEquals(
        "22018", Fault.of(() -> sql.update("DELETE FROM prices WHERE id = 'x'")).sqlState());
  }

  @Test
  void deletedKeysArePartOfTheTransaction() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO users VALUES ('a', '1')");
    sql.update("DELETE FROM users WHERE key = 'a'");
    sql.session.rollback();
    assertEquals(List.of(), sql.rows("SELECT * FROM users"));
    PreparedSql delete = sql.session.prepare("DELETE FROM users WHERE key = ?");
    assertEquals(PreparedSql.Kind.UPDATE, delete.kind());
    assertEquals(1, delete.parameters().size());
    sql.session.updateBatch(
        delete,
        List.of(new Object[] {"x"}, new Object[] {"y"}),
        StatementControl.unlimited(),
        null);
    sql.session.commit();
    assertEquals(List.of("x NULL", "y NULL"), sql.rows("SELECT key, value FROM users"));
  }

  @Test
  void plansSayWhatGoes() {
    assertEquals(
        "KlogDeleteRecords(topic=[t], offset=[< ?0])", sql.plan("DELETE FROM t WHERE offset < ?"));
    assertEquals(
        "KlogDeleteRecords(topic=[p], offset=[<= 5], partition=[?0])",
        sql.plan("DELETE FROM p WHERE offset <= 5 AND partition = ?"));
    assertEquals("KlogDeleteRecords(topic=[t])", sql.plan("DELETE FROM t"));
    assertEquals(
        "KlogDeleteKeys(topic=[users], keys=[?0, 'b'])",
        sql.plan("DELETE FROM users WHERE key IN (?, 'b')"));
    assertEquals(List.of("KlogDeleteRecords(topic=[t])"), sql.rows("EXPLAIN DELETE FROM t"));
    assertEquals("[0]", startOf("t"), "nothing was done");
  }

  @Test
  void aPolicyThatChangesIsNoticedByPreparedStatements() {
    PreparedSql byKey = sql.session.prepare("DELETE FROM users WHERE key = ?");
    sql.update("ALTER TOPIC users SET ('cleanup.policy'='delete')");
    Object[] key = {"a"};
    assertEquals(
        "42000",
        Fault.of(() -> sql.session.update(byKey, key, StatementControl.unlimited(), null))
            .sqlState());
    sql.update("ALTER TOPIC users SET ('cleanup.policy'='compact')");
    assertEquals(1, sql.session.update(byKey, key, StatementControl.unlimited(), null));
  }

  @Test
  void aTopicThatWasDroppedMeanwhileIsSaidToBe() {
    PreparedSql delete = sql.session.prepare("DELETE FROM t WHERE offset < 3");
    sql.update("DROP TOPIC t");
    assertEquals(
        "42P01",
        Fault.of(
                () -> sql.session.update(delete, new Object[0], StatementControl.unlimited(), null))
            .sqlState());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          DELETE FROM t WHERE key = 'a'                     | 42000 | line 1, column 1: records of topic t are not deleted by key: its cleanup.policy is not compact
          DELETE FROM t WHERE offset > 5                    | 42000 | line 1, column 21: a topic is a log, of which the oldest records can go
          DELETE FROM t WHERE offset = 5                    | 42000 | line 1, column 21: a topic is a log
          DELETE FROM t WHERE offset < 5 AND offset < 6     | 42000 | line 1, column 36: a topic is a log
          DELETE FROM t WHERE offset < 5 OR partition = 0   | 42000 | line 1, column 21: a topic is a log
          DELETE FROM t WHERE value = 'x'                   | 42000 | line 1, column 21: a topic is a log
          DELETE FROM t WHERE offset < partition            | 42000 | line 1, column 30: a topic is a log
          DELETE FROM t WHERE offset < (SELECT 1)           | 42000 | a topic is a log
          DELETE FROM t WHERE offset < mod(offset, 2)       | 42000 | a topic is a log
          DELETE FROM t WHERE timestamp < '2020-01-01'      | 42000 | a topic is a log
          DELETE FROM t WHERE TRUE                          | 42000 | a topic is a log
          DELETE FROM t WHERE u.offset < 5                  | 42000 | a topic is a log
          DELETE FROM t WHERE offset < DATE '2020-01-01'    | 42    | line 1, column
          DELETE FROM t EXTEND (x INTEGER) WHERE offset < 5 | 42601 | line 1, column 13: DELETE FROM takes a topic's name
          DELETE FROM users WHERE key > 'a'                 | 42000 | line 1, column 25: a topic is a log
          DELETE FROM users WHERE key NOT IN ('a')          | 42000 | line 1, column 25: a topic is a log
          DELETE FROM users WHERE key IN (SELECT key FROM t)| 42000 | line 1, column 25: a topic is a log
          DELETE FROM users WHERE key = upper('a')          | 42000 | line 1, column 31: DELETE by key takes literals of the key's type and parameters
          DELETE FROM users WHERE key = 'a' AND offset < 5  | 42000 | DELETE goes by key or by offset, not by both
          DELETE FROM nowhere                               | 42P01 | line 1, column 13: there is no topic 'nowhere'
          DELETE FROM user                                  | 42601 | line 1, column 13
          DELETE FROM klog.topics                           | 42809 | klog.topics is a system table
          UPDATE t SET value = 'x'                          | 42000 | line 1, column 1: a topic is a log
          """)
  void allElseIsRefused(String statement, String state, String message) {
    SqlFault fault = Fault.of(() -> sql.session.prepare(statement));
    assertTrue(fault.sqlState().startsWith(state), fault.sqlState() + " " + fault.getMessage());
    assertTrue(String.valueOf(fault.getMessage()).contains(message), fault.getMessage());
  }
}
