package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** sqlline, as the program that it is, in a JVM of its own, reading what is typed from a file. */
@Timeout(240)
class SqllineTest {
  @TempDir Path directory;
  private final List<String> typed = new ArrayList<>();

  @BeforeEach
  void begin() {
    type(
        "!connect jdbc:klog:orders.klog \"\" \"\"",
        "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL);",
        "INSERT INTO orders (id, amount) VALUES ('o-1', 9.5), ('o-2', 20);");
  }

  private void type(String... lines) {
    typed.addAll(List.of(lines));
  }

  /** What it prints, with single blanks. */
  private String run() throws IOException, InterruptedException {
    type("!quit");
    Path input = Files.write(directory.resolve("typed"), typed);
    Path output = directory.resolve("output");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsqlline.rcfile=" + directory.resolve("none"),
                "-cp",
                System.getProperty("java.class.path"),
                "sqlline.SqlLine",
                "--color=false",
                "--maxWidth=400",
                "--historyFile=" + directory.resolve("history"))
            .directory(directory.toFile())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      assertTrue(java.waitFor(120, TimeUnit.SECONDS), "sqlline did not end");
    } finally {
      java.destroyForcibly();
    }
    assertEquals(0, java.exitValue());
    return Files.readString(output).replaceAll("[ \t]+", " ");
  }

  private static void assertPrinted(String output, String... parts) {
    int from = 0;
    for (String part : parts) {
      int at = output.indexOf(part, from);
      assertTrue(at >= 0, () -> "no '" + part + "' where it should be in\n" + output);
      from = at + part.length();
    }
  }

  @Test
  void showsTablesColumnsKeysTypesAndWhatTheDatabaseCanDo() throws Exception {
    type(
        "CREATE VIEW large AS SELECT id FROM orders WHERE amount > 10;",
        "!tables",
        "!describe orders",
        "!primarykeys orders",
        "!indexes orders",
        "!importedkeys orders",
        "!exportedkeys orders",
        "!procedures",
        "!typeinfo",
        "!schemas",
        "!metadata getDatabaseProductName",
        "!metadata getTableTypes",
        "!dbinfo",
        "!sql SELECT 'the end' AS t;");
    assertPrinted(
        run(),
        "| klog | consumer_lag | SYSTEM TABLE |",
        "| main | orders | TABLE |",
        "| main | large | VIEW |",
        "| main | orders | offset | -5 | BIGINT | 19 |",
        "| main | orders | amount | 3 | DECIMAL | 10 |",
        "| main | orders | offset | 2 | PRIMARY |",
        "| main | orders | partition | 1 | PRIMARY |",
        "INDEX_NAME",
        "PKTABLE_NAME",
        "PKTABLE_NAME",
        "PROCEDURE_NAME",
        "| VARCHAR | 12 |",
        "| klog | |",
        "| main | |",
        "klog\n",
        "| SYSTEM TABLE |",
        "getDriverName klog JDBC driver",
        "| the end |");
  }

  @Test
  void printsRowsInItsFormats() throws Exception {
    String query = "SELECT offset, id, amount FROM orders;";
    type(
        query,
        "!outputformat csv",
        query,
        "!outputformat json",
        query,
        "!outputformat xmlattr",
        query,
        "!outputformat vertical",
        query,
        "!outputformat table",
        "!record record.txt",
        "SELECT id FROM orders;",
        "!record");
    assertPrinted(
        run(),
        "| 1 | o-2 | 20.00 |",
        "'0','o-1','9.50'\n'1','o-2','20.00'",
        "{\"offset\":0,\"id\":\"o-1\",\"amount\":9.50}",
        "<result offset=\"1\" id=\"o-2\" amount=\"20.00\"/>",
        "offset 0\nid o-1\namount 9.50");
    assertPrinted(Files.readString(directory.resolve("record.txt")), "| o-1 |", "| o-2 |");
  }

  @Test
  void commitsRollsBackAndRunsBatches() throws Exception {
    type(
        "!autocommit off",
        "INSERT INTO orders (id, amount) VALUES ('dropped', 1);",
        "!rollback",
        "INSERT INTO orders (id, amount) VALUES ('committed', 1);",
        "!commit",
        "!autocommit on",
        "!isolation TRANSACTION_SERIALIZABLE",
        "!batch",
        "INSERT INTO orders (id, amount) VALUES ('batched-1', 1);",
        "INSERT INTO orders (id, amount) VALUES ('batched-2', 1);",
        "!batch",
        "!reconnect",
        "!outputformat csv",
        "SELECT id FROM orders;",
        "SELECT id FROM orders FOR CONSUMER GROUP billing;",
        "SELECT records_lag FROM klog.consumer_lag;");
    String ids = "'id'\n'o-1'\n'o-2'\n'committed'\n'batched-1'\n'batched-2'\n";
    assertPrinted(run(), "VALUES ('batched-2', 1)", ids, ids, "'records_lag'\n'0'");
  }

  @Test
  void printsWhatWasRefusedWithItsStateAndGoesOn() throws Exception {
    type(
        "SELEKT 1;",
        "UPDATE orders SET amount = 1;",
        "SELECT * FROM nowhere;",
        "INSERT INTO orders (id) VALUES ('no amount');",
        "SELECT count(*) AS n FROM orders;");
    assertPrinted(
        run(), "(state=42601", "(state=42000", "(state=42P01", "(state=23502", "| n |", "| 2 |");
  }
}
