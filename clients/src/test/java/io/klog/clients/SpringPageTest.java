package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.klog.jdbc.KlogDriver;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/SPRING.md shows is what works. */
@Timeout(120)
class SpringPageTest {
  private static final String PROGRAM =
      """
      import com.zaxxer.hikari.*;
      import java.math.BigDecimal;
      import java.time.Instant;
      import java.util.*;
      import java.util.stream.Stream;
      import javax.sql.DataSource;
      import org.springframework.dao.TransientDataAccessException;
      import org.springframework.jdbc.core.*;
      import org.springframework.jdbc.core.simple.*;
      import org.springframework.jdbc.support.*;
      import org.springframework.transaction.support.TransactionTemplate;
      class Program {
        public static void main(String[] args) {
          %s
          orders.forEach(order -> System.out.println(order.offset() + " " + order.id()));
          System.out.println(jdbc.queryForList("SELECT id FROM invoices", String.class));
          ((HikariDataSource) dataSource).close();
        }
      }
      """;

  @TempDir Path directory;

  private static String blocks(String language) throws IOException {
    Path page = Path.of("../docs/SPRING.md");
    Matcher block =
        Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(Files.readString(page));
    StringBuilder all = new StringBuilder();
    while (block.find()) {
      all.append(block.group(1));
    }
    assertTrue(all.length() > 0, page + " has no " + language);
    return all.toString();
  }

  @Test
  void theJavaOfThePageRuns() throws IOException, InterruptedException {
    Path source = directory.resolve("Program.java");
    Files.writeString(source, PROGRAM.formatted(blocks("java")));
    String classPath = System.getProperty("java.class.path");
    StringWriter faults = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  faults,
                  files,
                  null,
                  List.of("-proc:none", "-cp", classPath, "-d", directory.toString()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertTrue(compiled, faults::toString);
    }
    assertEquals(
        List.of("1 orders", "offset 1", "offset 2", "1 in memory", "0 o-1", "[o-1, o-2, o-3]"),
        run(classPath));
  }

  private List<String> run(String classPath) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                directory + System.getProperty("path.separator") + classPath,
                "Program")
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertTrue(program.waitFor(100, TimeUnit.SECONDS));
    } finally {
      program.destroyForcibly();
    }
    assertEquals(0, program.exitValue());
    return new ArrayList<>(Files.readAllLines(output));
  }

  @Test
  void thePropertiesOfThePageAreThoseOfTheApplication() throws IOException {
    Properties shown = new Properties();
    shown.load(new StringReader(blocks("properties")));
    Properties used = new Properties();
    try (var file = SpringPageTest.class.getResourceAsStream("/application.properties")) {
      used.load(file);
    }
    used.keySet().retainAll(shown.keySet());
    used.setProperty("spring.datasource.url", "jdbc:klog:orders.klog");
    assertEquals(shown, used);
    assertEquals(
        KlogDriver.class.getName(), shown.getProperty("spring.datasource.driver-class-name"));
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDriverClassName(shown.getProperty("spring.datasource.driver-class-name"));
      assertEquals(KlogDriver.class.getName(), pool.getDriverClassName());
    }
  }
}
