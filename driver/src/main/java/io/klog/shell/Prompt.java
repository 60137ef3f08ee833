package io.klog.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The shell at a terminal, by JLine. */
final class Prompt {
  private static final int ABANDON_AT = 3;
  private static final int CANCELLED = 130;

  private final Terminal terminal;
  private final LineReader reader;
  private final Shell shell;

  private Prompt(Terminal terminal, Shell shell) {
    this.terminal = terminal;
    this.shell = shell;
    this.reader =
        LineReaderBuilder.builder()
            .appName("klog")
            .terminal(terminal)
            .parser(new StatementParser())
            .completer(new Completion(new Names(shell.connection())))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P %M> ")
            .variable(LineReader.INDENTATION, 0)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.CASE_INSENSITIVE, true)
            .option(LineReader.Option.COMPLETE_MATCHER_TYPO, false)
            .build();
    String history = historyFile();
    if (!history.isEmpty()) {
      reader.setVariable(LineReader.HISTORY_FILE, Path.of(history));
    }
  }

  /** The file that {@code KLOG_HISTORY} names: none where that is empty. */
  private static String historyFile() {
    String named = System.getenv("KLOG_HISTORY");
    return named == null
        ? Path.of(System.getProperty("user.home"), ".klog_history").toString()
        : named;
  }

  /** Reads and runs what is typed until the end of the input. */
  static void run(Database database, boolean readOnly, Settings settings, boolean quiet)
      throws SQLException, IOException, CommandException {
    String greeting = database.greeting();
    try (Connection connection = database.open(readOnly);
        Terminal terminal = TerminalBuilder.builder().name("klog").system(true).build()) {
      Interruption interruption = new Interruption();
      terminal.handle(Terminal.Signal.INT, signal -> interrupted(terminal, interruption));
      settings.timer = true;
      Shell shell = new Shell(connection, Environment.screen(terminal), settings, interruption);
      Prompt prompt = new Prompt(terminal, shell);
      if (!quiet) {
        prompt.greet(greeting);
      }
      prompt.loop();
    }
  }

  private static void interrupted(Terminal terminal, Interruption interruption) {
    if (interruption.interrupt() >= ABANDON_AT) {
      // It does not hear. What it has not committed is gone, as after a kill: nothing else is lost.
      terminal.writer().println("abandoned");
      terminal.flush();
      Runtime.getRuntime().halt(CANCELLED);
    }
  }

  private void greet(String greeting) throws SQLException {
    DatabaseMetaData metadata = shell.connection().getMetaData();
    terminal.writer().println("klog " + metadata.getDriverVersion() + ", " + greeting);
    terminal
        .writer()
        .println("SQL ends with a semicolon; .help lists what else there is, Ctrl-D ends.");
  }

  private void loop() throws SQLException, IOException, CommandException {
    while (!shell.isQuitting()) {
      try {
        String text = reader.readLine(inTransaction() ? "klog*> " : "klog> ");
        shell.runTyped(text);
      } catch (UserInterruptException e) {
        // Ctrl-C at the prompt: the line is given up, and there is another.
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  private boolean inTransaction() throws SQLException {
    return !shell.connection().getAutoCommit();
  }
}
