package io.klog.jdbc;

import io.klog.jdbc.Reference.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the examples of a document, one after the other, and notes where something else comes of
 * them than it says. Also a program, that needs nothing but klog and JDBC.
 */
final class ReferenceRun {
  /** Stands for what is another each time. */
  private static final String ANYTHING = "...";

  private final Path document;
  private final Timestamp start = Timestamp.from(Instant.now().minusSeconds(1));
  private final List<String> faults = new ArrayList<>();

  ReferenceRun(Path document) {
    this.document = document;
  }

  /** Prints a line for each fault, and how many examples there are. */
  public static void main(String[] args) throws IOException, SQLException {
    Path document = Path.of(args[0]);
    List<Example> examples = new Reference(Files.readAllLines(document)).examples();
    ReferenceRun run = new ReferenceRun(document);
    try (TestDatabase database = new TestDatabase();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      run.results(examples, statement);
    }
    run.faults.forEach(System.out::println);
    System.out.println(examples.size());
  }

  List<String> faults() {
    return faults;
  }

  /** What the document says, where it says so rightly; else what comes of it. */
  List<List<String>> results(List<Example> examples, Statement statement) {
    List<List<String>> results = new ArrayList<>();
    for (Example example : examples) {
      List<String> result = run(example, statement);
      List<String> expected = example.result();
      if (expected != null && !matches(expected, result)) {
        faults.add(at(example) + "expected " + expected + ", found " + result);
      }
      results.add(expected != null && matches(expected, result) ? expected : result);
    }
    return results;
  }

  /** What comes of the last statement; only that one may fail, and only if the document says so. */
  private List<String> run(Example example, Statement statement) {
    List<String> result = List.of();
    for (int i = 0; i < example.statements().size(); i++) {
      String sql = example.statements().get(i);
      try {
        result = statement.execute(sql) ? table(statement.getResultSet()) : List.of();
      } catch (SQLException e) {
        result = List.of("error " + e.getSQLState() + ": " + e.getMessage());
        if (example.result() == null || i < example.statements().size() - 1) {
          faults.add(at(example) + sql + ": " + result.get(0));
        }
      }
    }
    return result;
  }

  private String at(Example example) {
    return document + ":" + example.line() + ": ";
  }

  private static boolean matches(List<String> expected, List<String> found) {
    List<String> rows = expected.stream().filter(line -> !line.matches("[-+]+")).toList();
    List<String> others = found.stream().filter(line -> !line.matches("[-+]+")).toList();
    if (rows.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < rows.size(); i++) {
      String[] cells = Reference.cells(rows.get(i)).split("\\|", -1);
      String[] otherCells = Reference.cells(others.get(i)).split("\\|", -1);
      for (int j = 0; j < cells.length; j++) {
        boolean same =
            cells.length == otherCells.length
                && (cells[j].equals(ANYTHING) || cells[j].equals(otherCells[j]));
        if (!same) {
          return false;
        }
      }
    }
    return true;
  }

  /** The labels, a line, the rows; columns aligned. */
  private List<String> table(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    List<String[]> cells = new ArrayList<>();
    String[] labels = new String[columns];
    for (int i = 0; i < columns; i++) {
      labels[i] = rows.getMetaData().getColumnLabel(i + 1);
    }
    cells.add(labels);
    while (rows.next()) {
      String[] row = new String[columns];
      for (int i = 0; i < columns; i++) {
        row[i] = cell(rows, i + 1);
      }
      cells.add(row);
    }
    return aligned(cells, columns);
  }

  private String cell(ResultSet rows, int column) throws SQLException {
    if (rows.getObject(column) instanceof Timestamp time && !time.before(start)) {
      return ANYTHING; // when the record was inserted
    }
    String text = rows.getString(column);
    return text == null ? "NULL" : text.replace('\n', ' ');
  }

  private static List<String> aligned(List<String[]> cells, int columns) {
    int[] widths = new int[columns];
    for (String[] row : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : cells) {
      List<String> padded = new ArrayList<>();
      for (int i = 0; i < columns; i++) {
        padded.add(i == columns - 1 ? row[i] : row[i] + " ".repeat(widths[i] - row[i].length()));
      }
      lines.add(String.join(" | ", padded).stripTrailing());
      if (lines.size() == 1) {
        lines.add(String.join("-+-", Arrays.stream(widths).mapToObj("-"::repeat).toList()));
      }
    }
    return lines;
  }
}
