package io.klog.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runner itself, over SQLite: it finds what is right right, and what is wrong wrong. */
final class ScriptRunTest {
  private static final String TABLE =
      """
      statement ok
      CREATE TABLE t(a INTEGER, b TEXT)

      statement ok
      INSERT INTO t VALUES (2, 'two'), (10, ''), (NULL, 'none')

      """;

  @ParameterizedTest
  @ValueSource(strings = {"select1", "select5", "random/groupby/slt_good_0", "evidence/in1"})
  void theDatabaseThatTheScriptsWereWrittenForPassesThem(String name) throws Exception {
    List<Entry> entries = Scripts.read(name);

    Tally tally = run(entries);

    assertEquals(List.of(), tally.failures());
    assertEquals(
        entries.stream()
            .filter(entry -> entry instanceof Entry.Query && entry.isFor("sqlite"))
            .count(),
        tally.queries());
  }

  @Test
  void resultsAreComparedInTheOrderThatTheQueryNames() throws Exception {
    assertPasses("query IT nosort\nSELECT a, b FROM t\n----\n2\ntwo\n10\n(empty)\nNULL\nnone\n");
    assertPasses("query IT rowsort\nSELECT a, b FROM t\n----\n10\n(empty)\n2\ntwo\nNULL\nnone\n");
    assertPasses("query IT valuesort\nSELECT a, b FROM t\n----\n(empty)\n10\n2\nNULL\nnone\ntwo\n");
    assertPasses("query R nosort\nSELECT a / 4.0 FROM t WHERE a = 2\n----\n0.500\n");
    assertPasses(
        """
        query I nosort
        SELECT a FROM t WHERE a = 2
        ----
        1 values hashing to 26ab0db90d72e28ad0ba1e22ee510510
        """);
    assertPasses("query I nosort\nSELECT a FROM t\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "query I nosort\nSELECT a FROM t WHERE a = 2\n----\n3\n",
        "query I nosort\nSELECT a FROM t WHERE a = 2\n----\n",
        "query I nosort\nSELECT a FROM t\n----\n10\n2\nNULL\n",
        "query T nosort\nSELECT b FROM t WHERE a = 2\n----\nTwo\n",
        "query II nosort\nSELECT a FROM t WHERE a = 2\n----\n2\n",
        "query I nosort\nSELECT c FROM t\n----\n2\n",
        """
        query I nosort
        SELECT a FROM t WHERE a = 2
        ----
        1 values hashing to 26ab0db90d72e28ad0ba1e22ee510511
        """,
        """
        query I nosort same
        SELECT a FROM t WHERE a = 2

        query I nosort same
        SELECT a FROM t WHERE a = 10
        """,
        "statement ok\nINSERT INTO u VALUES (1)\n",
        "statement error\nINSERT INTO t VALUES (1, 'one')\n"
      })
  void whatIsNotAsExpectedFails(String script) throws Exception {
    List<String> failures = run(entries(TABLE + script)).failures();

    assertEquals(1, failures.size(), failures.toString());
    assertTrue(failures.get(0).startsWith("script:"), failures.toString());
  }

  @Test
  void entriesForOtherDatabasesAreSkippedAndCounted() throws Exception {
    Tally tally =
        run(
            entries(
                TABLE
                    + "onlyif mysql\nquery I nosort\nSELECT 5 DIV 2\n----\n2\n\n"
                    + "skipif sqlite\nstatement ok\nno SQL at all\n\n"
                    + "onlyif sqlite\nskipif mysql\nquery I nosort\nSELECT 5 / 2\n----\n2\n"));

    assertEquals(List.of(), tally.failures());
    assertEquals(2, tally.skippedBy(Rule.OTHER_DATABASE));
    assertEquals(1, tally.queries());
  }

  @Test
  void nothingIsRunBehindHalt() throws Exception {
    Tally tally =
        run(
            entries(
                TABLE
                    + "onlyif mysql\nhalt\n\n"
                    + "query I nosort\nSELECT 1\n----\n1\n\nhalt\n\n"
                    + "query I nosort\nSELECT 1\n----\n2\n"));

    assertEquals(List.of(), tally.failures());
    assertEquals(1, tally.queries());
  }

  private static void assertPasses(String script) throws Exception {
    Tally tally = run(entries(TABLE + script));
    assertEquals(List.of(), tally.failures());
    assertEquals(1, tally.queries());
  }

  private static List<Entry> entries(String script) throws IOException {
    return new ScriptReader("script", new BufferedReader(new StringReader(script))).entries();
  }

  private static Tally run(List<Entry> entries) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      return new ScriptRun("script", connection, new SqliteDialect()).run(entries);
    }
  }
}
