package io.klog.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * sqllogictest over klog.
 *
 * <p>The sample that runs by default is the same each time. {@code -Dsuite.all} runs all of it,
 * which takes hours; {@code -Dsuite.scripts=REGEX} those scripts whose names have it in them;
 * {@code -Dsuite.queries=N} so many queries of each; {@code -Dklog.seed=N} another sample; {@code
 * -Dsuite.update} writes the counts into sql/SUITE.md.
 */
final class SqlLogicTest {
  private static final Path DOCUMENT = Path.of("..", "sql", "SUITE.md");
  private static final String MARK = "<!-- from here on written by the test -->";

  private static final boolean IS_DEFAULT =
      Stream.of("suite.all", "suite.scripts", "suite.queries", "klog.seed")
          .allMatch(property -> System.getProperty(property) == null);

  private static final long SEED = Long.getLong("klog.seed", 1);
  private static final int FAILURES_SHOWN = Integer.getInteger("suite.failures", 10);

  private static final Tally TOTAL = new Tally();

  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> theScriptsRun() throws IOException {
    Sample sample =
        System.getProperty("suite.all") != null
            ? Sample.all()
            : new Sample(SEED, 1, Integer.getInteger("suite.queries", 100));
    return scripts(sample).stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> run(name, sample)));
  }

  private static List<String> scripts(Sample sample) throws IOException {
    String wanted = System.getProperty("suite.scripts");
    if (wanted == null) {
      return sample.scripts(Scripts.names());
    }
    Predicate<String> has = Pattern.compile(wanted).asPredicate();
    return Scripts.names().stream().filter(has).toList();
  }

  private static void run(String name, Sample sample) throws IOException, SQLException {
    KlogDialect dialect = new KlogDialect();
    List<Entry> entries = sample.entries(name, Scripts.read(name), dialect.database());
    try (Connection connection =
        DriverManager.getConnection("jdbc:klog:mem:" + name.replace('/', '-'))) {
      Tally tally = new ScriptRun(name, connection, dialect).run(entries);
      TOTAL.add(tally);
      List<String> failures = tally.failures();
      assertTrue(
          failures.isEmpty(),
          () ->
              failures.size()
                  + " failures\n"
                  + String.join(
                      "\n", failures.subList(0, Math.min(FAILURES_SHOWN, failures.size()))));
    }
  }

  /** What the whole default sample does is in a document, too. */
  @AfterAll
  static void reportWhatWasSkipped() throws IOException {
    String report = report();
    System.out.println(report);
    if (System.getProperty("suite.update") != null) {
      Files.writeString(DOCUMENT, document(report));
    } else if (IS_DEFAULT) {
      assertEquals(
          document(report), Files.readString(DOCUMENT), DOCUMENT + ": renew it by -Dsuite.update");
    }
  }

  private static String report() {
    StringBuilder report = new StringBuilder();
    report.append(
        String.format(
            "%,d queries and %,d statements as expected; skipped:%n%n| entries | because |%n|--:|---|%n",
            TOTAL.queries(), TOTAL.commands()));
    for (Rule rule : Rule.values()) {
      report.append(String.format("| %,d | %s |%n", TOTAL.skippedBy(rule), rule.reason()));
    }
    return report.toString();
  }

  private static String document(String report) throws IOException {
    String text = Files.readString(DOCUMENT);
    int start = text.indexOf(MARK) + MARK.length();
    return text.substring(0, start) + "\n\n" + report;
  }
}
