package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {
  private static final long LEFT = 1 << 20;
  private static final int VALUE_BYTES = 10_000;
  private static final int ROWS = 200;

  private final Sql sql = new Sql();
  // What other statements keep.
  private final MemoryBudget others = new MemoryBudget("the others");

  @BeforeEach
  void leaveLittle() {
    sql.update("CREATE TOPIC t");
    sql.session.setAutoCommit(false);
    for (int i = 0; i < ROWS; i++) {
      String value = String.format("%06d", i) + "x".repeat(VALUE_BYTES);
      sql.update("INSERT INTO t (key, value) VALUES (?, ?)", "k" + i % 2, value);
    }
    sql.session.commit();
    sql.session.setAutoCommit(true);
    others.take(MemoryBudget.OF_JVM.left() - LEFT);
  }

  @AfterEach
  void giveAllBack() {
    sql.close();
    others.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT value, count(*) FROM t GROUP BY value",
        "SELECT DISTINCT value FROM t",
        "SELECT count(DISTINCT value) FROM t",
        "SELECT offset, max(value) FROM t GROUP BY offset",
        "SELECT offset, min(CAST(value AS VARCHAR)) FROM t GROUP BY offset",
        "SELECT value FROM t ORDER BY value",
        "SELECT value FROM t ORDER BY value LIMIT 150",
        "SELECT a.offset FROM t a JOIN t b ON a.value = b.value",
        "SELECT a.offset FROM t a LEFT JOIN t b ON a.value = b.value",
      })
  void aStatementThatNeedsMoreThanIsLeftFailsAloneAndGivesBackWhatItTook(String query) {
    long left = MemoryBudget.OF_JVM.left();
    SqlFault fault =
        Fault.of(
            () -> {
              sql.rows(query);
            });
    assertEquals("53200", fault.sqlState());
    assertTrue(String.valueOf(fault.getMessage()).contains("more memory than is left"));
    assertEquals(left, MemoryBudget.OF_JVM.left());

    others.close();
    long all = MemoryBudget.OF_JVM.left();
    assertFalse(sql.rows(query).isEmpty());
    assertEquals(all, MemoryBudget.OF_JVM.left());
  }

  @Test
  void whatAShortSortKeepsNoLongerIsGivenBack() {
    // The rows come in the order that replaces the kept ones each time.
    assertEquals(50, sql.rows("SELECT value FROM t ORDER BY value DESC LIMIT 50").size());
  }

  @Test
  void whatTheGreatestReplacesIsGivenBack() {
    assertEquals(2, sql.rows("SELECT key, max(value) FROM t GROUP BY key").size());
    assertEquals(2, sql.rows("SELECT key, max(CAST(value AS VARCHAR)) FROM t GROUP BY key").size());
  }

  @Test
  void openRowsKeepTheirShareUntilTheyAreClosed() {
    long left = MemoryBudget.OF_JVM.left();
    try (Rows rows = sql.open("SELECT value FROM t WHERE offset < 50 ORDER BY value")) {
      assertTrue(rows.next());
      assertTrue(MemoryBudget.OF_JVM.left() <= left - 50 * VALUE_BYTES);
    }
    assertEquals(left, MemoryBudget.OF_JVM.left());
  }

  @Test
  void anArrayOfMoreThanHalfARegionFillsWholeOnes() {
    assertEquals(100_000, MemoryBudget.bytesOfArray(100_000));
    assertEquals(1 << 20, MemoryBudget.bytesOfArray((1 << 20) - 64));
    assertEquals(2 << 20, MemoryBudget.bytesOfArray(1 << 20));
  }

  @Test
  void theChunksOfATableOfKeysFillWholeRegions() {
    MemoryBudget.Pool pool = new MemoryBudget.Pool(64 << 20);
    KeyBuffer key = new KeyBuffer();
    byte[] bytes = new byte[100_000];
    try (MemoryBudget budget = new MemoryBudget("GROUP BY", pool)) {
      KeyTable table = new KeyTable(budget);
      for (int i = 0; i < 300; i++) {
        bytes[0] = (byte) i;
        bytes[1] = (byte) (i >> 8);
        key.clear();
        key.addBytes(bytes, 0, bytes.length);
        table.add(key);
      }
      assertTrue(pool.left() > 28 << 20, "left: " + pool.left());
    }
    assertEquals(64 << 20, pool.left());
  }
}
