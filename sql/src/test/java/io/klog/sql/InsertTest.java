package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import io.klog.SyncLevel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InsertTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC three WITH ('partitions'='3')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private List<String> all() {
    return sql.rows("SELECT key, value FROM t");
  }

  @Test
  void aLiteralOfMegabytesArrivesAsItIsWritten() {
    byte[] bytes = new byte[2 << 20];
    new Random(4711).nextBytes(bytes);
    bytes[0] = 0;
    bytes[1] = 15;
    String digits = HexFormat.of().formatHex(bytes);
    sql.update("CREATE TOPIC large (bytes VARBINARY)");
    sql.update("INSERT INTO large (bytes) VALUES (X'" + digits + "')");
    sql.update("INSERT INTO large (bytes) SELECT X'" + digits.toUpperCase(Locale.ROOT) + "'");
    try (Rows rows = sql.open("SELECT bytes FROM large")) {
      for (int i = 0; i < 2; i++) {
        assertTrue(rows.next());
        assertArrayEquals(bytes, (byte[]) rows.getObject(0), "row " + i);
      }
    }
    assertEquals(List.of("\0\1\17"), sql.rows("SELECT X'00'\n'010f'"));
    assertEquals(
        "42", Fault.of(() -> sql.rows("SELECT X'" + digits + "0'")).sqlState().substring(0, 2));
  }

  @Test
  void literalsParametersRowsAndExpressions() {
    assertEquals(1, sql.update("INSERT INTO t VALUES (?, ?)", "a", new byte[] {'b'}));
    assertEquals(2, sql.update("INSERT INTO t VALUES ('c', X'64'), (NULL, ?)", "f"));
    assertEquals(1, sql.update("INSERT INTO t (value, key) VALUES ('h', 'g')"));
    assertEquals(1, sql.update("INSERT INTO t (key) VALUES (?)", (Object) null));
    assertEquals(
        2, sql.update("INSERT INTO main.t VALUES (upper('i') || ?, 'j'), ('k', lower('L'))", "x"));
    assertEquals(List.of("a b", "c d", "NULL f", "g h", "NULL NULL", "Ix j", "k l"), all());
  }

  @Test
  void plansOfValuesAreNotQueries() {
    assertEquals(
        "KlogInsert(topic=[t], columns=[key, value], rows=[2])",
        sql.plan("INSERT INTO t VALUES (?, ?), ('a', 'b')"));
    assertTrue(sql.plan("INSERT INTO t SELECT key, value FROM three").contains("KlogScan"));
    assertEquals(List.of(), all(), "EXPLAIN inserts nothing");
  }

  @Test
  void timestampIsTheExecutionsUnlessGiven() {
    long before = System.currentTimeMillis();
    PreparedSql insert = sql.session.prepare("INSERT INTO t VALUES (?, ?)");
    sql.session.update(insert, new Object[] {"a", "b"}, StatementControl.unlimited(), null);
    long after = System.currentTimeMillis();
    try (Rows rows = sql.open("SELECT timestamp FROM t")) {
      assertTrue(rows.next());
      assertTrue(rows.getLong(0) >= before && rows.getLong(0) <= after);
    }
    String explicit = "INSERT INTO t (timestamp, key) VALUES (?, 'x')";
    sql.update(explicit, 1000L);
    sql.update(explicit, Instant.ofEpochMilli(2000));
    sql.update(explicit, "1970-01-01 00:00:03");
    sql.update("INSERT INTO t (timestamp, key) VALUES (TIMESTAMP '1970-01-01 00:00:04.5', 'x')");
    sql.update("INSERT INTO t (timestamp, key) VALUES ('1970-01-01 00:00:05', 'x')");
    assertEquals(
        List.of("1000", "2000", "3000", "4500", "5000"),
        sql.rows("SELECT timestamp FROM t WHERE key = 'x'"));
  }

  @Test
  void headers() {
    sql.update("INSERT INTO t (key, headers) VALUES ('a', MAP['trace', ?, 'n', 'lit'])", "ü");
    sql.update("INSERT INTO t (key, headers) VALUES ('b', ?)", Map.of("m", "x"));
    sql.update("INSERT INTO t (key, headers) VALUES ('c', NULL)");
    sql.update("INSERT INTO t (key, headers) VALUES (upper('d'), MAP['e', 'f'])");
    sql.update("INSERT INTO t (key, headers) SELECT key || '2', headers FROM t WHERE key = 'a'");
    assertEquals(
        List.of("a ü lit", "b NULL NULL", "c NULL NULL", "D NULL NULL", "a2 ü lit"),
        sql.rows("SELECT key, headers['trace'], headers['n'] FROM t"));
    assertEquals(List.of("f"), sql.rows("SELECT headers['e'] FROM t WHERE key = 'D'"));
    try (Rows rows = sql.open("SELECT headers FROM t LIMIT 1")) {
      assertTrue(rows.next());
      Map<?, ?> map = (Map<?, ?>) rows.getObject(0);
      assertTrue(map != null);
      assertArrayEquals("ü".getBytes(StandardCharsets.UTF_8), (byte[]) map.get("trace"));
    }
  }

  @Test
  void fromSelectKeepsTheOrderOfOffsets() {
    for (int i = 0; i < 100; i++) {
      sql.update("INSERT INTO t VALUES (?, 'v')", "k" + i);
    }
    sql.update("CREATE TOPIC copy");
    assertEquals(50, sql.update("INSERT INTO copy SELECT key, value FROM t WHERE offset >= ?", 50));
    List<String> expected = new ArrayList<>();
    for (int i = 50; i < 100; i++) {
      expected.add((i - 50) + " k" + i);
    }
    assertEquals(expected, sql.rows("SELECT offset, key FROM copy"));
    assertEquals(
        100, sql.update("INSERT INTO t SELECT key, upper(value) FROM t"), "ends where it began");
    assertEquals(
        1,
        sql.update("INSERT INTO copy (key, value) SELECT 'n', CAST(count(*) AS VARCHAR) FROM t"));
    assertEquals(List.of("200"), sql.rows("SELECT value FROM copy WHERE key = 'n'"));
  }

  @Test
  void partitionsAreGivenOrChosen() {
    sql.update("INSERT INTO three (partition, key) VALUES (2, 'a'), (?, 'b'), (?, 'c')", 1, "0");
    assertEquals(List.of("0 c", "1 b", "2 a"), sql.rows("SELECT partition, key FROM three"));
    sql.update("INSERT INTO three (partition, key) SELECT 1, key FROM three WHERE partition = 2");
    assertEquals(List.of("b", "a"), sql.rows("SELECT key FROM three WHERE partition = 1"));
  }

  @Test
  void generatedKeysNameEachRow() {
    sql.update("INSERT INTO three (partition, key) VALUES (1, 'x')");
    PreparedSql insert =
        sql.session.prepare(
            "INSERT INTO three (partition, key) VALUES (1, 'a'), (0, 'b'), (1, 'c')");
    GeneratedKeys keys = new GeneratedKeys();
    sql.session.update(insert, new Object[0], StatementControl.unlimited(), keys);
    assertEquals("1:1 0:0 1:2", text(keys));

    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO three (partition, key) VALUES (1, 'y')");
    GeneratedKeys pinned = new GeneratedKeys();
    sql.session.update(insert, new Object[0], StatementControl.unlimited(), pinned);
    assertEquals("1:4 0:1 1:5", text(pinned));
    sql.session.commit();
    assertEquals(
        List.of("4 a", "5 c"),
        sql.rows("SELECT offset, key FROM three WHERE partition = 1 AND offset > 3"));
  }

  private static String text(GeneratedKeys keys) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      all.add(keys.partition(i) + ":" + keys.offset(i));
    }
    return String.join(" ", all);
  }

  private long[] batch(String statement, @Nullable GeneratedKeys keys, Object... firstColumns) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Object value : firstColumns) {
      rows.add(new @Nullable Object[] {value, "v"});
    }
    return sql.session.updateBatch(
        sql.session.prepare(statement), rows, StatementControl.unlimited(), keys);
  }

  @Test
  void batchIsOneTransaction() {
    GeneratedKeys keys = new GeneratedKeys();
    assertArrayEquals(
        new long[] {1, 1, 1}, batch("INSERT INTO t VALUES (?, ?)", keys, "a", "b", "c"));
    assertEquals("0:0 0:1 0:2", text(keys));
    assertEquals(Map.of(SyncLevel.FULL, 1), sql.store.commits);
  }

  @Test
  void batchThatFailsLeavesNothing() {
    BatchFault fault =
        assertThrows(
            BatchFault.class, () -> batch("INSERT INTO t VALUES (?, ?)", null, "a", 5L, "c"));
    assertEquals(1, fault.row());
    assertEquals(List.of(), all());

    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('before', 'v')");
    assertThrows(BatchFault.class, () -> batch("INSERT INTO t VALUES (?, ?)", null, "a", 5L, "c"));
    sql.session.commit();
    assertEquals(List.of("before v"), all());
  }

  @Test
  void statementIsAtomicInATransaction() {
    sql.update("INSERT INTO three (partition, key, value) VALUES (0, 'ok', '1'), (0, 'bad', 'x')");
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('first', 'v')");
    assertEquals(
        "22018",
        Fault.of(
                () ->
                    sql.update(
                        "INSERT INTO t (key, value) SELECT key, CAST(CAST(value AS INTEGER) AS"
                            + " VARCHAR) FROM three"))
            .sqlState());
    assertEquals(
        "22023",
        Fault.of(() -> sql.update("INSERT INTO t (key, partition) VALUES ('y', 0), ('x', 7)"))
            .sqlState());
    sql.session.commit();
    assertEquals(List.of("first v"), all());
  }

  @Test
  void transactionIsSeenWhenCommitted() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    assertEquals(List.of(), all(), "not even by itself");
    sql.session.commit();
    assertEquals(1, all().size());
    sql.update("INSERT INTO t VALUES ('c', 'd')");
    sql.session.rollback();
    sql.session.commit();
    assertEquals(1, all().size());
    sql.update("INSERT INTO t VALUES ('e', 'f')");
    sql.session.setAutoCommit(true);
    assertEquals(2, all().size());
  }

  @Test
  void closingRollsBackAndClosesTheStore() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    sql.session.close();
    sql.session.close();
    assertTrue(sql.store.closed);
    assertEquals(List.of(), new Sql(sql.store).rows("SELECT * FROM t"));
  }

  @Test
  void commitThatFailsEndsTheTransaction() {
    sql.session.setAutoCommit(false);
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    sql.store.nextCommitFails = new KlogException(KlogException.Reason.BUSY, "busy");
    assertThrows(KlogException.class, sql.session::commit);
    sql.session.commit();
    assertEquals(List.of(), all());
  }

  @Test
  void eachStatementSeesTheNewestSnapshotAndKeepsIt() {
    sql.update("INSERT INTO t VALUES ('a', 'b')");
    try (Rows rows = sql.open("SELECT a.key FROM t a, t b")) {
      sql.update("INSERT INTO t VALUES ('c', 'd')");
      assertTrue(rows.next());
      assertEquals(false, rows.next());
    }
    assertEquals(List.of("2"), sql.rows("SELECT count(*) FROM t"));
  }
}
