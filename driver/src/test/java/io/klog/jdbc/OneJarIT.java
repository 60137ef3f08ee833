package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
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

  private final Path jar = Path.of(System.getProperty("klog.jar", "target/klog.jar"));

  @Test
  void runsAPlainProgramAndSaysNothingOnStandardError(@TempDir Path directory)
      throws IOException, InterruptedException {
    String file = directory.resolve("orders.klog").toString();
    assertEquals(List.of("0a", "1b", "2", DriverVersion.TEXT, "1"), run(directory, PROGRAM, file));
  }

  @Test
  void theReadmesLinesPrintWhatWasInsertedSinceTheLastRun(@TempDir Path directory)
      throws IOException, InterruptedException {
    String program =
        "import java.sql.*; class Program { public static void main(String[] args)"
            + " throws SQLException {"
            + lines("Ten lines of JDBC")
            + "}}";
    assertEquals(List.of("0: 42.00"), run(directory, program));
    assertEquals(List.of("1: 42.00"), run(directory, program));
  }

  @Test
  void theReadmesLoopMakesOneInvoiceOfEachOrder(@TempDir Path directory)
      throws IOException, InterruptedException {
    String program =
        """
        import java.sql.*;
        class Program {
          public static void main(String[] args) throws SQLException {
            try (Connection c = DriverManager.getConnection("jdbc:klog:orders.klog");
                Statement s = c.createStatement()) {
              s.execute(
                  "CREATE TOPIC IF NOT EXISTS orders (id VARCHAR KEY, amount DECIMAL(10, 2))");
              s.execute("CREATE TOPIC IF NOT EXISTS invoices (id VARCHAR KEY, due DECIMAL(10, 2))");
              s.execute("INSERT INTO orders (id, amount) VALUES ('o', 42)");
              %s
              ResultSet rows = s.executeQuery("SELECT offset, id, value FROM invoices");
              while (rows.next())
                System.out.println(rows.getLong(1) + rows.getString(2) + rows.getString(3));
            }
          }
        }
        """
            .formatted(lines("Exactly once"));
    assertEquals(List.of("0o{\"due\":42.00}"), run(directory, program));
    assertEquals(List.of("0o{\"due\":42.00}", "1o{\"due\":42.00}"), run(directory, program));
  }

  @Test
  void theReadmesLoopMovesPoisonOutOfTheWay(@TempDir Path directory)
      throws IOException, InterruptedException {
    String program =
        """
        import java.sql.*;
        class Program {
          static Statement s;
          static void handle(ResultSet orders) throws SQLException {
            String value = orders.getString("value");
            s.execute("INSERT INTO invoices (value) VALUES ('for " + value + "')");
            if (value.equals("poison")) throw new IllegalArgumentException("not to my taste");
          }
          public static void main(String[] args) throws SQLException {
            try (Connection c = DriverManager.getConnection("jdbc:klog:orders.klog")) {
              s = c.createStatement();
              s.execute("CREATE TOPIC orders");
              s.execute("CREATE TOPIC invoices");
              s.execute("CREATE TOPIC dead_letters");
              s.execute("INSERT INTO orders (value) VALUES ('tea'), ('poison'), ('milk')");
              c.setAutoCommit(false);
              ResultSet orders = c.createStatement().executeQuery(
                  "SELECT * FROM orders FOR CONSUMER GROUP billing");
              %s
              ResultSet rows = s.executeQuery("SELECT value FROM invoices");
              while (rows.next()) System.out.println(rows.getString(1));
              rows = s.executeQuery("SELECT value, headers['error'] FROM dead_letters");
              while (rows.next()) System.out.println(rows.getString(1) + ": " + rows.getString(2));
              rows = s.executeQuery("SELECT records_lag FROM klog.consumer_lag");
              while (rows.next()) System.out.println(rows.getLong(1));
            }
          }
        }
        """
            .formatted(lines("Poison records"));
    assertEquals(
        List.of("for tea", "for milk", "poison: not to my taste", "0"), run(directory, program));
  }

  @Test
  void theReadmesConsumerMakesOneInvoiceOfEachOrder(@TempDir Path directory)
      throws IOException, InterruptedException {
    String program =
        """
        import io.klog.*;
        import io.klog.engine.*;
        import java.sql.*;
        import java.time.Duration;
        import java.util.List;
        class Program {
          public static void main(String[] args) throws Exception {
            try (Connection c = DriverManager.getConnection("jdbc:klog:orders.klog");
                Statement s = c.createStatement()) {
              s.execute("CREATE TOPIC IF NOT EXISTS orders");
              s.execute("CREATE TOPIC IF NOT EXISTS invoices");
              s.execute("INSERT INTO orders (key, value) VALUES ('a', '1'), ('b', '2')");
            }
            %s
            try (Connection c = DriverManager.getConnection("jdbc:klog:orders.klog");
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("SELECT offset, key, value FROM invoices")) {
              while (rows.next())
                System.out.println(rows.getLong(1) + rows.getString(2) + rows.getString(3));
            }
          }
        }
        """
            .formatted(lines("Without SQL: io.klog.Consumer"));
    assertEquals(List.of("0a1", "1b2"), run(directory, program));
    assertEquals(List.of("0a1", "1b2", "2a1", "3b2"), run(directory, program));
  }

  /** The first Java below a heading of the README. */
  private static String lines(String heading) throws IOException {
    Matcher block =
        Pattern.compile("# " + Pattern.quote(heading) + "\n.*?```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "README.md")));
    assertTrue(block.find());
    return block.group(1);
  }

  /** The lines it prints; run in the directory, with the one jar. */
  private List<String> run(Path directory, String source, String... arguments)
      throws IOException, InterruptedException {
    Path program = Files.writeString(directory.resolve("Program.java"), source);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", jar.toAbsolutePath().toString(), program.toString()));
    command.addAll(List.of(arguments));
    Process java =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertTrue(java.waitFor(120, TimeUnit.SECONDS));
    assertEquals("", Files.readString(err));
    assertEquals(0, java.exitValue());
    return Files.readAllLines(out);
  }

  @Test
  void registersOneDriverAndHoldsNoSignatures() throws IOException {
    try (JarFile klog = new JarFile(jar.toFile())) {
      ZipEntry services = klog.getEntry("META-INF/services/java.sql.Driver");
      assertNotNull(services);
      assertEquals(
          KlogDriver.class.getName(),
          new String(klog.getInputStream(services).readAllBytes(), StandardCharsets.UTF_8).strip());
      assertTrue(
          klog.stream().noneMatch(entry -> entry.getName().matches("META-INF/.*\\.(SF|RSA|DSA)")));
      assertNotNull(klog.getEntry("META-INF/LICENSE"));
      assertNotNull(klog.getEntry("META-INF/NOTICE"));
    }
  }
}
