package io.klog.shell;

import io.klog.shell.StatementSplitter.Piece;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection, and what is done with it: runs statements and dot-commands, and prints what they
 * give. One thread runs; Ctrl-C comes by its {@link Interruption}.
 */
@SuppressWarnings("try") // a statement's registration is there to be closed
final class Shell {
  /** How running something ended; the worse ones behind. */
  enum Outcome {
    DONE,
    /** Nobody reads what is printed. */
    UNREAD,
    FAILED,
    CANCELLED;

    /** The worse of both. */
    Outcome or(Outcome other) {
      return compareTo(other) < 0 ? other : this;
    }

    /** Whether a script goes on behind it. */
    boolean goesOn(boolean keepGoing) {
      return this == DONE || (this == FAILED && keepGoing);
    }
  }

  /** More of them, one run by the other, are a loop. */
  private static final int MOST_SCRIPTS = 50;

  private final Connection connection;
  private final Screen screen;
  private final Settings settings;
  private final Interruption interruption;
  private boolean quitting;
  private boolean printed;
  private int scripts;

  Shell(Connection connection, Screen screen, Settings settings, Interruption interruption) {
    this.connection = connection;
    this.screen = screen;
    this.settings = settings;
    this.interruption = interruption;
  }

  Connection connection() {
    return connection;
  }

  Screen screen() {
    return screen;
  }

  Settings settings() {
    return settings;
  }

  /** By which a command that runs for long hears of Ctrl-C. */
  Interruption interruption() {
    return interruption;
  }

  /** Ends the shell behind the command that calls this. */
  void quit() {
    quitting = true;
  }

  boolean isQuitting() {
    return quitting;
  }

  /** Runs a script: to its end, or up to what fails, unless the settings say to go on. */
  Outcome run(Script script) throws IOException, CommandException {
    return run(script, settings.keepGoing);
  }

  /** Runs what was typed: each statement, whatever became of the one before. */
  void runTyped(String text) throws IOException, CommandException {
    run(Script.ofText(text), true);
  }

  private Outcome run(Script script, boolean keepGoing) throws IOException, CommandException {
    if (scripts == MOST_SCRIPTS) {
      throw new CommandException("scripts that read scripts " + MOST_SCRIPTS + " deep have a loop");
    }
    scripts++;
    try {
      return runLines(script, keepGoing);
    } finally {
      scripts--;
    }
  }

  private Outcome runLines(Script script, boolean keepGoing) throws IOException, CommandException {
    StatementSplitter splitter = new StatementSplitter();
    Outcome worst = Outcome.DONE;
    while (!quitting) {
      String line = script.next();
      if (line != null) {
        splitter.add(line);
      }
      while (!quitting) {
        Piece piece = line == null ? splitter.end() : splitter.next();
        if (piece == null) {
          break;
        }
        Outcome outcome = run(piece, script.name());
        worst = worst.or(outcome);
        if (!outcome.goesOn(keepGoing)) {
          return worst;
        }
      }
      if (line == null) {
        break;
      }
    }
    return worst;
  }

  /** Runs a statement or a command, and says what went wrong, if it did. */
  Outcome run(Piece piece, @Nullable String script) {
    if (settings.echo) {
      screen.out().println(piece.command() ? "." + piece.text() : piece.text() + ";");
    }
    interruption.begin();
    try {
      if (piece.open() != null) {
        throw new CommandException(piece.open());
      }
      if (piece.command()) {
        command(piece.text());
      } else {
        statement(piece.text());
      }
      screen.output().check();
      return Outcome.DONE;
    } catch (Output.OutputException e) {
      return unread(e);
    } catch (SQLException e) {
      return failed(e, piece, script);
    } catch (CommandException e) {
      if (!e.isTold()) {
        say(null, e.getMessage(), piece, script);
      }
      return interruption.interrupted() ? Outcome.CANCELLED : Outcome.FAILED;
    } catch (IOException e) {
      say(null, message(e), piece, script);
      return Outcome.FAILED;
    } catch (RuntimeException e) {
      // A fault of klog's own, which is to end neither the shell nor in a stack trace.
      say(null, "this is a fault of klog: " + e, piece, script);
      return Outcome.FAILED;
    } finally {
      interruption.end();
    }
  }

