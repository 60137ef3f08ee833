package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.klog.jdbc.Reference.Example;
import io.klog.sql.parser.KlogParser;
import java.io.IOException;
import java.lang.reflect.Method;
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
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.junit.jupiter.api.Test;

/**
 * Runs the examples of sql/REFERENCE.md, one after the other, in a database of their own. {@code
 * -Dreference.update} writes what comes of them into the document.
 */
class ReferenceTest {
  private static final Path DOCUMENT = Path.of("..", "sql", "REFERENCE.md");

  private final Timestamp start = Timestamp.from(Instant.now().minusSeconds(1));

  /** Stands for what is another each time. */
  private static final String ANYTHING = "...";

  @Test
  void everyExampleGivesWhatTheDocumentSays() throws Exception {
    Reference reference = read();
    List<List<String>> results = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    try (TestDatabase database = new TestDatabase();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (Example example : reference.examples()) {
        List<String> result = run(example, statement, faults);
        List<String> expected = example.result();
        if (expected != null && !matches(expected, result)) {
          faults.add(at(example) + "expected " + expected + ", found " + result);
        }
        results.add(expected != null && matches(expected, result) ? expected : result);
      }
    }
    if (System.getProperty("reference.update") != null) {
      Files.write(DOCUMENT, reference.withResults(results));
    } else {
      assertEquals(List.of(), faults);
    }
  }

  @Test
  void theGuidesSqlDoesWhatItsCommentsSay() throws Exception {
    List<Example> examples =
        new Reference(Files.readAllLines(Path.of("..", "docs", "GUIDE.md"))).examples();
    List<String> faults = new ArrayList<>();
    try (TestDatabase database = new TestDatabase();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (Example example : examples) {
        assertTrue(run(example, statement, faults).size() > 2, "it ends with rows");
      }
      assertEquals(List.of(), faults);
      assertEquals(
          List.of("{\"amount\":9.99,\"at_\":\"2026-11-25T12:00:00.000Z\"}"),
          database.rows("SELECT value FROM orders"));
    }
    assertEquals(1, examples.size());
  }

  @Test
  void everyKindOfStatementHasAnExample() throws Exception {
    Set<String> shown = new TreeSet<>();
    for (Example example : read().examples()) {
      example.statements().forEach(sql -> KlogParser.parse(sql).accept(new Kinds(shown)));
    }
    Set<String> missing = new TreeSet<>(kinds());
    missing.removeAll(shown);
    assertEquals(Set.of(), missing);
  }

  @Test
  void everySystemTableHasAnExample() throws Exception {
    String examples =
        read().examples().stream()
            .map(example -> String.join("\n", example.statements()).toLowerCase(Locale.ROOT))
            .reduce("", String::concat);
    try (TestDatabase database = new TestDatabase();
        Connection connection = database.connect();
        ResultSet tables = connection.getMetaData().getTables(null, "klog", "%", null)) {
      int count = 0;
      while (tables.next()) {
        String table = "klog." + tables.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
        assertTrue(examples.contains(table), table);
        count++;
      }
      assertTrue(count > 0);
    }
  }

  private static Reference read() throws IOException {
    return new Reference(Files.readAllLines(DOCUMENT));
  }

  /** What comes of the last statement; only that one may fail, and only if the document says so. */
  private List<String> run(Example example, Statement statement, List<String> faults) {
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

  private static String at(Example example) {
    return DOCUMENT + ":" + example.line() + ": ";
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

  /** klog's own kinds, with each thing that they say by an enum, and the SQL standard's. */
  private static Set<String> kinds() {
    Set<String> kinds =
        new TreeSet<>(
            Set.of(
                "SELECT",
                "ORDER_BY",
                "UNION",
                "DELETE",
                "WITH",
                "VALUES",
                "INSERT",
                "EXPLAIN",
                "SET_OPTION",
                "PROCEDURE_CALL"));
    for (JavaClass own : new ClassFileImporter().importPackages("io.klog.sql.parser")) {
      if (own.isAssignableTo(SqlCall.class)
          && own.getPackageName().equals("io.klog.sql.parser")
          && own.isTopLevelClass()
          && !own.getModifiers().contains(JavaModifier.ABSTRACT)) {
        kinds.add(own.getSimpleName());
        choices(own.reflect()).forEach(choice -> addAll(kinds, own.getSimpleName(), choice));
      }
    }
    return kinds;
  }

  private static void addAll(Set<String> kinds, String name, Method choice) {
    for (Object constant : choice.getReturnType().getEnumConstants()) {
      kinds.add(name + " " + constant);
    }
  }

  /** The methods that tell which of several things a node says. */
  private static List<Method> choices(Class<?> node) {
    return Arrays.stream(node.getDeclaredMethods())
        .filter(method -> method.getParameterCount() == 0 && method.getReturnType().isEnum())
        .filter(method -> method.getReturnType().getEnclosingClass() == node)
        .toList();
  }

  /** Collects the kinds of a statement and of what it consists of. */
  private static final class Kinds extends SqlBasicVisitor<Void> {
    private final Set<String> found;

    Kinds(Set<String> found) {
      this.found = found;
    }

    @Override
    public Void visit(SqlCall call) {
      found.add(call.getKind().name());
      found.add(call.getClass().getSimpleName());
      for (Method choice : choices(call.getClass())) {
        try {
          found.add(call.getClass().getSimpleName() + " " + choice.invoke(call));
        } catch (ReflectiveOperationException e) {
          throw new LinkageError(e.getMessage(), e);
        }
      }
      return super.visit(call);
    }
  }
}
