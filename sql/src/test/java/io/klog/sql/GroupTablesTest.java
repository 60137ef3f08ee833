package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.klog.GroupMember;
import io.klog.Topic;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupTablesTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC t WITH ('partitions'='3')");
    sql.update("CREATE TOPIC solo");
    sql.update("INSERT INTO t (partition, key) VALUES (0, 'a'), (0, 'b'), (1, 'c')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private Topic topic(String name) {
    return Objects.requireNonNull(sql.store.catalog().topic(name));
  }

  private List<String> lag() {
    return sql.rows("SELECT * FROM klog.consumer_lag");
  }

  @Test
  void withoutGroupsThereIsNothing() {
    assertEquals(List.of(), lag());
    assertEquals(List.of(), sql.rows("SELECT * FROM klog.consumer_groups"));
    assertEquals(List.of(), sql.rows("SELECT * FROM klog.consumer_members"));
  }

  @Test
  void everyPartitionOfATopicThatAGroupReadsHasARow() {
    sql.session.setAutoCommit(false);
    try (Rows rows = sql.open("SELECT key FROM t LIMIT 1 FOR CONSUMER GROUP g")) {
      rows.next();
      sql.session.commit();
    }
    sql.session.commit();
    assertEquals(
        List.of("g t 0 1 2 1 NULL", "g t 1 NULL 1 NULL NULL", "g t 2 NULL 0 NULL NULL"), lag());
    assertEquals(List.of("g Empty 0 1 3 1"), sql.rows("SELECT * FROM klog.consumer_groups"));
  }

  @Test
  void membersAreNamedByWhatTheyRead() {
    try (GroupMember first = sql.store.join("g", topic("t"));
        GroupMember second = sql.store.join("g", topic("solo"));
        GroupMember standby = sql.store.join("g", topic("solo"))) {
      assertEquals(
          List.of(
              "g solo " + second.id() + " 1 0",
              "g solo " + standby.id() + " 0 ",
              "g t " + first.id() + " 3 0,1,2"),
          sql.rows("SELECT * FROM klog.consumer_members"));
      assertEquals(
          List.of(
              "g solo 0 NULL 0 NULL " + second.id(),
              "g t 0 NULL 2 NULL " + first.id(),
              "g t 1 NULL 1 NULL " + first.id(),
              "g t 2 NULL 0 NULL " + first.id()),
          lag());
      assertEquals(List.of("g Stable 3 2 4 NULL"), sql.rows("SHOW CONSUMER GROUPS"));
    }
    assertEquals(List.of(), sql.rows("SHOW CONSUMER GROUPS"), "it never committed a position");
  }

  @Test
  void aPositionBeforeTheLogsStartLagsFromThere() {
    sql.rows("SELECT key FROM t FOR CONSUMER GROUP g");
    sql.update("INSERT INTO t (partition, key) VALUES (0, 'd'), (0, 'e'), (0, 'f')");
    sql.store.deleteBefore(topic("t"), 0, 4);
    assertEquals("g t 0 2 5 1 NULL", lag().get(0));
  }

  @Test
  void aSnapshotThatIsOlderThanAPositionShowsNoNegativeLag() {
    sql.session.setAutoCommit(false);
    sql.session.setIsolation(Isolation.REPEATABLE_READ);
    assertEquals(List.of(), lag());
    try (Sql other = new Sql(sql.store)) {
      other.update("INSERT INTO t (partition, key) VALUES (0, 'd'), (0, 'e')");
      other.rows("SELECT key FROM t FOR CONSUMER GROUP g");
    }
    assertEquals("g t 0 4 2 0 NULL", lag().get(0));
  }

  @Test
  void groupsComeInOrderWithTheSumOfTheirLags() {
    sql.rows("SELECT key FROM t FOR CONSUMER GROUP b");
    sql.rows("SELECT key FROM t FOR CONSUMER GROUP a");
    sql.update("INSERT INTO t (partition, key) VALUES (0, 'd'), (1, 'e')");
    assertEquals(List.of("a Empty 0 1 3 2", "b Empty 0 1 3 2"), sql.rows("SHOW CONSUMER GROUPS"));
  }
}
