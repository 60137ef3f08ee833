package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SELECT STREAM without a group: what it follows, from where, and when it ends. */
@Timeout(60)
class StreamTest {
  private static final SessionSettings NO_WAIT = SessionSettings.DEFAULTS.withPollTimeoutMillis(0);

  private final ModelLogStore store = new ModelLogStore();
  private final Sql sql = new Sql(store);
  private final Sql reader = new Sql(store, NO_WAIT);

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC u");
    sql.update("CREATE TOPIC two WITH ('partitions'='2')");
  }

  @AfterEach
  void close() {
    reader.close();
    sql.close();
    assertTrue(store.groupPositions().isEmpty(), "a stream without a group commits no position");
  }

  private void insert(String topic, String... keys) {
    for (String key : keys) {
      sql.update("INSERT INTO " + topic + " (key, value) VALUES (?, ?)", key, "v" + key);
    }
  }

  private static List<String> drain(Rows rows) {
    List<String> keys = new ArrayList<>();
    while (rows.next()) {
      keys.add(rows.getString(0));
    }
    return keys;
  }

  @Test
  void aStreamBeginsAtTheOldestRecordAndGoesOnWithWhatCame() {
    insert("t", "a", "b");
    try (Rows rows = reader.open("SELECT STREAM key FROM t")) {
      assertEquals(List.of("a", "b"), drain(rows));
      assertEquals(List.of(), drain(rows));
      insert("t", "c");
      insert("u", "not here");
      assertEquals(List.of("c"), drain(rows));
      assertFalse(rows.isEnded());
    }
    try (Rows rows = reader.open("SELECT key FROM t")) {
      insert("t", "late");
      assertEquals(List.of("a", "b", "c"), drain(rows), "a plain SELECT ends at its start's end");
    }
  }

  @Test
  void aStreamBeginsBehindAnOffset() {
    insert("t", "a", "b", "c");
    try (Rows rows = reader.open("SELECT STREAM key FROM t WHERE offset > ?", 1L)) {
      assertEquals(List.of("c"), drain(rows));
      insert("t", "d");
      assertEquals(List.of("d"), drain(rows));
    }
    try (Rows rows = reader.open("SELECT STREAM key FROM t WHERE offset >= 10")) {
      assertEquals(List.of(), drain(rows));
      insert("t", "4", "5", "6", "7", "8", "9", "10", "11");
      assertEquals(List.of("10", "11"), drain(rows));
    }
  }

  @Test
  void setsOfOffsetsPartitionsAndKeysAreFollowedToo() {
    insert("t", "a", "b", "a");
    try (Rows offsets = reader.open("SELECT STREAM key FROM t WHERE offset IN (1, 4)");
        Rows both = reader.open("SELECT STREAM key FROM t WHERE offset < 1 OR offset > 3");
        Rows keys = reader.open("SELECT STREAM offset FROM t WHERE key = ?", "a");
        Rows none = reader.open("SELECT STREAM offset FROM t WHERE key = ?", (Object) null);
        Rows pairs =
            reader.open("SELECT STREAM key FROM two WHERE (partition, offset) >= (0, 1)")) {
      assertEquals(List.of("b"), drain(offsets));
      assertEquals(List.of("a"), drain(both));
      assertEquals(List.of("0", "2"), drain(keys));
      sql.update("INSERT INTO two (partition, key) VALUES (0, 'x0'), (1, 'y0'), (0, 'x1')");
      List<String> second = drain(pairs);
      second.sort(null);
      assertEquals(List.of("x1", "y0"), second);
      insert("t", "c", "d", "a");
      assertEquals(List.of("d"), drain(offsets));
      assertEquals(List.of("d", "a"), drain(both));
      assertEquals(List.of("5"), drain(keys));
      assertEquals(List.of(), drain(none));
    }
  }

  @Test
  void aStreamEndsWhereItsOffsetsDo() {
    insert("t", "a");
    try (Sql waiting = new Sql(store);
        Rows rows = waiting.open("SELECT STREAM key FROM t WHERE offset BETWEEN 0 AND 1")) {
      assertTrue(rows.next());
      insert("t", "b", "c");
      assertEquals(List.of("b"), drain(rows));
      assertFalse(rows.next(), "it does not wait for what cannot come");
    }
    try (Sql waiting = new Sql(store)) {
      for (String where : List.of("partition = 7", "offset < 0")) {
        try (Rows rows = waiting.open("SELECT STREAM key FROM t WHERE " + where)) {
          assertFalse(rows.next(), where);
        }
      }
      try (Rows rows = waiting.open("SELECT STREAM key FROM t WHERE offset > ?", (Object) null)) {
        assertFalse(rows.next());
      }
    }
  }

  @Test
  void aLimitEndsAStream() {
    insert("t", "a");
    try (Rows rows = reader.open("SELECT STREAM key FROM t LIMIT 2")) {
      assertEquals(List.of("a"), drain(rows));
      insert("t", "b", "c");
      assertEquals(List.of("b"), drain(rows));
      assertEquals(List.of(), drain(rows));
    }
    try (Sql waiting = new Sql(store);
        Rows rows = waiting.open("SELECT STREAM key FROM t LIMIT 0")) {
      assertFalse(rows.next());
    }
    PreparedSql prepared = sql.session.prepare("SELECT STREAM key FROM t");
    try (Rows rows = sql.session.query(prepared, new Object[0], new StatementControl(1, 0))) {
      assertEquals(List.of("a"), drain(rows), "so does the most rows that a statement gives");
    }
  }

  @Test
  void filtersAndProjectionsFollow() {
    try (Rows rows =
        reader.open(
            "SELECT STREAM upper(key) || '-' || CAST(offset AS VARCHAR) FROM t WHERE key LIKE"
                + " 'a%'")) {
      insert("t", "a1", "b", "a2");
      assertEquals(List.of("A1-0", "A2-2"), drain(rows));
      insert("t", "c", "a3");
      assertEquals(List.of("A3-4"), drain(rows));
    }
  }

  @Test
  void unionAllFollowsAllItsTopicsAndTheSameOneTwice() {
    insert("t", "a");
    try (Rows rows =
        reader.open(
            "SELECT STREAM key FROM t UNION ALL SELECT STREAM key FROM u"
                + " UNION ALL SELECT STREAM value FROM t WHERE key <> 'a'")) {
      assertEquals(List.of("a"), drain(rows));
      insert("u", "b");
      assertEquals(List.of("b"), drain(rows));
      insert("t", "c");
      List<String> more = drain(rows);
      more.sort(null);
      assertEquals(List.of("c", "vc"), more);
    }
  }

  @Test
  void allPartitionsOrSomeAreFollowed() {
    try (Rows all = reader.open("SELECT STREAM key FROM two");
        Rows second = reader.open("SELECT STREAM key FROM two WHERE partition = 1")) {
      for (int i = 0; i < 3; i++) {
        sql.update("INSERT INTO two (partition, key) VALUES (0, ?), (1, ?)", "x" + i, "y" + i);
        List<String> keys = drain(all);
        keys.sort(null);
        assertEquals(List.of("x" + i, "y" + i), keys);
        assertEquals(List.of("y" + i), drain(second));
      }
    }
  }

  @Test
  void whatAStreamIsJoinedToIsReadAsOfItsStart() {
    insert("u", "a");
    try (Rows rows =
        reader.open("SELECT STREAM t.key, u.value FROM t LEFT JOIN u ON t.key = u.key")) {
      insert("u", "b");
      insert("t", "a", "b");
      assertTrue(rows.next());
      assertEquals("a va", Sql.row(rows, 2));
      assertTrue(rows.next());
      assertEquals("b NULL", Sql.row(rows, 2));
      assertFalse(rows.next());
    }
  }

  @Test
  void nextWaitsForARowThatAnybodyCommits() throws Exception {
    try (Sql waiting = new Sql(store);
        Rows rows = waiting.open("SELECT STREAM key FROM t WHERE key <> 'dull'")) {
      CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(rows::next);
      insert("t", "dull", "dull", "a");
      assertTrue(next.get(30, TimeUnit.SECONDS));
      assertEquals("a", rows.getString(0));
    }
  }

  @Test
  void cancellingATimeoutAndAnInterruptEndTheWait() throws Exception {
    StatementControl control = new StatementControl(0, 0);
    PreparedSql stream = sql.session.prepare("SELECT STREAM key FROM t");
    try (Rows rows = sql.session.query(stream, new Object[0], control)) {
      CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(rows::next);
      control.cancel();
      ExecutionException ended =
          assertThrows(ExecutionException.class, () -> next.get(30, TimeUnit.SECONDS));
      assertTrue(ended.getCause() instanceof SqlFault f && f.sqlState().equals("57014"));
    }
    try (Rows rows = sql.session.query(stream, new Object[0], new StatementControl(0, 1_000_000))) {
      assertEquals("HYT00", Fault.of(rows::next).sqlState());
    }
    try (Rows rows = sql.session.query(stream, new Object[0], StatementControl.unlimited())) {
      Thread.currentThread().interrupt();
      assertEquals("57014", Fault.of(rows::next).sqlState());
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of(), sql.rows("SELECT key FROM t"), "the session goes on");
  }

  @Test
  void aDroppedTopicEndsAStream() {
    try (Rows rows = reader.open("SELECT STREAM key FROM t")) {
      assertFalse(rows.next());
      sql.update("DROP TOPIC t");
      assertThrows(RuntimeException.class, rows::next);
    }
  }

  @Test
  void whoSeesOneSnapshotCannotFollow() {
    BooleanSupplier never = () -> false;
    Sql session = new Sql(store);
    session.session.setAutoCommit(false, never);
    session.session.setIsolation(Isolation.REPEATABLE_READ);
    assertEquals("42000", Fault.of(() -> session.rows("SELECT STREAM key FROM t")).sqlState());
    session.session.rollback();
    session.close();
  }

  @Test
  void whatWouldNeverComeIsRefused() {
    for (String query :
        List.of(
            "SELECT STREAM count(*) FROM t",
            "SELECT STREAM DISTINCT key FROM t",
            "SELECT STREAM key FROM t ORDER BY key",
            "SELECT STREAM key, count(*) FROM t GROUP BY key",
            "SELECT STREAM key FROM t UNION SELECT STREAM key FROM u",
            "SELECT STREAM topic FROM klog.topics",
            "SELECT STREAM 1",
            "SELECT STREAM key FROM t WHERE key IN (SELECT key FROM u)",
            "SELECT STREAM row_number() OVER (ORDER BY offset) FROM t",
            "SELECT STREAM window_start FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(\"timestamp\"),"
                + " INTERVAL '1' MINUTE))",
            "SELECT STREAM key FROM t UNION ALL SELECT key FROM u",
            "SELECT key FROM (SELECT STREAM key FROM t)",
            "INSERT INTO u (key) SELECT STREAM key FROM t")) {
      SqlFault fault = Fault.of(() -> sql.session.prepare(query));
      assertEquals("42000", fault.sqlState(), query + ": " + fault.getMessage());
      assertTrue(String.valueOf(fault.getMessage()).contains("STREAM"), fault.getMessage());
    }
  }

  @Test
  void explainSaysThatAScanFollows() {
    assertTrue(sql.plan("SELECT STREAM key FROM t WHERE offset > ?").contains("follows=[true]"));
    assertFalse(sql.plan("SELECT key FROM t WHERE offset > ?").contains("follows"));
  }

  @Test
  void windowsOfABoundedQueryAreCounted() {
    for (int i = 0; i < 6; i++) {
      sql.update("INSERT INTO t (key, timestamp) VALUES (?, ?)", "k" + i, i * 30_000L);
    }
    assertEquals(
        List.of("0 2", "60000 2", "120000 2"),
        sql.rows(
            "SELECT window_start, count(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(timestamp),"
                + " INTERVAL '1' MINUTE)) GROUP BY window_start ORDER BY 1"));
    assertEquals(
        List.of("-60000 2", "0 4", "60000 4", "120000 2"),
        sql.rows(
            "SELECT window_start, count(*) FROM TABLE(HOP(TABLE t, DESCRIPTOR(timestamp),"
                + " INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)) GROUP BY window_start ORDER BY 1"));
    assertEquals(
        List.of("0 2", "60000 2", "120000 2"),
        sql.rows(
            "SELECT FLOOR(timestamp TO MINUTE), count(*) FROM t"
                + " GROUP BY FLOOR(timestamp TO MINUTE) ORDER BY 1"));
  }
}
