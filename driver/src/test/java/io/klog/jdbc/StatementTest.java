package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.sql.Rows;
import io.klog.sql.SqlFault;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class StatementTest {
  private final TestDatabase database;
  private final Connection connection;
  private final Statement statement;

  StatementTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC orders");
    connection = database.connect();
    statement = connection.createStatement();
  }

  @BeforeEach
  void insertThree() throws SQLException {
    database.execute("INSERT INTO orders (key, value) VALUES ('a', '1'), ('b', '2'), ('c', '3')");
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

  // Executing and its results.

  @Test
  void executeTellsRowsFromCountsAndComesToAnEnd() throws SQLException {
    assertTrue(statement.execute("SELECT key FROM orders"));
    assertEquals(-1, statement.getUpdateCount());
    ResultSet rows = statement.getResultSet();
    assertNotNull(rows);
    assertFalse(statement.getMoreResults());
    assertTrue(rows.isClosed());
    assertNull(statement.getResultSet());
    assertEquals(-1, statement.getUpdateCount());

    assertFalse(statement.execute("INSERT INTO orders (key) VALUES ('d'), ('e')"));
    assertNull(statement.getResultSet());
    assertEquals(2, statement.getUpdateCount());
    assertEquals(2, statement.getLargeUpdateCount());
    assertFalse(statement.getMoreResults());
    assertEquals(-1, statement.getUpdateCount());

    assertFalse(statement.execute("CREATE TOPIC other"));
    assertEquals(0, statement.getUpdateCount());
  }

  @Test
  void refusesTheWrongMethodBeforeAnythingIsDone() throws SQLException {
    assertState("07005", () -> statement.executeQuery("INSERT INTO orders (key) VALUES ('d')"));
    assertState("07003", () -> statement.executeUpdate("SELECT * FROM orders"));
    assertEquals(List.of("3"), database.rows("SELECT count(*) FROM orders"));
  }

  @Test
  void aPreparedStatementHasTheColumnsThatItsTablesHaveByNow() throws SQLException {
    statement.execute("CREATE TOPIC typed (a INTEGER)");
    statement.execute("INSERT INTO typed (a) VALUES (1)");
    statement.execute("CREATE VIEW v AS SELECT a FROM typed");
    try (Connection other = database.connect();
        Statement change = other.createStatement();
        PreparedStatement topic = connection.prepareStatement("SELECT * FROM typed");
        PreparedStatement view = connection.prepareStatement("SELECT * FROM v")) {
      assertEquals(5, topic.executeQuery().getMetaData().getColumnCount());
      change.execute("ALTER TOPIC typed ADD COLUMN b VARCHAR");
      change.execute("INSERT INTO typed (a, b) VALUES (2, 'two')");
      change.execute("CREATE OR REPLACE VIEW v AS SELECT b AS name FROM typed");
      ResultSet rows = topic.executeQuery();
      assertEquals(6, rows.getMetaData().getColumnCount());
      assertEquals(6, topic.getMetaData().getColumnCount());
      assertTrue(rows.next());
      assertTrue(rows.next());
      assertEquals("two", rows.getString("b"));
      assertEquals(2, rows.getInt("a"));
      rows = view.executeQuery();
      assertEquals("name", rows.getMetaData().getColumnLabel(1));
      assertEquals("VARCHAR", rows.getMetaData().getColumnTypeName(1));
      change.execute("DROP VIEW v");
      assertState("42P01", view::executeQuery);
      change.execute("CREATE TOPIC v");
      assertEquals(6, view.executeQuery().getMetaData().getColumnCount());
    }
  }

  @Test
  void executingAgainClosesTheOldResultOnly() throws SQLException {
    ResultSet first = statement.executeQuery("SELECT key FROM orders");
    try (Statement other = connection.createStatement();
        ResultSet kept = other.executeQuery("SELECT value FROM orders")) {
      assertTrue(first.next());
      assertTrue(kept.next());
      ResultSet second = statement.executeQuery("SELECT key FROM orders WHERE offset > 0");
      assertTrue(first.isClosed());
      assertState("24000", first::next);
      assertTrue(kept.next());
      assertTrue(second.next());
      assertEquals("b", second.getString(1));
      assertEquals("2", kept.getString(1));
    }
  }

  @Test
  void closingClosesWhatBelongsToItAndTwiceIsFine() throws SQLException {
    ResultSet rows = statement.executeQuery("SELECT key FROM orders");
    statement.close();
    statement.close();
    assertTrue(statement.isClosed());
    assertTrue(rows.isClosed());
    assertState("HY010", () -> statement.executeQuery("SELECT 1"));
    assertState("HY010", statement::getUpdateCount);

    Statement another = connection.createStatement();
    ResultSet more = another.executeQuery("SELECT key FROM orders");
    connection.close();
    connection.close();
    assertTrue(another.isClosed());
    assertTrue(more.isClosed());
    assertTrue(connection.isClosed());
    assertFalse(connection.isValid(1));
    assertState("08003", connection::createStatement);
    assertState("08003", connection::getAutoCommit);
    assertState("08003", () -> another.executeQuery("SELECT 1"));
  }

  @Test
  void closesOnCompletionWhenAskedTo() throws SQLException {
    statement.executeQuery("SELECT key FROM orders");
    assertFalse(statement.isCloseOnCompletion());
    statement.closeOnCompletion();
    assertTrue(statement.isCloseOnCompletion());
    ResultSet rows = statement.executeQuery("SELECT key FROM orders");
    assertFalse(statement.isClosed());
    rows.close();
    assertTrue(statement.isClosed());
  }

  @Test
  void closesOnCompletionEvenWhereClosingTheRowsFails() throws SQLException {
    Rows unwilling =
        (Rows)
            Proxy.newProxyInstance(
                Rows.class.getClassLoader(),
                new Class<?>[] {Rows.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    throw new SqlFault("58030", "the device failed");
                  }
                  return List.of(); // it has no warnings
                });
    KlogStatement failing = connection.createStatement().unwrap(KlogStatement.class);
    KlogResultSet rows =
        new KlogResultSet(
            failing, failing.lock, new ResultColumns(List.of()), unwilling, null, null, 0);
    failing.opened(rows);
    failing.closeOnCompletion();
    assertState("58030", rows::close);
    assertTrue(rows.isClosed());
    assertTrue(failing.isClosed());
    rows.close();
  }

  @Test
  void closesOnCompletionWhenTheLastResultIsPassed() throws SQLException {
    ResultSet rows = statement.executeQuery("SELECT key FROM orders");
    statement.closeOnCompletion();
    assertFalse(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT));
    assertFalse(statement.getMoreResults());
    assertFalse(statement.isClosed(), "one is kept");
    assertFalse(statement.getMoreResults(Statement.CLOSE_ALL_RESULTS));
    assertTrue(rows.isClosed());
    assertTrue(statement.isClosed());

    try (Statement another = connection.createStatement()) {
      ResultSet only = another.executeQuery("SELECT key FROM orders");
      another.closeOnCompletion();
      assertFalse(another.getMoreResults());
      assertTrue(only.isClosed());
      assertTrue(another.isClosed());
    }
  }

  @Test
  void stopsAtTheRowLimit() throws SQLException {
    statement.setMaxRows(2);
    assertEquals(2, statement.getMaxRows());
    try (ResultSet rows = statement.executeQuery("SELECT key FROM orders")) {
      assertEquals(List.of("a", "b"), TestDatabase.rows(rows));
    }
    statement.setLargeMaxRows(0);
    try (ResultSet rows = statement.executeQuery("SELECT key FROM orders")) {
      assertEquals(3, TestDatabase.rows(rows).size());
    }
    assertState("22023", () -> statement.setMaxRows(-1));
  }

  @Test
  void cutsLongFieldsWhenAskedTo() throws SQLException {
    database.execute("INSERT INTO orders (key, value) VALUES ('long', 'abcdef')");
    statement.setMaxFieldSize(3);
    try (ResultSet rows =
        statement.executeQuery("SELECT value, offset FROM orders WHERE key = 'long'")) {
      assertTrue(rows.next());
      assertEquals("abc", rows.getString(1));
      assertEquals(3, rows.getBytes(1).length);
      assertEquals(3, rows.getLong(2));
    }
  }

  @Test
  void acceptsTheHintsThatToolsGive() throws SQLException {
    statement.setFetchSize(100);
    assertEquals(100, statement.getFetchSize());
    statement.setFetchDirection(ResultSet.FETCH_FORWARD);
    statement.setEscapeProcessing(false);
    statement.setPoolable(true);
    assertTrue(statement.isPoolable());
    statement.setCursorName("c");
    statement.setQueryTimeout(30);
    assertEquals(30, statement.getQueryTimeout());
    assertNull(statement.getWarnings());
    statement.clearWarnings();
    assertSame(connection, statement.getConnection());
    assertEquals(ResultSet.TYPE_FORWARD_ONLY, statement.getResultSetType());
    assertEquals(ResultSet.CONCUR_READ_ONLY, statement.getResultSetConcurrency());
    assertState("22023", () -> statement.setFetchSize(-1));
    assertState("22023", () -> statement.setQueryTimeout(-1));
  }

  @Test
  void offersForwardOnlyResultsWithAWarningWhereMoreWasAskedFor() throws SQLException {
    assertNull(connection.getWarnings());
    try (Statement scrolling =
        connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
      assertEquals(ResultSet.TYPE_FORWARD_ONLY, scrolling.getResultSetType());
    }
    assertNotNull(connection.getWarnings());
    connection.clearWarnings();
    assertNull(connection.getWarnings());
    assertState("22023", () -> connection.createStatement(77, ResultSet.CONCUR_READ_ONLY));
  }

  @Test
  void saysWhatIsWrongWithTheSqlByItsState() {
    assertState("42601", () -> statement.execute("SELEKT 1"));
    assertState("42P01", () -> statement.execute("SELECT * FROM nowhere"));
    assertState("42703", () -> statement.execute("SELECT nothing FROM orders"));
    assertState("22023", () -> statement.execute(null));
    assertState("42P07", () -> statement.execute("CREATE TOPIC ORDERS"));
    assertThrows(SQLSyntaxErrorException.class, () -> statement.execute("SELEKT 1"));
    SQLException update =
        assertThrows(SQLException.class, () -> statement.execute("UPDATE orders SET value = 'x'"));
    assertEquals("42", String.valueOf(update.getSQLState()).substring(0, 2));
    assertState("07001", () -> statement.execute("SELECT * FROM orders WHERE offset = ?"));
  }

  @Test
  void doesNotMixUpTheStatementsOfOneConnection() throws SQLException {
    try (PreparedStatement one =
            connection.prepareStatement("SELECT key FROM orders WHERE offset = ?");
        PreparedStatement two =
            connection.prepareStatement("SELECT key FROM orders WHERE offset = ?")) {
      one.setLong(1, 0);
      two.setLong(1, 2);
      try (ResultSet a = one.executeQuery();
          ResultSet b = two.executeQuery()) {
        assertTrue(a.next());
        assertTrue(b.next());
        assertEquals("a", a.getString(1));
        assertEquals("c", b.getString(1));
        assertFalse(a.next());
        assertFalse(b.next());
      }
    }
  }

  // Parameters.

  @Test
  void namesTheParameterThatIsMissing() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key, value) VALUES (?, ?)")) {
      insert.setString(1, "k");
      SQLException refused = assertThrows(SQLException.class, insert::executeUpdate);
      assertEquals("07001", refused.getSQLState());
      assertEquals("parameter 2 of 2 is not set", refused.getMessage());
      assertState("07001", insert::addBatch);
      insert.setString(2, "v");
      assertEquals(1, insert.executeUpdate());
      assertEquals(1, insert.executeUpdate());
      insert.clearParameters();
      assertState("07001", insert::executeUpdate);
      assertState("07009", () -> insert.setString(0, "x"));
      assertState("07009", () -> insert.setString(3, "x"));
      assertState("HY010", () -> insert.executeUpdate("INSERT INTO orders (key) VALUES ('x')"));
      assertState("HY010", () -> insert.addBatch("INSERT INTO orders (key) VALUES ('x')"));
    }
  }

  @Test
  void takesValuesInWhateverWayTheyAreSet() throws SQLException {
    UUID uuid = UUID.randomUUID();
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key, value) VALUES ('v', ?)")) {
      insert.setBytes(1, "bytes".getBytes(StandardCharsets.UTF_8));
      insert.addBatch();
      insert.setString(1, "string");
      insert.addBatch();
      insert.setNull(1, Types.NULL);
      insert.addBatch();
      insert.setNull(1, Types.VARCHAR, "VARCHAR");
      insert.addBatch();
      insert.setObject(1, null);
      insert.addBatch();
      insert.setObject(1, uuid);
      insert.addBatch();
      insert.setBinaryStream(1, new ByteArrayInputStream(new byte[] {'s', 't'}));
      insert.addBatch();
      insert.setBinaryStream(1, new ByteArrayInputStream(new byte[] {'s', 't', 'x'}), 2);
      insert.addBatch();
      insert.setCharacterStream(1, new StringReader("reader"));
      insert.addBatch();
      insert.setCharacterStream(1, new StringReader("reader"), 4L);
      insert.addBatch();
      insert.setClob(1, new StringReader("clob"));
      insert.addBatch();
      java.sql.Blob blob = connection.createBlob();
      blob.setBytes(1, "blob".getBytes(StandardCharsets.UTF_8));
      insert.setBlob(1, blob);
      insert.addBatch();
      insert.setObject(1, 42, Types.VARCHAR);
      insert.addBatch();
      insert.setObject(1, new BigDecimal("1.005"), Types.VARCHAR);
      insert.addBatch();
      insert.setObject(1, 'c');
      insert.addBatch();
      insert.setObject(1, "typed", JDBCType.VARBINARY);
      insert.addBatch();
      assertEquals(16, insert.executeBatch().length);
    }
    assertEquals(
        List.of(
            "bytes",
            "string",
            "null",
            "null",
            "null",
            uuid.toString(),
            "st",
            "st",
            "reader",
            "read",
            "clob",
            "blob",
            "42",
            "1.005",
            "c",
            "typed"),
        database.rows("SELECT value FROM orders WHERE key = 'v'"));
  }

  @Test
  void takesNumbersAndTimesOfEveryClass() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT key FROM orders WHERE offset = ?")) {
      for (Object one :
          List.of(1, 1L, (short) 1, (byte) 1, 1.0, 1f, BigDecimal.ONE, BigInteger.ONE, "1")) {
        query.setObject(1, one);
        try (ResultSet rows = query.executeQuery()) {
          assertEquals(List.of("b"), TestDatabase.rows(rows), one.getClass().getName());
        }
      }
      query.setObject(1, "1", Types.BIGINT);
      assertEquals(List.of("b"), TestDatabase.rows(query.executeQuery()));
      query.setInt(1, 1);
      assertEquals(List.of("b"), TestDatabase.rows(query.executeQuery()));
      assertState("22018", () -> query.setObject(1, "x", Types.BIGINT));
      assertState("22003", () -> query.setObject(1, 1L << 40, Types.INTEGER));
      assertState("07006", () -> query.setObject(1, Thread.currentThread()));
    }
    Instant at = Instant.parse("2026-11-01T13:14:15.678Z");
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders (key, \"timestamp\") VALUES ('t', ?)");
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT timestamp FROM orders WHERE key = 't' AND timestamp = ?")) {
      List<Object> same =
          List.of(
              at,
              Timestamp.from(at),
              java.util.Date.from(at),
              LocalDateTime.ofInstant(at, ZoneOffset.UTC),
              OffsetDateTime.ofInstant(at, ZoneOffset.ofHours(5)),
              at.atZone(ZoneOffset.ofHours(-3)));
      for (Object time : same) {
        insert.setObject(1, time);
        insert.executeUpdate();
      }
      for (Object time : same) {
        query.setObject(1, time);
        try (ResultSet rows = query.executeQuery()) {
          int count = 0;
          while (rows.next()) {
            assertEquals(at, rows.getObject(1, Instant.class));
            assertEquals(Timestamp.from(at), rows.getTimestamp("timestamp"));
            count++;
          }
          assertEquals(same.size(), count, time.getClass().getName());
        }
      }
    }
  }

  @Test
  void describesItselfBeforeItRuns() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT offset AS place, timestamp, key, headers FROM orders WHERE offset > ?")) {
      ResultSetMetaData columns = query.getMetaData();
      assertEquals(4, columns.getColumnCount());
      assertEquals("place", columns.getColumnLabel(1));
      assertEquals("offset", columns.getColumnName(1));
      assertEquals("orders", columns.getTableName(1));
      assertEquals("main", columns.getSchemaName(1));
      assertEquals("", columns.getCatalogName(1));
      assertEquals(Types.BIGINT, columns.getColumnType(1));
      assertEquals("BIGINT", columns.getColumnTypeName(1));
      assertTrue(columns.isAutoIncrement(1));
      assertTrue(columns.isSigned(1));
      assertEquals(ResultSetMetaData.columnNoNulls, columns.isNullable(1));
      assertEquals(Types.TIMESTAMP, columns.getColumnType(2));
      assertEquals(3, columns.getScale(2));
      assertEquals(Types.VARBINARY, columns.getColumnType(3));
      assertEquals("[B", columns.getColumnClassName(3));
      assertFalse(columns.isAutoIncrement(3));
      assertEquals(ResultSetMetaData.columnNullable, columns.isNullable(3));
      assertEquals("java.util.Map", columns.getColumnClassName(4));
      assertTrue(columns.isReadOnly(1));
      assertState("07009", () -> columns.getColumnName(5));

      ParameterMetaData parameters = query.getParameterMetaData();
      assertEquals(1, parameters.getParameterCount());
      assertEquals(Types.BIGINT, parameters.getParameterType(1));
      assertEquals("java.lang.Long", parameters.getParameterClassName(1));
      assertEquals(ParameterMetaData.parameterModeIn, parameters.getParameterMode(1));
      assertState("07009", () -> parameters.getParameterType(2));
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key) VALUES (?)")) {
      assertNull(insert.getMetaData());
      assertEquals(1, insert.getParameterMetaData().getParameterCount());
    }
  }

  @Test
  void getObjectIsOfTheNamedClassInRealResults() throws Exception {
    try (ResultSet rows = statement.executeQuery("SELECT * FROM orders")) {
      ResultSetMetaData columns = rows.getMetaData();
      assertTrue(rows.next());
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        Object value = rows.getObject(i);
        if (value != null) {
          assertTrue(
              Class.forName(columns.getColumnClassName(i)).isInstance(value),
              columns.getColumnName(i));
        }
      }
    }
  }

  @Test
  void surviveTopicsComingAndGoingBetweenExecutions() throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders (key) VALUES (?)");
        PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM orders")) {
      insert.setString(1, "d");
      assertEquals(1, insert.executeUpdate());
      database.execute("CREATE TOPIC another");
      assertEquals(1, insert.executeUpdate());
      assertEquals(List.of("5"), TestDatabase.rows(query.executeQuery()));
      database.execute("DROP TOPIC orders");
      assertState("42P01", insert::executeUpdate);
      assertState("42P01", query::executeQuery);
      database.execute("CREATE TOPIC orders");
      assertEquals(1, insert.executeUpdate());
      assertEquals(List.of("1"), TestDatabase.rows(query.executeQuery()));
    }
  }

  @Test
  void explainNeedsNoParameters() throws SQLException {
    String query = "SELECT value FROM t WHERE offset = ?";
    try (TestDatabase own = new TestDatabase("CREATE TOPIC t");
        Connection other = own.connect();
        Statement statement = other.createStatement()) {
      for (String before :
          List.of(
              "EXPLAIN PLAN FOR ",
              " explain ",
              "/* which way? */ EXPLAIN ",
              "-- which way?\nEXPLAIN PLAN FOR ")) {
        try (PreparedStatement prepared = other.prepareStatement(before + query)) {
          List<String> plan = TestDatabase.rows(prepared.executeQuery());
          assertFalse(plan.isEmpty());
          assertEquals(plan, TestDatabase.rows(statement.executeQuery(before + query)));
        }
      }
      assertState("07001", () -> statement.executeQuery("/* EXPLAIN */ " + query));
    }
  }

  @Test
  void aTextIsTheSameTimeHoweverItIsSet() throws SQLException {
    List<String> texts =
        List.of(
            "2026-11-01",
            " 2026-11-01 ",
            "2026-11-01 12:00",
            "2026-11-01 12:00:00.5",
            "2026-11-01T12:00:00Z",
            "2026-11-01 12:00:00z",
            "2026-11-01t12:00:00",
            "2026-11-01t12:00:00Z",
            "2026-11-01 12:00:00+02:00",
            "2026-11-01 12:00:00+02",
            "2026-11-01 12:00:00+0200",
            "2026-11-01 12:00:00 +02:00",
            "2026-11-01 12",
            "2026-11-0112:00:00",
            "2026-13-01 12:00:00",
            "yesterday");
    try (TestDatabase own = new TestDatabase("CREATE TOPIC t");
        Connection other = own.connect();
        PreparedStatement insert =
            other.prepareStatement("INSERT INTO t (key, \"timestamp\") VALUES ('k', ?)")) {
      for (String text : texts) {
        assertEquals(
            stored(own, insert, () -> insert.setString(1, text)),
            stored(own, insert, () -> insert.setObject(1, text, Types.TIMESTAMP)),
            text);
      }
    }
  }

  private interface Setting {
    void set() throws SQLException;
  }

  private static String stored(TestDatabase database, PreparedStatement insert, Setting setting)
      throws SQLException {
    try {
      setting.set();
      insert.executeUpdate();
    } catch (SQLException e) {
      return "refused";
    }
    return database.rows("SELECT \"timestamp\" FROM t ORDER BY offset DESC LIMIT 1").get(0);
  }
}
