package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the pools, mappers and tools that people put over a driver need of it, part one: connecting,
 * reading, closing. The numbers go on in {@link ChecklistMetadataTest}, {@link
 * ChecklistStatementTest} and {@link ChecklistSharingTest}. Where a class of its own has the rest,
 * it is named.
 */
@Timeout(60)
class ChecklistConnectionTest {
  private final TestDatabase database;
  private final Connection connection;

  ChecklistConnectionTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC orders",
            "INSERT INTO orders (key, value) VALUES ('a', '1'), ('b', '2'), ('c', '3')",
            "CREATE TOPIC typed (id VARCHAR KEY, yes BOOLEAN, tiny TINYINT, small SMALLINT,"
                + " whole INTEGER, big BIGINT, exact DECIMAL(10, 2), single REAL, twice DOUBLE,"
                + " word CHAR(3), bytes VARBINARY, a_day DATE, a_time TIME, moment TIMESTAMP,"
                + " tags VARCHAR ARRAY, attrs MAP<VARCHAR, INTEGER>)");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static void assertState(String sqlState, Executable call) {
    SQLException refused = assertThrows(SQLException.class, call);
    assertEquals(sqlState, refused.getSQLState(), refused.getMessage());
  }

  // 1. Connecting: see DriverTest and KlogUrlTest too.

  @Test
  void leavesForeignUrlsAlone() throws SQLException {
    Driver driver = new KlogDriver();
    for (String foreign : List.of("jdbc:sqlite:x.klog", "klog:x", "", "jdbc:klogs:x", "JDBC")) {
      assertNull(driver.connect(foreign, new Properties()), foreign);
      assertFalse(driver.acceptsURL(foreign), foreign);
    }
    assertFalse(driver.acceptsURL(null));
    assertTrue(driver.acceptsURL("jdbc:klog:x.klog"));
  }

  @Test
  void poolsConnectAgainAndAgainWithTheSameProperties() throws SQLException {
    Properties defaults = new Properties();
    defaults.setProperty("busy_timeout", "100");
    Properties info = new Properties(defaults);
    info.put("user", "sa");
    info.put("sync", "off");
    info.put("exclusive", false);
    Properties before = (Properties) info.clone();
    for (int i = 0; i < 3; i++) {
      try (Connection one = new KlogDriver().connect(database.url(), info)) {
        assertNotNull(one);
        assertTrue(one.isValid(1));
      }
      assertEquals(before, info);
      assertEquals("100", info.getProperty("busy_timeout"));
    }
  }

  // 2. Registering: see ClassLoadersTest for the static block.

  @Test
  void isRegisteredOnceAndDescribesItselfWithoutAUrl() throws Exception {
    Class.forName(KlogDriver.class.getName());
    assertEquals(1, DriverManager.drivers().filter(driver -> driver instanceof KlogDriver).count());
    assertEquals(
        1,
        ServiceLoader.load(Driver.class).stream()
            .filter(provider -> provider.type() == KlogDriver.class)
            .count());
    Driver driver = DriverManager.getDriver(database.url());
    assertTrue(driver.getPropertyInfo(null, null).length > 0);
    assertEquals(
        driver.getPropertyInfo(null, new Properties()).length,
        driver.getPropertyInfo(database.url(), null).length);
  }

  // 3. Metadata is never null: see MetadataResultsTest, and noMethodGivesNullOrThrows of
  // DatabaseMetaDataTest.

  // 4. Reading: rows come as they are asked for.

  @Test
  void theFirstRowsComeWithoutTheOthers() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key) VALUES (?)")) {
      for (int i = 0; i < 2_000; i++) {
        insert.setString(1, "k" + i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    // More pairs than anybody could wait for, or keep.
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT a.key FROM orders a, orders b, orders c, orders d")) {
      for (int i = 0; i < 1_000; i++) {
        assertTrue(rows.next());
        assertEquals("a", rows.getString(1));
      }
    }
  }

  @Test
  void severalResultsOfOneConnectionAreReadInTurn() throws SQLException {
    List<ResultSet> open = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      open.add(connection.createStatement().executeQuery("SELECT key FROM orders"));
    }
    for (String key : List.of("a", "b", "c")) {
      for (ResultSet rows : open) {
        assertTrue(rows.next());
        assertEquals(key, rows.getString(1));
        assertEquals(3, connection.createStatement().executeUpdate(insertOf("x", "y", "z")));
      }
    }
    for (ResultSet rows : open) { // as of its beginning
      assertFalse(rows.next());
    }
  }

  private static String insertOf(String... keys) {
    return "INSERT INTO orders (key) VALUES ('" + String.join("'), ('", keys) + "')";
  }

  // 5. Closing: see StatementTest, WaitingNextTest and TwoProcessesTest, where another process
  // opens the file exclusively.

  @Test
  void closingTwiceIsFineAndTheLastCloseFreesTheFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("a.klog");
    String url = "jdbc:klog:" + file;
    Connection one = DriverManager.getConnection(url);
    Connection two = DriverManager.getConnection(url);
    Statement statement = one.createStatement();
    statement.execute("CREATE TOPIC t");
    ResultSet rows = statement.executeQuery("SELECT * FROM t");
    for (int i = 0; i < 2; i++) {
      rows.close();
      statement.close();
      one.close();
    }
    assertTrue(two.isValid(1));
    two.close();
    two.close();
    Files.delete(file);
    try (Connection anew = DriverManager.getConnection(url + "?exclusive=true")) {
      assertTrue(anew.createStatement().executeQuery("SHOW TOPICS").getMetaData() != null);
      assertFalse(anew.createStatement().executeQuery("SHOW TOPICS").next());
    }
  }

  // 6. Columns: see StatementTest.describesItselfBeforeItRuns too.

  @Test
  void columnsAreKnownBeforeTheFirstRowAndWhateverTheRows() throws SQLException {
    String sql =
        "SELECT offset AS place, upper(id) AS loud, exact, exact * 2, count(*) OVER () AS n"
            + " FROM typed";
    List<String> empty = described(sql);
    database.execute("INSERT INTO typed (id, exact) VALUES ('a', 1.5), ('b', NULL)");
    assertEquals(empty, described(sql));
    try (PreparedStatement prepared = connection.prepareStatement(sql)) {
      assertEquals(empty, described(prepared.getMetaData()));
    }
    assertEquals("place offset BIGINT typed main", empty.get(0));
    assertEquals("exact exact DECIMAL typed main", empty.get(2));
  }

  private List<String> described(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> columns = described(rows.getMetaData());
      while (rows.next()) {
        assertEquals(columns, described(rows.getMetaData()));
      }
      return columns;
    }
  }

  private static List<String> described(ResultSetMetaData metadata) throws SQLException {
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      columns.add(
          String.join(
              " ",
              metadata.getColumnLabel(i),
              metadata.getColumnName(i),
              metadata.getColumnTypeName(i),
              metadata.getTableName(i),
              metadata.getSchemaName(i)));
    }
    return columns;
  }

  // 7. Autocommit: see TransactionTest too.

  @Test
  void autocommitIsOnAtFirstAndTurningItOnCommits() throws SQLException {
    assertTrue(connection.getAutoCommit());
    connection.setAutoCommit(false);
    connection.rollback();
    connection.commit();
    connection.createStatement().executeUpdate(insertOf("d"));
    connection.setAutoCommit(true);
    assertEquals(List.of("4"), database.rows("SELECT count(*) FROM orders"));
    connection.setAutoCommit(true);
    connection.setAutoCommit(false);
    connection.rollback();
    connection.rollback();
    connection.close();
    assertTrue(connection.isClosed());
    assertState("08003", connection::rollback);
    assertState("08003", () -> connection.setAutoCommit(true));
  }

  // 8. Classes: see ResultSetConversionTest for all conversions.

  @Test
  void getObjectIsOfTheClassThatTheMetadataNames() throws Exception {
    database.execute(
        "INSERT INTO typed (id, yes, tiny, small, whole, big, exact, single, twice, word, bytes,"
            + " a_day, a_time, moment, tags, attrs) VALUES ('a', TRUE, 1, 2, 3, 4, 5.25, 6.5, 7.5, 'c',"
            + " X'0102', DATE '2026-11-01', TIME '12:13:14', TIMESTAMP '2026-11-01 12:13:14',"
            + " ARRAY['x', 'y'], MAP['k', 1])",
        "INSERT INTO typed (id) VALUES ('nothing')");
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM typed")) {
      ResultSetMetaData metadata = rows.getMetaData();
      assertTrue(rows.next());
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        Object value = rows.getObject(i);
        Class<?> named = Class.forName(metadata.getColumnClassName(i));
        assertTrue(named.isInstance(value), metadata.getColumnName(i) + ": " + value);
        assertFalse(rows.wasNull());
        if (named != Object.class && named != java.util.Map.class) {
          assertTrue(named.isInstance(rows.getObject(i, named)), metadata.getColumnName(i));
        }
      }
      assertArrayEquals(new Object[] {"x", "y"}, (Object[]) rows.getArray("tags").getArray());
      assertTrue(rows.next());
      for (int i = rows.findColumn("yes"); i <= rows.findColumn("attrs"); i++) {
        assertNull(rows.getObject(i));
        assertTrue(rows.wasNull());
      }
      for (String number : List.of("tiny", "small", "whole", "big", "exact", "single", "twice")) {
        assertEquals(0, rows.getLong(number));
        assertTrue(rows.wasNull());
        assertEquals(0, rows.getInt(number) + rows.getShort(number) + rows.getByte(number));
        assertEquals(0.0, rows.getDouble(number) + rows.getFloat(number));
        assertTrue(rows.wasNull());
      }
      assertFalse(rows.getBoolean("yes"));
      assertTrue(rows.wasNull());
    }
  }

  // 9. Names: see DatabaseMetaDataTest.saysWhoItIs.

  @Test
  void saysTheSameOfItselfEachTime() throws SQLException {
    DatabaseMetaData first = connection.getMetaData();
    try (Connection other = database.connect()) {
      DatabaseMetaData second = other.getMetaData();
      assertEquals("klog", first.getDatabaseProductName());
      assertEquals(first.getDatabaseProductName(), second.getDatabaseProductName());
      assertEquals(first.getDatabaseProductVersion(), second.getDatabaseProductVersion());
      assertEquals(first.getDriverName(), second.getDriverName());
      assertEquals(first.getDriverVersion(), second.getDriverVersion());
      assertEquals(database.url(), second.getURL());
      assertEquals(first.getUserName(), second.getUserName());
      assertNotNull(first.getUserName());
    }
  }
}
