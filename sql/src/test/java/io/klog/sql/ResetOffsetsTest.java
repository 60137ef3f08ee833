package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.klog.KlogException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResetOffsetsTest {
  private static final String OF_GROUP = "SELECT key FROM t FOR CONSUMER GROUP g";
  private static final String RESET = "CALL klog.reset_offsets('g', 't', ?)";

  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t WITH ('partitions'='2')");
    for (int hour = 0; hour < 5; hour++) {
      sql.update(
          "INSERT INTO t (partition, timestamp, key) VALUES (0, ?, ?)",
          "2026-11-01 0" + hour + ":00:00",
          "k" + hour);
    }
    sql.update(
        "INSERT INTO t (partition, timestamp, key) VALUES (1, TIMESTAMP '2026-11-01 02:30:00',"
            + " 'x')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  /** The new offsets of the two partitions. */
  private String to(@Nullable Object to) {
    List<String> rows = sql.rows(RESET, to);
    assertEquals(2, rows.size());
    return last(rows.get(0)) + " " + last(rows.get(1));
  }

  private static String last(String row) {
    return row.substring(row.lastIndexOf(' ') + 1);
  }

  @Test
  void theRowsSayFromWhereToWhere() {
    assertEquals(
        List.of("t 0 NULL 5", "t 1 NULL 1"),
        sql.rows("CALL klog.reset_offsets('g', 't', 'latest')"));
    assertEquals(List.of("t 0 5 2", "t 1 1 1"), sql.rows("call klog.Reset_Offsets('g', 'T', 2);"));
    assertEquals(List.of("k2", "k3", "k4"), sql.rows(OF_GROUP));
    assertEquals(
        List.of("topic VARCHAR", "partition_id INTEGER", "old_offset BIGINT", "new_offset BIGINT"),
        sql.session.prepare(RESET).columns().stream()
            .map(column -> column.label() + " " + column.typeName())
            .toList());
  }

  @Test
  void eachPartitionToAnOffsetOfItsOwn() {
    assertEquals("2 1", to("2,1"));
    assertEquals("5 0", to("latest, earliest"));
    assertEquals("3 0", to(" 2026-11-01T03:00:00Z ,0 "));
    assertEquals(
        "22023 klog.reset_offsets: to is '1,2,3', which is for 3 partitions; topic t has 2",
        Fault.text(() -> to("1,2,3")));
    assertEquals("22023", Fault.of(() -> to("1,")).sqlState());
  }

  @Test
  void toAWordAnOffsetOrATime() {
    assertEquals("5 1", to("latest"));
    assertEquals("0 0", to("Earliest"));
    assertEquals("3 1", to("3"));
    assertEquals("3 1", to(3));
    assertEquals("3 1", to(3L));
    assertEquals("3 1", to(new BigDecimal(3)));
    assertEquals("3 1", to("2026-11-01T03:00:00Z"));
    assertEquals("3 0", to("2026-11-01T02:30:00Z"));
    assertEquals("3 0", to("2026-11-01T03:30:00+01:00"));
    assertEquals("1 0", to(Instant.parse("2026-11-01T00:00:00.001Z")));
    assertEquals("0 0", to("2026-10-31"));
    assertEquals("5 1", to("2027-01-01T00:00:00Z"));
    assertEquals(
        "t 0 5 2",
        sql.rows("CALL klog.reset_offsets('g', 't', TIMESTAMP '2026-11-01 02:00:00')").get(0));
  }

  @Test
  void whatIsOutOfRangeGoesToTheNearestEnd() {
    assertEquals("5 1", to("1000000"));
    sql.store.deleteBefore(Objects.requireNonNull(sql.store.catalog().topic("t")), 0, 3);
    assertEquals("3 0", to("0"));
    assertEquals("3 0", to("earliest"));
  }

  @Test
  void argumentsAreConstantExpressionsOrParameters() {
    assertEquals(
        List.of("t 0 NULL 2", "t 1 NULL 1"),
        sql.rows("CALL klog.reset_offsets('g' || ?, LOWER('T'), 1 + 1)", "h"));
    assertEquals(
        List.of("VARCHAR", "VARCHAR"),
        sql.session.prepare("CALL klog.reset_offsets(?, 't', ?)").parameters().stream()
            .map(ParameterInfo::typeName)
            .toList());
    assertEquals(
        "42703", Fault.of(() -> sql.rows("CALL klog.reset_offsets(g, 't', 1)")).sqlState());
    assertEquals("07001", Fault.of(() -> sql.rows(RESET)).sqlState());
  }

  @Test
  void badArgumentsAreToldWhatWasExpected() {
    assertEquals(
        "22023 klog.reset_offsets: to is 'newest': expected 'earliest', 'latest', an offset, or a"
            + " time as in '2026-11-01T00:00:00Z', or one of these for each partition, as in '3,"
            + " 17'",
        Fault.text(() -> to("newest")));
    assertEquals("22023", Fault.of(() -> to(-1)).sqlState());
    assertEquals("22023", Fault.of(() -> to("")).sqlState());
    assertEquals("22023", Fault.of(() -> to("99999999999999999999")).sqlState());
    assertEquals("22004 klog.reset_offsets: to is NULL", Fault.text(() -> to(null)));
    assertEquals(
        "42P01 there is no topic 'nowhere'",
        Fault.text(() -> sql.rows("CALL klog.reset_offsets('g', 'nowhere', 1)")));
    assertEquals(
        "22023 klog.reset_offsets: force is 'yes': expected TRUE, FALSE or 'force'",
        Fault.text(() -> sql.rows("CALL klog.reset_offsets('g', 't', 1, 'yes')")));
    assertEquals(
        "42883 line 1, column 6: klog.reset_offsets(group, topic, to [, force]) takes at most 4"
            + " arguments, not 2",
        Fault.text(() -> sql.rows("CALL klog.reset_offsets('g', 't')")));
    assertEquals(List.of(), sql.rows("SELECT * FROM klog.consumer_lag"), "nothing happened");
  }

  @Test
  void liveMembersAreLeftAloneUnlessItIsForced() {
    Rows rows = sql.open(OF_GROUP);
    rows.next();
    assertEquals(
        "55006 consumer group g has live members: member-1; close their cursors, or give TRUE as"
            + " the fourth argument to evict them",
        Fault.text(() -> to("latest")));
    for (String no : List.of("FALSE", "NULL")) {
      assertEquals(
          "55006",
          Fault.of(() -> sql.rows("CALL klog.reset_offsets('g', 't', 0, " + no + ")")).sqlState());
    }
    sql.rows("CALL klog.reset_offsets('other', 't', 0)");
    assertEquals("t 0 NULL 4", sql.rows("CALL klog.reset_offsets('g', 't', 4, TRUE)").get(0));
    KlogException fenced = assertThrows(KlogException.class, rows::next);
    assertEquals(KlogException.Reason.FENCED, fenced.reason());
    assertEquals("t 0 4 3", sql.rows("CALL klog.reset_offsets('g', 't', 3, 'force')").get(0));
    assertEquals(
        List.of("k3", "k4"),
        sql.rows("SELECT key FROM t WHERE partition = 0 FOR CONSUMER GROUP g"));
  }

  @Test
  void actsAtOnceWhateverTransactionIsOpen() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t (key) VALUES ('y')");
    to("latest");
    sql.session.rollback();
    assertEquals(List.of("5", "1"), sql.rows("SELECT current_offset FROM klog.consumer_lag"));
    sql.session.commit();
    sql.session.setIsolation(Isolation.SERIALIZABLE);
    sql.rows("SELECT * FROM t");
    assertEquals("25001", Fault.of(() -> to("earliest")).sqlState());
    sql.session.rollback();
    sql.session.setReadOnly(true);
    assertEquals("25006", Fault.of(() -> to("earliest")).sqlState());
  }
}
