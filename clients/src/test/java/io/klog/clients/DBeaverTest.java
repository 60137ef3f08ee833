package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The calls that DBeaver makes, in its order. Each test names the classes of DBeaver that make
 * them; they are those of its generic provider, on whose defaults samples/dbeaver/drivers.xml
 * stands.
 */
@Timeout(120)
class DBeaverTest {
  /** DBeaver reads as many rows of a table at once, until it is told otherwise. */
  private static final int SEGMENT = 200;

  private static final String ALL = "%";

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Connection connection;

  @BeforeEach
  void connect() throws Exception {
    connection = open();
    run(
        "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2), tags VARCHAR ARRAY)",
        "CREATE TOPIC raw_events",
        "CREATE VIEW large AS SELECT id, amount FROM orders WHERE amount > 250");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (id, amount, tags) VALUES (?, ?, ?)")) {
      for (int i = 0; i < 450; i++) {
        insert.setString(1, "o-" + i);
        insert.setBigDecimal(2, BigDecimal.valueOf(i));
        insert.setArray(3, connection.createArrayOf("VARCHAR", new Object[] {"t" + i}));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    run(
        "INSERT INTO raw_events (timestamp, key, value, headers)"
            + " VALUES (TIMESTAMP '2026-11-01 12:00:00.123', 'k', '{}', MAP['h', 'v'])",
        "INSERT INTO raw_events (value) VALUES (NULL)");
  }

  @AfterEach
  void close() throws Exception {
    threads.shutdownNow();
    connection.close();
    assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
  }

  /** JDBCDataSource.openConnection, JDBCConnectionOpener.run, JDBCExecutionContext.connect. */
  private Connection open() throws Exception {
    String url = "jdbc:klog:" + directory.resolve("orders.klog");
    Driver driver =
        Class.forName("io.klog.jdbc.KlogDriver")
            .asSubclass(Driver.class)
            .getDeclaredConstructor()
            .newInstance();
    assertTrue(driver.acceptsURL(url));
    Connection opened = driver.connect(url, new Properties());
    assertNotNull(opened);
    opened.setAutoCommit(true);
    assertTrue(opened.getAutoCommit());
    assertNull(opened.getCatalog());
    assertEquals("main", opened.getSchema());
    return opened;
  }

  private void run(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> column(ResultSet rows, String name) throws SQLException {
    List<String> values = new ArrayList<>();
    try (rows) {
      while (rows.next()) {
        values.add(rows.getString(name));
      }
    }
    return values;
  }

  /** JDBCDataSourceInfo and JDBCSQLDialect.initDriverSettings, which it reads first of all. */
  @Test
  void whatItAsksAfterConnectingHasAnswers() throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    assertEquals("klog", metadata.getDatabaseProductName());
    assertNotNull(metadata.getDatabaseProductVersion());
    assertEquals("klog JDBC driver", metadata.getDriverName());
    assertNotNull(metadata.getDriverVersion());
    assertTrue(metadata.getDatabaseMajorVersion() >= 0);
    assertTrue(metadata.getDatabaseMinorVersion() >= 0);
    assertEquals("schema", metadata.getSchemaTerm());
    assertNotNull(metadata.getProcedureTerm());
    assertNotNull(metadata.getCatalogTerm());
    assertTrue(metadata.supportsBatchUpdates());
    assertTrue(metadata.supportsTransactions());
    for (int level :
        List.of(
            Connection.TRANSACTION_READ_COMMITTED,
            Connection.TRANSACTION_REPEATABLE_READ,
            Connection.TRANSACTION_SERIALIZABLE)) {
      assertTrue(metadata.supportsTransactionIsolationLevel(level));
    }
    assertEquals("\"", metadata.getIdentifierQuoteString());
    assertEquals(DatabaseMetaData.sqlStateSQL, metadata.getSQLStateType());
    assertTrue(metadata.supportsSubqueriesInIns());
    assertFalse(metadata.storesUpperCaseIdentifiers());
    assertFalse(metadata.storesLowerCaseIdentifiers());
    assertEquals("\\", metadata.getSearchStringEscape());
    assertTrue(metadata.supportsSchemasInDataManipulation());
    assertFalse(metadata.supportsCatalogsInDataManipulation());
    assertNotNull(metadata.getExtraNameCharacters());
    for (String names :
        List.of(
            metadata.getSQLKeywords(),
            metadata.getNumericFunctions(),
            metadata.getStringFunctions(),
            metadata.getSystemFunctions(),
            metadata.getTimeDateFunctions())) {
      assertFalse(names.isEmpty());
    }
    assertEquals(List.of(), column(metadata.getClientInfoProperties(), "NAME"));
  }

  /** GenericDataSource.initialize, TableCache, GenericMetaModel: the tree, unfolded. */
  @Test
  void theTreeUnfoldsToTopicsViewsColumnsAndKeys() throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    Map<String, Integer> types = new HashMap<>();
    try (ResultSet rows = metadata.getTypeInfo()) {
      while (rows.next()) {
        types.put(rows.getString("TYPE_NAME"), rows.getInt("DATA_TYPE"));
      }
    }
    assertEquals(List.of(), column(metadata.getCatalogs(), "TABLE_CAT"));
    assertEquals(List.of("klog", "main"), column(metadata.getSchemas(), "TABLE_SCHEM"));
    assertEquals(
        List.of("SYSTEM TABLE", "TABLE", "VIEW"), column(metadata.getTableTypes(), "TABLE_TYPE"));
    assertEquals(
        List.of("orders", "raw_events", "large"),
        column(metadata.getTables(null, "main", ALL, null), "TABLE_NAME"));
    assertEquals(
        List.of("raw_events"),
        column(metadata.getTables(null, "main", "raw\\_events", null), "TABLE_NAME"));
    try (ResultSet columns = metadata.getColumns(null, "main", "orders", ALL)) {
      List<String> names = new ArrayList<>();
      while (columns.next()) {
        names.add(columns.getString("COLUMN_NAME"));
        String type = columns.getString("TYPE_NAME");
        assertEquals(types.get(type), columns.getInt("DATA_TYPE"), type);
        columns.getInt("SOURCE_DATA_TYPE");
        columns.getLong("COLUMN_SIZE");
        columns.getObject("DECIMAL_DIGITS");
        columns.getInt("NUM_PREC_RADIX");
        columns.getInt("NULLABLE");
        assertNull(columns.getString("COLUMN_DEF"));
        columns.getString("REMARKS");
        columns.getLong("CHAR_OCTET_LENGTH");
        assertEquals(names.size(), columns.getInt("ORDINAL_POSITION"));
        assertEquals(
            names.get(names.size() - 1).equals("offset") ? "YES" : "NO",
            columns.getString("IS_AUTOINCREMENT"));
        assertNotNull(columns.getString("IS_GENERATEDCOLUMN"));
      }
      assertEquals(
          List.of("offset", "partition", "timestamp", "id", "amount", "tags", "headers"), names);
    }
    assertEquals(
        List.of("offset", "partition"),
        column(metadata.getPrimaryKeys(null, "main", "orders"), "COLUMN_NAME"));
    assertTrue(
        List.of("partition", "offset")
            .containsAll(
                column(metadata.getIndexInfo(null, "main", "orders", false, true), "COLUMN_NAME")));
    assertEquals(
        List.of(), column(metadata.getImportedKeys(null, "main", "orders"), "PKTABLE_NAME"));
    assertEquals(
        List.of(), column(metadata.getExportedKeys(null, "main", "orders"), "FKTABLE_NAME"));
    assertEquals(List.of(), column(metadata.getFunctions(null, "main", ALL), "FUNCTION_NAME"));
    assertEquals(List.of(), column(metadata.getProcedures(null, "main", ALL), "PROCEDURE_NAME"));
  }

