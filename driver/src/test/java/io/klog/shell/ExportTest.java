package io.klog.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  private static final String END = System.lineSeparator();

  @TempDir Path folder;

  private final ShellInMemory shell;

  ExportTest() throws Exception {
    shell = new ShellInMemory();
    shell.run(
        "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2), note VARCHAR);"
            + "INSERT INTO orders (id, amount, note) VALUES ('a', 1, NULL), ('b', 2.5, ''),"
            + " ('c', NULL, 'x, \"y\"');");
  }

  @AfterEach
  void close() throws SQLException {
    shell.close();
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String exported(String what, String name, String options) throws Exception {
    Path file = folder.resolve(name);
    shell.run(".export " + what + " " + file + " " + options);
    return Files.readString(file);
  }

  @Test
  void theFormatIsThatOfTheName() throws Exception {
    String query = "\"SELECT id, amount, note FROM orders\"";
    String csv =
        String.join(END, "id,amount,note", "a,1.00,", "b,2.50,\"\"", "c,,\"x, \"\"y\"\"\"", "");
    assertEquals(csv, exported(query, "a.csv", ""));
    assertEquals(csv, exported(query, "a.dat", "--csv"));
    assertEquals(
        csv.substring(csv.indexOf(END) + END.length()), exported(query, "b.csv", "--no-header"));
    assertEquals(
        String.join(
            END,
            "{\"id\":\"a\",\"amount\":1.00,\"note\":null}",
            "{\"id\":\"b\",\"amount\":2.50,\"note\":\"\"}",
            "{\"id\":\"c\",\"amount\":null,\"note\":\"x, \\\"y\\\"\"}",
            ""),
        exported(query, "a.jsonl", ""));
    assertTrue(exported(query, "a.md", "").startsWith("| id |"));
    shell.run(".export " + query + " " + folder.resolve("a.csv.gz"));
    try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve("a.csv.gz")))) {
      assertEquals(csv, new String(in.readAllBytes(), UTF_8));
    }
    assertEquals(List.of("a.csv", "a.csv.gz", "a.dat", "a.jsonl", "a.md", "b.csv"), files());
  }

  @Test
  void theSettingsOfTheScreenAreNotThoseOfTheFile() throws Exception {
    shell.settings.nullValue = "NULL";
    shell.settings.header = false;
    assertEquals(
        "id,note" + END + "a," + END,
        exported("\"SELECT id, note FROM orders LIMIT 1\"", "a.csv", ""));
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyByAWholeOne() throws Exception {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "before");
    String error =
        shell.fails(
            "CREATE TOPIC bad (n INT) WITH ('on.error'='fail');"
                + "INSERT INTO bad (n) VALUES (1), (2); INSERT INTO bad (value) VALUES ('x');\n"
                + ".export bad "
                + file);
    assertTrue(error.startsWith("error 22"), error);
    assertEquals("before", Files.readString(file));
    assertEquals(List.of("a.csv"), files());
    shell.run(".export orders " + file);
    assertTrue(Files.readString(file).startsWith("offset,"));
    assertEquals(List.of("a.csv"), files());
  }

  @Test
  void aLinkIsWrittenThrough() throws Exception {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "before");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), file);
    shell.run(".export orders " + link);
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.readString(file).startsWith("offset,"));
  }

  @Test
  void aDeviceThatTakesNoMoreIsTold() throws Exception {
    assertEquals(
        "error: /dev/full cannot be written: No space left on device",
        shell.fails(".export --csv orders /dev/full"));
    Path packed = Files.createSymbolicLink(folder.resolve("full.csv.gz"), Path.of("/dev/full"));
    assertEquals(
        "error: /dev/full cannot be written: No space left on device",
        shell.fails(".export orders " + packed));
  }

  @Test
  void whatCannotBeWrittenIsTold() throws Exception {
    Path nowhere = folder.resolve("no").resolve("a.csv");
    assertEquals(
        "error: " + nowhere + ": there is no directory " + nowhere.getParent(),
        shell.fails(".export orders " + nowhere));
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(
        "error: " + file + "/a.csv cannot be written: Not a directory",
        shell.fails(".export orders " + file + "/a.csv"));
    assertEquals(
        "error: " + folder + " is a directory, not a file",
        shell.fails(".export orders --csv " + folder));
    String noPath = shell.fails(".export orders a\u0000.csv");
    assertTrue(noPath.startsWith("error: a\\x00.csv cannot be written: "), noPath);
    assertTrue(shell.fails(".export orders a.xls").contains("say --csv, --jsonl or --markdown"));
    assertEquals(
        "error 42P01: Object 'ordres' not found; did you mean 'orders'?",
        shell.fails(".export ordres " + folder.resolve("b.csv")));
    assertEquals(List.of("file"), files());
  }

  @Test
  void aCancelledExportLeavesNothing() throws Exception {
    shell.interruption.begin();
    shell.interruption.interrupt();
    Arguments arguments = new Arguments(" orders " + folder.resolve("a.csv"));
    assertEquals(
        Interruption.CANCELLED,
        assertThrows(SQLException.class, () -> new ExportCommand().run(shell.shell, arguments))
            .getSQLState());
    shell.interruption.end();
    assertEquals(List.of(), files());
  }

  @Test
  void viewsAndSystemTablesAreExportedToo() throws Exception {
    shell.run("CREATE VIEW v AS SELECT id FROM orders;");
    assertEquals("id" + END + "a" + END + "b" + END + "c" + END, exported("v", "v.csv", ""));
    assertTrue(exported("klog.topics", "t.csv", "").contains("orders"));
  }

  @Test
  void whatIsExportedIsImportedTheSame() throws Exception {
    SplittableRandom random = RandomRecords.random("ExportTest.whatIsExportedIsImportedTheSame");
    shell.run("CREATE TOPIC a WITH ('partitions'='3');");
    try (PreparedStatement insert =
        shell.connection().prepareStatement(RandomRecords.insert("a"))) {
      for (int i = 0; i < 200; i++) {
        RandomRecords.insert(insert, random, 3);
      }
    }
    List<String> expected = RandomRecords.of(shell.connection(), "a");
    for (String name : List.of("a.csv", "a.jsonl", "b.csv.gz", "b.jsonl.gz")) {
      Path file = folder.resolve(name);
      shell.run(
          "DROP TOPIC IF EXISTS b; CREATE TOPIC b WITH ('partitions'='3');\n.export a "
              + file
              + "\n.import "
              + file
              + " b");
      assertEquals(expected, RandomRecords.of(shell.connection(), "b"), name);
    }
  }

  @Test
  void typedRowsAreImportedTheSame() throws Exception {
    String create =
        " (a VARCHAR ARRAY, m MAP<VARCHAR, DOUBLE>, b VARBINARY, f BOOLEAN, ts TIMESTAMP, d DATE,"
            + " t TIME, x DOUBLE, n DECIMAL(20, 5), i INT, c CHAR(3));";
    shell.run(
        "CREATE TOPIC a"
            + create
            + "INSERT INTO a (a, m, b, f, ts, d, t, x, n, i, c) VALUES (ARRAY['x', NULL, ''],"
            + " MAP['k', 1.5], X'00ff', TRUE, TIMESTAMP '1969-12-31 23:59:59.999', DATE"
            + " '0001-01-01', TIME '23:59:59.999', 1E300, 123456789012345.12345, -7, 'ab');INSERT"
            + " INTO a (b) VALUES (X'78272727'), ('x''00''');");
    List<String> expected = shell.rows("SELECT value FROM a ORDER BY offset");
    for (String name : List.of("a.csv", "a.jsonl")) {
      Path file = folder.resolve(name);
      shell.run(
          "DROP TOPIC IF EXISTS b; CREATE TOPIC b"
              + create
              + "\n.export a "
              + file
              + "\n.import "
              + file
              + " b");
      assertEquals(expected, shell.rows("SELECT value FROM b ORDER BY offset"), name);
    }
  }
}
