package io.klog.shell;

import io.klog.shell.Shell.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code java -jar klog.jar}: what the command line says. */
@Command(
    name = "klog",
    sortOptions = false,
    usageHelpAutoWidth = true,
    versionProvider = Main.Version.class,
    customSynopsis = {
      "klog [OPTIONS] [FILE]     a prompt, or what -c, -f or a pipe say",
      "       klog check FILE           read everything, and list every fault",
      "       klog backup FILE COPY     copy a file while others write to it",
    },
    parameterListHeading = "%n",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0    all went well",
      "  1    a statement failed, or a fault was found",
      "  2    the command line is wrong",
      "  130  Ctrl-C"
    })
final class Main implements Callable<Integer> {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int CANCELLED = 130;

  /** Who presses Ctrl-C so often does not want to wait for what does not hear. */
  private static final int PATIENCE = 3;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A path, made if it is not there, or a JDBC URL. None: a database in memory.")
  private @Nullable String target;

  @ArgGroup(multiplicity = "0..*")
  private List<Task> tasks = new ArrayList<>();

  /** In the order of the command line. */
  private static final class Task {
    @Option(
        names = {"-c", "--command"},
        paramLabel = "SQL",
        required = true,
        description = "Run these statements and dot-commands, then end. May be repeated.")
    private @Nullable String text;

    @Option(
        names = {"-f", "--file"},
        paramLabel = "SCRIPT",
        required = true,
        description = "Run what is in this file, - for standard input, then end. May be repeated.")
    private @Nullable String file;

    Script open() throws CommandException, IOException {
      if (file == null) {
        return Script.ofText(String.valueOf(text));
      }
      return file.equals("-") ? Script.ofStandardInput() : Script.ofFile(file);
    }
  }

  @Option(
      names = {"-m", "--mode"},
      paramLabel = "MODE",
      description = "How rows are printed: ${COMPLETION-CANDIDATES}.")
  private Mode mode = Mode.TABLE;

  @Option(names = "--no-header", description = "Print rows alone, without names and counts.")
  private boolean noHeader;

  @Option(names = "--read-only", description = "Write nothing. The file has to be there.")
  private boolean readOnly;

  @Option(
      names = {"-k", "--keep-going"},
      description = "Go on behind a statement that failed.")
  private boolean keepGoing;

  @Option(
      names = {"-q", "--quiet"},
      description = "Greet nobody at the prompt.")
  private boolean quiet;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean versionAsked;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean helpAsked;

  public static void main(String[] arguments) {
    int code =
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Main::wrongUsage)
            .setExecutionExceptionHandler((e, command, parsed) -> failed(e))
            .execute(arguments);
    System.exit(code);
  }

  private static int wrongUsage(CommandLine.ParameterException e, String[] arguments) {
    System.err.println("klog: " + e.getMessage());
    System.err.println("klog --help tells what there is");
    return WRONG_USAGE;
  }

  private static int failed(Exception e) {
    if (e instanceof SQLException failure) {
      System.err.println("error " + failure.getSQLState() + ": " + printable(failure));
    } else {
      System.err.println("error: " + printable(e));
    }
    return FAILED;
  }

  private static String printable(Exception e) {
    String message = e.getMessage();
    return Width.printableLines(message == null ? e.toString() : message);
  }

  @Override
  public Integer call() throws SQLException, IOException, CommandException {
    Database database = Database.named(target);
    if (readOnly) {
      requireThere(database);
    }
    Settings settings = new Settings();
    settings.mode = mode;
    settings.header = !noHeader;
    settings.keepGoing = keepGoing;
    if (tasks.isEmpty() && Environment.isTerminal()) {
      Prompt.run(database, readOnly, settings, quiet);
      return OK;
    }
    Interruption interruption = interruptedByCtrlC();
    try (Connection connection = database.open(readOnly)) {
      return code(run(new Shell(connection, Environment.screen(), settings, interruption)));
    }
  }

  private static Interruption interruptedByCtrlC() {
    Interruption interruption = new Interruption();
    Signals.register("INT", () -> interrupted(interruption));
    return interruption;
  }

  private static void interrupted(Interruption interruption) {
    int times = interruption.interrupt();
    if (times == 0 || times >= PATIENCE) {
      Runtime.getRuntime().halt(CANCELLED);
    }
  }

  private Outcome run(Shell shell) throws IOException, CommandException {
    if (tasks.isEmpty()) {
      return shell.run(Script.ofStandardInput());
    }
    Outcome worst = Outcome.DONE;
    for (Task task : tasks) {
      Outcome outcome;
      try (Script script = task.open()) {
        outcome = shell.run(script);
      }
      worst = worst.or(outcome);
      if (!outcome.goesOn(keepGoing) || shell.isQuitting()) {
        break;
      }
    }
    return worst;
  }

  private static int code(Outcome outcome) {
    return switch (outcome) {
      case DONE, UNREAD -> OK;
      case FAILED -> FAILED;
      case CANCELLED -> CANCELLED;
    };
  }

  @Command(description = "Read everything, and list every fault.")
  int check(@Parameters(paramLabel = "FILE") String file) throws SQLException, CommandException {
    Database database = Database.named(file);
    requireThere(database);
    try (Connection connection = database.open(true);
        Statement statement = connection.createStatement();
        ResultSet faults = statement.executeQuery("CALL klog.check()")) {
      PrintWriter out = Environment.screen().out();
      long count = 0;
      for (; faults.next(); count++) {
        out.printf(
            "%s, byte %s: expected %s, found %s%n",
            faults.getString("where"),
            faults.getString("position"),
            faults.getString("expected"),
            faults.getString("found"));
      }
      out.println(count == 0 ? file + " is sound" : Shell.count(count, "fault"));
      out.flush();
      return count == 0 ? OK : FAILED;
    }
  }

  /** Ctrl-C cancels it rather than killing it: then it removes what it has copied. */
  @Command(description = "Copy a file while others write to it.")
  @SuppressWarnings("try") // the registration is there to be closed
  int backup(
      @Parameters(paramLabel = "FILE") String file, @Parameters(paramLabel = "COPY") String copy)
      throws SQLException, CommandException {
    Database database = Database.named(file);
    requireThere(database);
    Interruption interruption = interruptedByCtrlC();
    interruption.begin();
    try (Connection connection = database.open(true);
        Statement statement = connection.createStatement();
        Interruption.Registration running = interruption.running(statement);
        ResultSet copied = statement.executeQuery("CALL klog.backup(" + SqlText.text(copy) + ")")) {
      while (copied.next()) {
        System.out.println(
            copy
                + ": "
                + String.join(
                    ", ",
                    Shell.count(copied.getLong("topics"), "topic"),
                    Shell.count(copied.getLong("records"), "record"),
                    Shell.count(copied.getLong("bytes"), "byte")));
      }
      return OK;
    } catch (SQLException e) {
      if (!interruption.interrupted()) {
        throw e;
      }
      System.err.println("cancelled");
      return CANCELLED;
    } finally {
      interruption.end();
    }
  }

  /** For {@code --version}: what the driver says. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws SQLException {
      try (Connection connection = Database.named(null).open(false)) {
        String version = connection.getMetaData().getDriverVersion();
        return new String[] {"klog " + version + ", Java " + Runtime.version()};
      }
    }
  }

  private static void requireThere(Database database) throws CommandException {
    if (database.isMissing()) {
      throw new CommandException("there is no file " + database.file());
    }
  }
}
