package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The prompt at a real terminal, as somebody at its keyboard meets it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no tmux")
class TerminalTest {
  @TempDir private Path directory;
  private int terminals;

  private Tmux open(String... arguments) throws IOException, InterruptedException {
    return open(List.of(), arguments);
  }

  private Tmux open(List<String> variables, String... arguments)
      throws IOException, InterruptedException {
    List<String> program = new ArrayList<>();
    program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    program.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    program.addAll(List.of(arguments));
    List<String> environment = new ArrayList<>(variables);
    environment.addAll(List.of("KLOG_HISTORY=" + directory.resolve("history"), "LC_ALL=C.UTF-8"));
    return new Tmux(directory.resolve("tmux" + terminals++), directory, environment, program);
  }

  @Test
  void anEveningAtThePrompt() throws IOException, InterruptedException {
    try (Tmux tmux = open("orders.klog")) {
      String greeting = tmux.seeLast("klog>");
      assertTrue(greeting.startsWith("klog "), greeting);
      assertTrue(greeting.contains(", orders.klog (new)\n"), greeting);

      // A statement over two lines, which the second prompt waits for.
      tmux.type("CREATE TOPIC orders\r");
      tmux.seeLast(" ...>");
      tmux.type("(id VARCHAR KEY, amount DECIMAL(10, 2));\r");
      tmux.see("(done, ");
      tmux.seeLast("klog>");

      // Several statements, pasted.
      tmux.paste("INSERT INTO orders (id, amount)\nVALUES ('a', 1.5), ('日本', 22);\nSELECT 1;");
      tmux.see("SELECT 1;");
      tmux.press("Enter");
      tmux.see("(2 rows, ");
      tmux.see("(1 row, ");

      // TAB completes a keyword, a topic, a column, and a command.
      tmux.type("sel\t");
      tmux.seeLast("klog> select");
      tmux.type("id, am\t");
      tmux.seeLast("klog> select id, amount");
      tmux.type("from or\t");
      tmux.see(
          "the topic orders",
          screen -> Tmux.last(screen).startsWith("klog> select id, amount from"));
      tmux.press("C-c");
      tmux.seeLast("klog>");
      tmux.type(".tim\t");
      tmux.seeLast("klog> .timer");
      tmux.press("C-c");
      tmux.seeLast("klog>");

      tmux.type("SELECT id, amount FROM orders;\r");
      tmux.see(
          """
           id   │ amount
          ──────┼────────
           a    │   1.50
           日本 │  22.00
          (2 rows,""");
      tmux.seeLast("klog>");

      // History, also of a statement that failed.
      tmux.type("SELECT nope;\r");
      tmux.see("error 42703: ");
      tmux.seeLast("klog>");
      tmux.press("Up");
      tmux.seeLast("klog> SELECT nope;");
      tmux.press("Up");
      tmux.seeLast("klog> SELECT id, amount FROM orders;");
      tmux.press("C-c");
      tmux.seeLast("klog>");

      // Ctrl-C ends the statement, not the shell.
      tmux.type("SELECT STREAM id AS followed FROM orders;\r");
      tmux.see(" followed\n──────────\n a\n 日本");
      tmux.press("C-c");
      tmux.see("cancelled: SELECT STREAM id AS followed FROM orders");
      tmux.seeLast("klog>");
      tmux.type("BEGIN;\r");
      tmux.seeLast("klog*>");
      tmux.type("ROLLBACK;\r");
      tmux.seeLast("klog>");
      tmux.press("C-d");
      assertEquals(0, tmux.exitCode());
    }
    String history = Files.readString(directory.resolve("history"));
    assertTrue(history.contains("SELECT nope;"), history);
  }

  @Test
  void aStringThatIsOpenIsSeenAtThePromptAndGivenUpByCtrlC()
      throws IOException, InterruptedException {
    try (Tmux tmux = open("-q")) {
      assertEquals("klog>", tmux.seeLast("klog>"));
      tmux.type("SELECT 'it\r");
      tmux.seeLast(" ..'>");
      tmux.press("C-c");
      tmux.seeLast("klog>");
      tmux.type(".quit\r");
      assertEquals(0, tmux.exitCode());
    }
  }

  @Test
  void noColorIsRespected() throws IOException, InterruptedException {
    String bold = "\u001b[1m";
    String coloured = afterAStatement("NO_COLOR=");
    assertTrue(coloured.contains(bold), coloured);
    String plain = afterAStatement("NO_COLOR=1");
    assertFalse(plain.contains(bold), plain);
  }

  private String afterAStatement(String variable) throws IOException, InterruptedException {
    try (Tmux tmux = open(List.of(variable), "-q")) {
      tmux.seeLast("klog>");
      tmux.type("SELECT 1;\r");
      tmux.see("(1 row");
      return tmux.coloured();
    }
  }
}
