package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverTest {
  private final KlogDriver driver = new KlogDriver();

  @Test
  void isFoundByTheServiceLoaderAndByDriverManager() throws SQLException {
    assertTrue(
        ServiceLoader.load(Driver.class).stream()
            .anyMatch(provider -> provider.type() == KlogDriver.class));
    assertTrue(DriverManager.getDriver("jdbc:klog:x.klog") instanceof KlogDriver);
  }

  @Test
  void leavesForeignUrlsToTheirDrivers() throws SQLException {
    assertNull(driver.connect("jdbc:sqlite:x.db", new Properties()));
    assertFalse(driver.acceptsURL(null));
    assertEquals(
        "08001", assertThrows(SQLException.class, () -> driver.connect(null, null)).getSQLState());
  }

  @Test
  void doesNotChangeThePropertiesItIsGiven() throws SQLException {
    Properties info = new Properties();
    info.setProperty("user", "sa");
    info.setProperty("password", "");
    info.setProperty("sync", "off");
    Object before = info.clone();
    try (Connection connection = driver.connect("jdbc:klog:mem:properties", info)) {
      assertNotNull(connection);
    }
    assertEquals(before, info);
  }

  @Test
  void describesItsPropertiesForDialogs() {
    DriverPropertyInfo[] infos = driver.getPropertyInfo(null, null);
    assertEquals(
        List.of(
            "sync",
            "mode",
            "busy_timeout",
            "max_record_size",
            "exclusive",
            "auto.offset.reset",
            "max.poll.interval.ms",
            "poll.timeout"),
        Arrays.stream(infos).map(info -> info.name).toList());
    assertEquals("full", infos[0].value);
    assertArrayEquals(new String[] {"full", "normal", "off"}, infos[0].choices);
    assertNotNull(infos[0].description);
    assertEquals("earliest", infos[5].value);
    assertArrayEquals(new String[] {"earliest", "latest", "none"}, infos[5].choices);

    Properties info = new Properties();
    info.setProperty("mode", "ro");
    infos = driver.getPropertyInfo("jdbc:klog:o.klog?sync=off", info);
    assertEquals("off", infos[0].value);
    assertEquals("ro", infos[1].value);
    assertEquals(8, driver.getPropertyInfo("jdbc:klog:o.klog?nonsense=1", null).length);
  }

  @Test
  void tellsTheVersionOfTheBuild() {
    assertTrue(DriverVersion.TEXT.matches("\\d+\\.\\d+\\.\\d+.*"), DriverVersion.TEXT);
    assertEquals(DriverVersion.MAJOR, driver.getMajorVersion());
    assertEquals(DriverVersion.MINOR, driver.getMinorVersion());
    assertTrue(DriverVersion.TEXT.startsWith(driver.getMajorVersion() + "."));
  }

  @Test
  void createsTheFileOnlyWhereTheModeSaysSo(@TempDir Path directory) throws SQLException {
    Path file = directory.resolve("new.klog");
    for (String mode : List.of("rw", "ro")) {
      SQLException refused =
          assertThrows(
              SQLException.class,
              () -> DriverManager.getConnection("jdbc:klog:" + file + "?mode=" + mode));
      assertEquals("08001", refused.getSQLState());
      assertTrue(String.valueOf(refused.getMessage()).contains(file.toString()));
      assertFalse(Files.exists(file));
    }
    DriverManager.getConnection("jdbc:klog:" + file).close();
    assertTrue(Files.exists(file));
    DriverManager.getConnection("jdbc:klog:" + file + "?mode=rw").close();
    try (Connection connection = DriverManager.getConnection("jdbc:klog:" + file + "?mode=ro")) {
      assertTrue(connection.isReadOnly());
      connection.setReadOnly(false);
      assertTrue(connection.isReadOnly());
      assertTrue(connection.getMetaData().isReadOnly());
      try (Statement statement = connection.createStatement()) {
        SQLException refused =
            assertThrows(SQLException.class, () -> statement.execute("CREATE TOPIC t"));
        assertEquals("25006", refused.getSQLState());
      }
    }
  }

  @Test
  void opensPathsWithOddCharacters(@TempDir Path directory) throws SQLException {
    for (String name : List.of("a b.klog", "100%25.klog", "größe.klog", "what?.klog")) {
      Path file = directory.resolve(name);
      String url = "jdbc:klog:" + file + (name.contains("?") ? "?" : "");
      DriverManager.getConnection(url).close();
      assertTrue(Files.exists(file), name);
    }
  }

  @Test
  void refusesAFileThatIsNoKlogFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("text.klog");
    Files.writeString(file, "not a klog file at all\n".repeat(1000));
    SQLException refused =
        assertThrows(SQLException.class, () -> DriverManager.getConnection("jdbc:klog:" + file));
    assertTrue(List.of("08001", "XX001").contains(refused.getSQLState()), refused.getSQLState());
    assertTrue(String.valueOf(refused.getMessage()).contains(file.toString()));
  }

  @Test
  void keepsWhatWasInsertedOverTheLastClose(@TempDir Path directory) throws SQLException {
    String url = "jdbc:klog:" + directory.resolve("orders.klog");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC orders");
      assertEquals(1, statement.executeUpdate("INSERT INTO orders (key, value) VALUES ('k', 'v')"));
    }
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT offset, key, value FROM orders")) {
      assertEquals(List.of("0|k|v"), TestDatabase.rows(rows));
    }
  }

  @Test
  void dataSourceConnectsWithWhatItsSettersSay() throws SQLException {
    KlogDataSource source = new KlogDataSource();
    assertEquals("08001", assertThrows(SQLException.class, source::getConnection).getSQLState());
    source.setUrl("jdbc:klog:mem:source");
    source.setSync("off");
    source.setBusyTimeout("100");
    source.setAutoOffsetReset("latest");
    source.setMaxPollInterval("1000");
    source.setPollTimeout("5");
    try (Connection connection = source.getConnection();
        Connection another = source.getConnection("sa", "")) {
      assertTrue(connection.isValid(1));
      assertTrue(another.isValid(1));
      assertEquals("jdbc:klog:mem:source", connection.getMetaData().getURL());
      try (Statement statement = connection.createStatement();
          ResultSet settings = statement.executeQuery("SELECT value FROM klog.settings")) {
        assertEquals(List.of("latest", "1000", "5"), TestDatabase.rows(settings));
      }
    }
    source.setSync("fast");
    assertEquals("08001", assertThrows(SQLException.class, source::getConnection).getSQLState());
    source.setUrl("jdbc:sqlite:x");
    assertEquals("08001", assertThrows(SQLException.class, source::getConnection).getSQLState());
    assertSame(source, source.unwrap(KlogDataSource.class));
    assertFalse(source.isWrapperFor(Connection.class));
    assertThrows(SQLException.class, () -> source.unwrap(Connection.class));
  }
}
