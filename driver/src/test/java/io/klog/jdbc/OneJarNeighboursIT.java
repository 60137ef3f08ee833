package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar beside other versions of what it has inside, and beside itself. */
class OneJarNeighboursIT {
  private static final Path JAR = new OneJar().path();

  /** Older ones, with all that they need; the POM puts them there. */
  private static final Path NEIGHBOURS = Path.of("target", "neighbours");

  private static final String PROGRAM =
      """
      import java.sql.*;
      class Program {
        static void print(Connection connection, String sql) throws SQLException {
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) System.out.println(rows.getString(1) + " " + rows.getLong(2));
          }
        }
        static void origin(String type) throws ClassNotFoundException {
          var source = Class.forName(type).getProtectionDomain().getCodeSource();
          String path = source.getLocation().getPath();
          System.out.println(path.substring(path.lastIndexOf('/') + 1));
        }
        public static void main(String[] args) throws Exception {
          try (Connection klog = DriverManager.getConnection("jdbc:klog:mem:neighbours");
              Connection calcite = DriverManager.getConnection("jdbc:calcite:");
              Statement statement = klog.createStatement()) {
            statement.execute("CREATE TOPIC t");
            statement.execute("INSERT INTO t (value) VALUES ('{\\"n\\":1}'), ('{\\"n\\":1}')");
            print(klog, "SELECT JSON_VALUE(value, '$.n'), count(*) FROM t GROUP BY 1");
            print(calcite, "SELECT x, count(*) FROM (VALUES (2), (2), (2)) AS t (x) GROUP BY x");
            print(calcite, "SELECT JSON_VALUE('{\\"n\\":3}', '$.n'), 4");
            print(klog, "SELECT 'klog', count(*) FROM t a JOIN t b ON a.value = b.value");
            System.out.println(calcite.getMetaData().getDriverVersion());
          }
          origin("org.apache.calcite.rel.RelNode");
          origin("com.google.common.collect.ImmutableList");
          origin("com.fasterxml.jackson.databind.ObjectMapper");
          origin("org.slf4j.Logger");
        }
      }
      """;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void worksBesideAnotherCalciteWhicheverComesFirst(boolean klogFirst, @TempDir Path directory)
      throws IOException, InterruptedException {
    List<String> classPath = new ArrayList<>();
    try (Stream<Path> jars = Files.list(NEIGHBOURS)) {
      jars.map(jar -> jar.toAbsolutePath().toString()).sorted().forEach(classPath::add);
    }
    classPath.add(klogFirst ? 0 : classPath.size(), JAR.toString());
    Path program = Files.writeString(directory.resolve("Program.java"), PROGRAM);
    List<String> options = new ArrayList<>();
    if (Runtime.version().feature() >= 23) {
      options.add("--sun-misc-unsafe-memory-access=allow"); // the old Protobuf's
    }
    options.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), program.toString()));
    assertEquals(
        List.of(
            "1 2",
            "2 3",
            "3 4",
            "klog 4",
            "1.37.0",
            "calcite-core-1.37.0.jar",
            "guava-32.1.3-jre.jar",
            "jackson-databind-2.15.2.jar",
            "slf4j-api-1.7.36.jar"),
        OneJar.java(directory, options));
  }

  @Test
  void twoClassLoadersOfOneJvmShareAFile(@TempDir Path directory) throws Exception {
    String url = "jdbc:klog:" + directory.resolve("orders.klog");
    try (URLClassLoader first = loader();
        URLClassLoader second = loader();
        Connection reader = driver(second).connect(url, new Properties())) {
      try (Connection writer = driver(first).connect(url, new Properties())) {
        assertNotSame(writer.getClass(), reader.getClass());
        execute(writer, "CREATE TOPIC orders");
        for (int i = 1; i <= 10; i++) {
          execute(i % 2 == 0 ? reader : writer, "INSERT INTO orders (value) VALUES ('" + i + "')");
          assertEquals(i, count(writer));
          assertEquals(i, count(reader));
        }
      }
      execute(reader, "INSERT INTO orders (value) VALUES ('of the one that is left')");
      assertEquals(11, count(reader));
    }
  }

  private static URLClassLoader loader() throws IOException {
    return new URLClassLoader(
        new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  private static Driver driver(ClassLoader loader) throws ReflectiveOperationException {
    return (Driver)
        loader.loadClass("io.klog.jdbc.KlogDriver").getDeclaredConstructor().newInstance();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM orders")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
