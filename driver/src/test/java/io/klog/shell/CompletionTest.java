package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser.ParseContext;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
  private final TestShell shell;
  private final LineReader reader;

  CompletionTest() throws SQLException, IOException {
    shell = new TestShell();
    reader = LineReaderBuilder.builder().terminal(new DumbTerminal(System.in, System.out)).build();
  }

  @BeforeEach
  void someNames() throws IOException, CommandException {
    shell.outOf(
        "CREATE TOPIC orders (id VARCHAR KEY, amount INT); CREATE TOPIC \"odd-name\";"
            + "CREATE VIEW ordinary AS SELECT id FROM orders;"
            + "INSERT INTO orders (id) VALUES ('a');"
            + "SELECT id FROM orders FOR CONSUMER GROUP billing;");
  }

  @AfterEach
  void close() throws SQLException {
    shell.close();
  }

  /** Offered where the bar stands. */
  private List<String> offered(String line) {
    int cursor = line.indexOf('|');
    String text = line.substring(0, cursor) + line.substring(cursor + 1);
    List<Candidate> candidates = new ArrayList<>();
    new Completion(new Names(shell.shell.connection()))
        .complete(
            reader, new StatementParser().parse(text, cursor, ParseContext.COMPLETE), candidates);
    return candidates.stream().map(Candidate::value).toList();
  }

  @Test
  void keywordsInTheCaseThatWasBegun() {
    assertEquals(List.of("SELECT", "SET"), offered("SE|"));
    assertEquals(List.of("select"), offered("SELECT 1; sel|"));
    assertEquals(
        List.of("where", "when"),
        offered("SELECT * FROM orders wh|").stream().sorted((a, b) -> b.compareTo(a)).toList());
  }

  @Test
  void topicsAndViewsWhereATableStands() {
    assertEquals(List.of("orders", "ordinary"), offered("SELECT * FROM ord|"));
    assertEquals(List.of("\"odd-name\""), offered("INSERT INTO \"o|"));
    assertEquals(List.of("orders"), offered("DROP TOPIC orde|"));
    assertEquals(List.of("klog."), offered("SELECT * FROM k|"));
    assertTrue(offered("SELECT * FROM klog.cons|").contains("consumer_lag"));
    assertEquals(List.of("reset_offsets("), offered("CALL klog.r|"));
  }

  @Test
  void columnsOfTheTablesThatTheStatementNames() {
    assertEquals(List.of("amount"), offered("SELECT am| FROM orders"));
    assertEquals(List.of("amount"), offered("SELECT o.am| FROM orders AS o"));
    assertEquals(List.of("amount"), offered("SELECT o.am|\nFROM orders o WHERE 1 = 1"));
    assertEquals(List.of("records_lag"), offered("SELECT rec| FROM klog.consumer_lag"));
    assertTrue(offered("SELECT |").contains("amount"));
    assertTrue(offered("INSERT INTO orders (|").contains("id"));
  }

  @Test
  void groupsWhereAGroupStands() {
    assertEquals(List.of("billing"), offered("SELECT * FROM orders FOR CONSUMER GROUP |"));
    assertEquals(List.of("billing"), offered(".lag b|"));
  }

  @Test
  void commandsAndTheirArguments(@TempDir Path directory) throws IOException {
    assertEquals(List.of(".mode"), offered(".mo|"));
    assertEquals(List.of("\\mode"), offered("\\mo|"));
    assertEquals(List.of("markdown"), offered(".mode m|"));
    assertEquals(List.of("on", "off"), offered(".timer |"));
    assertEquals(List.of("orders", "ordinary"), offered(".schema or|"));
    assertEquals(List.of(), offered(".nope or|"));
    Files.createFile(directory.resolve("script.sql"));
    Files.createDirectory(directory.resolve("scripts"));
    String path = directory + "/scr";
    assertEquals(
        List.of(path + "ipt.sql", path + "ipts/"),
        offered(".read " + path + "|").stream().sorted().toList());
    assertEquals(List.of(), offered(".read " + directory + "/nowhere/x|"));
  }
}
