package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.SyncLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What next, commit, rollback and close mean for FOR CONSUMER GROUP. */
class ConsumerGroupTest {
  private static final String QUERY = "SELECT key FROM t FOR CONSUMER GROUP g";

  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC other");
    sql.update("INSERT INTO t VALUES ('a', '1'), ('b', '2'), ('c', '3'), ('d', '4'), ('e', '5')");
    sql.store.commits.clear();
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private String positions() {
    return sql.store.groupPositions().stream()
        .map((GroupPosition p) -> p.group() + ":" + p.topic().name() + ":" + p.offset())
        .collect(Collectors.joining(" "));
  }

  private static List<String> take(Rows rows, int count) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < count && rows.next(); i++) {
      taken.add(rows.getString(0));
    }
    return taken;
  }

  @Test
  void theEndOfTheRowsLetsAnotherConnectionGoOn() {
    Sql another = new Sql(sql.store);
    Rows drained = sql.open(QUERY);
    assertEquals(List.of("a", "b", "c", "d", "e"), take(drained, 9));
    sql.update("INSERT INTO t VALUES ('f', '6')");
    try (Rows rows = another.open(QUERY)) {
      assertEquals(List.of("f"), take(rows, 9));
    }
    assertFalse(drained.next());
    drained.close();
    assertEquals("g:t:6", positions());
  }

  @Test
  void askingForTheNextRowAcknowledgesTheOneBefore() {
    try (Rows rows = sql.open(QUERY)) {
      assertEquals("", positions());
      assertTrue(rows.next());
      assertEquals("", positions());
      assertTrue(rows.next());
      assertEquals("g:t:1", positions());
      assertTrue(rows.next());
      assertEquals("g:t:2", positions());
    }
    assertEquals("g:t:2", positions(), "close acknowledges nothing");
    assertEquals(List.of("c", "d", "e"), sql.rows(QUERY));
    assertEquals("g:t:5", positions(), "the end acknowledges the last");
    assertEquals(List.of(), sql.rows(QUERY));
    assertEquals(0, sql.store.memberCount());
  }

  @Test
  void onlyTheLastAcknowledgementWaitsForTheDevice() {
    sql.rows(QUERY);
    assertEquals(Map.of(SyncLevel.NORMAL, 4, SyncLevel.FULL, 1), sql.store.commits);
    sql.rows(QUERY);
    assertEquals(1, sql.store.commits.get(SyncLevel.FULL), "nothing read, nothing committed");
  }

  @Test
  void filteredRecordsAreConsumedWithTheNextAcknowledgement() {
    String query = "SELECT key FROM t WHERE key IN ('b', 'd') FOR CONSUMER GROUP g";
    try (Rows rows = sql.open(query)) {
      assertEquals(List.of("b", "d"), take(rows, 2));
      assertEquals("g:t:2", positions());
    }
    assertEquals(List.of("d"), sql.rows(query));
    assertEquals("g:t:5", positions());
    assertEquals(2 + 1, sql.store.commits.values().stream().mapToInt(i -> i).sum());
  }

  @Test
  void offsetIsAFilterLikeAnyOther() {
    String query = "SELECT key FROM t WHERE offset > 2 FOR CONSUMER GROUP g";
    assertTrue(sql.plan(query).contains("filter=[>(offset, 2)]"), sql.plan(query));
    assertEquals(List.of("d", "e"), sql.rows(query));
    assertEquals(List.of(), sql.rows(QUERY));
  }

  @Test
  void beyondTheLimitNothingIsConsumed() {
    assertEquals(List.of("a", "b"), sql.rows("SELECT key FROM t LIMIT 2 FOR CONSUMER GROUP g"));
    assertEquals("g:t:2", positions());
    PreparedSql prepared = sql.session.prepare(QUERY);
    try (Rows rows = sql.session.query(prepared, new Object[0], new StatementControl(2, 0))) {
      assertEquals(List.of("c", "d"), take(rows, 9));
    }
    assertEquals("g:t:4", positions());
    assertEquals(List.of("e"), sql.rows("SELECT key FROM t LIMIT ? FOR CONSUMER GROUP ?", 5, "g"));
  }

  @Test
  void preparingAndExplainingJoinNothing() {
    sql.session.prepare(QUERY);
    assertEquals("KlogScan(topic=[t], group=[g], columns=[key])", sql.plan(QUERY));
    assertEquals(0, sql.store.memberCount());
    Rows rows = sql.open(QUERY);
    assertEquals(1, sql.store.memberCount());
    Sql another = new Sql(sql.store);
    another.open(QUERY).close();
    rows.close();
    another.open(QUERY).close();
    assertEquals(0, sql.store.memberCount());
  }

  @Test
  void endsAtTheEndAsOfItsStart() {
    try (Rows rows = sql.open(QUERY)) {
      assertEquals(List.of("a"), take(rows, 1));
      sql.update("INSERT INTO t VALUES ('f', '6')");
      assertEquals(List.of("b", "c", "d", "e"), take(rows, 9));
    }
    assertEquals(List.of("f"), sql.rows(QUERY));
  }

  @Test
  void commitTakesInsertsAndAllRowsReadSoFarAndTheCursorGoesOn() {
    sql.session.setAutoCommit(false);
    try (Rows rows = sql.open(QUERY)) {
      assertEquals(List.of("a", "b"), take(rows, 2));
      sql.update("INSERT INTO other VALUES ('made of b', '')");
      assertEquals("", positions());
      sql.session.commit();
      assertEquals("g:t:2", positions());
      assertEquals(Map.of(SyncLevel.FULL, 1), sql.store.commits, "both in one transaction");
      assertEquals(List.of("c"), take(rows, 1));
      sql.session.commit();
      assertEquals("g:t:3", positions());
      assertEquals(List.of("d", "e"), take(rows, 9));
      assertFalse(rows.next());
      assertEquals("g:t:3", positions(), "the end acknowledges nothing here");
    }
    sql.session.commit();
    assertEquals("g:t:5", positions());
    assertEquals(0, sql.store.memberCount());
  }

  @Test
  void rollbackRewindsAndClosesTheCursors() {
    sql.session.setAutoCommit(false);
    Rows rows = sql.open(QUERY);
    assertEquals(List.of("a", "b"), take(rows, 2));
    sql.update("INSERT INTO other VALUES ('x', '')");
    sql.session.rollback();
    SqlFault fault = Fault.of(rows::next);
    assertEquals("24000", fault.sqlState());
    assertEquals("the cursor was closed by a rollback", fault.getMessage());
    rows.close();
    assertEquals(List.of("a", "b", "c", "d", "e"), sql.rows(QUERY));
    sql.session.commit();
    assertEquals("g:t:5", positions());
    assertEquals(List.of(), sql.rows("SELECT * FROM other"));
  }

  @Test
  void newCursorGoesOnWhereTheTransactionStands() {
    sql.session.setAutoCommit(false);
    try (Rows rows = sql.open(QUERY)) {
      assertEquals(List.of("a", "b"), take(rows, 2));
    }
    Rows second = sql.open(QUERY);
    assertEquals(List.of("c"), take(second, 1));
    Rows third = sql.open(QUERY);
    assertEquals("24000", Fault.of(second::next).sqlState());
    assertEquals(List.of("d"), take(third, 1));
    second.close();
    assertEquals(List.of("e"), take(third, 1));
    sql.session.rollback();
    assertEquals(5, sql.rows(QUERY).size());
  }

  @Test
  void newCursorWithAutocommitGoesBackToWhatIsAcknowledged() {
    Rows rows = sql.open(QUERY);
    assertEquals(List.of("a", "b"), take(rows, 2));
    Rows second = sql.open(QUERY);
    assertEquals("24000", Fault.of(rows::next).sqlState());
    assertEquals(List.of("b", "c", "d", "e"), take(second, 9));
    rows.close();
    second.close();
    assertEquals(0, sql.store.memberCount());
  }

  @Test
  void turningAutocommitOnCommits() {
    sql.session.setAutoCommit(false);
    try (Rows rows = sql.open(QUERY)) {
      take(rows, 2);
      sql.session.setAutoCommit(true);
      assertEquals("g:t:2", positions());
      assertEquals(List.of("c", "d"), take(rows, 2));
      assertEquals("g:t:3", positions());
    }
  }

  @Test
  void commitThatIsRefusedClosesTheCursors() {
    sql.session.setAutoCommit(false);
    Rows rows = sql.open(QUERY);
    take(rows, 2);
    sql.store.nextCommitFails = new KlogException(KlogException.Reason.FENCED, "evicted");
    assertThrows(KlogException.class, sql.session::commit);
    assertEquals("24000", Fault.of(rows::next).sqlState());
    assertEquals(0, sql.store.memberCount());
    assertEquals(5, sql.rows(QUERY).size());
  }

  @Test
  void closingTheConnectionRewinds() {
    sql.session.setAutoCommit(false);
    Rows rows = sql.open(QUERY);
    take(rows, 2);
    sql.session.close();
    assertEquals("24000", Fault.of(rows::next).sqlState());
    assertEquals("", positions());
    assertEquals(0, sql.store.memberCount());
  }

  @Test
  void projectionsAndFunctions() {
    assertEquals(
        List.of("A1 0", "B2 1"),
        sql.rows(
            "SELECT upper(key) || value AS x, offset FROM t WHERE value LIKE '_'"
                + " AND initcap(key) <> 'C' LIMIT 2 FOR CONSUMER GROUP g"));
    assertEquals("g:t:2", positions());
  }

  @Test
  void joinToAnOrdinaryTableAcknowledgesWhenAllOfARecordIsTaken() {
    sql.update("INSERT INTO other VALUES ('a', 'x'), ('a', 'y'), ('c', 'z')");
    String query =
        "SELECT t.key, o.value FROM t JOIN other o ON t.key = o.key FOR CONSUMER GROUP g";
    try (Rows rows = sql.open(query)) {
      assertTrue(rows.next());
      assertTrue(rows.next());
      assertEquals("y", rows.getString(1));
      assertEquals("", positions(), "the record's second row may not be done");
      assertTrue(rows.next());
      assertEquals("g:t:1", positions());
      assertFalse(rows.next());
    }
    assertEquals("g:t:5", positions());
    assertEquals(
        List.of("a x", "a y", "b NULL", "c z", "d NULL", "e NULL"),
        sql.rows(
            "SELECT t.key, o.value FROM t LEFT JOIN other o ON t.key = o.key"
                + " FOR CONSUMER GROUP h"));
    assertEquals(
        List.of("b y", "b z"),
        sql.rows(
            "SELECT t.key, o.value FROM t JOIN other o ON t.offset < o.offset + 1"
                + " AND t.key > 'a' LIMIT 2 FOR CONSUMER GROUP i"));
  }

  @Test
  void unionAllReadsOneTopicAfterTheOther() {
    sql.update("INSERT INTO other VALUES ('x', '')");
    String query = "SELECT key FROM t UNION ALL SELECT key FROM other LIMIT 6 FOR CONSUMER GROUP g";
    assertEquals(List.of("a", "b", "c", "d", "e", "x"), sql.rows(query));
    assertEquals("g:other:1 g:t:5", positions());
    assertEquals(List.of(), sql.rows(query));
  }

  @Test
  void severalPartitions() {
    sql.update("CREATE TOPIC three WITH ('partitions'='3')");
    sql.update("INSERT INTO three (partition, key) VALUES (0, 'a'), (1, 'b'), (2, 'c'), (1, 'd')");
    String query = "SELECT key FROM three FOR CONSUMER GROUP g";
    try (Rows rows = sql.open(query)) {
      assertEquals(List.of("a", "b", "d"), take(rows, 3));
    }
    assertEquals(List.of("d", "c"), sql.rows(query));
    assertEquals(
        List.of("g three 0 1 1 0 NULL", "g three 1 2 2 0 NULL", "g three 2 1 1 0 NULL"),
        sql.rows("SELECT * FROM klog.consumer_lag ORDER BY partition_id"));
    sql.update("INSERT INTO three (partition, key) VALUES (0, 'x')");
    assertEquals(List.of("g Empty 0 1 3 1"), sql.rows("SHOW CONSUMER GROUPS"));
  }

  @Test
  void whatWouldBeUndefinedIsRefused() {
    for (String query :
        List.of(
            "SELECT key FROM t ORDER BY key FOR CONSUMER GROUP g",
            "SELECT key FROM t ORDER BY offset FOR CONSUMER GROUP g",
            "SELECT DISTINCT key FROM t FOR CONSUMER GROUP g",
            "SELECT key, count(*) FROM t GROUP BY key FOR CONSUMER GROUP g",
            "SELECT count(*) FROM t FOR CONSUMER GROUP g",
            "SELECT key FROM t UNION SELECT key FROM other FOR CONSUMER GROUP g",
            "SELECT key FROM t INTERSECT SELECT key FROM other FOR CONSUMER GROUP g",
            "SELECT key FROM t EXCEPT SELECT key FROM other FOR CONSUMER GROUP g",
            "SELECT key FROM t UNION ALL SELECT key FROM t FOR CONSUMER GROUP g",
            "SELECT row_number() OVER (ORDER BY offset) FROM t FOR CONSUMER GROUP g",
            "SELECT key FROM t WHERE key IN (SELECT key FROM other) FOR CONSUMER GROUP g",
            "SELECT t.key FROM t FULL JOIN other o ON t.key = o.key FOR CONSUMER GROUP g",
            "SELECT t.key FROM t RIGHT JOIN other o ON t.key = o.key FOR CONSUMER GROUP g",
            "SELECT * FROM klog.topics FOR CONSUMER GROUP g",
            "SELECT 1 FOR CONSUMER GROUP g")) {
      SqlFault fault = Fault.of(() -> sql.session.prepare(query));
      assertTrue(fault.sqlState().startsWith("42"), query + ": " + fault);
      assertTrue(
          String.valueOf(fault.getMessage()).contains("FOR CONSUMER GROUP"), query + ": " + fault);
    }
    assertEquals(
        "22023", Fault.of(() -> sql.rows("SELECT * FROM t FOR CONSUMER GROUP ?", "")).sqlState());
  }

  @Test
  void aStepAcknowledgesTheRowsOfItsOwnCursorOnly() {
    sql.update("INSERT INTO other VALUES ('x', ''), ('y', '')");
    try (Rows rows = sql.open(QUERY);
        Rows others = sql.open("SELECT key FROM other FOR CONSUMER GROUP g")) {
      assertTrue(rows.next());
      assertTrue(others.next());
      assertTrue(others.next());
      assertEquals("g:other:1", positions(), "the row of t is still being worked on");
      assertFalse(others.next());
      assertEquals("g:other:2", positions());
    }
    assertEquals(List.of("a", "b", "c", "d", "e"), sql.rows(QUERY));
  }

  @Test
  void aRecordWhoseRowFailsIsNotConsumed() {
    sql.update("INSERT INTO other VALUES ('1', ''), ('2', ''), ('x', ''), ('4', '')");
    String failing =
        "SELECT key FROM other WHERE key = '1' OR CAST(key AS INTEGER) > 3 FOR CONSUMER GROUP g";
    try (Rows rows = sql.open(failing)) {
      assertTrue(rows.next());
      assertEquals("22018", Fault.of(rows::next).sqlState());
      assertEquals("24000", Fault.of(rows::next).sqlState());
    }
    assertEquals("g:other:1", positions());
    assertEquals(List.of("2", "x", "4"), sql.rows("SELECT key FROM other FOR CONSUMER GROUP g"));
    sql.session.setAutoCommit(false);
    try (Rows rows = sql.open(failing.replace("GROUP g", "GROUP h"))) {
      assertTrue(rows.next());
      assertEquals("22018", Fault.of(rows::next).sqlState());
      sql.session.commit();
    }
    assertEquals("g:other:4 h:other:1", positions());
  }

  @Test
  void aCancelledCursorLosesNoRecord() {
    sql.update("CREATE TOPIC many");
    for (int i = 0; i < 600; i++) {
      sql.update("INSERT INTO many (key) VALUES (?)", "" + i);
    }
    String query = "SELECT key FROM many FOR CONSUMER GROUP g";
    StatementControl control = new StatementControl(0, 0);
    int taken = 0;
    try (Rows rows = sql.session.query(sql.session.prepare(query), new Object[0], control)) {
      assertTrue(rows.next());
      taken++;
      control.cancel();
      while (true) {
        try {
          assertTrue(rows.next());
          taken++;
        } catch (SqlFault e) {
          assertEquals("57014", e.sqlState());
          break;
        }
      }
    }
    // The last one was returned but not acknowledged: it comes again.
    assertEquals(String.valueOf(taken - 1), sql.rows(query).get(0));
  }

  @Test
  void ordinaryRowsEndWithAFailureToo() {
    try (Rows rows = sql.open("SELECT key FROM t WHERE CAST(key AS INTEGER) > 3")) {
      assertEquals("22018", Fault.of(rows::next).sqlState());
      assertEquals("24000", Fault.of(rows::next).sqlState());
    }
  }

  @Test
  void joinByIsNotDistinctFromLetsNullsMeet() {
    sql.update("INSERT INTO other VALUES (NULL, 'x'), ('c', 'z')");
    sql.update("INSERT INTO t VALUES (NULL, 'n')");
    assertEquals(
        List.of("z", "x"),
        sql.rows(
            "SELECT o.value FROM t JOIN other o ON t.key IS NOT DISTINCT FROM o.key"
                + " FOR CONSUMER GROUP g"));
  }
}
