package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries that have names. */
class ViewTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t");
    for (int i = 0; i < 10; i++) {
      sql.update("INSERT INTO t (timestamp, key, value) VALUES (?, ?, ?)", 1000L * i, "k" + i, "v");
    }
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private long readBy(Runnable work) {
    long before = sql.store.recordsRead;
    work.run();
    return sql.store.recordsRead - before;
  }

  @Test
  void whatIsOverAViewMovesIntoItsScan() {
    sql.update("CREATE VIEW keys AS SELECT offset, key FROM t");
    sql.update("CREATE VIEW late (o, k) AS SELECT offset, key FROM keys WHERE offset > 4");
    String query = "SELECT k FROM late WHERE o <= 6";
    assertEquals("KlogScan(topic=[t], offset=[(4, 6]], columns=[key])", sql.plan(query));
    assertEquals(2, readBy(() -> assertEquals(List.of("k5", "k6"), sql.rows(query))));
    String newest = "SELECT * FROM main.Keys ORDER BY offset DESC LIMIT ?";
    assertEquals(2, readBy(() -> assertEquals(List.of("9 k9", "8 k8"), sql.rows(newest, 2))));
  }

  @Test
  void aViewIsATableLikeAnyOther() {
    sql.update("CREATE VIEW v AS SELECT key, count(*) AS n FROM t GROUP BY key");
    assertEquals(List.of("10 1"), sql.rows("SELECT count(*), max(n) FROM v"));
    assertEquals(
        List.of("k3 1"),
        sql.rows("SELECT v.key, v.n FROM t JOIN v ON t.key = v.key WHERE t.offset = 3"));
    assertEquals(
        List.of("k1"),
        sql.rows("SELECT key FROM t WHERE offset = 1 AND key IN (SELECT key FROM v)"));
    assertEquals(
        List.of("x"), sql.rows("WITH v AS (SELECT 'x' AS a) SELECT * FROM v"), "a nearer name");
    sql.update("CREATE VIEW newest AS SELECT * FROM t ORDER BY offset DESC LIMIT 3");
    assertEquals(List.of("7"), sql.rows("SELECT min(offset) FROM newest"));
    assertEquals(List.of("9", "8", "7"), sql.rows("SELECT offset FROM newest"));
    assertEquals(
        List.of("a b"),
        sql.rows("SELECT * FROM (VALUES ('a', 'b')) AS x (m, n) WHERE 1 IN (SELECT n FROM v)"));
  }

  @Test
  void aGroupReadsAViewOfOneScan() {
    sql.update("CREATE VIEW v AS SELECT offset, key FROM t WHERE offset <> 1");
    try (Rows rows = sql.open("SELECT key FROM v FOR CONSUMER GROUP g")) {
      assertTrue(rows.next());
      assertTrue(rows.next());
      assertEquals("k2", rows.getString(0));
    }
    assertEquals(List.of("t 1"), sql.rows("SELECT topic, current_offset FROM klog.consumer_lag"));
    sql.update("CREATE VIEW counted AS SELECT count(*) AS n FROM t");
    assertTrue(
        Fault.text(() -> sql.rows("SELECT n FROM counted FOR CONSUMER GROUP g"))
            .startsWith("42000 a cursor FOR CONSUMER GROUP has no DISTINCT"));
  }

  @Test
  void viewsAreShownAndDescribed() {
    String text = "CREATE VIEW Late (o, \"select\") AS\n  SELECT offset, key FROM t -- half";
    sql.update(text + "\n;");
    assertEquals(List.of("Late " + text), sql.rows("SHOW VIEWS"));
    assertEquals(
        List.of("o BIGINT NO NO", "select VARBINARY YES NO"), sql.rows("DESCRIBE main.late"));
    assertEquals(sql.rows("DESCRIBE late"), sql.rows("SHOW COLUMNS FROM late"));
    assertEquals(
        List.of("main Late VIEW NULL"),
        sql.rows("SELECT * FROM klog.tables WHERE table_type = 'VIEW'"));
    PreparedSql prepared = sql.session.prepare("SELECT o FROM late");
    assertEquals("Late", prepared.columns().get(0).table());
    assertEquals(List.of("Late"), sql.rows("SELECT name FROM klog.views WHERE text LIKE '%half'"));
  }

  @Test
  void aViewIsReplacedUnderThoseWhoReadIt() {
    sql.update("CREATE VIEW v AS SELECT key FROM t WHERE offset < 2");
    PreparedSql prepared = sql.session.prepare("SELECT * FROM v");
    sql.update("CREATE OR REPLACE VIEW V AS SELECT 'x' AS y, key FROM t WHERE offset = 3");
    try (Rows rows = sql.session.query(prepared, new Object[0], StatementControl.unlimited())) {
      assertTrue(rows.next());
      assertEquals("x", rows.getString(0));
      assertFalse(rows.next());
    }
    sql.update("DROP VIEW main.v");
    assertEquals(
        "42P01",
        Fault.of(() -> sql.session.query(prepared, new Object[0], StatementControl.unlimited()))
            .sqlState());
    sql.update("DROP VIEW IF EXISTS v");
    sql.update("CREATE TOPIC v");
  }

  @Test
  void aViewWhoseTopicIsGoneSaysSoUntilItIsThereAgain() {
    sql.update("CREATE VIEW a AS SELECT key FROM t");
    sql.update("CREATE VIEW b AS SELECT key FROM a");
    sql.update("DROP TOPIC t");
    assertEquals(
        "42P01 in view b: in view a: line 1, column 34: Object 't' not found",
        Fault.text(() -> sql.rows("SELECT * FROM b")).replaceAll(" within.*", ""));
    assertEquals("42P01", Fault.of(() -> sql.rows("DESCRIBE b")).sqlState());
    assertEquals(List.of(), sql.rows("SELECT * FROM klog.columns WHERE table_name = 'b'"));
    assertEquals(2, sql.rows("SHOW VIEWS").size());
    sql.update("CREATE TOPIC t");
    sql.update("INSERT INTO t VALUES ('new', 'v')");
    assertEquals(List.of("new"), sql.rows("SELECT * FROM b"));
    sql.update("DROP TOPIC t");
    sql.update("DROP VIEW a");
    sql.update("DROP VIEW b");
    assertEquals(List.of(), sql.rows("SHOW VIEWS"));
  }

  @Test
  void viewsThatWouldReadThemselvesAreRefused() {
    sql.update("CREATE VIEW a AS SELECT key FROM t");
    sql.update("CREATE VIEW b AS SELECT key FROM a");
    assertEquals(
        "42P17 view A reads itself: a -> A",
        Fault.text(() -> sql.update("CREATE OR REPLACE VIEW a AS SELECT key FROM A")));
    assertEquals(
        "42P17 in view b: view a reads itself: a -> b -> a",
        Fault.text(() -> sql.update("CREATE OR REPLACE VIEW a AS SELECT key FROM b")));
    assertEquals(10, sql.rows("SELECT * FROM b").size());
  }

  /** As two processes can make them, each of which looks before the other is done. */
  @Test
  void viewsThatReadThemselvesAreAnErrorWhenTheyAreUsed() {
    sql.store.createView(new io.klog.View("x", "CREATE VIEW x AS SELECT * FROM y"), false);
    sql.store.createView(new io.klog.View("y", "CREATE VIEW y AS SELECT * FROM x"), false);
    assertEquals(
        "42P17 in view x: in view y: view x reads itself: x -> y -> x",
        Fault.text(() -> sql.rows("SELECT * FROM x")));
    sql.store.createView(new io.klog.View("z", "DROP TOPIC t"), false);
    sql.store.createView(new io.klog.View("zz", "CREATE VEIW"), false);
    assertEquals("42P17", Fault.of(() -> sql.rows("SELECT * FROM z")).sqlState());
    assertEquals("42601", Fault.of(() -> sql.rows("SELECT * FROM zz")).sqlState());
    sql.update("DROP VIEW x");
    assertEquals(10, sql.rows("SELECT * FROM t").size());
  }

  @Test
  void viewsThatDoubleAreTooComplexAtSomePoint() {
    sql.update("CREATE VIEW v0 AS SELECT offset FROM t");
    for (int i = 1; i < 9; i++) {
      sql.update(
          "CREATE VIEW v%d AS SELECT * FROM v%d UNION ALL SELECT * FROM v%d"
              .formatted(i, i - 1, i - 1));
    }
    SqlFault fault =
        Fault.of(
            () -> {
              sql.update("CREATE VIEW v9 AS SELECT * FROM v8 UNION ALL SELECT * FROM v8");
              sql.update("CREATE VIEW v10 AS SELECT * FROM v9 UNION ALL SELECT * FROM v9");
            });
    assertEquals("54001", fault.sqlState(), fault.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          CREATE VIEW x AS SELECT nothing FROM t           | 42703 | line 1, column 25: Column 'nothing' not found
          CREATE VIEW x AS SELECT * FROM nowhere           | 42P01 | line 1, column 32: Object 'nowhere' not found
          CREATE VIEW x AS SELECT * FROM x                 | 42P17 | view x reads itself: x -> x
          CREATE VIEW x (a) AS SELECT key, value FROM t    | 42601 | line 1, column 15: 1 names for the 2 columns
          CREATE VIEW x (a, A) AS SELECT key, value FROM t | 42701 | line 1, column 15: the view has two columns 'A'
          CREATE VIEW x AS SELECT key, Key FROM t          | 42701 | the view has two columns 'Key'
          CREATE VIEW x AS SELECT * FROM t WHERE key = ?   | 42000 | line 1, column 46: a view has no parameters
          CREATE VIEW x AS SELECT STREAM * FROM t          | 42000 | line 1, column 18: a view does not follow
          CREATE VIEW x AS SELECT * FROM t FOR CONSUMER GROUP g | 42601 | FOR CONSUMER GROUP goes with a query
          CREATE VIEW x AS INSERT INTO t VALUES ('a', 'b') | 42601 | line 1, column 18
          CREATE VIEW t AS SELECT 1 AS a                   | 42P07 | line 1, column 13: t is a topic
          CREATE VIEW klog.x AS SELECT 1 AS a              | 3F000 | line 1, column 13
          CREATE VIEW select AS SELECT 1 AS a              | 42601 | line 1, column 13
          DROP VIEW t                                      | 42809 | line 1, column 11: t is a topic: DROP TOPIC drops it
          DROP VIEW vlate                                  | 42P01 | line 1, column 11: there is no view 'vlate'; did you mean 'late'?
          DROP TOPIC v                                     | 42809 | line 1, column 12: v is a view: DROP VIEW drops it
          DROP TOPIC IF EXISTS v                           | 42809 | v is a view
          INSERT INTO v VALUES ('a', 'b')                  | 42809 | line 1, column 13: v is a view, not a topic
          DELETE FROM v WHERE offset < 5                   | 42809 | line 1, column 13: v is a view, not a topic
          ALTER TOPIC v SET ('cleanup.policy'='compact')   | 42809 | line 1, column 13: v is a view, not a topic
          SELECT nothing FROM v                            | 42703 | line 1, column 8: Column 'nothing' not found
          """)
  void whatIsWrongIsSaidWithItsPlace(String statement, String state, String message) {
    sql.update("CREATE VIEW v AS SELECT key, value FROM t");
    sql.update("CREATE VIEW late AS SELECT key FROM t");
    SqlFault fault = Fault.of(() -> sql.session.prepare(statement));
    assertEquals(state, fault.sqlState(), fault.getMessage());
    assertTrue(String.valueOf(fault.getMessage()).contains(message), fault.getMessage());
  }
}
