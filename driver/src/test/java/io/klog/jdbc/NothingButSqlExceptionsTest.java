package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method of every JDBC object, called with what no caller should give it. */
class NothingButSqlExceptionsTest {
  /** They end the object that the others are tried on. */
  private static final Set<String> LAST = Set.of("close", "abort", "closeOnCompletion");

  private final TestDatabase database;
  private final Connection connection;
  private final Statement statement;
  private final PreparedStatement prepared;
  private final ResultSet rows;

  NothingButSqlExceptionsTest() throws SQLException {
    database =
        new TestDatabase(
            "CREATE TOPIC orders", "INSERT INTO orders (key, value) VALUES ('k', '1'), ('l', '2')");
    connection = database.connect();
    statement = connection.createStatement();
    prepared = connection.prepareStatement("SELECT * FROM orders WHERE offset > ?");
    rows = connection.createStatement().executeQuery("SELECT * FROM orders");
    rows.next();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private record Subject(Class<?> type, Object object) {}

  private List<Subject> subjects() throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    ParameterMetaData parameters = prepared.getParameterMetaData();
    DatabaseMetaData metadata = connection.getMetaData();
    return List.of(
        new Subject(ResultSet.class, rows),
        new Subject(ResultSetMetaData.class, columns),
        new Subject(ParameterMetaData.class, parameters),
        new Subject(DatabaseMetaData.class, metadata),
        new Subject(Blob.class, connection.createBlob()),
        new Subject(Clob.class, connection.createClob()),
        new Subject(java.sql.Array.class, connection.createArrayOf("BIGINT", new Object[] {1L})),
        new Subject(PreparedStatement.class, prepared),
        new Subject(
            CallableStatement.class,
            connection.prepareCall("{call klog.reset_offsets('g', 'orders', ?)}")),
        new Subject(Statement.class, statement),
        new Subject(Connection.class, connection));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, -1, Integer.MAX_VALUE})
  void escapesWhateverTheArguments(int number) throws SQLException {
    for (Subject subject : subjects()) {
      for (Method method : subject.type().getMethods()) {
        if (!LAST.contains(method.getName())) {
          call(subject.object(), method, number);
        }
      }
    }
  }

  @Test
  void escapesWhenEverythingIsClosed() throws SQLException {
    List<Subject> subjects = subjects();
    connection.close();
    for (Subject subject : subjects) {
      for (Method method : subject.type().getMethods()) {
        call(subject.object(), method, 1);
      }
    }
  }

  @Test
  void anotherDriversLobThatFailsIsTheCallersFault() throws SQLException {
    Blob blob = failing(Blob.class);
    Clob clob = failing(Clob.class);
    List<Executable> uses =
        List.of(
            () -> prepared.setBlob(1, blob),
            () -> prepared.setClob(1, clob),
            () -> prepared.setObject(1, blob),
            () -> prepared.setObject(1, clob),
            () -> connection.createBlob().position(blob, 1),
            () -> connection.createClob().position(clob, 1));
    for (Executable use : uses) {
      assertEquals("22023", assertThrows(SQLException.class, use).getSQLState());
    }
  }

  private static <T> T failing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              throw new IllegalStateException("closed long ago");
            }));
  }

  @Test
  void aStreamThatIsTooLongForTheMemoryIsRefused() throws SQLException {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("as when there is no more room for what was read");
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            return read();
          }
        };
    List<Executable> uses =
        List.of(
            () -> prepared.setBinaryStream(1, endless),
            () -> prepared.setBinaryStream(1, endless, 5),
            () -> prepared.setAsciiStream(1, endless),
            () -> prepared.setBlob(1, endless),
            () -> prepared.setObject(1, endless));
    for (Executable use : uses) {
      assertEquals("53200", assertThrows(SQLException.class, use).getSQLState());
    }
  }

  @Test
  void extremeTimesAreTakenOrRefused() throws SQLException {
    Object[] extremes = {
      Instant.MAX,
      Instant.MIN,
      LocalDateTime.MAX,
      LocalDateTime.MIN,
      LocalDate.MAX,
      LocalDate.MIN,
      OffsetDateTime.MAX,
      OffsetDateTime.MIN,
      LocalTime.MAX,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      new Timestamp(Long.MIN_VALUE),
      new Timestamp(Long.MAX_VALUE),
      "+999999999-12-31T00:00:00Z",
      "-999999999-01-01 00:00:00"
    };
    for (Object extreme : extremes) {
      for (JDBCType type :
          new JDBCType[] {JDBCType.OTHER, JDBCType.TIMESTAMP, JDBCType.DATE, JDBCType.TIME}) {
        try (PreparedStatement query =
            connection.prepareStatement("SELECT offset FROM orders WHERE \"timestamp\" < ?")) {
          query.setObject(1, extreme, type);
          query.executeQuery().next();
        } catch (SQLException e) {
          assertTrue(
              e.getSQLState().startsWith("22") || e.getSQLState().equals("07006"),
              extreme + " as " + type + ": " + e);
        }
      }
    }
  }

  @Test
  void theEarliestAndTheLatestTimestampAreRead() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (key, \"timestamp\") VALUES (?, ?)")) {
      for (long millis : new long[] {Long.MAX_VALUE, 0}) {
        insert.setString(1, "extreme");
        insert.setTimestamp(2, new Timestamp(millis));
        insert.executeUpdate();
      }
    }
    ResultSet extremes =
        statement.executeQuery("SELECT \"timestamp\" FROM orders WHERE key = 'extreme'");
    while (extremes.next()) {
      for (Method method : ResultSet.class.getMethods()) {
        if (method.getName().startsWith("get")) {
          call(extremes, method, 1);
        }
      }
    }
  }

  @Test
  void whatNeedsTooMuchMemoryFailsAndTheConnectionLives() throws SQLException {
    SQLException tooMuch =
        assertThrows(
            SQLException.class,
            () -> {
              ResultSet huge =
                  connection
                      .createStatement()
                      .executeQuery("SELECT REPEAT(value, 2147483647) FROM orders");
              huge.next();
              huge.getString(1);
            });
    assertTrue(tooMuch.getSQLState().startsWith("5"), tooMuch.toString());
    assertEquals(
        List.of("2"), TestDatabase.rows(statement.executeQuery("SELECT count(*) FROM orders")));
  }

  private static void call(Object object, Method method, int number) {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Class<?> type : method.getParameterTypes()) {
      arguments.add(argument(type, number));
    }
    try {
      method.invoke(object, arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException thrown) {
        check(method, thrown);
      } else {
        fail(method + " with " + arguments, e.getCause());
      }
    } catch (IllegalAccessException e) {
      fail(e);
    }
  }

  private static void check(Method method, SQLException thrown) {
    assertNotNull(thrown.getMessage(), method.toString());
    String state = thrown.getSQLState();
    assertNotNull(state, method.toString());
    assertEquals(5, state.length(), method.toString());
    assertFalse(state.equals("0A000"), method.toString());
    assertFalse(state.equals("XX000"), method + ": " + thrown.getMessage());
  }

  private static @Nullable Object argument(Class<?> type, int number) {
    if (type == int.class) {
      return number;
    }
    if (type == long.class) {
      return (long) number;
    }
    if (type == short.class) {
      return (short) number;
    }
    if (type == byte.class) {
      return (byte) number;
    }
    if (type == boolean.class) {
      return number == 1;
    }
    if (type == float.class) {
      return (float) number;
    }
    if (type == double.class) {
      return (double) number;
    }
    if (type == String.class) {
      return number == 0 ? null : number == 1 ? "" : "'\0";
    }
    return null;
  }
}
