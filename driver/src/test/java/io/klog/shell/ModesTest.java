package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows as they are printed, to the character. */
class ModesTest {
  private static final String ROWS =
      """
      SELECT * FROM (VALUES
        (1, 'tea', TRUE, X'6b6c6f67', CAST(NULL AS VARCHAR)),
        (22, 'a|b, "c"\n<d>', FALSE, X'c3', '')) AS t (n, text, ok, bytes, missing);
      """;

  private final TestShell shell;

  ModesTest() throws SQLException {
    shell = new TestShell();
  }

  @BeforeEach
  void forget() {
    shell.out();
  }

  @AfterEach
  void close() throws SQLException {
    shell.close();
  }

  private void prints(String expected, Mode mode, String script)
      throws IOException, CommandException {
    shell.settings.mode = mode;
    assertEquals(expected, shell.outOf(script).replace(System.lineSeparator(), "\n"));
  }

  @Test
  void tables() throws IOException, CommandException {
    prints(
        """
          n | text          | ok    | bytes | missing
        ----+---------------+-------+-------+---------
          1 | tea           | true  | klog  | NULL
         22 | a|b, "c"\\n<d> | false | x'c3' |
        (2 rows)
        """,
        Mode.TABLE,
        ROWS);
  }

  @Test
  void csv() throws IOException, CommandException {
    prints(
        """
        n,text,ok,bytes,missing
        1,tea,true,klog,
        22,"a|b, ""c""
        <d>",false,x'c3',""
        """,
        Mode.CSV,
        ROWS);
  }

  @Test
  void json() throws IOException, CommandException {
    prints(
        """
        {"n":1,"text":"tea","ok":true,"bytes":"klog","missing":null}
        {"n":22,"text":"a|b, \\"c\\"\\n<d>","ok":false,"bytes":"x'c3'","missing":""}
        """,
        Mode.JSON,
        ROWS);
  }

  @Test
  void markdown() throws IOException, CommandException {
    prints(
        """
        | n | text | ok | bytes | missing |
        | ---: | --- | --- | --- | --- |
        | 1 | tea | true | klog | NULL |
        | 22 | a\\|b, "c"<br>\\<d> | false | x'c3' |  |
        """,
        Mode.MARKDOWN,
        ROWS);
  }

  @Test
  void lines() throws IOException, CommandException {
    prints(
        """
              n = 1
           text = tea
             ok = true
          bytes = klog
        missing = NULL

              n = 22
           text = a|b, "c"\\n<d>
             ok = false
          bytes = x'c3'
        missing =\s

        """,
        Mode.LINE,
        ROWS);
  }

  @Test
  void nestedValuesAndTimes() throws IOException, CommandException {
    String nested =
        "SELECT ARRAY[1, 2] AS a, MAP['k', ARRAY['v']] AS m,"
            + " TIMESTAMP '2026-11-25 12:00:00' AS t, DATE '2026-11-25' AS d, 1.50 AS n;";
    prints(
        """
        {"a":[1,2],"m":{"k":["v"]},"t":"2026-11-25T12:00:00.000Z","d":"2026-11-25","n":1.50}
        """,
        Mode.JSON,
        nested);
    prints(
        """
        a,m,t,d,n
        "[1,2]","{""k"":[""v""]}",2026-11-25 12:00:00.000,2026-11-25,1.50
        """,
        Mode.CSV,
        nested);
  }

  @Test
  void noRows() throws IOException, CommandException {
    String none = "SELECT * FROM (VALUES (1, 'a')) AS t (n, text) WHERE n > 1;";
    prints(" n | text\n---+------\n(0 rows)\n", Mode.TABLE, none);
    prints("n,text\n", Mode.CSV, none);
    prints("", Mode.JSON, none);
    prints("\n| n | text |\n| ---: | --- |\n", Mode.MARKDOWN, none);
    prints("", Mode.LINE, none);
  }

