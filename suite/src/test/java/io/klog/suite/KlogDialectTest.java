package io.klog.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.suite.Entry.Command;
import io.klog.suite.Entry.Order;
import io.klog.suite.Entry.Query;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KlogDialectTest {
  private final KlogDialect dialect = new KlogDialect();

  private Optional<Rule> skip(String sql) {
    return dialect.skip(
        sql.startsWith("SELECT") ? query(sql) : new Command(1, List.of(), false, sql));
  }

  private static Query query(String sql) {
    return new Query(1, List.of(), "I", Order.NOSORT, Optional.empty(), sql, Optional.empty());
  }

  @Test
  void tablesBecomeTopicsWithoutConstraints() {
    assertEquals(
        "CREATE TABLE t(a INTEGER, b VARCHAR, c VARCHAR(8))",
        dialect.translate("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT UNIQUE, c VARCHAR(8));"));
  }

  @Test
  void innerStarsAreTheColumnsOfTheTable() {
    dialect.translate("CREATE TABLE t(\n  a INTEGER,\n  b TEXT\n)");
    assertEquals(
        "INSERT INTO u SELECT a, b FROM t", dialect.translate("INSERT INTO u SELECT * FROM t"));
    assertEquals(
        "SELECT 1 IN (SELECT a, b FROM T)", dialect.translate("SELECT 1 IN (SELECT * FROM T)"));
    assertEquals("SELECT * FROM t", dialect.translate("SELECT * FROM t"));
    assertEquals("SELECT count(*) FROM t", dialect.translate("SELECT count(*) FROM t"));
  }

  @Test
  void aTableThatIsNotAsItShouldBeIsNotAskedUntilItIsMadeAnew() {
    assertEquals(Optional.empty(), skip("SELECT a FROM t"));
    assertEquals(Optional.of(Rule.CHANGES_ROWS), skip("DELETE FROM t WHERE a = 1"));
    assertEquals(Optional.of(Rule.AFTER_CHANGE), skip("SELECT a FROM T"));
    assertEquals(Optional.of(Rule.AFTER_CHANGE), skip("INSERT INTO u SELECT * FROM t"));
    assertEquals(Optional.empty(), skip("SELECT t2.a FROM t2"));
    assertEquals(Optional.empty(), skip("DROP TABLE t"));
    assertEquals(Optional.empty(), skip("SELECT a FROM t"));
  }

  @Test
  void whatATopicCannotDoIsSkippedByRule() {
    assertEquals(Optional.of(Rule.INDEX), skip("CREATE UNIQUE INDEX i ON t(a)"));
    assertEquals(Optional.of(Rule.INDEX), skip("REINDEX t"));
    assertEquals(
        Optional.of(Rule.TRIGGER), skip("CREATE TRIGGER x UPDATE ON t BEGIN SELECT 1; END"));
    assertEquals(Optional.of(Rule.DISTINCT_STAR), skip("SELECT DISTINCT * FROM t"));
    assertEquals(Optional.of(Rule.EMPTY_LIST), skip("SELECT 1 NOT IN ()"));
    assertEquals(Optional.empty(), skip("SELECT DISTINCT - 2 * a FROM t"));
  }

  @Test
  void onlyKnownDifferencesAreExcused() {
    Entry entry = query("SELECT 1 / 0");
    assertEquals(
        Optional.of(Rule.DIVISION_BY_ZERO),
        dialect.excuse(entry, new SQLException("division by zero", "22012")));
    assertEquals(Optional.empty(), dialect.excuse(entry, new SQLException("no such", "42000")));

    SQLException ungrouped =
        new SQLException("line 1, column 8: Expression 't.b' is not being grouped", "42803");
    assertEquals(
        Optional.of(Rule.UNGROUPED),
        dialect.excuse(query("SELECT t.b FROM t GROUP BY t.a"), ungrouped));
    assertEquals(
        Optional.empty(), dialect.excuse(query("SELECT t.b FROM t GROUP BY t.a, b"), ungrouped));
  }

  @Test
  void columnsOfEveryRecordAreExtra() {
    assertTrue(dialect.isExtra("offset"));
    assertTrue(dialect.isExtra("headers0"));
    assertFalse(dialect.isExtra("col0"));
  }
}
