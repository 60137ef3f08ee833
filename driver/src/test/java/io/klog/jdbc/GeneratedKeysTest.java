package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GeneratedKeysTest {
  private static final String INSERT = "INSERT INTO orders (key, value) VALUES (?, ?)";

  private final TestDatabase database;
  private final Connection connection;

  GeneratedKeysTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC orders");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static void set(PreparedStatement insert) throws SQLException {
    insert.setString(1, "k");
    insert.setString(2, "v");
  }

  @Test
  void isTheOffsetAloneWhereNoColumnWasNamed() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
      set(insert);
      for (int expected = 0; expected < 3; expected++) {
        assertEquals(1, insert.executeUpdate());
        try (ResultSet keys = insert.getGeneratedKeys()) {
          assertEquals(1, keys.getMetaData().getColumnCount());
          assertEquals("offset", keys.getMetaData().getColumnLabel(1));
          assertTrue(keys.next());
          assertEquals(expected, keys.getLong(1));
          assertEquals(expected, keys.getInt("OFFSET"));
          assertEquals((long) expected, keys.getObject(1));
          assertEquals(String.valueOf(expected), keys.getString(1));
          assertFalse(keys.next());
        }
      }
    }
  }

  @Test
  void areTheColumnsThatWereAskedFor() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(INSERT, new String[] {"PARTITION", "offset"})) {
      set(insert);
      insert.executeUpdate();
      assertEquals(List.of("0|0"), TestDatabase.rows(insert.getGeneratedKeys()));
      insert.execute();
      ResultSet keys = insert.getGeneratedKeys();
      assertTrue(keys.next());
      assertEquals(0, keys.getInt("partition"));
      assertEquals(1, keys.getLong("offset"));
    }
    try (PreparedStatement insert = connection.prepareStatement(INSERT, new int[] {1})) {
      set(insert);
      insert.executeUpdate();
      assertEquals(List.of("2"), TestDatabase.rows(insert.getGeneratedKeys()));
    }
    SQLException refused =
        assertThrows(
            SQLException.class, () -> connection.prepareStatement(INSERT, new String[] {"id"}));
    assertEquals("42703", refused.getSQLState());
    assertThrows(SQLException.class, () -> connection.prepareStatement(INSERT, new int[] {3}));
    assertThrows(SQLException.class, () -> connection.prepareStatement(INSERT, 99));
  }

  @Test
  void coverEveryRowOfABatch() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
      for (int i = 0; i < 3; i++) {
        set(insert);
        insert.addBatch();
      }
      insert.executeBatch();
      assertEquals(List.of("0", "1", "2"), TestDatabase.rows(insert.getGeneratedKeys()));
    }
  }

  @Test
  void areKnownBeforeTheTransactionCommits() throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
      set(insert);
      insert.executeUpdate();
      insert.executeUpdate();
      assertEquals(List.of("1"), TestDatabase.rows(insert.getGeneratedKeys()));
      assertEquals(List.of("0"), database.rows("SELECT count(*) FROM orders"));
      connection.commit();
      assertEquals(List.of("0", "1"), database.rows("SELECT offset FROM orders"));
    }
  }

  @Test
  void areGivenToPlainStatementsToo() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO orders (key) VALUES ('a'), ('b')", Statement.RETURN_GENERATED_KEYS);
      assertEquals(List.of("0", "1"), TestDatabase.rows(statement.getGeneratedKeys()));
      statement.execute("INSERT INTO orders (key) VALUES ('c')", new String[] {"offset"});
      assertEquals(List.of("2"), TestDatabase.rows(statement.getGeneratedKeys()));
      statement.executeUpdate("INSERT INTO orders (key) VALUES ('d')");
      ResultSet none = statement.getGeneratedKeys();
      assertEquals(1, none.getMetaData().getColumnCount());
      assertEquals(List.of(), TestDatabase.rows(none));
    }
  }

  @Test
  void belongToTheStatementThatInserted() throws SQLException {
    try (PreparedStatement one =
            connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS);
        PreparedStatement two =
            connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
      set(one);
      set(two);
      one.executeUpdate();
      two.executeUpdate();
      assertEquals(List.of("1"), TestDatabase.rows(two.getGeneratedKeys()));
      assertEquals(List.of("0"), TestDatabase.rows(one.getGeneratedKeys()));
    }
  }

  @Test
  void canBeReadAgainAfterTheyWereClosed() throws SQLException {
    try (TestDatabase own = new TestDatabase("CREATE TOPIC again");
        Connection other = own.connect();
        Statement statement = other.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO again (key) VALUES ('a'), ('b')", Statement.RETURN_GENERATED_KEYS);
      for (int i = 0; i < 2; i++) {
        try (ResultSet keys = statement.getGeneratedKeys()) {
          assertEquals(List.of("0", "1"), TestDatabase.rows(keys));
        }
      }
    }
  }
}
