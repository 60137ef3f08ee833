package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.jdbc.Markdown.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/JDBC.md says, held against the driver. */
@Timeout(180)
class JdbcPageTest {
  /** Where a state may be written: a text of five, as SQLStates of klog are. */
  private static final Pattern STATE = Pattern.compile("\"((?:[0-9][0-9A-Z]|HY|XX)[0-9A-Z]{3})\"");

  private final Markdown page = new Markdown("docs/JDBC.md");

  JdbcPageTest() throws IOException {}

  @Test
  void theJavaPrintsWhatThePageSaysThatItPrints(@TempDir Path folder) throws Exception {
    StringBuilder program =
        new StringBuilder(
            """
            import io.klog.jdbc.KlogDataSource;
            import java.math.BigDecimal;
            import java.sql.*;
            import java.time.*;
            import java.util.Arrays;
            class Program {
              public static void main(String[] args) throws SQLException {
            """);
    List<String> expected = new ArrayList<>();
    for (Block block : page.blocks()) {
      if (block.language().equals("java")) {
        program.append('{').append(block.text()).append("}\n");
      } else {
        expected.addAll(block.text().lines().toList());
      }
    }
    program.append("}}\n");
    assertEquals(expected, printed(folder, program.toString()));
    assertFalse(expected.isEmpty());
  }

  /** The lines that a program prints, which runs over the driver's classes in a JVM of its own. */
  private static List<String> printed(Path folder, String program) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Files.writeString(folder.resolve("Program.java"), program).toString())
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertTrue(java.waitFor(150, TimeUnit.SECONDS));
    assertEquals(0, java.exitValue(), Files.readString(err));
    return Files.readAllLines(out);
  }

  @Test
  void theTableOfTypesIsWhatTheDriverSays() throws SQLException {
    List<List<String>> types = page.table("| declared as |");
    StringBuilder columns = new StringBuilder("id VARCHAR KEY");
    for (int i = 0; i < types.size(); i++) {
      columns.append(", c").append(i).append(' ').append(unquoted(types.get(i).get(0)));
    }
    try (TestDatabase database = new TestDatabase("CREATE TOPIC t (" + columns + ")");
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < types.size(); i++) {
        ResultSetMetaData described =
            statement.executeQuery("SELECT c" + i + " FROM t").getMetaData();
        List<String> row = types.get(i);
        assertEquals(
            unquoted(row.get(1)), JDBCType.valueOf(described.getColumnType(1)).name(), row.get(0));
        assertEquals(unquoted(row.get(2)), described.getColumnClassName(1), row.get(0));
      }
    }
    Set<String> told =
        new TreeSet<>(types.stream().map(row -> unquoted(row.get(0)).split("\\W", -1)[0]).toList());
    // An array is told as one of texts, and a FLOAT is a DOUBLE.
    told.addAll(Set.of("ARRAY", "FLOAT"));
    for (SqlTypeInfo type : SqlTypeInfo.ALL) {
      assertTrue(told.contains(type.name()), type.toString());
    }
  }

  private static String unquoted(String cell) {
    return cell.replace("`", "");
  }

  @Test
  void theTableOfStatesHasThoseOfTheSource() throws IOException {
    Set<String> told = new TreeSet<>();
    for (List<String> row : page.table("| SQLState |")) {
      assertEquals(3, row.size(), row.toString());
      assertTrue(told.add(unquoted(row.get(0))), row + " stands there twice");
      assertFalse(row.get(1).isEmpty(), row.toString());
    }
    Set<String> used = new TreeSet<>();
    for (String module : List.of("engine", "sql", "driver")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          STATE
              .matcher(Files.readString(file))
              .results()
              .map((MatchResult found) -> found.group(1))
              .forEach(used::add);
        }
      }
    }
    assertEquals(used, told);
  }
}
