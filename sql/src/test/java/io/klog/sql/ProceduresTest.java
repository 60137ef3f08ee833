package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.JDBCType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProceduresTest {
  private final Sql sql = new Sql();

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void checkGivesARowForEveryFaultOfTheStore() {
    assertEquals(List.of(), sql.rows("CALL klog.check()"));
    sql.store.faults =
        List.of(
            new io.klog.Fault(4711, "superblock", "the checksum 1", "2"),
            new io.klog.Fault(0, "topic t, partition 3", "offset 5", "offset 6"));
    assertEquals(
        List.of("4711 superblock the checksum 1 2", "0 topic t, partition 3 offset 5 offset 6"),
        sql.rows("call KLOG.Check();"));
  }

  @Test
  void theColumnsAreKnownBeforeItRuns() {
    PreparedSql prepared = sql.session.prepare("CALL klog.check()");
    assertEquals(PreparedSql.Kind.QUERY, prepared.kind());
    assertEquals(List.of(), prepared.parameters());
    assertEquals(
        List.of("position", "where", "expected", "found"),
        prepared.columns().stream().map(ColumnInfo::label).toList());
    assertEquals(
        List.of(JDBCType.BIGINT, JDBCType.VARCHAR, JDBCType.VARCHAR, JDBCType.VARCHAR),
        prepared.columns().stream().map(ColumnInfo::type).toList());
  }

  @Test
  void aStatementWithALimitOfRowsGetsNoMore() {
    sql.store.faults =
        List.of(new io.klog.Fault(1, "a", "b", "c"), new io.klog.Fault(2, "a", "b", "c"));
    PreparedSql prepared = sql.session.prepare("CALL klog.check()");
    try (Rows rows = sql.session.query(prepared, new Object[0], new StatementControl(1, 0))) {
      assertEquals(true, rows.next());
      assertEquals(false, rows.next());
    }
  }

  @Test
  void anUnknownProcedureIsToldTheKnownOnes() {
    for (String name : List.of("klog.chekc", "check", "main.check", "a.klog.check")) {
      assertEquals(
          "42883 line 1, column 6: there is no procedure "
              + name
              + "; there are: klog.check(), klog.backup(file),"
              + " klog.reset_offsets(group, topic, to [, force])",
          Fault.text(() -> sql.rows("CALL " + name + "()")));
    }
  }

  @Test
  void argumentsThatAreNotWantedAreRefused() {
    assertEquals(
        "42883 line 1, column 6: klog.check() takes no arguments, not 2",
        Fault.text(() -> sql.rows("CALL klog.check('t', ?)", 1)));
  }

  @Test
  void argumentsMayHaveTheirParametersNames() {
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t (key) VALUES ('a'), ('b')");
    assertEquals(
        List.of("t 0 NULL 2"),
        sql.rows("CALL klog.reset_offsets(\"to\" => 'latest', topic => ?, \"GROUP\" => 'g')", "t"));
    assertEquals(
        List.of("t 0 2 1"), sql.rows("CALL klog.reset_offsets('g', topic => 't', \"to\" => 1)"));
    assertEquals(
        Arrays.asList("to", "topic", null),
        sql.session
            .prepare("CALL klog.reset_offsets('g', \"to\" => ?, topic => ?, force => 1 = ?)")
            .parameterNames());
  }

  @Test
  void namesThatDoNotFitAreRefused() {
    String signature = "klog.reset_offsets(group, topic, to [, force])";
    for (String[] call :
        new String[][] {
          {"'g', 't', tx => '1'", "42883 line 1, column 35: " + signature + " has no parameter tx"},
          {"'g', 't', topic => 't'", "42883 line 1, column 35: " + signature + ": topic twice"},
          {"'g', topic => 't', '1'", "an argument without a name stands behind one with a name"},
          {"'g', 't', force => true", signature + ": no to"},
        }) {
      String told = Fault.text(() -> sql.rows("CALL klog.reset_offsets(" + call[0] + ")"));
      assertEquals(true, told.endsWith(call[1]), told);
    }
  }

  @Test
  void aCallIsNoPartOfAnotherStatement() {
    for (String text :
        List.of("EXPLAIN PLAN FOR CALL klog.check()", "CALL klog.check() FOR CONSUMER GROUP g")) {
      assertEquals("42", Fault.of(() -> sql.rows(text)).sqlState().substring(0, 2), text);
    }
    assertEquals("42601", Fault.of(() -> sql.rows("CALL klog.check")).sqlState());
    assertEquals("07005", Fault.of(() -> sql.update("CALL klog.check()")).sqlState());
  }
}
