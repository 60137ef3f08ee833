package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DropConsumerGroupTest {
  private static final String OF_GROUP = "SELECT key FROM t FOR CONSUMER GROUP ";

  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t (key) VALUES ('a'), ('b')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private void assertRefused(Reason reason, String text) {
    assertEquals(
        reason, assertThrows(KlogException.class, () -> sql.update(text), text).reason(), text);
  }

  @Test
  void itsPositionsGoWithIt() {
    sql.rows(OF_GROUP + "g");
    sql.rows(OF_GROUP + "'it''s mine'");
    sql.update("DROP CONSUMER GROUP g");
    assertEquals(List.of("it's mine"), sql.rows("SELECT group_id FROM klog.consumer_groups"));
    assertEquals(List.of("a", "b"), sql.rows(OF_GROUP + "g"));
    sql.update("DROP CONSUMER GROUP 'it''s mine'");
    sql.update("DROP CONSUMER GROUP \"g\"");
    assertEquals(List.of(), sql.rows("SHOW CONSUMER GROUPS"));
  }

  @Test
  void whatIsNotThereIsRefusedUnlessItMayBeMissing() {
    assertRefused(Reason.UNKNOWN_GROUP, "DROP CONSUMER GROUP g");
    assertEquals(0, sql.update("DROP CONSUMER GROUP IF EXISTS g"));
  }

  @Test
  void aGroupWithLiveMembersStays() {
    Rows rows = sql.open(OF_GROUP + "g");
    assertRefused(Reason.GROUP_IN_USE, "DROP CONSUMER GROUP g");
    assertRefused(Reason.GROUP_IN_USE, "DROP CONSUMER GROUP IF EXISTS g");
    rows.close();
    sql.update("DROP CONSUMER GROUP IF EXISTS g");
  }

  @Test
  void actsAtOnceAsDdlDoes() {
    sql.rows(OF_GROUP + "g");
    assertEquals(PreparedSql.Kind.DDL, sql.session.prepare("DROP CONSUMER GROUP g").kind());
    sql.session.setReadOnly(true);
    assertEquals("25006", Fault.of(() -> sql.update("DROP CONSUMER GROUP g")).sqlState());
    sql.session.setReadOnly(false);
    sql.session.setAutoCommit(false);
    sql.update("DROP CONSUMER GROUP g");
    sql.session.rollback();
    assertEquals(List.of(), sql.rows("SHOW CONSUMER GROUPS"));
  }
}
