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
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the examples of sql/REFERENCE.md, and of docs/KAFKA.md, one after the other, in a database
 * of their own for each. {@code -Dreference.update} writes what comes of them into the document.
 */
class ReferenceTest {
  private static final String REFERENCE = "sql/REFERENCE.md";

  /** What the examples make beside the database. */
  private static final Path COPY = Path.of("copy.klog");

  @BeforeEach
  @AfterEach
  void removeTheCopy() throws IOException {
    Files.deleteIfExists(COPY);
  }

  @ParameterizedTest
  @ValueSource(strings = {REFERENCE, "docs/KAFKA.md"})
  void everyExampleGivesWhatTheDocumentSays(String document) throws Exception {
    Reference reference = read(document);
    ReferenceRun run = new ReferenceRun(path(document));
    List<List<String>> results;
    try (TestDatabase database = new TestDatabase();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      results = run.results(reference.examples(), statement);
    }
    if (System.getProperty("reference.update") != null) {
      Files.write(path(document), reference.withResults(results));
    } else {
      assertEquals(List.of(), run.faults());
    }
  }

  @Test
  void theGuidesSqlDoesWhatItsCommentsSay() throws Exception {
    List<Example> examples = read("docs/GUIDE.md").examples();
    ReferenceRun run = new ReferenceRun(path("docs/GUIDE.md"));
    try (TestDatabase database = new TestDatabase();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (List<String> result : run.results(examples, statement)) {
        assertTrue(result.size() > 2, "it ends with rows");
      }
      assertEquals(List.of(), run.faults());
      assertEquals(
          List.of("{\"amount\":9.99,\"at_\":\"2026-11-25T12:00:00.000Z\"}"),
          database.rows("SELECT value FROM orders"));
    }
    assertEquals(1, examples.size());
  }

  @Test
  void everyKindOfStatementHasAnExample() throws Exception {
    Set<String> shown = new TreeSet<>();
    for (Example example : read(REFERENCE).examples()) {
      example.statements().forEach(sql -> KlogParser.parse(sql).accept(new Kinds(shown)));
    }
    Set<String> missing = new TreeSet<>(kinds());
    missing.removeAll(shown);
    assertEquals(Set.of(), missing);
  }

  @Test
  void everySystemTableHasAnExample() throws Exception {
    String examples =
        read(REFERENCE).examples().stream()
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

  private static Reference read(String document) throws IOException {
    return new Reference(Files.readAllLines(path(document)));
  }

  private static Path path(String document) {
    return Path.of("..", document);
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
