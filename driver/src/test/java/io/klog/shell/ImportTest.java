package io.klog.shell;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
  private static final String ORDERS =
      "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL, note VARCHAR);";
  private static final String ALL = "SELECT id, amount, note FROM orders ORDER BY offset";

  @TempDir Path folder;

  private final ShellInMemory shell;

  ImportTest() throws SQLException {
    shell = new ShellInMemory();
  }

  @AfterEach
  void close() throws SQLException {
    shell.close();
  }

  private String file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return '"' + file.toString() + '"';
  }

  /** What an error says, with the file's name alone. */
  private String fails(String script) throws IOException {
    return shell.fails(script).replace(folder.toString() + "/", "");
  }

  @Test
  void aHeaderNamesTheColumnsInAnyOrder() throws Exception {
    String file =
        file("a.csv", "note,ID,amount\r\n\"x, \"\"y\"\"\nz\",o-1,9.99\r\n\r\nb,o-2,1\r\n");
    shell.run(ORDERS + "\n.import " + file + " orders");
    assertEquals(List.of("o-1|9.99|x, \"y\"\nz", "o-2|1.00|b"), shell.rows(ALL));
  }

  @Test
  void anEmptyFieldIsNullAndAQuotedOneAnEmptyText() throws Exception {
    String file = file("a.csv", "id,amount,note\na,1,\nb,2,\"\"\n\"\",3,\"NULL\"\n,4,x");
    shell.run(ORDERS + "\n.import " + file + " orders");
    assertEquals(List.of("a|1.00|null", "b|2.00|", "|3.00|NULL", "null|4.00|x"), shell.rows(ALL));
  }

  @Test
  void anEmptyLineIsANullWhereThereIsOneColumn() throws Exception {
    shell.run("CREATE TOPIC o (a VARCHAR);\n.import " + file("a.csv", "a\n\nx\n\"\"\n") + " o");
    assertEquals(List.of("null", "x", ""), shell.rows("SELECT a FROM o ORDER BY offset"));
  }

  @Test
  void withoutAHeaderTheFieldsAreTheTopicsColumns() throws Exception {
    String file = file("a.txt", "o-1;9.99;\"a;b\"\n");
    shell.run(ORDERS + "\n.import --csv --delimiter ; --no-header " + file + " orders");
    assertEquals(List.of("o-1|9.99|a;b"), shell.rows(ALL));
    shell.run("CREATE TOPIC raw;\n.import " + file("b.tsv", "k\tv\n") + " raw --no-header");
    assertEquals(List.of("k|v"), shell.rows("SELECT key, value FROM raw"));
  }

  @Test
  void aByteOrderMarkMayStandBeforeAQuote() throws Exception {
    String file = file("a.csv", "\uFEFF\"id\",\"amount\"\n\"o-1\",1\n");
    shell.run(ORDERS + "\n.import " + file + " orders");
    assertEquals(List.of("o-1|1.00|null"), shell.rows(ALL));
  }

  @Test
  void withoutAHeaderThereMustBeAFieldForEachColumn() throws Exception {
    shell.run(ORDERS);
    for (String line : List.of("o-1\n", "o-1,1,x,lost\n")) {
      assertEquals(
          "error 42601: a.csv, line 1: expected 3 fields, for the columns id, amount, note, found "
              + line.split(",").length,
          fails(".import --no-header " + file("a.csv", line) + " orders"));
    }
    assertEquals(List.of(), shell.rows(ALL));
  }

  @Test
  void withoutAHeaderTheFieldsOfAWholeRecordAreCounted() throws Exception {
    String file = file("a.csv", "o-1,1,x\n");
    shell.run("CREATE TOPIC raw;\n.import " + file + " raw --no-header --key c2");
    assertEquals(
        List.of("1|{\"c1\":\"o-1\",\"c2\":\"1\",\"c3\":\"x\"}"),
        shell.rows("SELECT key, value FROM raw"));
  }

  @Test
  void bytesInArraysAndMapsComeBackAsTheyWere() throws Exception {
    String columns = " (a VARBINARY ARRAY, m MAP<VARCHAR, VARBINARY>, s VARCHAR ARRAY);";
    shell.run(
        "CREATE TOPIC t" + columns + "CREATE TOPIC csv" + columns + "CREATE TOPIC jsonl" + columns);
    shell.run("INSERT INTO t VALUES (ARRAY[X'00ff'], MAP['k', X'ff'], ARRAY['x''ff''']);");
    shell.run("INSERT INTO t VALUES (ARRAY['x''00ff'''], MAP['k', X'7827666627'], ARRAY['x']);");
    String compared = "SELECT a[1] = X'00ff', m['k'] = X'ff', s[1] FROM ";
    List<String> rows = shell.rows(compared + "t ORDER BY offset");
    assertEquals(List.of("true|true|x'ff'", "false|false|x"), rows);
    for (String format : List.of("csv", "jsonl")) {
      String file = '"' + folder.resolve("t." + format).toString() + '"';
      shell.run(".export t " + file + "\n.import " + file + " " + format);
      assertEquals(rows, shell.rows(compared + format + " ORDER BY offset"), format);
    }
  }

  @Test
  void aWrongValueIsToldWithItsPlaceAndNothingIsImported() throws Exception {
    String file = file("a.csv", "id,amount\no-1,1\n\"o\n2\",2\no-3,much\no-4,4\n");
    shell.run(ORDERS);
    assertEquals(
        "error 22018: a.csv, line 5: column amount: 'much' is no number",
        fails(".import " + file + " orders"));
    assertEquals(List.of(), shell.rows(ALL));
    assertTrue(shell.connection().getAutoCommit());
  }

  @Test
  void aMissingValueIsToldWithItsPlace() throws Exception {
    shell.run(ORDERS);
    assertEquals(
        "error 23502: a.csv, line 2: column amount of topic orders cannot be NULL",
        fails(".import " + file("a.csv", "id,amount\no-1,\n") + " orders"));
    assertEquals(
        "error 22003: a.jsonl, line 2: column amount: DECIMAL(10, 2) is wanted, 123456789012 is"
            + " out of range",
        fails(
            ".import "
                + file("a.jsonl", "{\"amount\": 1}\n{\"amount\": 123456789012}\n")
                + " orders"));
    assertEquals(List.of(), shell.rows(ALL));
  }

  @Test
  void badQuotesAndLinesOfAnotherLengthAreTold() throws Exception {
    shell.run(ORDERS);
    assertEquals(
        "error: a.csv, line 3: expected 2 fields, as there are in the first line, found 3",
        fails(".import " + file("a.csv", "id,amount\na,1\nb,2,3\n") + " orders"));
    assertEquals(
        "error: b.csv, line 3: a quote is opened in the record that begins here, and never closed",
        fails(".import " + file("b.csv", "id,amount\na,1\n\"b,2\nc,3\n") + " orders"));
    String behind = fails(".import " + file("c.csv", "id,amount\n\"a\"x,1\n") + " orders");
    assertTrue(behind.startsWith("error: c.csv, line 2: "), behind);
    assertEquals(List.of(), shell.rows(ALL));
  }

  @Test
  void anUnknownColumnIsToldWithWhatMayBeMeant() throws Exception {
    shell.run(ORDERS);
    String file = file("a.csv", "id,amonut,extra\na,1,2\n");
    assertEquals(
        "error 42703: a.csv, line 1: topic orders has no column 'amonut'; did you mean 'amount'?"
            + " It has id, amount, note; --skip-unknown leaves out what it has not",
        fails(".import " + file + " orders"));
    String other = file("b.csv", "id,amount,extra\na,1,2\n");
    shell.run(".import " + other + " orders --skip-unknown");
    assertEquals(List.of("a|1.00|null"), shell.rows(ALL));
    assertTrue(shell.said().contains("left out: extra"), shell.said());
  }

  @Test
  void aTopicThatIsNotThereIsNotCreated() throws Exception {
    String file = file("a.csv", "id,amount\na,1\n");
    assertEquals(
        "error 42P01: there is no topic 'orders'. An import creates none: CREATE TOPIC orders"
            + " (\"id\" VARCHAR, \"amount\" VARCHAR) first, with the types you want",
        fails(".import " + file + " orders"));
    shell.run("CREATE TOPIC t; CREATE VIEW v AS SELECT key FROM t;");
    assertEquals("error 42809: v is a view, not a topic", fails(".import " + file + " v"));
  }

  @Test
  void filesThatCannotBeReadAreTold() throws Exception {
    shell.run(ORDERS);
    assertEquals("error: there is no file nix.csv", shell.fails(".import nix.csv orders"));
    assertEquals("error: . is a directory, not a file", shell.fails(".import . orders"));
    assertEquals(
        "error: a.csv is empty: expected a header with the names of the columns",
        fails(".import " + file("a.csv", "") + " orders"));
    assertEquals(
        "error: a.csv.gz is not packed by gzip, as its name says",
        fails(".import " + file("a.csv.gz", "id,amount\n") + " orders"));
    assertEquals(
        "error: b.csv.gz is not packed by gzip, as its name says",
        fails(".import " + file("b.csv.gz", "") + " orders"));
    assertEquals("error: there is no file a\\x00.csv", shell.fails(".import a\u0000.csv orders"));
    assertEquals(
        "error: what is in a.dat? Its name does not tell: say --csv or --jsonl",
        fails(".import " + file("a.dat", "id,amount\n") + " orders"));
    Path latin = folder.resolve("latin.csv");
    Files.write(latin, "id,amount\nk\u00e4se,1\n".getBytes(ISO_8859_1));
    assertEquals(
        "error: latin.csv, in line 1 or behind it: there are bytes that are not UTF-8",
        fails(".import " + latin + " orders"));
  }

  @Test
  void badArgumentsAreTold() throws Exception {
    assertTrue(shell.fails(".import a.csv").contains("takes a file and a topic"));
    assertEquals(
        "error: there is no option --cvs; there are --csv, --jsonl, --no-header, --no-key,"
            + " --skip-unknown, --delimiter, --batch, --key",
        shell.fails(".import --cvs a t"));
    shell.run("CREATE TOPIC t;");
    String file = file("a.csv", "a\n1\n");
    assertTrue(shell.fails(".import " + file + " t --batch 0").contains("from 1 on, not '0'"));
    assertTrue(shell.fails(".import " + file + " t --batch x").contains("from 1 on, not 'x'"));
    assertTrue(shell.fails(".import " + file + " t --delimiter ab").contains("one character"));
    assertTrue(shell.fails(".import " + file + " t --key").contains("--key takes a value"));
  }

  @Test
  void jsonLinesOfFieldsThatComeAndGo() throws Exception {
    String text =
        "\uFEFF"
            + """
            {"id": "a", "amount": 1.5, "note": null}

              {"amount": "2", "id": "b"}\040
            {"amount":3, "note": {"x": [1, 2.50, "y", null, true]}}
            """;
    shell.run(ORDERS + "\n.import " + file("a.jsonl", text) + " orders");
    assertEquals(
        List.of("a|1.50|null", "b|2.00|null", "null|3.00|{\"x\":[1,2.50,\"y\",null,true]}"),
        shell.rows(ALL));
  }

  @Test
  void jsonThatIsNoneIsToldWithItsPlace() throws Exception {
    shell.run(ORDERS);
    assertEquals(
        "error: a.jsonl, line 2: expected a JSON object, found [1]",
        fails(".import " + file("a.jsonl", "{\"amount\": 1}\n[1]\n") + " orders"));
    assertEquals(
        "error: b.jsonl, line 1: expected one JSON object in the line, found more behind it",
        fails(".import " + file("b.jsonl", "{\"amount\": 1} {}\n") + " orders"));
    String broken = fails(".import " + file("c.jsonl", "{\"amount\": 1,}\n") + " orders");
    assertTrue(broken.startsWith("error: c.jsonl, line 1: column "), broken);
    assertEquals(
        "error 22018: d.jsonl, line 1: column amount: expected one value, found [1]",
        fails(".import " + file("d.jsonl", "{\"amount\": [1]}\n") + " orders"));
    String deep = "{\"amount\": 1}\n{\"note\": " + "[".repeat(2000) + "]".repeat(2000) + "}\n";
    String tooDeep = fails(".import " + file("e.jsonl", deep) + " orders");
    assertTrue(tooDeep.startsWith("error: e.jsonl, line 2: "), tooDeep);
    assertEquals(List.of(), shell.rows(ALL));
  }

  @Test
  void valuesOfAllKinds() throws Exception {
    shell.run(
        "CREATE TOPIC t (a VARCHAR ARRAY, m MAP<VARCHAR, INT>, b VARBINARY, f BOOLEAN,"
            + " ts TIMESTAMP, d DATE, x DOUBLE, n BIGINT);");
    String json =
        "{\"a\": [\"x\", null], \"m\": {\"k\": 1}, \"b\": \"x'00ff'\", \"f\": true, \"ts\":"
            + " 1517363399650, \"d\": \"2026-11-01\", \"x\": 1e-3, \"n\": 9007199254740993}\n";
    String csv =
        "a,m,b,f,ts,d,x,n\n"
            + "\"[\"\"x\"\",null]\",\"{\"\"k\"\":1}\",x'00ff',t,1517363399650,2026-11-01,0.001,"
            + "9007199254740993\n";
    shell.run(".import " + file("a.jsonl", json) + " t\n.import " + file("a.csv", csv) + " t");
    List<String> rows =
        shell.rows("SELECT a[1], m['k'], b = X'00ff', f, ts, d, x, n FROM t ORDER BY offset");
    assertEquals(rows.get(0), rows.get(1));
    assertEquals(
        "x|1|true|true|2018-01-31 01:49:59.650|2026-11-01|0.001|9007199254740993", rows.get(0));
    assertEquals(
        "error 22018: b.csv, line 2: column a: expected a JSON array, found {}",
        fails(".import " + file("b.csv", "a,n\n{},1\n") + " t"));
    assertEquals(
        "error 22018: b.csv, line 2: column a: expected JSON, found [x",
        fails(".import " + file("b.csv", "a,n\n[x,1\n") + " t"));
    assertEquals(
        "error 22003: b.csv, line 2: column n: 1.5 is no BIGINT",
        fails(".import " + file("b.csv", "n\n1.5\n") + " t"));
  }

  @Test
  void aRawTopicTakesItsOwnColumns() throws Exception {
    String json =
        "{\"offset\": 7, \"partition\": 1, \"timestamp\": \"2026-11-01T00:00:00Z\", \"key\": \"k\","
            + " \"value\": {\"x\": 1.0}, \"headers\": {\"h\": \"x'00'\", \"g\": \"text\", \"n\":"
            + " null}}\n"
            + "{\"key\": null, \"value\": \"x'ff'\"}\n";
    shell.run("CREATE TOPIC t WITH ('partitions'='2');\n.import " + file("a.jsonl", json) + " t");
    assertTrue(shell.said().contains("left out: offset"), shell.said());
    assertEquals(
        List.of("1|k|{\"x\":1.0}|true|text|null"),
        shell.rows(
            "SELECT partition, key, value, headers['h'] = X'00', headers['g'], headers['n']"
                + " FROM t WHERE timestamp = TIMESTAMP '2026-11-01 00:00:00'"));
    assertEquals(
        List.of("1"), shell.rows("SELECT count(*) FROM t WHERE value = X'ff' AND key IS NULL"));
  }

  @Test
  void aWholeRecordBecomesTheValueOfARawTopic() throws Exception {
    shell.run("CREATE TOPIC t;");
    String json = file("a.jsonl", " {\"id\": 5,  \"x\": 1.50}\n{\"x\":2,\"id\":null}\n");
    shell.run(".import " + json + " t --key id");
    shell.run(".import --key=id " + file("a.csv", "id,x\na,\n,\"\"\n") + " t");
    shell.run(".import " + json + " t --no-key");
    assertEquals(
        List.of(
            "5|{\"id\": 5,  \"x\": 1.50}",
            "null|{\"x\":2,\"id\":null}",
            "a|{\"id\":\"a\",\"x\":null}",
            "null|{\"id\":null,\"x\":\"\"}",
            "null|{\"id\": 5,  \"x\": 1.50}",
            "null|{\"x\":2,\"id\":null}"),
        shell.rows("SELECT key, value FROM t ORDER BY offset"));
    assertEquals(
        "error 42703: a.jsonl, line 1: there is no 'nr' to take the key from; there are [id, x]",
        fails(".import " + json + " t --key nr"));
    String hint = fails(".import " + json + " t");
    assertTrue(hint.contains("with --key COLUMN the whole record becomes the value"), hint);
    shell.run(ORDERS);
    assertTrue(fails(".import " + json + " orders --key id").contains("declare no columns"));
  }

  @Test
  void packedFilesAreReadAsTheyAre() throws Exception {
    Path packed = folder.resolve("A.CSV.GZ");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write("id,amount\na,1\n".getBytes(UTF_8));
    }
    shell.run(ORDERS + "\n.import " + packed + " orders");
    assertEquals(List.of("a|1.00|null"), shell.rows(ALL));
  }

  @Test
  void batchesBeforeAWrongLineStay() throws Exception {
    String file = file("a.csv", "id,amount\na,1\nb,2\nc,3\nd,x\n");
    shell.run(ORDERS);
    String error = fails(".import " + file + " orders --batch 2");
    assertTrue(error.startsWith("2 rows before were committed, and are there\n"), error);
    assertEquals(List.of("a|1.00|null", "b|2.00|null"), shell.rows(ALL));
    shell.run("BEGIN;");
    assertTrue(fails(".import " + file + " orders --batch 2").contains("a transaction is open"));
    shell.run("ROLLBACK;");
  }

  @Test
  void withinATransactionTheImportIsPartOfIt() throws Exception {
    shell.run(ORDERS + "\nBEGIN; INSERT INTO orders (id, amount) VALUES ('before', 0);");
    shell.run(".import " + file("a.csv", "id,amount\na,1\n") + " orders");
    fails(".import " + file("b.csv", "id,amount\nb,1\nc,x\n") + " orders");
    assertEquals(List.of(), shell.rows(ALL), "nothing is committed");
    shell.run("COMMIT;");
    assertEquals(List.of("before|0.00|null", "a|1.00|null"), shell.rows(ALL));
    shell.run("BEGIN;\n.import " + file("a.csv", "id,amount\nx,1\n") + " orders\nROLLBACK;");
    assertEquals(2, shell.rows(ALL).size());
  }

  /** A connection that is lost at the first error. */
  private static Connection cannotRollBack(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            ImportTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("rollback")) {
                throw new SQLException("the rollback failed", "58030");
              }
              return method.invoke(connection, arguments);
            });
  }

  @Test
  void whyAnImportFailedIsToldAlsoWhereItCannotBeUndone() throws Exception {
    shell.run(ORDERS);
    Importer importer =
        new Importer(
            cannotRollBack(shell.connection()),
            TopicColumns.of(shell.connection(), "orders"),
            new Importer.How(false, null, false, 0),
            shell.interruption);
    RecordSource source = new JsonLinesSource("a.jsonl", new StringReader("{\"amount\":\"x\"}"));
    Progress progress = new Progress(shell.shell.screen(), Progress.Measure.ROWS, 0, () -> 0);
    SQLException failure =
        assertThrows(SQLException.class, () -> importer.run("a.jsonl", source, progress));
    assertEquals("22018", failure.getSQLState(), failure.getMessage());
    assertEquals("the rollback failed", failure.getSuppressed()[0].getMessage());
    assertFalse(shell.connection().getAutoCommit(), "which would commit what is there");
  }

  @Test
  void aCancelledImportLeavesNothing() throws Exception {
    shell.run(ORDERS);
    shell.interruption.begin();
    shell.interruption.interrupt();
    ImportCommand command = new ImportCommand();
    String file = file("a.csv", "id,amount\na,1\n");
    SQLException cancelled =
        assertThrows(
            SQLException.class,
            () -> command.run(shell.shell, new Arguments(" " + file + " orders")));
    assertEquals(Interruption.CANCELLED, cancelled.getSQLState());
    shell.interruption.end();
    assertEquals(List.of(), shell.rows(ALL));
    assertTrue(shell.connection().getAutoCommit());
  }

  @Test
  void realEarthquakesAreImported() throws Exception {
    Path quakes =
        Path.of("..", "samples", "src", "main", "resources", "io", "klog", "samples")
            .resolve("earthquakes.jsonl");
    shell.run(
        "CREATE TOPIC quakes (id VARCHAR KEY, \"time\" TIMESTAMP NOT NULL, mag DOUBLE, place"
            + " VARCHAR, felt INT);\n"
            + ".import "
            + quakes
            + " quakes --skip-unknown\nCREATE TOPIC raw;\n.import "
            + quakes
            + " raw --key id");
    assertEquals(
        List.of("1707|2018-01-31 01:49:59.650"),
        shell.rows("SELECT count(*), min(\"time\") FROM quakes"));
    assertEquals(
        shell.rows("SELECT id, mag, felt FROM quakes ORDER BY offset"),
        shell.rows(
            "SELECT key, JSON_VALUE(value, '$.mag' RETURNING DOUBLE),"
                + " JSON_VALUE(value, '$.felt' RETURNING INTEGER) FROM raw ORDER BY offset"));
  }

  @Test
  void onATerminalTheProgressIsDrawnAndTakenAway() throws Exception {
    StringBuilder text = new StringBuilder("id,amount\n");
    for (int i = 0; i < 100; i++) {
      text.append(i).append(",1\n");
    }
    String file = file("a.csv", text.toString());
    shell.run(ORDERS + "\n.import " + file + " orders");
    assertFalse(shell.said().contains("\r"), "no terminal, no progress");
    try (ShellInMemory terminal = new ShellInMemory(true)) {
      terminal.run(ORDERS + "\n.import " + file + " orders");
      assertTrue(terminal.said().contains("100 rows imported into orders in "), terminal.said());
    }
  }
}
