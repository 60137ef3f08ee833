package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TailTest {
  private static final long DEADLINE_SECONDS = 60;

  private ShellInMemory shell;

  TailTest() throws SQLException {
    shell = new ShellInMemory();
  }

  @AfterEach
  void close() throws SQLException {
    shell.close();
  }

  private void insert(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(shell.connection().getMetaData().getURL());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void await(BooleanSupplier condition, Supplier<String> found)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("waited for " + DEADLINE_SECONDS + " s; there is: " + found.get());
      }
      Thread.sleep(10);
    }
  }

  /** Runs the command until it was interrupted, which happens when all of it is printed. */
  private void tail(String command, String sql, String expected) throws Exception {
    Shell.Outcome[] outcome = {null};
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome[0] = shell.outcome(command);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.start();
    try {
      String[] parts = expected.split("\\+\\+\n", -1);
      await(
          () ->
              shell.printed().equals(parts[0])
                  && (!parts[0].isEmpty() || shell.said().contains("lag 0")),
          () -> shell.printed() + shell.said());
      insert(sql);
      String all = String.join("", parts);
      await(() -> shell.printed().equals(all), () -> shell.printed() + shell.said());
    } finally {
      shell.interruption.interrupt();
      thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
    }
    assertEquals(Shell.Outcome.DONE, outcome[0], () -> shell.said());
  }

  @Test
  void theLastRowsAndThoseThatCome() throws Exception {
    shell.run(
        "CREATE TOPIC t; INSERT INTO t (key) VALUES ('a'), ('b'), ('c'); SET poll.timeout = 77;");
    shell.settings.mode = Mode.CSV;
    shell.settings.header = false;
    shell.run(
        "CREATE TOPIC u (k VARCHAR KEY); INSERT INTO u (timestamp, k) VALUES"
            + " ('2026-11-01', 'a'), ('2026-11-01', 'b'), ('2026-11-01', 'c');");
    String time = ",0,2026-11-01 00:00:00.000,";
    tail(
        ".tail -n 2 U",
        "INSERT INTO u (timestamp, k) VALUES ('2026-11-01', 'd')",
        "1" + time + "b,{}\n2" + time + "c,{}\n++\n3" + time + "d,{}\n");
    assertEquals(List.of("77"), shell.rows("SHOW poll.timeout"), "as it was");
  }

  @Test
  void theLastRowsOfEachPartitionThatMeetTheCondition() throws Exception {
    shell.settings.header = false;
    shell.run("CREATE TOPIC t (n INT) WITH ('partitions'='3');");
    for (int i = 0; i < 40; i++) {
      shell.run(
          "INSERT INTO t (partition, timestamp, n) VALUES ("
              + (i < 30 ? 0 : 1)
              + ", '2026-11-01', "
              + i
              + ");");
    }
    String time = ",2026-11-01 00:00:00.000,";
    tail(
        ".tail -n 2 t WHERE n % 5 = 0 OR n = 39 -- and no more",
        "INSERT INTO t (partition, timestamp, n) VALUES (2, '2026-11-01', 41), (2, '2026-11-01',"
            + " 45)",
        "20,0"
            + time
            + "20,{}\n25,0"
            + time
            + "25,{}\n5,1"
            + time
            + "35,{}\n9,1"
            + time
            + "39,{}\n++\n1,2"
            + time
            + "45,{}\n");
  }

  @Test
  void noneOfTheOldRows() throws Exception {
    shell.close();
    shell = new ShellInMemory(true); // whose line tells when the old rows are passed
    shell.settings.header = false;
    shell.run("CREATE TOPIC u (k VARCHAR KEY); INSERT INTO u (k) VALUES ('a');");
    tail(
        ".tail -n 0 u",
        "INSERT INTO u (timestamp, k) VALUES ('2026-11-01', 'd')",
        "++\n1,0,2026-11-01 00:00:00.000,d,{}\n");
  }

  @Test
  void badArgumentsAreTold() throws Exception {
    shell.run("CREATE TOPIC t; CREATE VIEW v AS SELECT key FROM t;");
    assertTrue(shell.fails(".tail").contains(".tail takes a topic"));
    assertTrue(shell.fails(".tail -n x t").contains("-n takes a number of rows, not 'x'"));
    assertTrue(shell.fails(".tail -n -1 t").contains("-n takes a number of rows, not '-1'"));
    assertTrue(shell.fails(".tail t key = 'a'").contains("there may be a WHERE, not 'key'"));
    assertTrue(shell.fails(".tail t WHERE").contains("WHERE takes a condition"));
    assertEquals("error 42P01: there is no topic 'nix'", shell.fails(".tail nix"));
    assertEquals("error 42809: v is a view, not a topic", shell.fails(".tail v"));
    assertTrue(shell.fails(".tail t WHERE kee = 'a'").contains("Column 'kee' not found"));
  }

  @Test
  void aTerminalHasALineBelow() throws Exception {
    shell.close();
    shell = new ShellInMemory(true);
    shell.settings.header = false;
    shell.run("CREATE TOPIC u (k VARCHAR KEY);");
    tail(
        ".tail u",
        "INSERT INTO u (timestamp, k) VALUES ('2026-11-01', 'd')",
        "++\n0,0,2026-11-01 00:00:00.000,d,{}\n");
    assertTrue(shell.said().contains("lag 0  u: Ctrl-C ends"), shell.said());
    assertTrue(shell.said().endsWith("\r\u001b[K(1 row)\n"), shell.said());
  }
}
