package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Catalog;
import io.klog.Column;
import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Topics come, go, and come again. */
abstract class CatalogContract extends LogStoreFixture {
  @Test
  void aTopicIsFoundInAnyCaseAndKeepsItsSpelling() {
    LogStore store = open();
    Topic topic = store.createTopic("Orders", 3, Map.of("format", "raw"));
    assertEquals(topic, store.catalog().topic("ORDERS"));
    assertEquals("Orders", topic.name());
    assertEquals(3, topic.partitions());
    assertEquals(Map.of("format", "raw"), topic.options());
    assertNull(store.catalog().topic("order"));
    assertNull(store.catalog().topic(""));
  }

  @Test
  void namesThatDifferOnlyByCaseAreOne() {
    LogStore store = open();
    topic(store, "Orders");
    assertRefused(Reason.TOPIC_EXISTS, () -> topic(store, "Orders"));
    assertRefused(Reason.TOPIC_EXISTS, () -> topic(store, "oRDERS"));
    assertEquals(1, store.catalog().topics().size());
  }

  @Test
  void topicsAreListedByName() {
    LogStore store = open();
    for (String name : List.of("b", "C", "a", "0", "_z")) {
      topic(store, name);
    }
    List<String> names = store.catalog().topics().stream().map(Topic::name).toList();
    assertEquals(List.of("0", "_z", "a", "b", "C"), names);
  }

  @Test
  void badNamesAreRefused() {
    LogStore store = open();
    for (String name : List.of("", ".", "..", "a b", "a/b", "ä", "a\n", "x".repeat(250))) {
      assertRefused(Reason.INVALID_ARGUMENT, () -> topic(store, name));
    }
    assertTrue(store.catalog().topics().isEmpty());
    topic(store, "x".repeat(249));
    topic(store, "...");
  }

  @Test
  void badPartitionCountsAndOptionsAreRefused() {
    LogStore store = open();
    for (int partitions : new int[] {0, -1, Integer.MIN_VALUE, TopicState.MAX_PARTITIONS + 1}) {
      assertRefused(Reason.INVALID_OPTION, () -> store.createTopic("t", partitions, Map.of()));
    }
    String told =
        assertRefused(
            Reason.INVALID_OPTION,
            () -> store.createTopic("t", 1, Map.of("min.insync.replicas", "1")));
    assertTrue(told.contains("min.insync.replicas"), told);
    assertRefused(Reason.INVALID_OPTION, () -> store.createTopic("t", 1, Map.of("format", "xml")));
    assertNull(store.catalog().topic("t"));
    assertEquals(
        TopicState.MAX_PARTITIONS,
        store.createTopic("t", TopicState.MAX_PARTITIONS, Map.of()).partitions());
  }

