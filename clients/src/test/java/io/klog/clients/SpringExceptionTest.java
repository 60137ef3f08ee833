package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** What Spring makes of the SQLExceptions of klog. */
@Timeout(60)
class SpringExceptionTest {
  @TempDir static Path directory;
  private static @Nullable PooledFile opened;

  private final JdbcTemplate jdbc = new JdbcTemplate(file().pool());

  @BeforeAll
  static void open() throws SQLException {
    HikariConfig config = PooledFile.config(directory);
    config.addDataSourceProperty("busy_timeout", "50");
    opened =
        new PooledFile(
            new HikariDataSource(config),
            "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL)");
  }

  @AfterAll
  static void close() {
    file().close();
  }

  private static PooledFile file() {
    if (opened == null) {
      throw new AssertionError("not opened");
    }
    return opened;
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalArrivesAsTheExceptionThatItsUsersExpect(Refusal refusal) {
    ConnectionCallback<Boolean> provoked =
        connection -> {
          refusal.provoke(connection);
          return true;
        };
    DataAccessException arrived =
        assertThrows(DataAccessException.class, () -> jdbc.execute(provoked));
    assertEquals(refusal.translation(), arrived.getClass());
    SQLException cause = assertInstanceOf(SQLException.class, arrived.getCause());
    assertEquals(refusal.sqlState(), cause.getSQLState());
    for (SQLExceptionTranslator translator :
        List.of(
            new SQLExceptionSubclassTranslator(),
            new SQLErrorCodeSQLExceptionTranslator(file().pool()))) {
      DataAccessException translated = translator.translate("task", "sql", cause);
      assertEquals(refusal.translation(), category(translated), translator.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"TIMED_OUT", "FORWARD_ONLY", "SQLXML"})
  void theSqlStateAloneSaysTheSame(Refusal refusal) throws SQLException {
    try (Connection connection = file().connect()) {
      SQLException refused = assertThrows(SQLException.class, () -> refusal.provoke(connection));
      DataAccessException translated =
          new SQLStateSQLExceptionTranslator()
              .translate("task", "sql", new SQLException("bare", refused.getSQLState()));
      assertEquals(refusal.translation(), category(translated));
    }
  }

  /** A translator that has none leaves it to its caller to say so. */
  private static Class<?> category(@Nullable DataAccessException translated) {
    return translated == null ? UncategorizedSQLException.class : translated.getClass();
  }

  @Test
  void aBatchArrivesAsTheExceptionOfTheRowThatFailed() {
    DataAccessException arrived =
        assertThrows(
            DataIntegrityViolationException.class,
            () ->
                jdbc.batchUpdate(
                    "INSERT INTO orders (id, amount) VALUES (?, ?)",
                    List.of(new Object[] {"a", 1}, new Object[] {"b", null})));
    SQLException cause = assertInstanceOf(SQLException.class, arrived.getCause());
    assertEquals("23502", cause.getSQLState());
    assertThrows(
        BadSqlGrammarException.class,
        () -> jdbc.batchUpdate("CREATE TOPIC fresh", "INSERT INTO nowhere (key) VALUES ('a')"));
    assertEquals(
        BatchUpdateException.class, assertThrows(SQLException.class, this::batch).getClass());
  }

  private void batch() throws SQLException {
    try (Connection connection = file().connect();
        var statement =
            connection.prepareStatement("INSERT INTO orders (id, amount) VALUES (?, ?)")) {
      statement.setString(1, "a");
      statement.setString(2, "dear");
      statement.addBatch();
      statement.executeBatch();
    }
  }

  @Test
  void aConnectionThatDiedIsAFailureOfTheResource() {
    ConnectionCallback<Boolean> dying =
        connection -> {
          connection.unwrap(Connection.class).abort(Runnable::run);
          connection.createStatement().close();
          return true;
        };
    assertThrows(DataAccessResourceFailureException.class, () -> jdbc.execute(dying));
    assertEquals(1, jdbc.queryForObject("SELECT count(*) FROM (VALUES 1)", Integer.class));
  }

  @Test
  void aFileThatCannotBeOpenedIsAConnectionThatCannotBeHad() {
    JdbcTemplate elsewhere =
        new JdbcTemplate(
            new DriverManagerDataSource(
                "jdbc:klog:" + directory.resolve("nowhere.klog") + "?mode=ro"));
    CannotGetJdbcConnectionException arrived =
        assertThrows(
            CannotGetJdbcConnectionException.class, () -> elsewhere.queryForList("SHOW TOPICS"));
    SQLException cause = assertInstanceOf(SQLException.class, arrived.getCause());
    assertEquals("08001", cause.getSQLState());
  }
}
