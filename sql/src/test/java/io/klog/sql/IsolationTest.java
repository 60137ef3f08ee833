package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class IsolationTest {
  private final Sql sql = new Sql();
  private final Sql other = new Sql(sql.store);

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC u");
    sql.update("INSERT INTO t VALUES ('a', '1')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private void begin(Isolation level) {
    sql.session.setAutoCommit(false);
    sql.session.setIsolation(level);
  }

  private String count(String topic) {
    return sql.rows("SELECT count(*) FROM " + topic).get(0);
  }

  @Test
  void readCommittedSeesWhatIsCommittedBetweenItsStatements() {
    assertEquals(Isolation.READ_COMMITTED, sql.session.isolation());
    begin(Isolation.READ_COMMITTED);
    assertEquals("1", count("t"));
    other.update("INSERT INTO t VALUES ('b', '2')");
    assertEquals("2", count("t"));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "READ_COMMITTED")
  void theOthersSeeAllTopicsAsOfTheFirstStatement(Isolation level) {
    begin(level);
    other.update("INSERT INTO t VALUES ('b', '2')");
    assertEquals("2", count("t"), "the transaction begins here");
    other.update("INSERT INTO t VALUES ('c', '3')");
    other.update("INSERT INTO u VALUES ('c', '3')");
    assertEquals("2", count("t"));
    assertEquals("0", count("u"));
    assertEquals(List.of("a", "b"), sql.rows("SELECT key FROM t"));
    assertEquals(
        List.of("t 2", "u 0"),
        sql.rows("SELECT topic, log_end_offset FROM klog.partitions ORDER BY topic"));
    assertEquals(2, sql.update("INSERT INTO u (key, value) SELECT key, value FROM t"));
    sql.session.commit();
    assertEquals("3", count("t"), "the next transaction");
    assertEquals("3", count("u"));
  }

  @Test
  void anInsertBeginsATransactionToo() {
    begin(Isolation.REPEATABLE_READ);
    sql.update("INSERT INTO u VALUES ('mine', '1')");
    other.update("INSERT INTO t VALUES ('b', '2')");
    assertEquals("1", count("t"));
    assertEquals("0", count("u"), "its own inserts are not seen before it commits");
    sql.session.rollback();
    assertEquals("2", count("t"));
  }

  @Test
  void aTopicThatIsNewerThanTheSnapshotIsRefused() {
    begin(Isolation.REPEATABLE_READ);
    assertEquals("1", count("t"));
    sql.update("CREATE TOPIC later");
    sql.update("INSERT INTO later VALUES ('a', 'b')");
    assertEquals(
        "40001 topic later was created after the transaction's first statement, as of which it sees"
            + " all topics: commit or roll back first",
        Fault.text(() -> sql.rows("SELECT * FROM later")));
    sql.session.commit();
    assertEquals("1", count("later"));
  }

  @Test
  void aStatementThatFailsLeavesTheTransactionAsItWas() {
    begin(Isolation.REPEATABLE_READ);
    sql.update("INSERT INTO u VALUES ('first', '1')");
    sql.update("CREATE TOPIC later");
    Fault.of(() -> sql.update("INSERT INTO u (key, value) SELECT key, value FROM later"));
    sql.session.commit();
    assertEquals("1", count("u"));
  }

  @Test
  void withAutocommitEachStatementIsATransaction() {
    sql.session.setIsolation(Isolation.REPEATABLE_READ);
    assertEquals("1", count("t"));
    other.update("INSERT INTO t VALUES ('b', '2')");
    assertEquals("2", count("t"));
    sql.session.setIsolation(Isolation.SERIALIZABLE);
    assertEquals(2, sql.update("INSERT INTO u (key, value) SELECT key, value FROM t"));
  }

  @Test
  void serializableTakesTheWritersLockAtTheFirstStatement() {
    begin(Isolation.SERIALIZABLE);
    sql.store.nextPinFails = new KlogException(KlogException.Reason.BUSY, "busy");
    assertThrows(KlogException.class, () -> count("t"));
    other.update("INSERT INTO t VALUES ('b', '2')");
    assertEquals("2", count("t"), "what failed did not begin it");
    assertEquals(1, sql.store.pins);
    count("u");
    sql.update("INSERT INTO u VALUES ('a', 'b')");
    assertEquals(1, sql.store.pins);
    assertTrue(
        Fault.text(() -> sql.update("CREATE TOPIC v"))
            .startsWith("25001 the transaction has the writer's lock"));
    sql.session.commit();
    sql.update("CREATE TOPIC v");
    assertEquals("1", count("u"));
    assertEquals(2, sql.store.pins);
  }

  @Test
  void serializableWithAutocommitLocksBeforeItReads() {
    sql.session.setIsolation(Isolation.SERIALIZABLE);
    count("t");
    sql.update("INSERT INTO u VALUES ('a', 'b')");
    assertEquals(0, sql.store.pins, "one snapshot, or nothing read: there is nothing to keep");
    sql.update("INSERT INTO u (key, value) SELECT key, value FROM t");
    assertEquals(1, sql.store.pins);
    sql.session.updateBatch(
        sql.session.prepare("INSERT INTO u (key, value) SELECT key, value FROM t WHERE key = ?"),
        List.<Object[]>of(new Object[] {"a"}),
        StatementControl.unlimited(),
        null);
    assertEquals(2, sql.store.pins);
  }

  @Test
  void aSessionThatOnlyReadsNeedsNoLock() {
    begin(Isolation.SERIALIZABLE);
    sql.session.setReadOnly(true);
    assertEquals("1", count("t"));
    other.update("INSERT INTO t VALUES ('b', '2')");
    assertEquals("1", count("t"));
    assertEquals(0, sql.store.pins);
  }

  @Test
  void theLevelCannotChangeWithinATransaction() {
    begin(Isolation.REPEATABLE_READ);
    count("t");
    assertEquals(
        "25001 the transaction has begun: its isolation level cannot change any more",
        Fault.text(() -> sql.session.setIsolation(Isolation.SERIALIZABLE)));
    sql.session.setIsolation(Isolation.REPEATABLE_READ);
    sql.session.commit();
    sql.session.setIsolation(Isolation.SERIALIZABLE);
    sql.session.savepoint(null);
    assertEquals(
        "25001", Fault.of(() -> sql.session.setIsolation(Isolation.READ_COMMITTED)).sqlState());
    sql.session.rollback();
    sql.session.setIsolation(Isolation.READ_COMMITTED);
    assertEquals(Isolation.READ_COMMITTED, sql.session.isolation());
  }

  @Test
  void preparingAndWhatTheDriverAsksBeginNothing() {
    begin(Isolation.REPEATABLE_READ);
    PreparedSql tables = sql.session.prepare("SELECT count(*) FROM t");
    try (Rows rows = sql.session.queryOutsideTransaction(tables, StatementControl.unlimited())) {
      assertTrue(rows.next());
    }
    sql.session.setIsolation(Isolation.SERIALIZABLE);
    other.update("INSERT INTO t VALUES ('b', '2')");
    assertEquals("2", count("t"));
  }
}
