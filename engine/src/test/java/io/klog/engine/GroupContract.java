package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Groups and their positions. */
abstract class GroupContract extends LogStoreFixture {
  private static void move(LogStore store, GroupMember member, int partition, long offset) {
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      tx.position(member, partition, offset);
      tx.commit();
    }
  }

  @Test
  void aPositionIsSeenFromTheCommitOn() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    try (GroupMember member = store.join("g", topic);
        Transaction tx = store.begin(SyncLevel.OFF)) {
      assertEquals("g", member.group());
      assertEquals(topic, member.topic());
      assertEquals(GroupMember.NO_POSITION, member.position(0));
      assertTrue(store.groupPositions().isEmpty());
      append(tx, topic, "a");
      tx.position(member, 0, 3);
      tx.position(member, 0, 4);
      assertEquals(GroupMember.NO_POSITION, member.position(0));
      tx.commit();
      assertEquals(4, member.position(0));
      assertEquals(GroupMember.NO_POSITION, member.position(1));
      move(store, member, 0, 2);
      assertEquals(2, member.position(0), "it may go back");
    }
    assertEquals(List.of(new GroupPosition("g", topic, 0, 2)), List.copyOf(store.groupPositions()));
  }

  @Test
  void positionsAreListedByGroupTopicAndPartition() {
    LogStore store = open();
    Topic first = store.createTopic("z", 2, Map.of());
    Topic second = topic(store, "a");
    for (String group : List.of("b", "a")) {
      try (GroupMember one = store.join(group, second);
          GroupMember two = store.join(group, first)) {
        move(store, one, 0, 1);
        move(store, two, 1, 2);
        move(store, two, 0, 3);
      }
    }
    List<String> found =
        store.groupPositions().stream()
            .map(p -> p.group() + p.topic().name() + p.partition() + p.offset())
            .toList();
    assertEquals(List.of("az03", "az12", "aa01", "bz03", "bz12", "ba01"), found);
  }

  @Test
  void aSecondMemberIsRefusedUntilTheFirstLeaves() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    Topic other = topic(store, "other");
    GroupMember member = store.join("g", topic);
    String told = assertRefused(Reason.GROUP_IN_USE, () -> store.join("g", topic));
    assertTrue(told.contains("g") && told.contains("t"), told);
    LogStore second = open();
    assertRefused(Reason.GROUP_IN_USE, () -> second.join("g", topic));
    store.join("g", other).close();
    store.join("h", topic).close();
    member.close();
    member.close();
    second.join("g", topic).close();
  }

  @Test
  void aMemberThatLeftIsFenced() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    GroupMember old = store.join("g", topic);
    old.close();
    try (GroupMember member = store.join("g", topic);
        Transaction tx = store.begin(SyncLevel.OFF)) {
      assertRefused(Reason.FENCED, () -> tx.position(old, 0, 1));
      old.close();
      tx.position(member, 0, 2);
      tx.commit();
      assertEquals(2, member.position(0));
      assertEquals(2, old.position(0));
    }
  }

  @Test
  void groupsNeedAName() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    assertRefused(Reason.INVALID_ARGUMENT, () -> store.join("", topic));
    assertRefused(Reason.INVALID_ARGUMENT, () -> store.join(" ", topic));
    store.join("Gruppe ä " + "x".repeat(1000), topic).close();
  }

  @Test
  void manyPositionsInOneCommitAreAllKept() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 5000, Map.of());
    try (GroupMember member = store.join("a group with a long name", topic);
        Transaction tx = store.begin(SyncLevel.FULL)) {
      for (int p = 0; p < 5000; p++) {
        tx.position(member, p, p);
      }
      tx.commit();
      for (int p = 0; p < 5000; p++) {
        assertEquals(p, member.position(p));
      }
    }
    assertEquals(5000, store.groupPositions().size());
  }
}
