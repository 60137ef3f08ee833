package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DumpTest {
  private final ShellInMemory from;
  private final ShellInMemory to;

  DumpTest() throws SQLException {
    from = new ShellInMemory();
    to = new ShellInMemory();
  }

  @AfterEach
  void close() throws SQLException {
    from.close();
    to.close();
  }

  private void read(String group, String topic, int rows) throws SQLException {
    int read = 0;
    try (Statement statement = from.connection().createStatement()) {
      statement.setMaxRows(rows);
      try (ResultSet row =
          statement.executeQuery(
              "SELECT * FROM " + topic + " FOR CONSUMER GROUP \"" + group + '"')) {
        while (row.next()) {
          read++;
        }
      }
    }
    assertTrue(rows == 0 || read == rows, () -> group + " cannot read " + rows + " of " + topic);
  }

  @Test
  void aPersonCanReadIt() throws Exception {
    from.run(
        "CREATE TOPIC \"o.1\" (id VARCHAR KEY, n INT);"
            + "INSERT INTO \"o.1\" (timestamp, id, n, headers) VALUES"
            + " ('2026-11-01 12:00:00', 'it''s', 1, MAP['h', X'00', 'g', 'x']),"
            + " ('2026-11-01 12:00:00.5', NULL, NULL, NULL);"
            + "CREATE TOPIC plain; INSERT INTO plain (timestamp, value) VALUES ('2026-11-01', 'v');"
            + "CREATE VIEW v AS SELECT id FROM \"o.1\" -- all");
    assertEquals(
        """
        -- Run this where none of these topics are: java -jar klog.jar new.klog -f FILE

        CREATE TOPIC "o.1" (id VARCHAR KEY, n INTEGER);
        BEGIN;
        INSERT INTO "o.1" (timestamp, key, value, headers) VALUES
          ('2026-11-01 12:00', 'it''s', '{"n":1}', MAP['h', X'00', 'g', 'x']),
          ('2026-11-01 12:00:00.500', NULL, '{}', NULL);
        COMMIT;

        CREATE TOPIC plain;
        BEGIN;
        INSERT INTO plain (timestamp, key, value, headers) VALUES
          ('2026-11-01 00:00', NULL, 'v', NULL);
        COMMIT;

        CREATE VIEW v AS SELECT id FROM "o.1" -- all
        ;
        """,
        from.run(".dump"));
  }

  @Test
  void whatIsLoadedIsTheSame() throws Exception {
    SplittableRandom random = RandomRecords.random("DumpTest.whatIsLoadedIsTheSame");
    from.run(
        "CREATE TOPIC nothing (a INT NOT NULL, b VARCHAR ARRAY) WITH ('on.error'='fail');"
            + "CREATE TOPIC single; CREATE TOPIC many WITH ('partitions'='3');"
            + "CREATE TOPIC \"a-b.c\" WITH ('cleanup.policy'='compact');");
    for (String topic : List.of("single", "many", "\"a-b.c\"")) {
      try (PreparedStatement insert =
          from.connection().prepareStatement(RandomRecords.insert(topic))) {
        for (int i = 0; i < 500; i++) {
          RandomRecords.insert(insert, random, topic.equals("many") ? 3 : 1);
        }
      }
    }
    read("g", "single", 7);
    read("g", "many", 300);
    read("it's", "many", 0);
    String dump = from.run(".dump");
    to.run(dump);
    for (String topic : List.of("single", "many", "\"a-b.c\"")) {
      assertEquals(
          RandomRecords.of(from.connection(), topic), RandomRecords.of(to.connection(), topic));
    }
    String positions =
        "SELECT group_id, topic, partition_id, current_offset FROM klog.consumer_lag"
            + " WHERE current_offset IS NOT NULL ORDER BY 1, 2, 3";
    assertEquals(from.rows(positions), to.rows(positions));
    assertEquals(dump, to.run(".dump"), "and gives the same dump");
  }

  @Test
  void viewsComeBehindThoseThatTheyRead() throws Exception {
    from.run(
        "CREATE TOPIC t; CREATE TOPIC gone;"
            + "CREATE VIEW z AS SELECT key FROM t; CREATE VIEW m AS SELECT key FROM z;"
            + "CREATE VIEW a AS SELECT m.key FROM m, z;"
            + "CREATE VIEW broken AS SELECT key FROM gone; DROP TOPIC gone;");
    String dump = from.run(".dump");
    assertTrue(
        dump.contains(
            "-- View broken cannot be created: line 1, column 39: Object 'gone' not found"),
        dump);
    to.run(dump);
    assertEquals(List.of("a", "m", "z"), to.rows("SELECT name FROM klog.views ORDER BY name"));
  }

  @Test
  void aViewMayEndWithAComment() throws Exception {
    from.run("CREATE VIEW a AS SELECT 1 AS x -- one\n;\nCREATE VIEW b AS SELECT 2 AS x // two\n;");
    for (String command : List.of(".dump", ".schema")) {
      try (ShellInMemory other = new ShellInMemory()) {
        other.run(from.run(command));
        assertEquals(List.of("1", "2"), other.rows("SELECT x FROM a UNION ALL SELECT x FROM b"));
      }
    }
  }

  @Test
  void offsetsThatCannotBeKeptAreTold() throws Exception {
    from.run("CREATE TOPIC t WITH ('partitions'='2');");
    for (int i = 0; i < 6; i++) {
      from.run("INSERT INTO t (partition, key) VALUES (" + i % 2 + ", 'k" + i + "');");
    }
    read("g", "t", 6);
    from.run("CALL klog.reset_offsets('g', 't', '2,2');");
    from.run("DELETE FROM t WHERE offset < 1 AND partition = 0;");
    String dump = from.run(".dump");
    assertTrue(dump.contains("-- Partition 0: what has offset 0 here had 1;"), dump);
    assertTrue(dump.contains("CALL klog.reset_offsets('g', 't', '1,2');"), dump);
    to.run(dump);
    assertEquals(List.of("0|k2", "1|k4"), to.rows("SELECT offset, key FROM t WHERE partition = 0"));
  }

  @Test
  void topicsThatAreNamedComeAlone() throws Exception {
    from.run("CREATE TOPIC a; CREATE TOPIC b; CREATE VIEW v AS SELECT key FROM a;");
    String dump = from.run(".dump B");
    assertTrue(dump.contains("CREATE TOPIC b;"), dump);
    assertEquals(1, dump.split("CREATE", -1).length - 1, dump);
    assertEquals(dump, from.run(".dump Main.b"));
    assertEquals("error 42P01: there is no topic 'nix'", from.fails(".dump nix"));
  }

  @Test
  void theUsersTransactionAndSettingsStay() throws Exception {
    from.run("CREATE TOPIC a;\n.dump\nBEGIN; INSERT INTO a (key) VALUES ('k');\n.dump\nCOMMIT;");
    assertEquals(List.of("1"), from.rows("SELECT count(*) FROM a"));
    assertEquals(
        Connection.TRANSACTION_READ_COMMITTED, from.connection().getTransactionIsolation());
  }

  @Test
  void largeValuesAreLoaded() throws Exception {
    from.run("CREATE TOPIC a;");
    byte[] large = new byte[50_000];
    new SplittableRandom(1).nextBytes(large);
    try (PreparedStatement insert =
        from.connection().prepareStatement("INSERT INTO a (key, value) VALUES (?, ?)")) {
      insert.setString(1, "it's long ".repeat(100_000));
      insert.setBytes(2, large);
      insert.executeUpdate();
    }
    to.run(from.run(".dump"));
    assertEquals(RandomRecords.of(from.connection(), "a"), RandomRecords.of(to.connection(), "a"));
  }
}
