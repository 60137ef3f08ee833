package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which partition an INSERT puts a record into. */
class InsertPartitionTest {
  // By Kafka's murmur2 of "21" and "abc", over six partitions.
  private static final int OF_21 = (-973932308 & 0x7fffffff) % 6;
  private static final int OF_ABC = 479470107 % 6;

  private final TestDatabase database;
  private final Connection connection;

  InsertPartitionTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC t WITH ('partitions'='6')");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private List<String> partitions() throws SQLException {
    return database.rows("SELECT DISTINCT \"partition\" FROM t ORDER BY 1");
  }

  private void insert(@Nullable Integer partition, @Nullable String key) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO t (partition, key) VALUES (?, ?)")) {
      if (partition == null) {
        insert.setNull(1, Types.INTEGER);
      } else {
        insert.setInt(1, partition);
      }
      insert.setString(2, key);
      insert.executeUpdate();
    }
  }

  @Test
  void aKeyHasThePartitionThatKafkaGivesIt() throws SQLException {
    database.execute("INSERT INTO t (key) VALUES ('21'), ('abc')");
    insert(null, "21");
    insert(null, "abc");
    database.execute(
        "INSERT INTO t (partition, key) VALUES (NULL, '21')",
        "INSERT INTO t (partition, timestamp, key) VALUES (NULL, NULL, 'abc'), (NULL, NULL, '21')",
        "INSERT INTO t (key) SELECT key FROM t");
    assertEquals(
        List.of("21|" + OF_21 + "|8", "abc|" + OF_ABC + "|6"),
        database.rows("SELECT key, \"partition\", count(*) FROM t GROUP BY 1, 2 ORDER BY 1"));
  }

  @Test
  void anExplicitPartitionGoesBeforeTheKeys() throws SQLException {
    int elsewhere = (OF_21 + 1) % 6;
    insert(elsewhere, "21");
    database.execute("INSERT INTO t (partition, key) VALUES (" + elsewhere + ", '21')");
    database.execute("INSERT INTO t (partition, key) SELECT partition, key FROM t");
    assertEquals(List.of(String.valueOf(elsewhere)), partitions());
  }

  @Test
  void oneThatIsNotThereIsRefused() {
    for (int partition : new int[] {-1, 6, Integer.MAX_VALUE}) {
      SQLException refused = assertThrows(SQLException.class, () -> insert(partition, "k"));
      assertEquals("22023", refused.getSQLState());
      assertEquals("topic t has partitions 0 to 5, not " + partition, refused.getMessage());
      assertEquals(
          "22023",
          assertThrows(
                  SQLException.class,
                  () ->
                      database.execute(
                          "INSERT INTO t (partition, key) VALUES (" + partition + ", 'k')"))
              .getSQLState());
    }
  }

  @Test
  void theRowsWithoutAKeyOfAStatementStayTogether() throws SQLException {
    database.execute("INSERT INTO t (value) VALUES ('a'), ('b'), ('c'), ('d'), ('e'), ('f')");
    assertEquals(1, partitions().size());
  }
}
