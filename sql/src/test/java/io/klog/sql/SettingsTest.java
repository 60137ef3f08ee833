package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.klog.OffsetReset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final SessionSettings OF_THE_CONNECTION =
      new SessionSettings(OffsetReset.NONE, 200, 3000);

  private final Sql sql = new Sql(new ModelLogStore(), OF_THE_CONNECTION);

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void setHoldsForTheSessionUntilItIsReset() {
    assertEquals(OF_THE_CONNECTION, sql.session.settings());
    assertEquals(0, sql.update("SET poll.timeout = 5000"));
    assertEquals(OF_THE_CONNECTION.withPollTimeoutMillis(5000), sql.session.settings());
    sql.update("SET Auto.Offset.Reset = 'latest'");
    sql.update("SET max.poll.interval.ms = '7';");
    assertEquals(new SessionSettings(OffsetReset.LATEST, 5000, 7), sql.session.settings());
    sql.update("RESET auto.offset.reset");
    assertEquals(new SessionSettings(OffsetReset.NONE, 5000, 7), sql.session.settings());
    sql.update("RESET ALL");
    assertEquals(OF_THE_CONNECTION, sql.session.settings());
    try (Sql other = new Sql(sql.store)) {
      assertEquals(SessionSettings.DEFAULTS, other.session.settings());
    }
  }

  @Test
  void aValueMayBeAWordAStringOrANumber() {
    for (String value : List.of("earliest", "'earliest'", "EARLIEST", "\"earliest\"")) {
      sql.update("RESET auto.offset.reset");
      sql.update("SET auto.offset.reset = " + value);
      assertEquals(OffsetReset.EARLIEST, sql.session.settings().autoOffsetReset());
    }
    sql.update("SET auto.offset.reset = none");
    assertEquals(OffsetReset.NONE, sql.session.settings().autoOffsetReset());
    sql.update("SET poll.timeout = -1");
    assertEquals(SessionSettings.WAIT_FOR_EVER, sql.session.settings().pollTimeoutMillis());
    sql.update("SET poll.timeout = 0");
    assertEquals(0, sql.session.settings().pollTimeoutMillis());
  }

  @Test
  void aBadValueIsToldWhatWasExpected() {
    String interval = "max.poll.interval.ms";
    String millis = "expected milliseconds from 1 on";
    assertFault("22023", "auto.offset.reset", "newest", "expected earliest, latest or none");
    assertFault("22023", interval, "0", millis);
    assertFault("22023", interval, "'5 s'", millis);
    assertFault("22023", interval, "1.5", millis);
    assertFault("22023", interval, "9999999999999999999999", millis);
    assertFault("22023", interval, "NULL", millis);
    assertFault(
        "22023", "poll.timeout", "-2", "expected milliseconds from 0 on, or -1 to wait for ever");
    assertEquals(OF_THE_CONNECTION, sql.session.settings());
  }

  private void assertFault(String sqlState, String name, String value, String message) {
    String set = "SET " + name + " = ";
    assertEquals(
        String.format(
            "%s line 1, column %d: %s is '%s': %s",
            sqlState, set.length() + 1, name, value.replace("'", ""), message),
        Fault.text(() -> sql.update(set + value)));
  }

  @Test
  void anUnknownNameIsToldTheKnownOnes() {
    String known = "; there are auto.offset.reset, max.poll.interval.ms, poll.timeout";
    assertEquals(
        "42704 line 1, column 5: there is no setting 'poll.timeot'"
            + known
            + "; did you mean 'poll.timeout'?",
        Fault.text(() -> sql.update("SET poll.timeot = 5")));
    assertEquals(
        "42704 line 1, column 7: there is no setting 'sync'" + known,
        Fault.text(() -> sql.update("RESET sync")));
    assertEquals(
        "42704 line 1, column 6: there is no 'TABLES' to show; there are TOPICS, VIEWS, COLUMNS"
            + " FROM a topic, CREATE TOPIC or VIEW of a name, CONSUMER GROUPS, and ALL settings or"
            + " one of them: auto.offset.reset, max.poll.interval.ms, poll.timeout",
        Fault.text(() -> sql.rows("SHOW TABLES")));
    assertEquals("42000", Fault.of(() -> sql.update("ALTER SYSTEM SET a = 1")).sqlState());
  }

  @Test
  void showTellsTheValues() {
    sql.update("SET poll.timeout = 5");
    assertEquals(List.of("none"), sql.rows("SHOW auto.offset.reset"));
    assertEquals(List.of("5"), sql.rows("SHOW poll.timeout"));
    assertEquals(List.of("3000"), sql.rows("SHOW MAX.POLL.INTERVAL.MS"));
    assertEquals(3, sql.rows("SHOW ALL").size());
    assertEquals(
        List.of(
            "auto.offset.reset none none", "max.poll.interval.ms 3000 3000", "poll.timeout 5 200"),
        sql.rows("SELECT name, value, reset_value FROM klog.settings ORDER BY name"));
  }

  @Test
  void aSettingGivesACountAndNoRowsAndTakesNoPartInATransaction() {
    PreparedSql set = sql.session.prepare("SET poll.timeout = 5");
    assertEquals(PreparedSql.Kind.SESSION, set.kind());
    assertEquals(
        "07005",
        Fault.of(() -> sql.session.query(set, new Object[0], StatementControl.unlimited()))
            .sqlState());
    sql.session.setAutoCommit(false);
    sql.update("SET poll.timeout = 5");
    sql.session.setIsolation(Isolation.SERIALIZABLE);
    sql.session.rollback();
    assertEquals(5, sql.session.settings().pollTimeoutMillis());
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> OF_THE_CONNECTION.withPollTimeoutMillis(-2));
    assertThrows(
        IllegalArgumentException.class, () -> OF_THE_CONNECTION.withMaxPollIntervalMillis(0));
  }
}
