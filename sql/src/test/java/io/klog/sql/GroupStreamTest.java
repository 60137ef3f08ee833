package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import io.klog.OffsetReset;
import io.klog.SyncLevel;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SELECT STREAM FOR CONSUMER GROUP, and groups of several members. */
class GroupStreamTest {
  private static final String STREAM = "SELECT STREAM key FROM t FOR CONSUMER GROUP g";
  private static final SessionSettings NO_WAIT = SessionSettings.DEFAULTS.withPollTimeoutMillis(0);

  private final ModelLogStore store = new ModelLogStore();
  private final Sql sql = new Sql(store);

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC four WITH ('partitions'='4')");
  }

  @AfterEach
  void close() {
    sql.close();
    assertEquals(0, store.memberCount());
  }

  private void insert(String... keys) {
    for (String key : keys) {
      sql.update("INSERT INTO t (key) VALUES (?)", key);
    }
  }

  private Sql session(SessionSettings settings) {
    return new Sql(store, settings);
  }

  private static List<String> drain(Rows rows) {
    List<String> keys = new ArrayList<>();
    while (rows.next()) {
      keys.add(rows.getString(0));
    }
    return keys;
  }

  private List<String> positions() {
    return store.groupPositions().stream()
        .map(p -> p.group() + ":" + p.topic().name() + ":" + p.partition() + ":" + p.offset())
        .toList();
  }

  private Topic topic(String name) {
    Topic topic = store.catalog().topic(name);
    if (topic == null) {
      throw new AssertionError(name);
    }
    return topic;
  }

  @Test
  void aStreamThatRanOutGoesOnWithWhatCame() {
    try (Sql reader = session(NO_WAIT);
        Rows rows = reader.open(STREAM)) {
      assertFalse(rows.next());
      insert("a", "b");
      assertEquals(List.of("a", "b"), drain(rows));
      assertEquals(List.of("g:t:0:2"), positions(), "the end acknowledges");
      insert("c");
      assertEquals(List.of("c"), drain(rows));
    }
  }

  @Test
  void nextWaitsForARow() throws Exception {
    try (Sql reader = session(SessionSettings.DEFAULTS);
        Rows rows = reader.open(STREAM)) {
      CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(rows::next);
      insert("a");
      assertTrue(next.get(30, TimeUnit.SECONDS));
      assertEquals("a", rows.getString(0));
    }
  }

  @Test
  void cancellingEndsTheWait() {
    StatementControl control = new StatementControl(0, 0);
    try (Sql reader = session(SessionSettings.DEFAULTS);
        Rows rows = reader.session.query(reader.session.prepare(STREAM), new Object[0], control)) {
      CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(rows::next);
      control.cancel();
      ExecutionException ended =
          assertThrows(ExecutionException.class, () -> next.get(30, TimeUnit.SECONDS));
      assertTrue(ended.getCause() instanceof SqlFault f && f.sqlState().equals("57014"));
      assertEquals("24000", Fault.of(rows::next).sqlState());
    }
  }

  @Test
  void aTimeoutEndsTheWait() {
    StatementControl control = new StatementControl(0, 1_000_000);
    try (Sql reader = session(SessionSettings.DEFAULTS);
        Rows rows = reader.session.query(reader.session.prepare(STREAM), new Object[0], control)) {
      assertEquals("HYT00", Fault.of(rows::next).sqlState());
    }
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    try (Sql reader = session(SessionSettings.DEFAULTS);
        Rows rows = reader.open(STREAM)) {
      Thread.currentThread().interrupt();
      assertEquals("57014", Fault.of(rows::next).sqlState());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void aLimitEndsAStream() {
    insert("a", "b", "c");
    assertEquals(
        List.of("a", "b"),
        sql.rows("SELECT STREAM key FROM t LIMIT 2 FOR CONSUMER GROUP g"),
        "without a wait");
    assertEquals(
        List.of("c"),
        sql.rows("SELECT STREAM key FROM t WHERE key <> 'x' LIMIT 1 FOR CONSUMER GROUP g"));
    assertEquals(List.of("g:t:0:3"), positions());
  }

  @Test
  void whatIsFilteredIsConsumedWhenTheStreamRunsOut() {
    insert("a", "b", "c");
    String query = "SELECT STREAM key FROM t WHERE key = 'a' FOR CONSUMER GROUP g";
    try (Sql reader = session(NO_WAIT)) {
      try (Rows rows = reader.open(query)) {
        assertEquals(List.of("a"), drain(rows));
        assertEquals(List.of("g:t:0:3"), positions());
      }
    }
  }

  @Test
  void streamsOfSeveralTopicsAreReadAsTheyCome() {
    String query =
        "SELECT STREAM key FROM t UNION ALL SELECT STREAM key FROM four FOR CONSUMER GROUP g";
    try (Sql reader = session(NO_WAIT);
        Rows rows = reader.open(query)) {
      insert("a");
      assertEquals(List.of("a"), drain(rows));
      sql.update("INSERT INTO four (partition, key) VALUES (2, 'x')");
      insert("b");
      assertEquals(List.of("b", "x"), drain(rows));
      insert("c");
      assertEquals(List.of("c"), drain(rows));
    }
    SqlFault mixed =
        Fault.of(
            () ->
                sql.session.prepare(
                    "SELECT STREAM key FROM t UNION ALL SELECT key FROM four"
                        + " FOR CONSUMER GROUP g"));
    assertTrue(String.valueOf(mixed.getMessage()).contains("all branches"), mixed.toString());
  }

  @Test
  void aStreamInATransactionCommitsWhatWasRead() {
    insert("a", "b", "c");
    try (Sql reader = session(NO_WAIT)) {
      reader.session.setAutoCommit(false);
      Rows rows = reader.open(STREAM);
      assertTrue(rows.next());
      assertTrue(rows.next());
      reader.session.commit();
      assertEquals(List.of("g:t:0:2"), positions());
      assertEquals(List.of("c"), drain(rows));
      insert("d");
      assertEquals(List.of("d"), drain(rows));
      assertEquals(List.of("g:t:0:2"), positions());
      reader.session.rollback();
      assertEquals(List.of("c", "d"), drain(reader.open(STREAM)));
    }
  }

  @Test
  void membersShareThePartitionsWithoutDisturbingEachOther() {
    String query = "SELECT STREAM key FROM four FOR CONSUMER GROUP g";
    try (Sql one = session(NO_WAIT);
        Sql two = session(NO_WAIT)) {
      for (int p = 0; p < 4; p++) {
        sql.update("INSERT INTO four (partition, key) VALUES (?, ?)", p, "a" + p);
      }
      one.session.setAutoCommit(false);
      Rows first = one.open(query);
      assertEquals(List.of("a0", "a1", "a2", "a3"), drain(first), "the first has them all");
      Rows second = two.open(query);
      assertEquals(List.of(), drain(second), "what is read and not committed is not given up");
      one.session.commit();
      assertFalse(first.next());
      for (int p = 0; p < 4; p++) {
        sql.update("INSERT INTO four (partition, key) VALUES (?, ?)", p, "b" + p);
      }
      List<String> both = new ArrayList<>(drain(second));
      assertEquals(2, both.size(), "its share");
      both.addAll(drain(first));
      assertEquals(List.of("b0", "b1", "b2", "b3"), both.stream().sorted().toList());
    }
  }

  @Test
  void aBoundedCursorReadsWhatItsMemberHas() {
    insert("a");
    String bounded = "SELECT key FROM t FOR CONSUMER GROUP g";
    try (Sql other = session(NO_WAIT)) {
      Rows active = other.open(STREAM);
      assertEquals(List.of(), sql.rows(bounded), "it stands by, and does not wait");
      active.close();
      assertEquals(List.of("a"), sql.rows(bounded));
    }
  }

  @Test
  void anEvictedMemberIsFencedWhenItCommitsOrReadsOn() {
    insert("a", "b");
    for (boolean autoCommit : List.of(false, true)) {
      sql.session.setAutoCommit(autoCommit);
      Rows rows = sql.open(STREAM);
      assertTrue(rows.next());
      store.evict("g");
      KlogException fenced =
          assertThrows(KlogException.class, autoCommit ? rows::next : sql.session::commit);
      assertEquals(KlogException.Reason.FENCED, fenced.reason());
      assertEquals("24000", Fault.of(rows::next).sqlState());
      rows.close();
    }
    assertEquals(List.of(), positions());
    assertEquals(List.of("a", "b"), sql.rows("SELECT key FROM t FOR CONSUMER GROUP g"));
  }

  @Test
  void aGroupThatBeginsAtTheEndRemembersWhere() {
    insert("a");
    SessionSettings latest = NO_WAIT.withAutoOffsetReset(OffsetReset.LATEST);
    try (Sql reader = session(latest)) {
      assertEquals(List.of(), reader.rows("SELECT key FROM t FOR CONSUMER GROUP g"));
      insert("b");
      assertEquals(List.of("b"), reader.rows("SELECT key FROM t FOR CONSUMER GROUP g"));
      reader.session.setAutoCommit(false);
      reader.rows("SELECT key FROM t FOR CONSUMER GROUP h");
      reader.session.rollback();
      insert("c");
      assertEquals(List.of("c"), reader.rows("SELECT key FROM t FOR CONSUMER GROUP h"));
    }
  }

  @Test
  void aGroupThatMayBeginNowhereIsRefused() {
    insert("a", "b");
    SessionSettings none = NO_WAIT.withAutoOffsetReset(OffsetReset.NONE);
    try (Sql reader = session(none)) {
      KlogException refused = assertThrows(KlogException.class, () -> reader.open(STREAM));
      assertEquals(KlogException.Reason.OFFSET_OUT_OF_RANGE, refused.reason());
      assertEquals(0, store.memberCount());
      store.resetPositions("g", topic("t"), new long[] {1}, false);
      assertEquals(List.of("b"), reader.rows(STREAM));
      insert("c", "d");
      store.deleteBefore(topic("t"), 0, 3);
      KlogException gone = assertThrows(KlogException.class, () -> reader.open(STREAM));
      assertTrue(String.valueOf(gone.getMessage()).contains("is gone"), gone.toString());
    }
  }

  @Test
  void aPositionThatIsGoneGoesOnAtTheLogStart() {
    insert("a", "b", "c", "d");
    store.resetPositions("g", topic("t"), new long[] {1}, false);
    store.deleteBefore(topic("t"), 0, 3);
    try (Rows rows = sql.open("SELECT key FROM t FOR CONSUMER GROUP g")) {
      assertEquals(
          List.of(
              "consumer group g goes on at the log start of topic t: 2 records were skipped,"
                  + " deleted before it had read them"),
          rows.drainWarnings());
      assertEquals(List.of("d"), drain(rows));
      assertEquals(List.of(), rows.drainWarnings());
    }
    assertEquals(List.of("g:t:0:4"), positions());
  }

  @Test
  void explainSaysThatAStreamFollows() {
    assertEquals("KlogScan(topic=[t], group=[g], follows=[true], columns=[key])", sql.plan(STREAM));
  }

  @Test
  void aLimitInABranchEndsThatBranchOnly() {
    insert("a", "b");
    sql.update("INSERT INTO four (key) VALUES ('x')");
    assertEquals(
        List.of("a", "x"),
        sql.rows(
            "(SELECT key FROM t LIMIT 1) UNION ALL SELECT key FROM four FOR CONSUMER GROUP g"));
  }

  @Test
  void aStreamNeedsTheLevelAtWhichItCanFollow() {
    try (Sql reader = session(NO_WAIT)) {
      reader.session.setAutoCommit(false);
      reader.session.setIsolation(Isolation.REPEATABLE_READ);
      SqlFault refused = Fault.of(() -> reader.open(STREAM));
      assertTrue(String.valueOf(refused.getMessage()).contains("READ_COMMITTED"));
      reader.session.commit();
      reader.session.setIsolation(Isolation.READ_COMMITTED);
      reader.open(STREAM).close();
    }
  }

  @Test
  void theEndOfTheRowsIsDurableThoughTheLastWasAcknowledgedBefore() {
    insert("a");
    try (Sql reader = session(NO_WAIT);
        Rows rows = reader.open(STREAM)) {
      store.commits.clear();
      assertTrue(rows.next());
      long start = System.nanoTime();
      while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(150)) {
        Thread.onSpinWait(); // until it is to poll: then it acknowledges first
      }
      assertFalse(rows.next());
      assertEquals(1, store.commits.get(SyncLevel.FULL));
      assertFalse(rows.next());
      assertEquals(1, store.commits.get(SyncLevel.FULL), "and that is enough");
    }
  }
}