  @Test
  void aTopicKeepsTheColumnsItDeclaresInTheirOrder() {
    List<Column> columns =
        List.of(
            new Column("Id", "VARCHAR", true, true),
            new Column("amount", "DECIMAL(10, 2)", false, false),
            new Column("größe", "MAP<VARCHAR, INTEGER ARRAY>", false, true));
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of(), columns);
    assertEquals(columns, topic.columns());
    assertEquals(topic, store.catalog().topic("t"));
  }

  @Test
  void columnsThatCannotBeToldApartOrKeptAreRefused() {
    LogStore store = open();
    Column a = new Column("a", "INTEGER", false, true);
    List<List<Column>> bad =
        List.of(
            List.of(a, new Column("A", "VARCHAR", false, true)),
            List.of(new Column("a", "VARCHAR", true, true), new Column("b", "VARCHAR", true, true)),
            List.of(new Column("", "INTEGER", false, true)),
            List.of(new Column("a", "", false, true)),
            List.of(new Column("a".repeat(129), "INTEGER", false, true)),
            IntStream.rangeClosed(0, TopicRules.MAX_COLUMNS)
                .mapToObj(i -> new Column("c" + i, "INTEGER", false, true))
                .toList());
    for (List<Column> columns : bad) {
      assertRefused(Reason.INVALID_ARGUMENT, () -> store.createTopic("t", 1, Map.of(), columns));
    }
    assertNull(store.catalog().topic("t"));
  }

  @Test
  void anAlteredTopicIsTheSameForThoseWhoHaveIt() {
    LogStore store = open();
    Column id = new Column("id", "VARCHAR", true, true);
    Column added = new Column("note", "VARCHAR", false, true);
    Topic old = store.createTopic("t", 2, Map.of(), List.of(id));
    append(store, old, "a");
    Snapshot snapshot = store.snapshot(List.of(old));
    long version = store.catalog().version();
    try (Transaction tx = store.begin(SyncLevel.FULL);
        GroupMember member = store.join("g", old)) {
      append(tx, old, "b");
      Topic now =
          store.alterTopic(old, List.of(added), Map.of("cleanup.policy", "compact"), Set.of());
      assertEquals(old, now);
      assertEquals(List.of(id, added), now.columns());
      assertEquals(Map.of("cleanup.policy", "compact"), now.options());
      append(tx, now, "c");
      tx.position(member, 0, 1);
      tx.commit();
      assertEquals(List.of("a"), values(snapshot, now, 0, ScanRange.ALL));
      assertEquals(List.of("a", "b", "c"), values(store, old));
      assertEquals(List.of("a", "b", "c"), values(store, now));
      assertTrue(store.catalog().version() > version);
    }
    store.alterTopic(old, List.of(), Map.of(), Set.of("cleanup.policy"));
    Topic again = reopened(store).catalog().topics().iterator().next();
    assertEquals(old, again);
    assertEquals(List.of(id, added), again.columns());
    assertEquals(Map.of(), again.options());
  }

  @Test
  void whatCannotBeAlteredChangesNothing() {
    LogStore store = open();
    Column id = new Column("id", "VARCHAR", true, true);
    Topic topic = store.createTopic("t", 1, Map.of("format", "raw"), List.of(id));
    long version = store.catalog().version();
    Column twice = new Column("ID", "INTEGER", false, true);
    Column key = new Column("k", "INTEGER", true, true);
    assertRefused(
        Reason.COLUMN_EXISTS, () -> store.alterTopic(topic, List.of(twice), Map.of(), Set.of()));
    assertRefused(
        Reason.INVALID_ARGUMENT, () -> store.alterTopic(topic, List.of(key), Map.of(), Set.of()));
    for (Map<String, String> set :
        List.of(
            Map.of("format", "raw"),
            Map.of("cleanup.policy", "shred"),
            Map.of("cleanup.policy", "compact", "nonsense", "1"))) {
      assertRefused(Reason.INVALID_OPTION, () -> store.alterTopic(topic, List.of(), set, Set.of()));
    }
    for (String reset : List.of("format", "nonsense")) {
      assertRefused(
          Reason.INVALID_OPTION, () -> store.alterTopic(topic, List.of(), Map.of(), Set.of(reset)));
    }
    String told =
        assertRefused(
            Reason.INVALID_OPTION,
            () -> store.alterTopic(topic, List.of(), Map.of("cleanup_polcy", "compact"), Set.of()));
    assertTrue(told.endsWith("did you mean 'cleanup.policy'?"), told);
    assertEquals(version, store.catalog().version());
    store.dropTopic(topic);
    topic(store, "t");
    assertRefused(
        Reason.UNKNOWN_TOPIC,
        () -> store.alterTopic(topic, List.of(), Map.of("cleanup.policy", "compact"), Set.of()));
  }

  @Test
  void theVersionGrowsWithEveryChangeAndOnlyWithThem() {
    LogStore store = open();
    Catalog empty = store.catalog();
    Topic topic = topic(store, "t");
    Catalog one = store.catalog();
    assertTrue(one.version() > empty.version());
    append(store, topic, "a");
    assertEquals(one.version(), store.catalog().version());
    store.dropTopic(topic);
    assertTrue(store.catalog().version() > one.version());
    assertTrue(empty.topics().isEmpty());
    assertEquals(topic, one.topic("t"), "a catalog is as of one commit");
  }

  @Test
  void aTopicCreatedAnewUnderTheSameNameIsAnother() {
    LogStore store = open();
    Topic old = topic(store, "t");
    append(store, old, "old");
    try (GroupMember member = store.join("g", old);
        Transaction tx = store.begin(SyncLevel.FULL)) {
      tx.position(member, 0, 1);
      tx.commit();
    }
    store.dropTopic(old);
    Topic fresh = store.createTopic("T", 2, Map.of());
    assertNotEquals(old.id(), fresh.id());
    assertEquals(List.of(), values(store, fresh));
    assertTrue(store.groupPositions().isEmpty());
    append(store, fresh, "new");
    assertEquals(List.of("new"), values(store, fresh));
    assertRefused(Reason.UNKNOWN_TOPIC, () -> append(store, old, "late"));
    assertRefused(Reason.UNKNOWN_TOPIC, () -> store.dropTopic(old));
    assertRefused(Reason.UNKNOWN_TOPIC, () -> store.snapshot(Set.of(fresh, old)));
    assertRefused(Reason.UNKNOWN_TOPIC, () -> store.join("g", old));
    try (GroupMember member = store.join("g", fresh)) {
      assertEquals(GroupMember.NO_POSITION, member.position(0));
    }
  }

  @Test
  void aTransactionForATopicThatWasDroppedMeanwhileDoesNothing() {
    LogStore store = open();
    Topic kept = topic(store, "kept");
    Topic dropped = topic(store, "dropped");
    GroupMember member = store.join("g", dropped);
    try (Transaction records = store.begin(SyncLevel.FULL);
        Transaction positions = store.begin(SyncLevel.FULL)) {
      append(records, kept, "a");
      append(records, dropped, "b");
      append(positions, kept, "c");
      positions.position(member, 0, 0);
      store.dropTopic(dropped);
      topic(store, "dropped");
      assertRefused(Reason.UNKNOWN_TOPIC, records::commit);
      assertRefused(Reason.UNKNOWN_TOPIC, positions::commit);
    }
    assertEquals(List.of(), values(store, kept));
    assertTrue(store.groupPositions().isEmpty());
    append(store, kept, "d");
    assertEquals(List.of("d"), values(store, kept));
  }

  /** Whoever began before the drop is told so, and never gets another topic's records. */
  @Test
  void aScanOfADroppedTopicWhoseSpaceIsUsedAgainSaysSo() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    int count = 20_000;
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < count; i++) {
        tx.append(topic, 0, i, null, bytes("value " + i), Headers.NONE);
      }
      tx.commit();
    }
    Snapshot snapshot = store.snapshot(List.of(topic));
    RecordCursor cursor = snapshot.scan(topic, 0, ScanRange.ALL);
    for (int i = 0; i < 10; i++) {
      assertTrue(cursor.next());
    }
    store.dropTopic(topic);
    Topic other = topic(store, "other");
    for (int i = 0; i < 100; i++) { // segments from small to large, which fit where the others were
      append(store, other, "x".repeat(20_000));
    }
    long expected = 10;
    Reason told = null;
    try (cursor) {
      while (cursor.next()) {
        assertEquals(expected, cursor.offset());
        assertArrayEquals(bytes("value " + expected), cursor.value());
        expected++;
      }
    } catch (KlogException e) {
      told = e.reason();
    }
    assertEquals(Reason.UNKNOWN_TOPIC, told);
    assertTrue(expected < count);
  }
}
