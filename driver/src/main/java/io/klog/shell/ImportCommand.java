package io.klog.shell;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code .import}. */
final class ImportCommand implements DotCommand {
  private static final String CSV = "--csv";
  private static final String JSON = "--jsonl";
  private static final String NO_HEADER = "--no-header";
  private static final String NO_KEY = "--no-key";
  private static final String SKIP_UNKNOWN = "--skip-unknown";
  private static final String DELIMITER = "--delimiter";
  private static final String BATCH = "--batch";
  private static final String KEY = "--key";

  private static final List<String> FLAGS = List.of(CSV, JSON, NO_HEADER, NO_KEY, SKIP_UNKNOWN);
  private static final List<String> VALUED = List.of(DELIMITER, BATCH, KEY);

  /** Of the columns of a CREATE TOPIC that an error proposes. */
  private static final int PROPOSED = 10;

  @Override
  public String name() {
    return "import";
  }

  @Override
  public String arguments() {
    return "FILE TOPIC [OPTIONS]";
  }

  @Override
  public String help() {
    return "insert the records of a .csv, .tsv or .jsonl file, also .gz: all or none";
  }

  @Override
  public String details() {
    return """
      --csv, --jsonl   what is in a file whose name does not tell
      --no-header      the first line of a CSV is a record, not the names of columns
      --delimiter C    what stands between the fields of a CSV: a character, or tab
      --skip-unknown   leave out fields that the topic has no column for
      --key FIELD      of a topic without columns: the whole record is the value, as JSON,
                       and one of its fields the key
      --no-key         the same without a key
      --batch N        commit behind every N rows, instead of all or none
    """;
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.FILE : index == 1 ? ArgumentKind.TOPIC : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments)
      throws SQLException, IOException, CommandException {
    Options options = new Options(arguments.words(), FLAGS, VALUED);
    if (options.others().size() != 2) {
      throw new CommandException(
          ".import takes a file and a topic: .import orders.csv orders (not "
              + options.others().size()
              + " words; quote what has blanks)");
    }
    String file = options.others().get(0);
    String topic = options.others().get(1);
    long began = System.nanoTime();
    try (InputFile in = InputFile.open(file)) {
      RecordSource source = source(in, options);
      TopicColumns columns = columns(shell, topic, source.names());
      Importer importer =
          new Importer(shell.connection(), columns, how(options, columns), shell.interruption());
      long rows;
      try (Progress progress =
          new Progress(shell.screen(), Progress.Measure.BYTES, in.size(), in::position)) {
        rows = importer.run(file, source, progress);
      } catch (SQLException | CommandException | IOException e) {
        if (importer.committed() > 0) {
          shell
              .screen()
              .say(
                  Shell.count(importer.committed(), "row")
                      + " before were committed, and are there");
        }
        throw e;
      }
      report(shell, importer, rows, topic, System.nanoTime() - began);
    }
  }

  private static void report(Shell shell, Importer importer, long rows, String topic, long nanos)
      throws SQLException {
    if (!importer.leftOut().isEmpty()) {
      shell.screen().say("left out: " + Width.printable(String.join(", ", importer.leftOut())));
    }
    if (shell.screen().terminal() || shell.settings().timer) {
      String open = shell.connection().getAutoCommit() ? "" : "; COMMIT keeps them";
      String text =
          Shell.count(rows, "row")
              + " imported into "
              + topic
              + " in "
              + Shell.duration(nanos)
              + " ("
              + Progress.rate(rows, nanos)
              + ")"
              + open;
      shell.screen().say(shell.screen().styled(Screen.FAINT, text));
    }
  }

  private static RecordSource source(InputFile in, Options options)
      throws IOException, CommandException {
    boolean csv = options.has(CSV);
    boolean json = options.has(JSON);
    boolean tabs = in.isNamed(".tsv") || in.isNamed(".tab");
    if (csv && json) {
      throw new CommandException(CSV + " and " + JSON + " exclude each other");
    }
    if (!csv && !json) {
      csv = tabs || in.isNamed(".csv");
      json = in.isNamed(".jsonl") || in.isNamed(".ndjson") || in.isNamed(".json");
      if (!csv && !json) {
        throw new CommandException(
            "what is in " + in.name() + "? Its name does not tell: say " + CSV + " or " + JSON);
      }
    }
    if (json) {
      return new JsonLinesSource(in.name(), in.reader());
    }
    return new CsvSource(in.name(), in.reader(), delimiter(options, tabs), !options.has(NO_HEADER));
  }

  private static char delimiter(Options options, boolean tabs) throws CommandException {
    String given = options.value(DELIMITER);
    if (given == null) {
      return tabs ? '\t' : ',';
    }
    if (given.equals("\\t") || given.equals("tab")) {
      return '\t';
    }
    if (given.length() != 1 || given.equals("\"")) {
      throw new CommandException(
          DELIMITER + " takes one character, such as ';' or tab, not '" + given + "'");
    }
    return given.charAt(0);
  }

  private static Importer.How how(Options options, TopicColumns columns) throws CommandException {
    String key = options.value(KEY);
    boolean whole = key != null || options.has(NO_KEY);
    if (whole && columns.typed()) {
      throw new CommandException(
          KEY
              + " and "
              + NO_KEY
              + " are for topics that declare no columns; "
              + columns.topic()
              + " declares some, which take the fields of their names");
    }
    if (key != null && options.has(NO_KEY)) {
      throw new CommandException(KEY + " and " + NO_KEY + " exclude each other");
    }
    return new Importer.How(whole, key, options.has(SKIP_UNKNOWN), options.number(BATCH, 1, 0));
  }

  /** Nothing is created: who imports into what is not there is told how to. */
  private static TopicColumns columns(Shell shell, String topic, @Nullable List<String> names)
      throws SQLException {
    try {
      return TopicColumns.of(shell.connection(), topic);
    } catch (SQLException e) {
      if (!TopicColumns.UNKNOWN.equals(e.getSQLState())) {
        throw e;
      }
      String columns =
          names == null || names.isEmpty()
              ? ""
              : names.stream()
                  .limit(PROPOSED)
                  .map(name -> SqlText.name(name) + " VARCHAR")
                  .collect(
                      Collectors.joining(", ", " (", names.size() > PROPOSED ? ", ...)" : ")"));
      throw new SQLException(
          e.getMessage()
              + ". An import creates none: CREATE TOPIC "
              + topic
              + columns
              + " first, with the types you want",
          e.getSQLState(),
          e);
    }
  }
}
