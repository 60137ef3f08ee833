package io.klog.clients;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;

/**
 * What klog refuses while the connection is fine: what is done, the SQLState, and what Spring makes
 * of it. They want a topic {@code orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL)} in a
 * file, and a busy_timeout that is short.
 */
enum Refusal {
  PARAMETER_MISSING("07001", BadSqlGrammarException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      try (PreparedStatement statement =
          connection.prepareStatement("SELECT * FROM orders WHERE offset > ?")) {
        statement.executeQuery();
      }
    }
  },
  SYNTAX("42601", BadSqlGrammarException.class, "SELEKT 1"),
  UNKNOWN_TOPIC("42P01", BadSqlGrammarException.class, "SELECT * FROM nowhere"),
  UNKNOWN_COLUMN("42703", BadSqlGrammarException.class, "SELECT colour FROM orders"),
  TOPIC_EXISTS("42P07", BadSqlGrammarException.class, "CREATE TOPIC orders"),
  UPDATE("42000", BadSqlGrammarException.class, "UPDATE orders SET amount = 1"),
  UNKNOWN_GROUP("42704", BadSqlGrammarException.class, "DROP CONSUMER GROUP nobody"),
  NOT_A_NUMBER("22018", DataIntegrityViolationException.class, "VALUES CAST('dear' AS INTEGER)"),
  OUT_OF_RANGE(
      "22003",
      DataIntegrityViolationException.class,
      "INSERT INTO orders (id, amount) VALUES ('a', 1000000000)"),
  DIVISION("22012", DataIntegrityViolationException.class, "SELECT 1 / 0 FROM klog.topics"),
  OPTION("42000", BadSqlGrammarException.class, "CREATE TOPIC t WITH ('nonsense'='1')"),
  NULL_GIVEN(
      "23502",
      DataIntegrityViolationException.class,
      "INSERT INTO orders (id, amount) VALUES ('a', NULL)"),
  MORE_THAN_ONE_ROW(
      "21000",
      BadSqlGrammarException.class,
      "SELECT (SELECT partition FROM (VALUES 1, 2) AS v(partition)) FROM klog.topics"),
  LOCKED("40001", CannotAcquireLockException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      try (Connection other = DriverManager.getConnection(connection.getMetaData().getURL());
          Statement holding = other.createStatement();
          Statement waiting = connection.createStatement()) {
        other.setAutoCommit(false);
        holding.executeUpdate(
            "INSERT INTO orders (id, amount) VALUES ('a', 1)", Statement.RETURN_GENERATED_KEYS);
        waiting.executeUpdate("INSERT INTO orders (id, amount) VALUES ('b', 1)");
      }
    }
  },
  READ_ONLY("25006", UncategorizedSQLException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      connection.setReadOnly(true);
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("INSERT INTO orders (id, amount) VALUES ('b', 1)");
      } finally {
        connection.setReadOnly(false);
      }
    }
  },
  GROUP_IN_USE("55006", UncategorizedSQLException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      try (Statement member = connection.createStatement();
          Statement statement = connection.createStatement()) {
        statement.executeUpdate("INSERT INTO orders (id, amount) VALUES ('a', 1), ('b', 2)");
        try (ResultSet rows =
            member.executeQuery("SELECT id FROM orders FOR CONSUMER GROUP members")) {
          rows.next();
          statement.execute("DROP CONSUMER GROUP members");
        }
      }
    }
  },
  CANCELLED("57014", QueryTimeoutException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT STREAM id FROM orders WHERE offset > 1000000")) {
        Thread cancelling =
            new Thread(
                () -> {
                  // A cancel before next() waits is void, so that it is tried until one is not.
                  while (!Thread.currentThread().isInterrupted()) {
                    try {
                      statement.cancel();
                      Thread.sleep(5);
                    } catch (SQLException | InterruptedException e) {
                      return;
                    }
                  }
                });
        cancelling.start();
        try {
          rows.next();
        } finally {
          cancelling.interrupt();
          join(cancelling);
        }
      }
    }
  },
  TIMED_OUT("HYT00", QueryTimeoutException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(1);
        try (ResultSet rows =
            statement.executeQuery("SELECT STREAM id FROM orders WHERE offset > 1000000")) {
          rows.next();
        }
      }
    }
  },
  NO_SUCH_SAVEPOINT("3B001", UncategorizedSQLException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      connection.setAutoCommit(false);
      Savepoint savepoint = connection.setSavepoint();
      connection.rollback();
      connection.rollback(savepoint);
    }
  },
  SAVEPOINT_IN_AUTOCOMMIT("25000", UncategorizedSQLException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      connection.setSavepoint();
    }
  },
  SCHEMA("3F000", UncategorizedSQLException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      connection.setSchema("elsewhere");
    }
  },
  CLOSED_STATEMENT("HY010", UncategorizedSQLException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      Connection unpooled = connection.unwrap(Connection.class);
      Statement statement = unpooled.createStatement();
      statement.close();
      statement.execute("SHOW TOPICS");
    }
  },
  FORWARD_ONLY("HYC00", InvalidDataAccessApiUsageException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT id FROM orders")) {
        rows.deleteRow();
      }
    }
  },
  SQLXML("HYC00", InvalidDataAccessApiUsageException.class) {
    @Override
    void provoke(Connection connection) throws SQLException {
      connection.createSQLXML().free();
    }
  };

  private final String sqlState;
  private final Class<? extends DataAccessException> translation;
  private final String sql;

  Refusal(String sqlState, Class<? extends DataAccessException> translation) {
    this(sqlState, translation, "");
  }

  Refusal(String sqlState, Class<? extends DataAccessException> translation, String sql) {
    this.sqlState = sqlState;
    this.translation = translation;
    this.sql = sql;
  }

  String sqlState() {
    return sqlState;
  }

  Class<? extends DataAccessException> translation() {
    return translation;
  }

  /** Has to throw. */
  void provoke(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            rows.getObject(1);
          }
        }
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
