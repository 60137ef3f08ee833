package io.klog.shell;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code .export}. */
final class ExportCommand implements DotCommand {
  private static final String NO_HEADER = "--no-header";
  private static final Map<String, Mode> FORMATS =
      Map.of("--csv", Mode.CSV, "--jsonl", Mode.JSON, "--markdown", Mode.MARKDOWN);
  private static final List<String> FLAGS = List.of("--csv", "--jsonl", "--markdown", NO_HEADER);

  private static final Map<String, Mode> ENDINGS =
      Map.of(
          ".csv", Mode.CSV,
          ".jsonl", Mode.JSON,
          ".ndjson", Mode.JSON,
          ".json", Mode.JSON,
          ".md", Mode.MARKDOWN,
          ".markdown", Mode.MARKDOWN);

  private static final Pattern QUERY =
      Pattern.compile("(?is)\\s*(\\(|(SELECT|WITH|VALUES|SHOW|DESCRIBE)\\s).*");

  private static final int ROWS_BETWEEN_CHECKS = 256;

  @Override
  public String name() {
    return "export";
  }

  @Override
  public String arguments() {
    return "TOPIC|\"SELECT ...\" FILE [OPTIONS]";
  }

  @Override
  public String help() {
    return "write rows to a .csv, .jsonl or .md file, also .gz";
  }

  @Override
  public String details() {
    return """
      --csv, --jsonl, --markdown   the format, where the file's name does not tell
      --no-header                  no line with the names of the columns in a CSV
    """;
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.TOPIC : index == 1 ? ArgumentKind.FILE : ArgumentKind.NONE;
  }

  @Override
  @SuppressWarnings("try") // it is there to be closed
  public void run(Shell shell, Arguments arguments)
      throws SQLException, IOException, CommandException {
    Options options = new Options(arguments.words(), FLAGS, List.of());
    if (options.others().size() != 2) {
      throw new CommandException(
          ".export takes a topic or a query in quotes, and a file: .export \"SELECT ...\""
              + " rows.csv");
    }
    String what = options.others().get(0);
    String file = options.others().get(1);
    boolean isQuery = QUERY.matcher(what).matches();
    Settings settings = new Settings();
    settings.mode = mode(file, options);
    settings.header = !options.has(NO_HEADER);
    long began = System.nanoTime();
    long total = isQuery || !shell.screen().terminal() ? 0 : records(shell.connection(), what);
    long rows;
    String sql = isQuery ? what : "SELECT * FROM " + TopicColumns.quoted(what);
    try (Statement statement = shell.connection().createStatement();
        Interruption.Registration running = shell.interruption().running(statement);
        ResultSet results = results(statement, sql, isQuery);
        OutputFile out = OutputFile.create(file)) {
      rows = write(shell, settings, results, out, total);
      out.finished();
    }
    if (shell.screen().terminal() || shell.settings().timer) {
      long nanos = System.nanoTime() - began;
      String text =
          Shell.count(rows, "row")
              + " written to "
              + file
              + " in "
              + Shell.duration(nanos)
              + " ("
              + Progress.rate(rows, nanos)
              + ")";
      shell.screen().say(shell.screen().styled(Screen.FAINT, text));
    }
  }

  private static ResultSet results(Statement statement, String sql, boolean isQuery)
      throws SQLException {
    try {
      return statement.executeQuery(sql);
    } catch (SQLException e) {
      throw isQuery ? e : TopicColumns.withoutPlace(e);
    }
  }

  private static long write(
      Shell shell, Settings settings, ResultSet results, OutputFile out, long total)
      throws SQLException, IOException {
    long rows = 0;
    long[] done = {0};
    Screen screen = new Screen(out.output(), shell.screen().err(), false, () -> 0, false, true);
    RowWriter writer = RowWriter.of(settings, screen, new Columns(results.getMetaData()));
    try (Progress progress =
        new Progress(shell.screen(), Progress.Measure.ROWS, total, () -> done[0])) {
      while (results.next()) {
        writer.row(results);
        rows++;
        done[0] = rows;
        progress.row(rows);
        if (rows % ROWS_BETWEEN_CHECKS == 0) {
          shell.interruption().check();
          if (out.output().writer().checkError()) {
            out.check();
          }
        }
      }
      writer.end();
    }
    return rows;
  }

  private static Mode mode(String file, Options options) throws CommandException {
    for (Map.Entry<String, Mode> format : FORMATS.entrySet()) {
      if (options.has(format.getKey())) {
        return format.getValue();
      }
    }
    String name = file.toLowerCase(Locale.ROOT);
    String unpacked = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    for (Map.Entry<String, Mode> ending : ENDINGS.entrySet()) {
      if (unpacked.endsWith(ending.getKey())) {
        return ending.getValue();
      }
    }
    throw new CommandException(
        "how is "
            + file
            + " to be written? Its name does not tell: say --csv, --jsonl or --markdown");
  }

  /** How many rows there will be, for the progress; 0 if nobody knows. */
  private static long records(Connection connection, String topic) throws SQLException {
    try (PreparedStatement count =
        connection.prepareStatement(
            "SELECT records FROM klog.topics WHERE LOWER(topic) = LOWER(?)")) {
      count.setString(1, TopicColumns.withoutSchema(topic));
      try (ResultSet row = count.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }
}
