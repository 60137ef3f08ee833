package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
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
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver, loaded by several class loaders of one JVM, as an application server does for each
 * application: they share a file as processes would, though the operating system takes them for
 * one.
 */
@Timeout(180)
class ClassLoadersTest {
  private static final int LOADERS = 2;
  private static final int ROWS = 200;

  @TempDir Path folder;
  private final List<URLClassLoader> loaders = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  private Driver driver() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Files.exists(Path.of(entry))) {
        path.add(Path.of(entry).toUri().toURL());
      }
    }
    URLClassLoader loader =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    loaders.add(loader);
    for (Driver found : ServiceLoader.load(Driver.class, loader)) {
      if (found.getClass().getName().equals(KlogDriver.class.getName())) {
        assertNotEquals(KlogDriver.class, found.getClass());
        return found;
      }
    }
    throw new AssertionError("no driver in " + path);
  }

  private Connection connect(Driver driver) throws SQLException {
    Connection connection =
        driver.connect("jdbc:klog:" + folder.resolve("t.klog") + "?sync=normal", new Properties());
    assertNotNull(connection);
    return connection;
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return TestDatabase.rows(rows);
    }
  }

  @Test
  void eachSeesWhatTheOthersCommitted() throws Exception {
    try (Connection one = connect(driver())) {
      one.createStatement().execute("CREATE TOPIC t");
      try (Connection two = connect(driver())) {
        two.createStatement().execute("INSERT INTO t (key) VALUES ('a')");
        one.createStatement().execute("INSERT INTO t (key) VALUES ('b')");
        assertEquals(List.of("a", "b"), rows(one, "SELECT key FROM t"));
        assertEquals(List.of("a", "b"), rows(two, "SELECT key FROM t"));
      }
      assertEquals(List.of("a", "b"), rows(one, "SELECT key FROM t"));
      try (Connection own =
          new KlogDriver().connect("jdbc:klog:" + folder.resolve("t.klog"), null)) {
        assertNotNull(own);
        assertEquals(List.of(), rows(own, "CALL klog.check()"));
        assertEquals(1, own.createStatement().executeUpdate("INSERT INTO t (key) VALUES ('c')"));
      }
      assertEquals(List.of("3"), rows(one, "SELECT count(*) FROM t"));
    }
  }

  @Test
  void theyInsertAtTheSameTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(LOADERS);
    try (Connection first = connect(driver())) {
      first.createStatement().execute("CREATE TOPIC t");
      List<Callable<Integer>> jobs = new ArrayList<>();
      for (int l = 0; l < LOADERS; l++) {
        Driver driver = driver();
        String key = "k" + l;
        jobs.add(
            () -> {
              try (Connection connection = connect(driver);
                  Statement statement = connection.createStatement()) {
                int inserted = 0;
                for (int i = 0; i < ROWS; i++) {
                  inserted +=
                      statement.executeUpdate(
                          "INSERT INTO t (key, value) VALUES ('" + key + "', '" + i + "')");
                }
                return inserted;
              }
            });
      }
      for (Future<Integer> inserted : threads.invokeAll(jobs)) {
        assertEquals(ROWS, inserted.get());
      }
      for (int l = 0; l < LOADERS; l++) {
        List<String> values =
            rows(first, "SELECT value FROM t WHERE key = 'k" + l + "' ORDER BY offset");
        assertEquals(ROWS, values.size());
        for (int i = 0; i < ROWS; i++) {
          assertEquals("" + i, values.get(i));
        }
      }
      assertEquals(List.of(), rows(first, "CALL klog.check()"));
    } finally {
      threads.shutdownNow();
    }
    assertTrue(Files.exists(folder.resolve("t.klog")));
  }
}