  private Outcome unread(Output.OutputException e) {
    if (!e.readerLeft()) {
      screen.say(screen.styled(Screen.RED, "error:") + " " + e.getMessage());
      return Outcome.FAILED;
    }
    return Outcome.UNREAD;
  }

  private Outcome failed(SQLException e, Piece piece, @Nullable String script) {
    try {
      screen.output().check();
    } catch (Output.OutputException gone) {
      return unread(gone); // that is why it was cancelled
    }
    if (interruption.interrupted()) {
      // The terminal has echoed ^C where the cursor was.
      screen.say(
          (screen.terminal() ? System.lineSeparator() : "") + "cancelled: " + beginning(piece));
      return Outcome.CANCELLED;
    }
    for (SQLException next = e; next != null; next = next.getNextException()) {
      say(next.getSQLState(), next.getMessage(), piece, script);
    }
    return Outcome.FAILED;
  }

  private void say(
      @Nullable String state, @Nullable String message, Piece piece, @Nullable String script) {
    screen.say(
        screen.styled(Screen.RED, state == null ? "error:" : "error " + state + ":")
            + " "
            + Width.printableLines(String.valueOf(message))
            + (script == null ? "" : " (" + script + ", line " + piece.line() + ")"));
  }

  private static String beginning(Piece piece) {
    String text = piece.command() ? "." + piece.text() : piece.text();
    return Width.cut(Width.printable(text.replaceAll("\\s+", " ")), 60, "...");
  }

  private static String message(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private void command(String text) throws SQLException, IOException, CommandException {
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    DotCommand command = DotCommands.named(text.substring(0, end));
    command.run(this, new Arguments(text.substring(end)));
  }

  /** Runs a statement and prints what it gives, as for one that was typed. */
  void statement(String sql) throws SQLException, IOException {
    long began = System.nanoTime();
    try (Statement statement = connection.createStatement();
        Interruption.Registration running = interruption.running(statement)) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          footer(print(rows), began);
        }
      } else {
        done(sql, statement.getLargeUpdateCount(), began);
      }
      for (SQLWarning warning = statement.getWarnings();
          warning != null;
          warning = warning.getNextWarning()) {
        screen.say(
            "warning "
                + warning.getSQLState()
                + ": "
                + Width.printableLines(String.valueOf(warning.getMessage())));
      }
    }
  }

  /**
   * Prints all rows of a result in the mode of the settings. Its statement has to be registered
   * with the {@link #interruption} for Ctrl-C to end it.
   *
   * @return how many there were
   */
  long print(ResultSet rows) throws SQLException, IOException {
    if (printed && settings.mode == Mode.MARKDOWN) {
      screen.out().println(); // or else it would look like more of the result before
    }
    printed = true;
    RowWriter writer = RowWriter.of(settings, screen, new Columns(rows.getMetaData()));
    return new ResultPrinter(writer, screen.output(), rows.getStatement()).print(rows);
  }

  private void footer(long rows, long began) {
    String time = settings.timer ? duration(System.nanoTime() - began) : "";
    if (settings.mode == Mode.TABLE && settings.header) {
      String text = "(" + count(rows, "row") + (time.isEmpty() ? "" : ", " + time) + ")";
      screen.out().println(screen.styled(Screen.FAINT, text));
    } else if (settings.timer) {
      screen.say(count(rows, "row") + ", " + time);
    }
  }

  private void done(String sql, long count, long began) {
    boolean counts = sql.regionMatches(true, 0, "INSERT", 0, 6);
    counts |= sql.regionMatches(true, 0, "DELETE", 0, 6);
    String time = duration(System.nanoTime() - began);
    if (screen.terminal()) {
      String what = counts ? count(count, "row") : "done";
      screen.say(
          screen.styled(Screen.FAINT, "(" + what + (settings.timer ? ", " + time : "") + ")"));
    } else if (settings.timer) {
      screen.say((counts ? count(count, "row") : "done") + ", " + time);
    }
  }

  /** Such as {@code 1,234 rows}. */
  static String count(long count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  static String duration(long nanos) {
    double millis = nanos / 1e6;
    if (millis < 10) {
      return String.format(Locale.ROOT, "%.1f ms", millis);
    }
    if (millis < 1000) {
      return String.format(Locale.ROOT, "%.0f ms", millis);
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }
    long seconds = Math.round(millis / 1000);
    return seconds / 60 + " min " + seconds % 60 + " s";
  }
}