  /** GenericStructureAssistant.findTablesByMask: the search box, and the editor's completion. */
  @Test
  void aSearchFindsTablesByAPartOfTheirName() throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    assertEquals(
        List.of("orders"), column(metadata.getTables(null, "main", "ord%", null), "TABLE_NAME"));
    assertEquals(
        List.of("consumer_groups", "consumer_lag", "consumer_members"),
        column(metadata.getTables(null, null, "%consumer%", null), "TABLE_NAME"));
  }

  /** JDBCTable.readData, JDBCStatementImpl.setLimit, JDBCUtils.scrollResultSet. */
  @Test
  void aTableOpensWithItsFirstRowsAndReadsOnAsItIsScrolled() throws SQLException {
    assertEquals(List.of("o-0", "o-199"), ends(segment(0)));
    assertEquals(List.of("o-200", "o-399"), ends(segment(200)));
    assertEquals(List.of("o-400", "o-449"), ends(segment(400)));
  }

  private List<String> segment(int first) throws SQLException {
    try (Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      statement.setMaxRows(first + SEGMENT);
      statement.setFetchSize(SEGMENT);
      assertTrue(statement.execute("SELECT o.* FROM main.orders o"));
      ResultSet rows = statement.getResultSet();
      for (int i = 0; i < first; i++) {
        rows.next();
      }
      return column(rows, "id");
    }
  }

  private static List<String> ends(List<String> values) {
    return List.of(values.get(0), values.get(values.size() - 1));
  }

  /** JDBCTable.countData, SQLUtils.appendQueryConditions and appendQueryOrder: grid and filter. */
  @Test
  void rowsAreCountedFilteredAndSorted() throws SQLException {
    try (PreparedStatement count =
        connection.prepareStatement(
            "SELECT COUNT(*) FROM main.orders",
            ResultSet.TYPE_FORWARD_ONLY,
            ResultSet.CONCUR_READ_ONLY)) {
      assertTrue(count.execute());
      try (ResultSet rows = count.getResultSet()) {
        assertTrue(rows.next());
        assertEquals(450L, rows.getObject(1));
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(SEGMENT);
      assertEquals(
          List.of("o-449", "o-448", "o-447"),
          column(
              statement.executeQuery(
                  "SELECT o.* FROM main.orders o WHERE o.amount > 446 ORDER BY o.\"offset\" DESC"),
              "id"));
      assertEquals(
          List.of("o-44", "o-440"),
          column(
              statement.executeQuery(
                  "SELECT o.* FROM main.orders o WHERE o.id LIKE 'o-44%' ORDER BY o.id LIMIT 2"),
              "id"));
    }
  }

  /** The handlers that JDBCStandardValueHandlerProvider chooses, and JDBCColumnMetaData. */
  @Test
  void theGridReadsEachColumnByItsType() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT r.* FROM main.raw_events r")) {
      ResultSetMetaData metadata = rows.getMetaData();
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        assertEquals(metadata.getColumnName(i), metadata.getColumnLabel(i));
        assertEquals("raw_events", metadata.getTableName(i));
        assertEquals("main", metadata.getSchemaName(i));
        assertEquals("", metadata.getCatalogName(i));
        assertNotNull(metadata.getColumnTypeName(i));
        assertTrue(metadata.getColumnDisplaySize(i) >= 0);
      }
      assertEquals(Types.BIGINT, metadata.getColumnType(1));
      assertTrue(metadata.isAutoIncrement(1));
      assertEquals(ResultSetMetaData.columnNoNulls, metadata.isNullable(1));
      assertTrue(rows.next());
      assertEquals(0L, rows.getObject(1)); // JDBCNumberValueHandler
      assertEquals(0, rows.getLong(2));
      assertEquals( // JDBCDateTimeValueHandler
          Timestamp.from(Instant.parse("2026-11-01T12:00:00.123Z")), rows.getObject(3));
      assertArrayEquals( // JDBCContentValueHandler
          "k".getBytes(StandardCharsets.UTF_8), (byte[]) rows.getObject(4));
      assertArrayEquals("{}".getBytes(StandardCharsets.UTF_8), (byte[]) rows.getObject(5));
      assertInstanceOf(Map.class, rows.getObject(6)); // JDBCObjectValueHandler
      assertTrue(rows.next());
      assertNull(rows.getObject(5));
      assertTrue(rows.wasNull());
      assertFalse(rows.next());
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT o.* FROM main.orders o LIMIT 1")) {
      assertTrue(rows.next());
      assertEquals("o-0", rows.getString(4)); // JDBCStringValueHandler
      assertEquals(new BigDecimal("0.00"), rows.getObject(5));
      Array tags =
          rows.getArray(6); // JDBCArrayValueHandler, JDBCCollection.makeCollectionFromArray
      assertNotNull(tags.getBaseTypeName());
      assertArrayEquals(new Object[] {"t0"}, (Object[]) tags.getArray());
      try (ResultSet elements = tags.getResultSet()) {
        assertTrue(elements.next());
        assertEquals("t0", elements.getObject(2));
      }
    }
  }

  /** JDBCTable.insertData with ExecuteInsertBatchImpl: a row that is added in the grid. */
  @Test
  void aRowThatIsAddedInTheGridGetsItsOffset() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO main.orders (id, amount, tags) VALUES(?, ?, ?)",
            Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, "added");
      insert.setBigDecimal(2, BigDecimal.ONE);
      insert.setNull(3, Types.ARRAY);
      insert.execute();
      assertEquals(1, insert.getUpdateCount());
      assertEquals(List.of("450"), column(insert.getGeneratedKeys(), "offset"));
    }
  }

  /** JDBCTable.updateData and deleteData: a cell that is changed, a row that is deleted. */
  @Test
  void editsOfTheGridAreRefusedAndTheConnectionGoesOn() throws SQLException {
    for (String edit :
        List.of(
            "UPDATE main.orders SET amount=? WHERE \"partition\"=? AND \"offset\"=?",
            "DELETE FROM main.orders WHERE \"partition\"=? AND \"offset\"=?",
            "TRUNCATE TABLE main.orders")) {
      SQLException refused =
          assertThrows(
              SQLException.class,
              () -> {
                try (PreparedStatement statement = connection.prepareStatement(edit)) {
                  statement.execute();
                }
              });
      // JDBCDataSource.discoverErrorType takes other states for a lost connection.
      assertTrue(String.valueOf(refused.getSQLState()).startsWith("42"), refused.getSQLState());
      assertTrue(connection.isValid(5));
    }
    assertEquals(List.of("o-0", "o-199"), ends(segment(0)));
  }

  /** SQLQueryJob.executeSingleQuery: a script, statement by statement. */
  @Test
  void aScriptGivesRowsOrCountsUntilThereAreNoMore() throws SQLException {
    List<String> results = new ArrayList<>();
    for (String sql :
        List.of(
            "CREATE TABLE main.notes (text VARCHAR)",
            "ALTER TABLE main.notes ADD COLUMN author VARCHAR",
            "INSERT INTO main.notes (text) VALUES ('a'), ('b')",
            "SELECT text FROM main.notes",
            "EXPLAIN PLAN FOR SELECT text FROM main.notes",
            "SHOW TOPICS",
            "DELETE FROM main.notes WHERE offset < 1",
            "DROP TABLE main.notes")) {
      try (Statement statement =
          connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
        statement.setMaxRows(SEGMENT);
        boolean isRows = statement.execute(sql);
        while (true) {
          if (isRows) {
            try (ResultSet rows = statement.getResultSet()) {
              int count = 0;
              while (rows.next()) {
                count++;
              }
              results.add(count + " rows");
            }
          } else {
            long count = statement.getLargeUpdateCount();
            if (count < 0) {
              break;
            }
            results.add(String.valueOf(count));
          }
          isRows = statement.getMoreResults();
        }
        assertNull(statement.getWarnings());
      }
    }
    assertEquals(List.of("0", "0", "2", "2 rows", "1 rows", "3 rows", "1", "0"), results);
  }

  /** JDBCDataSource.cancelStatementExecute, from the progress bar's button. */
  @Test
  void aStreamThatWaitsForMoreEndsWhenItIsCancelled() throws Exception {
    try (Statement statement = connection.createStatement()) {
      ResultSet rows = statement.executeQuery("SELECT STREAM value FROM raw_events");
      assertTrue(rows.next());
      assertTrue(rows.next());
      Future<SQLException> waiting =
          threads.submit(() -> assertThrows(SQLException.class, rows::next));
      statement.cancel();
      assertEquals("57014", waiting.get(60, TimeUnit.SECONDS).getSQLState());
      assertTrue(connection.isValid(5));
    }
    assertEquals(List.of("o-0", "o-199"), ends(segment(0)));
  }

  /**
   * JDBCRemoteInstance.initializeMetaContext: an embedded driver gets one connection, which the
   * tree, the grids and the editors use from their own threads; the editor cancels and commits.
   */
  @Test
  void oneConnectionServesTheTreeAndTheGridsAtOnce() throws Exception {
    List<Future<Boolean>> jobs = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      jobs.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 20; i++) {
                  assertEquals(
                      7,
                      column(
                              connection.getMetaData().getColumns(null, "main", "orders", ALL),
                              "COLUMN_NAME")
                          .size());
                }
                return true;
              }));
      jobs.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 20; i++) {
                  assertEquals(List.of("o-0", "o-199"), ends(segment(0)));
                }
                return true;
              }));
    }
    for (Future<Boolean> job : jobs) {
      assertTrue(job.get(60, TimeUnit.SECONDS));
    }
  }

  /** Two windows with a connection each: JDBCRemoteInstance.openIsolatedContext. */
  @Test
  void manualCommitInOneEditorIsSeenInAnother() throws Exception {
    Connection other = open();
    other.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    other.setAutoCommit(false);
    try (Statement statement = other.createStatement()) {
      statement.execute("INSERT INTO main.raw_events (value) VALUES ('x')");
      assertEquals(2, count());
      other.commit();
      assertEquals(3, count());
      statement.execute("INSERT INTO main.raw_events (value) VALUES ('y')");
    } finally {
      // JDBCDataSource.closeConnection rolls back, then closes.
      other.rollback();
      other.close();
    }
    assertTrue(other.isClosed());
    assertEquals(3, count());
  }

  private long count() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM main.raw_events")) {
      assertTrue(rows.next());
      return rows.getLong(1);
    }
  }

  /** JDBCUtils.isConnectionAlive (keep-alive), JDBCExecutionContext.invalidateContext. */
  @Test
  void aConnectionIsPingedAndOpenedAgainWhenItIsDead() throws Exception {
    assertTrue(connection.isValid(10));
    connection.close();
    assertFalse(connection.isValid(10));
    assertTrue(connection.isClosed());
    connection = open();
    assertEquals(2, count());
    connection.setReadOnly(true);
    SQLException refused =
        assertThrows(SQLException.class, () -> run("INSERT INTO raw_events (value) VALUES ('x')"));
    assertEquals("25006", refused.getSQLState());
  }

  /** DriverDescriptorSerializerLegacy.DriversParser, and DatabaseURL, which fills the template. */
  @Test
  void theDefinitionOfTheDriverOpensAFile() throws Exception {
    Path definition = Path.of("..", "samples", "dbeaver", "drivers.xml");
    Element drivers =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(definition.toFile())
            .getDocumentElement();
    assertEquals("drivers", drivers.getTagName());
    Element provider = only(drivers, "provider");
    assertEquals("generic", provider.getAttribute("id"));
    Element driver = only(provider, "driver");
    for (String flag : List.of("custom", "embedded", "anonymous")) {
      assertEquals("true", driver.getAttribute(flag), flag);
    }
    assertEquals("${drivers_home}/klog/klog.jar", only(driver, "library").getAttribute("path"));
    String url =
        driver.getAttribute("url").replace("{file}", directory.resolve("defined.klog").toString());
    Driver made =
        Class.forName(driver.getAttribute("class"))
            .asSubclass(Driver.class)
            .getDeclaredConstructor()
            .newInstance();
    try (Connection opened = made.connect(url, new Properties())) {
      assertNotNull(opened);
      assertTrue(opened.isValid(10));
    }
    assertTrue(Files.exists(directory.resolve("defined.klog")));
  }

  @Test
  void theSqlOfItsPageIsUnderstood() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "DBEAVER.md"));
    Matcher blocks = Pattern.compile("```sql\n(.*?);\n```", Pattern.DOTALL).matcher(page);
    int count = 0;
    while (blocks.find()) {
      connection.prepareStatement(blocks.group(1)).close();
      count++;
    }
    assertEquals(2, count);
  }

  private static Element only(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    assertEquals(1, found.getLength(), name);
    return (Element) found.item(0);
  }
}
