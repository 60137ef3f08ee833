package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BEGIN, COMMIT and ROLLBACK. */
class TransactionStatementsTest {
  private final Sql sql = new Sql();
  private final Sql other = new Sql(sql.store);

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private void insert(String key) {
    sql.update("INSERT INTO t (key) VALUES (?)", key);
  }

  private List<String> keys() {
    return other.rows("SELECT key FROM t");
  }

  @Test
  void autocommitIsOffFromBeginToTheEnd() {
    sql.update("BEGIN");
    assertFalse(sql.session.isAutoCommit());
    insert("a");
    assertEquals(List.of(), keys());
    sql.update("COMMIT");
    assertTrue(sql.session.isAutoCommit());
    assertEquals(List.of("a"), keys());
    sql.update("START TRANSACTION");
    insert("b");
    sql.update("ROLLBACK");
    assertTrue(sql.session.isAutoCommit());
    insert("c");
    assertEquals(List.of("a", "c"), keys());
  }

  @Test
  void theSessionsOwnCommitEndsItToo() {
    sql.update("BEGIN");
    insert("a");
    sql.session.commit();
    assertTrue(sql.session.isAutoCommit());
    sql.update("BEGIN");
    insert("b");
    sql.session.setAutoCommit(false);
    sql.session.commit();
    assertFalse(sql.session.isAutoCommit(), "it was turned off for good meanwhile");
    assertEquals(List.of("a", "b"), keys());
  }

  @Test
  void aCommitThatFailsEndsItAsARollback() {
    sql.update("BEGIN");
    insert("a");
    sql.store.nextCommitFails = new KlogException(KlogException.Reason.BUSY, "busy");
    assertThrows(KlogException.class, () -> sql.update("COMMIT"));
    assertTrue(sql.session.isAutoCommit());
    insert("b");
    assertEquals(List.of("b"), keys());
  }

  @Test
  void withAutocommitOffTheyEndTheTransactionThatIsOpen() {
    sql.session.setAutoCommit(false);
    sql.update("BEGIN");
    insert("a");
    sql.update("COMMIT");
    assertFalse(sql.session.isAutoCommit());
    insert("b");
    sql.update("ROLLBACK");
    assertEquals(List.of("a"), keys());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertEquals("25000", Fault.of(() -> sql.update("COMMIT")).sqlState());
    assertEquals("25000", Fault.of(() -> sql.update("ROLLBACK")).sqlState());
    sql.update("BEGIN");
    assertEquals("25001", Fault.of(() -> sql.update("BEGIN")).sqlState());
    insert("a");
    assertEquals("25001", Fault.of(() -> sql.update("BEGIN TRANSACTION")).sqlState());
    sql.update("COMMIT");
    assertEquals(List.of("a"), keys());
  }

  @Test
  void aTransactionBeginsThoughACursorStandsOnARow() {
    insert("a");
    insert("b");
    try (Rows rows = sql.open("SELECT key FROM t FOR CONSUMER GROUP g")) {
      assertTrue(rows.next());
      sql.update("BEGIN");
      assertTrue(rows.next());
      sql.update("COMMIT");
      assertFalse(rows.next());
    }
    assertEquals(
        List.of("g 2"), other.rows("SELECT group_id, current_offset FROM klog.consumer_lag"));
  }

  @Test
  void whetherItOnlyReadsIsSettledWhenItBegins() {
    sql.session.setAutoCommit(false);
    sql.session.setReadOnly(true);
    sql.rows("SELECT * FROM t");
    assertEquals("25001", Fault.of(() -> sql.session.setReadOnly(false)).sqlState());
    sql.session.setReadOnly(true);
    sql.session.commit();
    sql.session.setReadOnly(false);
    insert("a");
  }
}
