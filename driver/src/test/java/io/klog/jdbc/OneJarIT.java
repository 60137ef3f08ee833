package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that the build leaves, alone on the class path of a JVM of its own. */
class OneJarIT {
  private static final String PROGRAM =
      """
      import java.sql.*;
      class Program {
        public static void main(String[] args) throws SQLException {
          try (Connection connection = DriverManager.getConnection("jdbc:klog:" + args[0]);
              Statement statement = connection.createStatement()) {
            statement.execute("CREATE TOPIC orders");
            statement.execute("INSERT INTO orders (key, value) VALUES ('a', '1'), ('b', '2')");
            ResultSet rows = statement.executeQuery("SELECT offset, key FROM orders");
            while (rows.next()) System.out.println(rows.getLong("offset") + rows.getString("key"));
            rows = statement.executeQuery("SELECT count(*) FROM orders a JOIN orders b ON a.key = b.key");
            while (rows.next()) System.out.println(rows.getLong(1));
            System.out.println(connection.getMetaData().getDatabaseProductVersion());
          }
          System.out.println(DriverManager.drivers().count());
        }
      }
      """;

  private final OneJar jar = new OneJar();

  @Test
  void runsAPlainProgramAndSaysNothingOnStandardError(@TempDir Path directory)
      throws IOException, InterruptedException {
    String file = directory.resolve("orders.klog").toString();
    assertEquals(
        List.of("0a", "1b", "2", DriverVersion.TEXT, "1"), jar.run(directory, PROGRAM, file));
  }

  @Test
  void everyExampleOfTheReferenceGivesWhatItSays(@TempDir Path directory)
      throws IOException, InterruptedException {
    Path document = Path.of("..", "sql", "REFERENCE.md").toAbsolutePath().normalize();
    Path tests = Path.of("target", "test-classes").toAbsolutePath();
    List<String> command =
        List.of(
            "-cp",
            jar.path() + File.pathSeparator + tests,
            ReferenceRun.class.getName(),
            document.toString());
    int examples = new Reference(Files.readAllLines(document)).examples().size();
    assertEquals(List.of(String.valueOf(examples)), OneJar.java(directory, command));
  }
}