  @Test
  void withoutHeadersThereAreRowsOnly() throws IOException, CommandException {
    shell.settings.header = false;
    prints(" 1 | a\n", Mode.TABLE, "SELECT 1, 'a';");
    prints("1,a\n", Mode.CSV, "SELECT 1, 'a';");
  }

  @Test
  void nullIsWhatTheUserSays() throws IOException, CommandException {
    shell.settings.nullValue = "-";
    prints("x\n-\n\"-\"\n", Mode.CSV, "SELECT x FROM (VALUES (NULL), ('-')) AS t (x);");
    prints(" x\n---\n -\n(1 row)\n", Mode.TABLE, "SELECT CAST(NULL AS VARCHAR) AS x;");
    prints("{\"x\":null}\n", Mode.JSON, "SELECT CAST(NULL AS VARCHAR) AS x;");
  }

  @Test
  void wideCharactersTakeTwoColumns() throws IOException, CommandException {
    prints(
        " k      | v\n--------+---\n 日本語 | 1\n a      | 2\n(2 rows)\n",
        Mode.TABLE,
        "SELECT * FROM (VALUES ('日本語', 1), ('a', 2)) AS t (k, v);");
  }

  @Test
  void whatWouldMoveTheCursorIsEscaped() throws IOException, CommandException {
    prints(
        " x\n--------------\n \\x1b[2J\\ta\\r\n(1 row)\n",
        Mode.TABLE,
        "SELECT CAST(X'1b5b324a09610d' AS VARCHAR) AS x;");
  }

  @Test
  void soItIsInNamesAndMessages() throws IOException, CommandException {
    prints("a\\x1b[31m = 1\n\n", Mode.LINE, "SELECT 1 AS \"a\u001b[31m\"");
    shell.run("SELECT * FROM \"a\u001b[31m\"");
    String said = shell.err();
    assertTrue(said.contains("'a\\x1b[31m'"), said);
    assertTrue(said.chars().noneMatch(c -> c != '\n' && c != '\r' && Character.isISOControl(c)));
  }

  @Test
  void rowsBehindTheMeasuredOnesAreNotCut() throws IOException, CommandException {
    shell.outOf("CREATE TOPIC t; INSERT INTO t (value) VALUES ('short');");
    for (int i = 0; i < 10; i++) {
      shell.outOf("INSERT INTO t (value) SELECT value FROM t;");
    }
    String longer = "longer than all that was measured";
    shell.outOf("INSERT INTO t (value) VALUES ('" + longer + "');");
    String printed = shell.outOf("SELECT value, offset FROM t;");
    assertTrue(printed.startsWith(" value | offset"), printed.substring(0, 40));
    assertTrue(
        printed.contains(" " + longer + " |   1024"), printed.substring(printed.length() - 90));
    assertTrue(printed.contains("(1,025 rows)"));
  }

  @Test
  void onATerminalLongValuesAreCut() throws SQLException, IOException, CommandException {
    try (TestShell narrow = new TestShell(40)) {
      String printed = narrow.outOf("SELECT 7 AS n, 'abcdefghij' AS s, '" + "x".repeat(99) + "';");
      assertEquals(
          """
           n │ s          │ EXPR$2
          ───┼────────────┼───────────────────────
           7 │ abcdefghij │ xxxxxxxxxxxxxxxxxxxx…
          (1 row)
          """,
          printed.replace(System.lineSeparator(), "\n"));
    }
  }

  @Test
  void onATerminalThatIsTooNarrowEachCellGetsALine()
      throws SQLException, IOException, CommandException {
    try (TestShell narrow = new TestShell(30)) {
      String printed =
          narrow.outOf(
              "SELECT '" + "x".repeat(50) + "' AS a, '" + "y".repeat(50) + "' AS b, 'z' AS c;");
      assertEquals(
          "a = " + "x".repeat(50) + "\nb = " + "y".repeat(50) + "\nc = z\n\n(1 row)\n",
          printed.replace(System.lineSeparator(), "\n"));
    }
  }
}
