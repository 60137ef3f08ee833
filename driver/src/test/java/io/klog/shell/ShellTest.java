package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.shell.Shell.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellTest {
  private final TestShell shell;

  ShellTest() throws SQLException {
    shell = new TestShell();
    shell.settings.mode = Mode.CSV;
    shell.settings.header = false;
  }

  @AfterEach
  void close() throws SQLException {
    shell.close();
  }

  private String line(String text) {
    return text + System.lineSeparator();
  }

  @Test
  void aScriptStopsAtTheFirstErrorAndSaysWhere(@TempDir Path directory)
      throws IOException, CommandException {
    Path script =
        Files.writeString(directory.resolve("s.sql"), "SELECT 1;\n\nSELECT x;\nSELECT 2;");
    try (Script lines = Script.ofFile(script.toString())) {
      assertEquals(Outcome.FAILED, shell.shell.run(lines));
    }
    assertEquals(line("1"), shell.out());
    String said = shell.err();
    assertTrue(said.startsWith("error 42703: "), said);
    assertTrue(said.endsWith(line(" (" + script + ", line 3)")), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void aScriptGoesOnWhenToldTo() throws IOException, CommandException {
    shell.settings.keepGoing = true;
    assertEquals(Outcome.FAILED, shell.run("SELECT 1; SELECT x; SELECT 2;"));
    assertEquals(line("1") + line("2"), shell.out());
  }

  @Test
  void whatIsTypedTogetherRunsToItsEnd() throws IOException, CommandException {
    shell.shell.runTyped("SELECT x; SELECT 2;");
    assertEquals(line("2"), shell.out());
  }

  @Test
  void theLastStatementNeedsNoSemicolon() throws IOException, CommandException {
    assertEquals(line("1"), shell.outOf("SELECT 1 -- one"));
  }

  @Test
  void aStringWithoutAnEndRunsNothing() throws IOException, CommandException {
    assertEquals(Outcome.FAILED, shell.run("SELECT 1;\nSELECT 'a;\n"));
    assertEquals(line("1"), shell.out());
    assertEquals(line("error: the string that begins in line 2 has no end"), shell.err());
  }

  @Test
  void readRunsAFileAndFailsWhereItFails(@TempDir Path directory)
      throws IOException, CommandException {
    Path good =
        Files.write(
            directory.resolve("good"), "\ufeffSELECT 'é';".getBytes(StandardCharsets.UTF_8));
    assertEquals(line("é"), shell.outOf(".read '" + good + "'"));
    Path bad =
        Files.writeString(directory.resolve("bad"), ".read '" + good + "'\n.nope\nSELECT 3;");
    assertEquals(Outcome.FAILED, shell.run(".read '" + bad + "'\nSELECT 4;"));
    assertEquals(line("é"), shell.out());
    assertEquals(
        line("error: there is no command .nope: .help lists those there are (" + bad + ", line 2)"),
        shell.err());
    assertEquals(Outcome.FAILED, shell.run(".read nowhere"));
    assertEquals(line("error: there is no file nowhere"), shell.err());
  }

  @Test
  void aScriptThatReadsItselfIsAnError(@TempDir Path directory)
      throws IOException, CommandException {
    Path script = directory.resolve("loop");
    Files.writeString(script, ".read '" + script + "'");
    assertEquals(Outcome.FAILED, shell.run(".read '" + script + "'"));
    String said = shell.err();
    assertTrue(said.startsWith("error: scripts that read scripts"), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void aScriptThatIsNotInUtf8IsAnError(@TempDir Path directory)
      throws IOException, CommandException {
    Path script = Files.write(directory.resolve("latin"), new byte[] {'-', '-', (byte) 0xe9, '\n'});
    assertEquals(Outcome.FAILED, shell.run(".read '" + script + "'"));
    assertEquals(line("error: " + script + " is not in UTF-8"), shell.err());
  }

  @Test
  void commandsAreFoundByTheBeginningOfTheirNames() throws IOException, CommandException {
    shell.outOf("CREATE TOPIC orders; CREATE TOPIC clicks; INSERT INTO orders (key) VALUES ('a');");
    assertEquals(line("clicks,1,0") + line("orders,1,1"), shell.outOf(".TOP"));
    assertEquals(Outcome.FAILED, shell.run(".e"));
    assertEquals(Outcome.FAILED, shell.run("."));
  }

  @Test
  void theSchemaIsWhatMakesItAgain() throws IOException, CommandException {
    String made =
        shell.outOf(
            "CREATE TOPIC \"order\" (id VARCHAR KEY) WITH ('partitions'='2'); CREATE TOPIC raw;"
                + "CREATE VIEW ids AS SELECT id FROM \"order\";\n.schema");
    assertEquals(3, made.lines().count(), made);
    try (TestShell other = new TestShell()) {
      assertEquals(made, other.outOf(made + ".schema"));
      assertEquals(1, other.outOf(".schema IDS").lines().count());
      assertEquals(other.outOf(".schema raw"), other.outOf(".schema main.raw"));
      assertEquals(Outcome.FAILED, other.run(".schema nope"));
      assertEquals(line("error: there is no topic and no view nope"), other.err());
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void groupsAndTheirLag() throws IOException, CommandException {
    shell.outOf(
        "CREATE TOPIC orders; INSERT INTO orders (key) VALUES ('a');"
            + "SELECT key FROM orders FOR CONSUMER GROUP billing;"
            + "INSERT INTO orders (key) VALUES ('b');"
            + "SELECT key FROM orders LIMIT 1 FOR CONSUMER GROUP \"it's\";");
    assertEquals(line("billing,orders,0,1,2,1,"), shell.outOf(".lag billing").replace("\"\"", ""));
    assertEquals(line("it's,orders,0,1,2,1,"), shell.outOf(".lag \"it's\"").replace("\"\"", ""));
    assertEquals(2, shell.outOf(".groups").lines().count());
    assertEquals(2, shell.outOf(".lag").lines().count());
  }

  @Test
  void switchesTellWhatTheyAreAndTakeOnOrOff() throws IOException, CommandException {
    assertEquals(line("off"), shell.outOf(".echo"));
    assertEquals(
        line("SELECT 1;") + line("1") + line(".echo"),
        shell.outOf(".echo on\nSELECT 1;\n.echo").replace(line("on"), ""));
    assertEquals(Outcome.FAILED, shell.run(".echo maybe"));
    assertEquals(line("error: .echo is on or off, not 'maybe'"), shell.err());
    assertEquals(Outcome.FAILED, shell.run(".mode nice"));
    assertEquals(
        line("error: there is no mode 'nice': expected one of table, csv, json, markdown, line"),
        shell.err());
    assertEquals(Outcome.FAILED, shell.run(".read"));
    assertEquals(line("error: expected .read FILE"), shell.err());
  }

  @Test
  void helpListsEveryCommand() throws IOException, CommandException {
    List<String> lines = shell.outOf(".help").lines().toList();
    assertEquals(DotCommands.ALL.size(), lines.size());
    for (int i = 0; i < lines.size(); i++) {
      assertTrue(lines.get(i).startsWith(DotCommands.ALL.get(i).usage()), lines.get(i));
      assertTrue(lines.get(i).endsWith("  " + DotCommands.ALL.get(i).help()), lines.get(i));
      assertTrue(lines.get(i).length() <= 120, lines.get(i));
    }
    assertEquals(1, shell.outOf(".help .mode").lines().count());
  }

  @Test
  void quitEndsAScript() throws IOException, CommandException {
    assertEquals(line("1"), shell.outOf("SELECT 1;\n.quit\nSELECT 2;"));
    assertTrue(shell.shell.isQuitting());
  }

  @Test
  void theTimerGoesToStandardErrorWhereItWouldSpoilTheRows() throws IOException, CommandException {
    shell.run(".timer on\nSELECT 1;");
    assertEquals(line("1"), shell.out());
    assertTrue(shell.err().startsWith("1 row, "));
  }

  @Test
  void ctrlCEndsAStatementThatWaitsAndShowsWhatCameBefore()
      throws IOException, CommandException, InterruptedException {
    shell.settings.mode = Mode.TABLE;
    shell.settings.header = true;
    shell.outOf("CREATE TOPIC t; INSERT INTO t (key) VALUES ('a');");
    Thread presses =
        new Thread(
            () -> {
              // Whenever it comes, it is to work: while planning, between rows, while waiting.
              while (shell.interruption.interrupt() == 0) {
                Thread.onSpinWait();
              }
            });
    presses.setDaemon(true);
    presses.start();
    assertEquals(Outcome.CANCELLED, shell.run("SELECT STREAM key\nFROM t; SELECT 1;"));
    presses.join();
    assertEquals(line("cancelled: SELECT STREAM key FROM t"), shell.err());
    assertEquals(
        line("1"),
        shell.outOf(".headers off\n.mode csv\nSELECT 1;").lines().reduce("", (a, b) -> line(b)));
  }
}
