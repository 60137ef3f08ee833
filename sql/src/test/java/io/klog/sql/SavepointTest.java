package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SavepointTest {
  private static final String OF_GROUP = "SELECT key FROM t FOR CONSUMER GROUP g";

  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC out");
    sql.update("INSERT INTO t (key) VALUES ('a'), ('b'), ('c'), ('d')");
    sql.session.setAutoCommit(false);
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private void insert(String key) {
    sql.update("INSERT INTO out (key) VALUES (?)", key);
  }

  private List<String> committed() {
    sql.session.commit();
    return sql.rows("SELECT key FROM out");
  }

  private static List<String> take(Rows rows, int count) {
    List<String> taken = new ArrayList<>();
    while (taken.size() < count && rows.next()) {
      taken.add(Sql.row(rows, 1));
    }
    return taken;
  }

  @Test
  void whatWasInsertedSinceIsDroppedAndTheSavepointStays() {
    insert("1");
    SessionSavepoint savepoint = sql.session.savepoint(null);
    insert("2");
    sql.session.rollbackTo(savepoint);
    insert("3");
    sql.session.rollbackTo(savepoint);
    insert("4");
    assertEquals(List.of("1", "4"), committed());
  }

  @Test
  void laterSavepointsAreGone() {
    SessionSavepoint first = sql.session.savepoint(null);
    insert("1");
    SessionSavepoint second = sql.session.savepoint(null);
    insert("2");
    sql.session.rollbackTo(first);
    assertEquals("3B001", Fault.of(() -> sql.session.rollbackTo(second)).sqlState());
    assertEquals("3B001", Fault.of(() -> sql.session.release(second)).sqlState());
    insert("3");
    assertEquals(List.of("3"), committed());
  }

  @Test
  void releasingForgetsItAndLaterOnesAndKeepsWhatWasDone() {
    SessionSavepoint first = sql.session.savepoint(null);
    insert("1");
    SessionSavepoint second = sql.session.savepoint(null);
    SessionSavepoint third = sql.session.savepoint(null);
    sql.session.release(second);
    assertEquals("3B001", Fault.of(() -> sql.session.rollbackTo(second)).sqlState());
    assertEquals("3B001", Fault.of(() -> sql.session.rollbackTo(third)).sqlState());
    insert("2");
    sql.session.release(first);
    assertEquals("3B001", Fault.of(() -> sql.session.release(first)).sqlState());
    assertEquals(List.of("1", "2"), committed());
  }

  @Test
  void theEndOfTheTransactionIsTheEndOfItsSavepoints() {
    SessionSavepoint committed = sql.session.savepoint(null);
    insert("1");
    sql.session.commit();
    insert("2");
    assertEquals("3B001", Fault.of(() -> sql.session.rollbackTo(committed)).sqlState());
    SessionSavepoint rolledBack = sql.session.savepoint(null);
    sql.session.rollback();
    assertEquals("3B001", Fault.of(() -> sql.session.rollbackTo(rolledBack)).sqlState());
    sql.session.setAutoCommit(true);
    assertEquals("25000", Fault.of(() -> sql.session.savepoint(null)).sqlState());
  }

  @Test
  void groupsGoBackToWhereTheyWereAndCursorsThatReadSinceEnd() {
    Rows rows = sql.open(OF_GROUP);
    assertEquals(List.of("a"), take(rows, 1));
    SessionSavepoint savepoint = sql.session.savepoint(null);
    assertEquals(List.of("b", "c"), take(rows, 2));
    insert("of b and c");
    assertFalse(rows.isEnded());
    sql.session.rollbackTo(savepoint);
    assertTrue(rows.isEnded());
    assertEquals(
        "24000 the cursor was closed by a rollback to a savepoint", Fault.text(rows::next));
    assertEquals(List.of("b"), take(sql.open(OF_GROUP), 1));
    sql.session.commit();
    assertEquals(
        List.of("2"), sql.rows("SELECT current_offset FROM klog.consumer_lag WHERE topic = 't'"));
    assertEquals(List.of(), sql.rows("SELECT key FROM out"));
  }

  @Test
  void aCursorThatHasNotReadSinceGoesOn() {
    Rows rows = sql.open(OF_GROUP);
    assertEquals(List.of("a"), take(rows, 1));
    SessionSavepoint savepoint = sql.session.savepoint(null);
    insert("1");
    sql.session.rollbackTo(savepoint);
    assertEquals(List.of("b", "c", "d"), take(rows, 9));
    assertEquals(List.of(), committed());
  }

  @Test
  void aGroupThatWasJoinedSinceReadsAnew() {
    SessionSavepoint savepoint = sql.session.savepoint(null);
    try (Rows rows = sql.open(OF_GROUP)) {
      assertEquals(List.of("a", "b"), take(rows, 2));
    }
    sql.session.rollbackTo(savepoint);
    assertEquals(0, sql.store.memberCount());
    assertEquals(List.of("a"), take(sql.open(OF_GROUP), 1));
  }

  @Test
  void inSqlTheyHaveNames() {
    insert("1");
    sql.update("SAVEPOINT s");
    insert("2");
    sql.update("SAVEPOINT s");
    insert("3");
    sql.update("ROLLBACK TO S");
    insert("4");
    sql.update("RELEASE SAVEPOINT s");
    sql.update("ROLLBACK TO SAVEPOINT s");
    insert("5");
    assertEquals(
        "3B001 there is no savepoint x in the transaction",
        Fault.text(() -> sql.update("ROLLBACK TO x")));
    assertEquals(List.of("1", "5"), committed());
    sql.session.setAutoCommit(true);
    assertEquals("25000", Fault.of(() -> sql.update("SAVEPOINT s")).sqlState());
    assertEquals("25000", Fault.of(() -> sql.update("RELEASE s")).sqlState());
  }
}
