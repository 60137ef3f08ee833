package io.klog.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What clients need, part three: see {@link ChecklistConnectionTest}. */
// In threads of their own, because the limit's interrupt ends no spinning.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChecklistStatementTest {
  private static final String INSERT = "INSERT INTO orders (key, value) VALUES (?, ?)";

  private final TestDatabase database;
  private final Connection connection;
  private final Statement statement;

  ChecklistStatementTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC orders",
            "INSERT INTO orders (key, value) VALUES ('a', '1'), ('b', '2'), ('c', '3')",
            "CREATE TOPIC typed (id VARCHAR KEY, whole INTEGER NOT NULL, exact DECIMAL(20, 4),"
                + " bytes VARBINARY, a_day DATE, a_time TIME, moment TIMESTAMP)");
    connection = database.connect();
    statement = connection.createStatement();
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

  // 14. Generated keys: see GeneratedKeysTest too.

  @Test
  void keysAreThoseOfEveryRowAndOfTheColumnsThatWereAskedFor() throws SQLException {
    for (String name : List.of("offset", "OFFSET", "Offset")) {
      try (PreparedStatement insert = connection.prepareStatement(INSERT, new String[] {name})) {
        String first = database.rows("SELECT max(offset) + 1 FROM orders").get(0);
        for (String key : List.of("x", "y")) {
          insert.setString(1, key);
          insert.setString(2, name);
          insert.addBatch();
        }
        assertArrayEquals(new int[] {1, 1}, insert.executeBatch());
        try (ResultSet keys = insert.getGeneratedKeys()) {
          assertEquals(1, keys.getMetaData().getColumnCount());
          assertTrue(keys.next());
          assertEquals(first, keys.getString(1));
          assertEquals(first, keys.getString(name));
          assertTrue(keys.next());
          assertFalse(keys.next());
        }
      }
    }
    try (PreparedStatement insert = connection.prepareStatement(INSERT, new int[] {2, 1})) {
      insert.setString(1, "z");
      insert.setString(2, "z");
      insert.executeUpdate();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        assertEquals("partition", keys.getMetaData().getColumnLabel(1));
        assertEquals(List.of("0|9"), TestDatabase.rows(keys));
      }
    }
  }

  @Test
  void insertsOfAQueryHaveKeysToo() throws SQLException {
    statement.executeUpdate(
        "INSERT INTO orders (key) SELECT key FROM orders", Statement.RETURN_GENERATED_KEYS);
    assertEquals(List.of("3", "4", "5"), TestDatabase.rows(statement.getGeneratedKeys()));
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO orders (key) SELECT key FROM orders WHERE offset < ?",
            new String[] {"offset"})) {
      for (int bound : new int[] {1, 0, 2}) {
        insert.setInt(1, bound);
        insert.addBatch();
      }
      assertArrayEquals(new int[] {1, 0, 2}, insert.executeBatch());
      assertEquals(List.of("6", "7", "8"), TestDatabase.rows(insert.getGeneratedKeys()));
    }
  }

  @Test
  void whereNothingWasAskedForThereIsAnEmptyResult() throws SQLException {
    assertFalse(statement.getGeneratedKeys().next());
    statement.executeUpdate("INSERT INTO orders (key) VALUES ('d')");
    assertFalse(statement.getGeneratedKeys().next());
    statement.executeUpdate("INSERT INTO orders (key) VALUES ('d')", new String[0]);
    assertFalse(statement.getGeneratedKeys().next());
    statement.execute("SELECT 1", Statement.RETURN_GENERATED_KEYS);
    assertFalse(statement.getGeneratedKeys().next());
    statement.execute("DELETE FROM orders WHERE offset < 1", Statement.RETURN_GENERATED_KEYS);
    assertFalse(statement.getGeneratedKeys().next());
    assertState("42703", () -> connection.prepareStatement(INSERT, new String[] {"id"}));
    assertState("42703", () -> connection.prepareStatement(INSERT, new int[] {4}));
  }

  // 15. Parameters.

  @Test
  void parametersHaveTheTypesOfTheirPlaces() throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO typed (id, whole, exact) VALUES (?, ?, ?)");
        PreparedStatement query =
            connection.prepareStatement("SELECT * FROM typed WHERE a_day = ? LIMIT ?")) {
      ParameterMetaData given = insert.getParameterMetaData();
      assertEquals(Types.VARCHAR, given.getParameterType(1));
      assertEquals(Types.INTEGER, given.getParameterType(2));
      assertEquals(Types.DECIMAL, given.getParameterType(3));
      assertEquals(20, given.getPrecision(3));
      assertEquals(4, given.getScale(3));
      assertEquals(Types.DATE, query.getParameterMetaData().getParameterType(1));
      assertEquals(Types.INTEGER, query.getParameterMetaData().getParameterType(2));
      assertState("07009", () -> given.getParameterType(4));
      insert.setString(1, "n");
      insert.setInt(2, 1);
      for (int type : new int[] {Types.NULL, Types.OTHER, Types.DECIMAL, Types.VARCHAR}) {
        insert.setNull(3, type);
        assertEquals(1, insert.executeUpdate());
      }
      insert.setNull(2, Types.NULL);
      assertState("23502", insert::executeUpdate);
      insert.setString(2, "no number");
      assertState("22018", insert::executeUpdate);
      insert.setLong(2, 1L << 40);
      assertState("22003", insert::executeUpdate);
    }
  }

  // 16. Values: see StatementTest for more ways to set them, ResultSetConversionTest to get them.

  @Test
  void valuesComeBackAsTheClassesThatWereSet() throws SQLException {
    Instant moment = Instant.parse("2026-11-01T13:14:15.678Z");
    UUID uuid = UUID.fromString("c0ffee00-1234-4321-8888-0123456789ab");
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO typed (id, whole, exact, bytes, a_day, a_time, moment)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      insert.setObject(1, uuid);
      insert.setObject(2, "7", JDBCType.INTEGER);
      insert.setObject(3, new BigDecimal("1234.56789"), Types.DECIMAL, 3);
      insert.setObject(4, new ByteArrayInputStream(new byte[] {1, 2}));
      insert.setObject(5, LocalDate.of(2026, 11, 1));
      insert.setObject(6, LocalTime.of(13, 14, 15));
      insert.setObject(7, OffsetDateTime.ofInstant(moment, ZoneOffset.ofHours(5)));
      insert.executeUpdate();
      insert.setObject(1, "nothing");
      for (int i = 3; i <= 7; i++) {
        insert.setObject(i, null);
      }
      insert.executeUpdate();
    }
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT id, whole, exact, bytes, a_day, a_time, moment FROM typed")) {
      assertTrue(rows.next());
      assertEquals(uuid, rows.getObject(1, UUID.class));
      assertEquals(7, rows.getObject(2, Integer.class));
      assertEquals(7L, rows.getObject(2, Long.class));
      assertEquals(new BigDecimal("1234.5680"), rows.getObject(3, BigDecimal.class));
      assertArrayEquals(new byte[] {1, 2}, rows.getObject(4, byte[].class));
      assertEquals(LocalDate.of(2026, 11, 1), rows.getObject(5, LocalDate.class));
      assertEquals(LocalTime.of(13, 14, 15), rows.getObject(6, LocalTime.class));
      assertEquals(moment, rows.getObject(7, Instant.class));
      assertEquals(
          LocalDateTime.ofInstant(moment, ZoneOffset.UTC), rows.getObject(7, LocalDateTime.class));
      assertEquals(
          OffsetDateTime.ofInstant(moment, ZoneOffset.UTC),
          rows.getObject(7, OffsetDateTime.class));
      assertState("07006", () -> rows.getObject(5, Thread.class));
      assertState("22023", () -> rows.getObject(5, (Class<?>) null));
      assertTrue(rows.next());
      for (Class<?> type : List.of(String.class, byte[].class, Instant.class, LocalDate.class)) {
        for (int i = 3; i <= 7; i++) {
          assertNull(rows.getObject(i, type));
          assertTrue(rows.wasNull());
        }
      }
      assertNull(rows.getBinaryStream(4));
      assertNull(rows.getBlob(4));
      assertNull(rows.getCharacterStream(4));
      assertNull(rows.getClob(4));
    }
  }

  @Test
  void whatAStreamThrowsIsTheCause() throws SQLException {
    IOException broken = new IOException("broken");
    IllegalStateException wrong = new IllegalStateException("wrong");
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (Exception thrown : List.of(broken, wrong)) {
        InputStream bytes = new ThrowingStream(thrown);
        Reader text = new java.io.InputStreamReader(bytes, UTF_8);
        for (Executable call :
            List.<Executable>of(
                () -> insert.setBinaryStream(1, bytes),
                () -> insert.setBinaryStream(1, bytes, 5),
                () -> insert.setBinaryStream(1, bytes, 5L),
                () -> insert.setAsciiStream(1, bytes),
                () -> insert.setCharacterStream(1, text),
                () -> insert.setCharacterStream(1, text, 5),
                () -> insert.setNCharacterStream(1, text, 5L),
                () -> insert.setBlob(1, bytes),
                () -> insert.setClob(1, text),
                () -> insert.setObject(1, bytes))) {
          SQLException refused = assertThrows(SQLException.class, call);
          assertEquals("22023", refused.getSQLState());
          assertSame(thrown, refused.getCause());
        }
      }
    }
  }

  private static final class ThrowingStream extends InputStream {
    private final Exception thrown;

    ThrowingStream(Exception thrown) {
      this.thrown = thrown;
    }

    @Override
    public int read() throws IOException {
      if (thrown instanceof IOException e) {
        throw e;
      }
      throw (RuntimeException) thrown;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      return read();
    }
  }

  @Test
  void aStreamHasTheLengthThatItIsSaidToHave() throws SQLException {
    byte[] bytes = {'a', 'b', 'c'};
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, "s");
      insert.setBinaryStream(2, new ByteArrayInputStream(bytes), 2L);
      insert.executeUpdate();
      assertEquals(List.of("ab"), database.rows("SELECT value FROM orders WHERE key = 's'"));
      for (long length : new long[] {-1, 4, 1L << 40, Long.MIN_VALUE}) {
        assertState(
            "22023", () -> insert.setBinaryStream(2, new ByteArrayInputStream(bytes), length));
        assertState("22023", () -> insert.setCharacterStream(2, new StringReader("abc"), length));
      }
      insert.setBinaryStream(2, null, -1);
      insert.setCharacterStream(2, null, 7L);
      assertEquals(1, insert.executeUpdate());
    }
  }

  @Test
  void whatNoColumnHasIsRefusedClearly() throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      assertState("HYC00", () -> insert.setRef(1, null));
      assertState("HYC00", () -> insert.setRowId(1, null));
      assertState("HYC00", () -> insert.setSQLXML(1, null));
      assertState("07006", () -> insert.setObject(1, new Object()));
      assertState("22023", () -> insert.setObject(1, "x", 4711));
      insert.setURL(1, null);
      insert.setArray(1, null);
    }
    ResultSet rows = statement.executeQuery("SELECT key FROM orders");
    assertTrue(rows.next());
    assertState("HYC00", () -> rows.getRef(1));
    assertState("HYC00", () -> rows.getRowId(1));
    assertState("HYC00", () -> rows.getSQLXML(1));
    assertState("HYC00", rows::getCursorName);
    assertState("07009", () -> rows.getRef(2));
    assertThrows(SQLFeatureNotSupportedException.class, () -> rows.updateString(1, "x"));
    assertState("HYC00", rows::deleteRow);
    assertState("HYC00", () -> rows.absolute(1));
    assertState("HYC00", rows::previous);
    rows.close();
    for (Executable call :
        List.<Executable>of(
            rows::next,
            rows::previous,
            rows::deleteRow,
            rows::wasNull,
            rows::getType,
            rows::getConcurrency,
            rows::getHoldability,
            rows::getFetchDirection,
            () -> rows.getString(1),
            () -> rows.getRef(1),
            () -> rows.findColumn("key"),
            () -> rows.updateString(1, "x"))) {
      assertState("24000", call);
    }
  }

  // 17. Results: see StatementTest too.

  @Test
  void aStatementHasOneResultAndThenNone() throws SQLException {
    assertFalse(statement.execute("INSERT INTO orders (key) VALUES ('d'), ('e')"));
    assertEquals(2, statement.getUpdateCount());
    assertNull(statement.getResultSet());
    assertFalse(statement.getMoreResults());
    assertEquals(-1, statement.getUpdateCount());
    assertEquals(-1, statement.getLargeUpdateCount());

    assertTrue(statement.execute("SELECT key FROM orders"));
    ResultSet kept = statement.getResultSet();
    assertNotNull(kept);
    assertFalse(statement.getMoreResults(Statement.KEEP_CURRENT_RESULT));
    assertNull(statement.getResultSet());
    assertEquals(-1, statement.getUpdateCount());
    assertTrue(kept.next());
    assertFalse(statement.getMoreResults(Statement.CLOSE_CURRENT_RESULT));
    assertTrue(kept.next());
    assertFalse(statement.getMoreResults(Statement.CLOSE_ALL_RESULTS));
    assertTrue(kept.isClosed());
    assertState("22023", () -> statement.getMoreResults(99));

    ResultSet again = statement.executeQuery("SELECT key FROM orders");
    statement.getMoreResults(Statement.KEEP_CURRENT_RESULT);
    statement.closeOnCompletion();
    ResultSet other = statement.executeQuery("SELECT value FROM orders");
    assertTrue(again.isClosed());
    assertFalse(statement.isClosed());
    other.close();
    assertTrue(statement.isClosed());
  }

  @Test
  void limitsAndHintsAreCheckedAndKept() throws SQLException {
    assertState("22023", () -> statement.setFetchSize(-1));
    assertState("22023", () -> statement.setMaxRows(-1));
    assertState("22023", () -> statement.setLargeMaxRows(-1));
    assertState("22023", () -> statement.setQueryTimeout(-1));
    assertState("22023", () -> statement.setMaxFieldSize(-1));
    assertState("22023", () -> statement.setFetchDirection(99));
    statement.setLargeMaxRows(1L << 40);
    assertEquals(1L << 40, statement.getLargeMaxRows());
    assertEquals(Integer.MAX_VALUE, statement.getMaxRows());
    statement.setCursorName("c");
    assertFalse(statement.isPoolable());
    try (PreparedStatement prepared = connection.prepareStatement(INSERT)) {
      assertTrue(prepared.isPoolable());
      prepared.setPoolable(false);
      assertFalse(prepared.isPoolable());
    }
  }

  @Test
  void namesAndLiteralsAreQuotedAsSqlWantsThem() throws SQLException {
    assertEquals("key", statement.enquoteIdentifier("key", false));
    assertEquals("\"key\"", statement.enquoteIdentifier("key", true));
    assertEquals("\"a b\"", statement.enquoteIdentifier("a b", false));
    assertEquals("\"a b\"", statement.enquoteIdentifier("\"a b\"", true));
    assertEquals("'it''s'", statement.enquoteLiteral("it's"));
    assertEquals("N'it''s'", statement.enquoteNCharLiteral("it's"));
    assertTrue(statement.isSimpleIdentifier("a_1"));
    assertFalse(statement.isSimpleIdentifier("1a"));
    assertState("22023", () -> statement.enquoteIdentifier("", true));
    assertState("22023", () -> statement.enquoteLiteral(null));
    assertEquals(
        List.of("it's"),
        TestDatabase.rows(statement.executeQuery("SELECT " + statement.enquoteLiteral("it's"))));
  }

  // 18. isValid: pools ask all the time.

  @Test
  void isValidTellsAtOnceAndThrowsForNegativeTimeoutsOnly() throws SQLException {
    assertTrue(connection.isValid(0));
    assertTrue(connection.isValid(Integer.MAX_VALUE));
    assertState("22023", () -> connection.isValid(-1));
    connection.close();
    assertFalse(connection.isValid(0));
    assertState("22023", () -> connection.isValid(-1));
  }

  // 19. Reading only, isolation: see TransactionTest and IsolationLevelTest too.

  @Test
  void whoOnlyReadsCannotWrite() throws SQLException {
    connection.setReadOnly(true);
    for (String write :
        List.of(
            "INSERT INTO orders (key) VALUES ('x')",
            "CREATE TOPIC other",
            "DROP TOPIC orders",
            "DELETE FROM orders WHERE offset < 1",
            "ALTER TOPIC typed ADD COLUMN more VARCHAR",
            "CREATE VIEW v AS SELECT 1 AS one",
            "CALL klog.reset_offsets('g', 'orders', 'latest')",
            "SELECT key FROM orders FOR CONSUMER GROUP g")) {
      assertState("25006", () -> statement.execute(write));
    }
    assertEquals(3, TestDatabase.rows(statement.executeQuery("SELECT * FROM orders")).size());
    connection.setReadOnly(false);
    assertEquals(1, statement.executeUpdate("INSERT INTO orders (key) VALUES ('x')"));
    for (int level : new int[] {0, 1, 2, 4, 8}) {
      connection.setTransactionIsolation(level);
      assertEquals(Math.max(level, 2), connection.getTransactionIsolation());
    }
  }

  // 20. Warnings, cancelling, timeouts: see SharedConnectionTest, WaitingNextTest, WarningsTest.

  @Test
  void cancelEndsAWaitingNext() throws Exception {
    ResultSet rows = statement.executeQuery("SELECT STREAM key FROM orders WHERE offset > 2");
    FutureTask<Boolean> waiting = new FutureTask<>(rows::next);
    Thread reader = new Thread(waiting);
    reader.start();
    while (reader.getState() != Thread.State.TIMED_WAITING && reader.isAlive()) {
      Thread.onSpinWait();
    }
    statement.cancel();
    ExecutionException ended =
        assertThrows(ExecutionException.class, () -> waiting.get(30, TimeUnit.SECONDS));
    assertEquals("57014", assertInstanceOf(SQLException.class, ended.getCause()).getSQLState());
    assertEquals(
        List.of("3"), TestDatabase.rows(statement.executeQuery("SELECT count(*) FROM orders")));
  }

  @Test
  void aQueryTimeoutIsASqlTimeoutException() throws SQLException {
    statement.setQueryTimeout(1);
    ResultSet rows = statement.executeQuery("SELECT STREAM key FROM orders WHERE offset > 2");
    SQLTimeoutException late = assertThrows(SQLTimeoutException.class, rows::next);
    assertEquals("HYT00", late.getSQLState());
    connection.setNetworkTimeout(Runnable::run, 5_000);
    assertEquals(5_000, connection.getNetworkTimeout());
    assertState("22023", () -> connection.setNetworkTimeout(Runnable::run, -1));
    assertNull(connection.getWarnings());
    connection.clearWarnings();
    assertNull(statement.getWarnings());
    statement.clearWarnings();
  }

  @Test
  void whatIsNotThereIsReplacedWithAWarning() throws SQLException {
    for (int type : new int[] {ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.TYPE_FORWARD_ONLY}) {
      connection.clearWarnings();
      try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT key FROM orders",
                  type,
                  ResultSet.CONCUR_UPDATABLE,
                  ResultSet.CLOSE_CURSORS_AT_COMMIT);
          ResultSet rows = query.executeQuery()) {
        assertNotNull(connection.getWarnings());
        assertEquals("01000", connection.getWarnings().getSQLState());
        assertEquals(ResultSet.TYPE_FORWARD_ONLY, rows.getType());
        assertEquals(ResultSet.CONCUR_READ_ONLY, rows.getConcurrency());
        assertEquals(ResultSet.HOLD_CURSORS_OVER_COMMIT, rows.getHoldability());
      }
    }
    assertState("22023", () -> connection.createStatement(1003, 1007, 99));
    assertState("22023", () -> connection.prepareStatement("SELECT 1", 1003, 99));
  }

  // 21. Batches: see TransactionTest too.

  @Test
  void batchesGiveCountsAndSayWhichRowFailed() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO typed (id, whole) VALUES (?, ?)")) {
      for (Integer whole : new @Nullable Integer[] {1, 2, null, 4}) {
        insert.setString(1, "k");
        insert.setObject(2, whole);
        insert.addBatch();
      }
      BatchUpdateException failed =
          assertThrows(BatchUpdateException.class, insert::executeLargeBatch);
      assertEquals("23502", failed.getSQLState());
      assertTrue(String.valueOf(failed.getMessage()).contains("row 3"), failed.getMessage());
      assertEquals(4, failed.getLargeUpdateCounts().length);
      assertEquals(Statement.EXECUTE_FAILED, failed.getUpdateCounts()[0]);
      assertEquals(List.of("0"), database.rows("SELECT count(*) FROM typed"));
      assertArrayEquals(new int[0], insert.executeBatch());
      insert.setInt(2, 5);
      insert.addBatch();
      assertArrayEquals(new long[] {1}, insert.executeLargeBatch());
      assertEquals(1, insert.executeLargeUpdate());
      assertEquals(1, insert.getLargeUpdateCount());
    }
    statement.addBatch("INSERT INTO orders (key) VALUES ('d'), ('e')");
    statement.addBatch("SELECT 1");
    statement.addBatch("INSERT INTO orders (key) VALUES ('f')");
    BatchUpdateException query = assertThrows(BatchUpdateException.class, statement::executeBatch);
    assertArrayEquals(new int[] {2}, query.getUpdateCounts());
    assertTrue(String.valueOf(query.getMessage()).contains("statement 2"), query.getMessage());
  }

  // 22. Savepoints and the rest: see SavepointTest and TransactionTest too.

  @Test
  void whatClientsAskOfAConnectionDoesNotThrowNeedlessly() throws Exception {
    connection.setAutoCommit(false);
    Savepoint savepoint = connection.setSavepoint();
    statement.executeUpdate("INSERT INTO orders (key) VALUES ('x')");
    connection.rollback(savepoint);
    connection.releaseSavepoint(savepoint);
    connection.commit();
    assertEquals(List.of("3"), database.rows("SELECT count(*) FROM orders"));
    assertTrue(connection.getMetaData().supportsSavepoints());

    assertTrue(connection.getTypeMap().isEmpty());
    connection.setTypeMap(null);
    assertNull(connection.getClientInfo("ApplicationName"));
    connection.setClientInfo("ApplicationName", "test");
    assertEquals("test", connection.getClientInfo("ApplicationName"));
    assertEquals(0, connection.createBlob().length());
    assertEquals(0, connection.createClob().length());
    assertEquals(0, connection.createNClob().length());
    assertArrayEquals(
        new Object[] {1, 2},
        (Object[]) connection.createArrayOf("integer", new Object[] {1, 2}).getArray());
    assertState("HYC00", connection::createSQLXML);
    assertState("HYC00", () -> connection.createStruct("s", new Object[0]));
    connection.beginRequest();
    connection.endRequest();
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    connection.abort(
        task -> {
          task.run();
          ended.complete(true);
        });
    assertTrue(ended.get(30, TimeUnit.SECONDS));
    assertTrue(connection.isClosed());
    assertState("08003", connection::createBlob);
    assertState("08003", () -> connection.setClientInfo("a", "b"));
  }
}
