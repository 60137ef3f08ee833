package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.Headers;
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
      append(tx, topic, "a", "b", "c", "d");
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
    append(store, second, "a");
    append(store, first, "a", "b", "c");
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      tx.append(first, 1, 0, null, null, Headers.NONE);
      tx.append(first, 1, 0, null, null, Headers.NONE);
      tx.commit();
    }
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
  void membersShareThePartitionsAndNobodyIsDisturbedInHisWork() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 4, Map.of());
    try (GroupMember first = store.join("g", topic)) {
      assertArrayEquals(new int[] {0, 1, 2, 3}, first.poll());
      GroupMember second = open().join("g", topic);
      assertArrayEquals(new int[0], second.poll(), "nothing is taken away");
      assertArrayEquals(new int[] {0, 1, 2, 3}, first.poll(p -> true), "busy with all");
      assertArrayEquals(new int[] {0, 1, 3}, first.poll(p -> p == 3), "busy with one");
      assertArrayEquals(new int[] {2}, second.poll());
      assertArrayEquals(new int[] {0, 1}, first.poll());
      int[] shared = second.poll();
      assertArrayEquals(new int[] {2, 3}, shared);
      assertSame(shared, second.poll(), "the same while nothing changes");
      second.close();
      assertArrayEquals(new int[] {0, 1, 2, 3}, first.poll());
    }
    assertTrue(store.memberships().isEmpty());
  }

  @Test
  void oneStandsByForAnother() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    GroupMember active = store.join("g", topic);
    try (GroupMember standby = store.join("g", topic)) {
      move(store, active, 0, 0);
      assertArrayEquals(new int[0], standby.poll());
      assertArrayEquals(new int[] {0}, active.poll());
      assertRefused(Reason.FENCED, () -> move(store, standby, 0, 0));
      active.close();
      assertArrayEquals(new int[] {0}, standby.poll());
      move(store, standby, 0, 0);
    }
  }

  @Test
  void groupsAndTopicsShareNothing() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    Topic other = topic(store, "other");
    try (GroupMember one = store.join("g", topic);
        GroupMember two = store.join("g", other);
        GroupMember three = store.join("h", topic)) {
      for (GroupMember member : List.of(one, two, three)) {
        assertArrayEquals(new int[] {0}, member.poll());
      }
      assertEquals(
          List.of("g t [0]", "g other [0]", "h t [0]"),
          store.memberships().stream()
              .map(m -> m.group() + " " + m.topic().name() + " " + m.partitions())
              .toList());
      assertEquals(one.id(), store.memberships().iterator().next().memberId());
    }
  }

  @Test
  void aMemberThatLeftIsFenced() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    GroupMember old = store.join("g", topic);
    old.close();
    try (GroupMember member = store.join("g", topic);
        Transaction tx = store.begin(SyncLevel.OFF)) {
      assertRefused(Reason.FENCED, () -> tx.position(old, 0, 0));
      assertRefused(Reason.FENCED, () -> old.poll());
      old.close();
      append(tx, topic, "a");
      tx.position(member, 0, 1);
      tx.commit();
      assertEquals(1, member.position(0));
      assertEquals(1, old.position(0));
    }
  }

  @Test
  void nothingOfAFencedTransactionHappens() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    Topic out = topic(store, "out");
    try (GroupMember member = store.join("g", topic);
        Transaction tx = store.begin(SyncLevel.FULL)) {
      append(tx, out, "made of it");
      tx.position(member, 0, 0);
      store.resetPositions("g", topic, new long[] {0}, true);
      String told = assertRefused(Reason.FENCED, tx::commit);
      assertTrue(told.startsWith("fenced") && told.contains(member.id()), told);
      assertRefused(Reason.FENCED, () -> member.poll());
    }
    assertEquals(0, store.snapshot(List.of(out)).endOffset(out, 0));
  }

  @Test
  void aGroupIsResetAndDroppedWhenItHasNoMembers() {
    LogStore store = open();
    Topic topic = store.createTopic("t", 2, Map.of());
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      append(tx, topic, "a");
      append(tx, topic, "b");
      tx.commit();
    }
    try (GroupMember member = store.join("g", topic)) {
      String told =
          assertRefused(
              Reason.GROUP_IN_USE,
              () -> store.resetPositions("g", topic, new long[] {0, 0}, false));
      assertTrue(told.contains(member.id()), told);
      assertRefused(Reason.GROUP_IN_USE, () -> store.dropGroup("g"));
    }
    assertRefused(Reason.UNKNOWN_GROUP, () -> store.dropGroup("g"));
    store.resetPositions("g", topic, new long[] {0, 0}, false);
    assertEquals(2, store.groupPositions().size());
    assertRefused(
        Reason.INVALID_ARGUMENT, () -> store.resetPositions("g", topic, new long[] {0, 3}, false));
    assertRefused(
        Reason.INVALID_ARGUMENT, () -> store.resetPositions("g", topic, new long[] {0}, false));
    store.dropGroup("g");
    assertTrue(store.groupPositions().isEmpty());
    assertRefused(Reason.UNKNOWN_GROUP, () -> store.dropGroup("g"));
  }

  @Test
  void joiningAndLeavingGoOnBesideATransactionThatHasTheWritersLock() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    GroupMember before = store.join("g", topic);
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      append(tx, topic, "a");
      tx.pin();
      try (GroupMember member = store.join("h", topic, GroupMember.DEFAULT_MAX_POLL_INTERVAL, tx)) {
        assertEquals(0, tx.baseOffset(topic, 0));
        assertArrayEquals(new int[] {0}, member.poll());
        before.close();
        tx.position(member, 0, 0);
        tx.commit();
      }
    }
    try (GroupMember after = store.join("g", topic)) {
      assertArrayEquals(new int[] {0}, after.poll(), "the other has left at last");
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
        if (p % 2 == 1) {
          tx.append(topic, p, 0, null, null, Headers.NONE);
        }
        tx.position(member, p, p % 2);
      }
      tx.commit();
      for (int p = 0; p < 5000; p++) {
        assertEquals(p % 2, member.position(p));
      }
    }
    assertEquals(5000, store.groupPositions().size());
  }
}
