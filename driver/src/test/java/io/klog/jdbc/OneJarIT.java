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
    Matcher block =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "README.md")));
    assertTrue(block.find());
    String program =
        "import java.sql.*; class Program { public static void main(String[] args)"
            + " throws SQLException {"
            + block.group(1)
            + "}}";
    assertEquals(List.of("0: {\"amount\": 42}"), run(directory, program));
    assertEquals(List.of("1: {\"amount\": 42}"), run(directory, program));
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
