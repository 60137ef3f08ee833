package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for the writer's lock ends when whoever waits is told to give up. */
class GivingUpTest {
  private static final Object[] NONE = {};

  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.store.lockedByOther = true;
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private static StatementControl cancelled() {
    StatementControl control = StatementControl.unlimited();
    control.cancel();
    return control;
  }

  private static StatementControl timedOut() {
    return new StatementControl(0, 1);
  }

  private void update(String text, StatementControl control) {
    sql.session.update(sql.session.prepare(text), NONE, control, null);
  }

  @Test
  void anInsertIsToldWhyItGaveUp() {
    String insert = "INSERT INTO t VALUES ('a', 'b')";
    assertEquals("57014", Fault.of(() -> update(insert, cancelled())).sqlState());
    assertEquals("HYT00", Fault.of(() -> update(insert, timedOut())).sqlState());
    PreparedSql batch = sql.session.prepare("INSERT INTO t VALUES ('a', ?)");
    assertEquals(
        "HYT00",
        Fault.of(
                () ->
                    sql.session.updateBatch(
                        batch, List.<Object[]>of(new Object[] {"b"}), timedOutLater(), null))
            .sqlState());
    sql.store.lockedByOther = false;
    assertEquals(List.of(), sql.rows("SELECT * FROM t"));
  }

  // A batch looks at its control for each row before it waits for the lock.
  private static StatementControl timedOutLater() {
    return new StatementControl(0, TimeUnit.MILLISECONDS.toNanos(20));
  }

  @Test
  void whatGaveUpLeavesTheTransactionAsItWas() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    PreparedSql insert = sql.session.prepare("INSERT INTO t VALUES ('lost', 'x')");
    assertEquals(
        "57014",
        Fault.of(() -> sql.session.update(insert, NONE, cancelled(), new GeneratedKeys()))
            .sqlState());
    sql.store.lockedByOther = false;
    sql.session.commit();
    assertEquals(List.of("a"), sql.rows("SELECT key FROM t"));
  }

  @Test
  void theFirstStatementOfASerializableTransactionGivesUp() {
    sql.session.setAutoCommit(false);
    sql.session.setIsolation(Isolation.SERIALIZABLE);
    PreparedSql query = sql.session.prepare("SELECT * FROM t");
    assertEquals("57014", Fault.of(() -> sql.session.query(query, NONE, cancelled())).sqlState());
    sql.session.rollback();
    sql.session.setIsolation(Isolation.READ_COMMITTED);
    assertEquals(List.of(), sql.rows("SELECT * FROM t"));
  }

  @Test
  void aCommitThatGaveUpIsARollback() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    KlogException gaveUp = assertThrows(KlogException.class, () -> sql.session.commit(() -> true));
    assertEquals(KlogException.Reason.CANCELLED, gaveUp.reason());
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    assertEquals("HYT00", Fault.of(() -> update("COMMIT", timedOut())).sqlState());
    sql.update("INSERT INTO t VALUES ('c', 'd')");
    sql.store.lockedByOther = false;
    sql.session.commit();
    assertEquals(List.of("c"), sql.rows("SELECT key FROM t"));
  }

  @Test
  void cancellingWakesWhoeverWaits() {
    sql.store.lockedByOther = false;
    StatementControl control = StatementControl.unlimited();
    Rows rows = sql.session.query(sql.session.prepare("SELECT * FROM t"), NONE, control);
    int before = sql.store.wakes;
    control.cancel();
    assertEquals(before + 1, sql.store.wakes);
    assertTrue(control.getAsBoolean());
    rows.close();
  }
}
