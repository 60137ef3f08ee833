package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java of the README, the guide and the page for Kafka users, compiled and run with the one
 * jar.
 */
class StoriesIT {
  private final OneJar jar = new OneJar();
  private final Markdown readme = new Markdown("README.md");
  private final Markdown guide = new Markdown("docs/GUIDE.md");

  StoriesIT() throws IOException {}

  @Test
  void theEventLogCountsWhatEveryRunLogged(@TempDir Path directory)
      throws IOException, InterruptedException {
    String program =
        "import java.sql.*; class Program { public static void main(String[] args)"
            + " throws SQLException {"
            + readme.java("An event log in one file")
            + "}}";
    assertEquals(List.of("login: 2", "logout: 1"), jar.run(directory, program));
    assertEquals(List.of("login: 4", "logout: 2"), jar.run(directory, program));
    assertEquals(Set.of("Program.java", "app.klog", "out", "err"), names(directory));
  }

  @Test
  void whatIsTestedInMemoryIsShippedWithAnotherUrl(@TempDir Path directory)
      throws IOException, InterruptedException {
    String program =
        """
        import java.sql.*;
        class Program {
          public static void main(String[] args) throws SQLException {
            for (String url : args) {
              try (Connection c = DriverManager.getConnection(url);
                  Statement s = c.createStatement()) {
                s.execute(
                    "CREATE TOPIC IF NOT EXISTS invoices (id VARCHAR KEY, due DECIMAL(10, 2))");
                s.execute("INSERT INTO invoices (id, due) VALUES ('a', 40), ('b', 2)");
                System.out.println(revenue(url));
              }
            }
          }
          %s
        }
        """
            .formatted(readme.java("Test in memory, and ship"));
    String file = "jdbc:klog:" + directory.resolve("orders.klog");
    assertEquals(List.of("42", "42"), jar.run(directory, program, "jdbc:klog:mem:test", file));
    assertEquals(List.of("42", "84"), jar.run(directory, program, "jdbc:klog:mem:test", file));
  }

  @Test
  void theLoopForThoseWhoKnowKafkaMakesOneInvoiceOfEachOrder(@TempDir Path directory)
      throws IOException, InterruptedException {
    String program =
        """
        import java.sql.*;
        class Program {
          static String bill(String order) {
            return "for " + order;
          }
          public static void main(String[] args) throws SQLException {
            try (Connection c = DriverManager.getConnection("jdbc:klog:orders.klog");
                Statement s = c.createStatement()) {
              s.execute("CREATE TOPIC IF NOT EXISTS orders");
              s.execute("CREATE TOPIC IF NOT EXISTS invoices");
              s.execute("INSERT INTO orders (key, value) VALUES ('o', 'tea')");
              s.execute("SET poll.timeout = 100");
              %s
              ResultSet rows = s.executeQuery("SELECT offset, key, value FROM invoices");
              while (rows.next())
                System.out.println(rows.getLong(1) + rows.getString(2) + rows.getString(3));
            }
          }
        }
        """
            .formatted(new Markdown("docs/KAFKA.md").java("Programs"));
    assertEquals(List.of("0ofor tea"), jar.run(directory, program));
    assertEquals(List.of("0ofor tea", "1ofor tea"), jar.run(directory, program));
  }

  @Test
  void theWorkerMakesOneInvoiceOfEachOrder(@TempDir Path directory)
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
            .formatted(readme.java("A worker that does everything exactly once"));
    assertEquals(List.of("0o{\"due\":42.00}"), jar.run(directory, program));
    assertEquals(List.of("0o{\"due\":42.00}", "1o{\"due\":42.00}"), jar.run(directory, program));
  }

  @Test
  void theLoopMovesPoisonOutOfTheWay(@TempDir Path directory)
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
            .formatted(guide.java("Poison records"));
    assertEquals(
        List.of("for tea", "for milk", "poison: not to my taste", "0"),
        jar.run(directory, program));
  }

  @Test
  void theConsumerMakesOneInvoiceOfEachOrder(@TempDir Path directory)
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
            .formatted(guide.java("Without SQL: io.klog.Consumer"));
    assertEquals(List.of("0a1", "1b2"), jar.run(directory, program));
    assertEquals(List.of("0a1", "1b2", "2a1", "3b2"), jar.run(directory, program));
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
