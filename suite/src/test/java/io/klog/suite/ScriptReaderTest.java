package io.klog.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.suite.Entry.Command;
import io.klog.suite.Entry.Condition;
import io.klog.suite.Entry.Halt;
import io.klog.suite.Entry.Order;
import io.klog.suite.Entry.Query;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScriptReaderTest {
  private static List<Entry> read(String script) throws IOException {
    return new ScriptReader("script", new BufferedReader(new StringReader(script))).entries();
  }

  @Test
  void everyKindOfEntryIsRead() throws IOException {
    assertEquals(
        List.of(
            new Command(4, List.of(), false, "CREATE TABLE t(\n  a INTEGER)"),
            new Command(9, List.of(new Condition(false, "mysql")), true, "DROP TABLE u"),
            new Query(
                14,
                List.of(new Condition(true, "sqlite")),
                "IT",
                Order.ROWSORT,
                Optional.of("label-1"),
                "SELECT 1,\n  'x'",
                Optional.of(List.of("1", "x"))),
            new Query(
                21, List.of(), "R", Order.NOSORT, Optional.empty(), "SELECT 2", Optional.empty()),
            new Halt(24, List.of())),
        read(
            """
            # a comment
            hash-threshold 8

            statement ok
            CREATE TABLE t(
              a INTEGER)

            skipif mysql # not compatible
            statement error
            DROP TABLE u

            # another
            onlyif sqlite
            query IT rowsort label-1
            SELECT 1,
              'x'
            ----
            1
            x

            query R
            SELECT 2

            halt
            """));
  }

  @Test
  void anEmptyResultIsNotNoResult() throws IOException {
    Query query = (Query) read("query I nosort\nSELECT 1\n----\n\n").get(0);
    assertEquals(Optional.of(List.of()), query.expected());
  }

  @Test
  void whatIsNoScriptIsRefusedWithItsLine() {
    assertRefused("script:1: found perhaps, expected ok or error", "statement perhaps\nx\n");
    assertRefused("script:2: found quest, expected statement", "\nquest I\nx\n");
    assertRefused("script:1: found IX, expected types", "query IX nosort\nSELECT 1\n");
    assertRefused("script:1: found sorted, expected nosort", "query I sorted\nSELECT 1\n");
    assertRefused("script:1: found the end of the line", "onlyif\n");
  }

  private static void assertRefused(String message, String script) {
    String found =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> read(script)).getMessage());
    assertTrue(found.startsWith(message), found);
  }
}
