package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.ConsumedRecord;
import io.klog.Consumer;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.OffsetReset;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Consuming without SQL. */
abstract class ConsumerContract extends LogStoreFixture {
  private static final Duration NO_WAIT = Duration.ZERO;
  private static final Duration LONG = Duration.ofMinutes(5);

  private static String text(ConsumedRecord record) {
    byte[] value = record.value();
    return value == null ? "" : new String(value, StandardCharsets.UTF_8);
  }

  private static List<String> texts(List<ConsumedRecord> records) {
    return records.stream().map(ConsumerContract::text).toList();
  }

  private static List<Long> positions(LogStore store) {
    return store.groupPositions().stream().map(GroupPosition::offset).toList();
  }

  @Test
  void whatWasPolledIsCommittedWithWhatWasMadeOfIt() {
    LogStore store = open();
    Topic orders = topic(store, "orders");
    Topic invoices = topic(store, "invoices");
    append(store, orders, "a", "b");
    try (Consumer consumer = Consumer.join(store, "g", List.of(orders))) {
      assertEquals(List.of("a", "b"), texts(consumer.poll(NO_WAIT)));
      append(consumer.transaction(), invoices, "of a", "of b");
      assertEquals(List.of(), positions(store));
      consumer.rollback();
      assertEquals(List.of("a", "b"), texts(consumer.poll(NO_WAIT)));
      append(consumer.transaction(), invoices, "of a", "of b");
      consumer.commit();
      assertEquals(List.of(2L), positions(store));
      assertEquals(List.of("of a", "of b"), values(store, invoices));
      assertEquals(List.of(), consumer.poll(NO_WAIT));
      append(store, orders, "c");
      assertEquals(List.of("c"), texts(consumer.poll(NO_WAIT)));
    }
    try (Consumer again = Consumer.join(store, "g", List.of(orders))) {
      assertEquals(List.of("c"), texts(again.poll(NO_WAIT)), "closing commits nothing");
    }
  }

  @Test
  void aHandlerThatThrowsLeavesItsRecordAndNothingOfWhatItDid() throws Exception {
    LogStore store = open();
    Topic orders = topic(store, "orders");
    Topic invoices = topic(store, "invoices");
    append(store, orders, "a", "poison", "c");
    List<String> tried = new ArrayList<>();
    Consumer.Handler handler =
        (order, tx) -> {
          tried.add(text(order));
          append(tx, invoices, "of " + text(order));
          if (text(order).equals("poison") && tried.size() < 4) {
            throw new IOException("cannot do it");
          }
        };
    try (Consumer consumer = Consumer.join(store, "g", List.of(orders))) {
      assertThrows(IOException.class, () -> consumer.handle(NO_WAIT, handler));
      assertEquals(List.of(1L), positions(store), "what was handled before is committed");
      assertEquals(List.of("of a"), values(store, invoices));
      assertThrows(IOException.class, () -> consumer.handle(NO_WAIT, handler));
      assertEquals(List.of("a", "poison", "poison"), tried);
      assertEquals(2, consumer.handle(NO_WAIT, handler));
      assertEquals(List.of(3L), positions(store));
      assertEquals(List.of("of a", "of poison", "of c"), values(store, invoices));
      assertEquals(0, consumer.handle(NO_WAIT, handler));
    }
  }

  @Test
  void aPollWaitsForRecordsAndIsWokenUp() throws Exception {
    LogStore store = open();
    Topic topic = topic(store, "t");
    try (Consumer consumer = Consumer.join(store, "g", List.of(topic))) {
      CompletableFuture<List<ConsumedRecord>> polled =
          CompletableFuture.supplyAsync(() -> consumer.poll(LONG));
      append(store, topic, "a");
      assertEquals(List.of("a"), texts(polled.get(30, TimeUnit.SECONDS)));
      CompletableFuture<List<ConsumedRecord>> given =
          CompletableFuture.supplyAsync(() -> consumer.poll(LONG));
      consumer.wakeUp();
      assertEquals(List.of(), given.get(30, TimeUnit.SECONDS));
      append(store, topic, "b");
      assertEquals(List.of("b"), texts(consumer.poll(LONG)), "it waits again");
    }
  }

  @Test
  void severalTopicsAndPartitionsArePolledTogether() {
    LogStore store = open();
    Topic one = store.createTopic("one", 3, Map.of());
    Topic two = topic(store, "two");
    append(store, two, "x");
    try (Consumer consumer = Consumer.join(store, "g", List.of(one, two));
        Consumer other = Consumer.join(store, "g", List.of(one))) {
      for (int p = 0; p < 3; p++) {
        try (Transaction tx = store.begin(SyncLevel.OFF)) {
          tx.append(one, p, 0, null, bytes("p" + p), Headers.NONE);
          tx.commit();
        }
      }
      List<ConsumedRecord> all = new ArrayList<>(consumer.poll(NO_WAIT));
      all.addAll(other.poll(NO_WAIT));
      consumer.commit();
      other.commit();
      all.addAll(consumer.poll(NO_WAIT));
      all.addAll(other.poll(NO_WAIT));
      assertEquals(List.of("p0", "p1", "p2", "x"), texts(all).stream().sorted().toList());
      assertTrue(
          all.stream().allMatch(r -> text(r).equals("x") || text(r).equals("p" + r.partition())));
    }
  }

  @Test
  void whoIsFencedReadsItAgainAfterJoiningAnew() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "a");
    try (Consumer consumer = Consumer.join(store, "g", List.of(topic))) {
      consumer.poll(NO_WAIT);
      store.resetPositions("g", topic, new long[] {0}, true);
      assertRefused(Reason.FENCED, consumer::commit);
      assertRefused(Reason.FENCED, () -> consumer.poll(NO_WAIT));
    }
    try (Consumer consumer = Consumer.join(store, "g", List.of(topic))) {
      assertEquals(List.of("a"), texts(consumer.poll(NO_WAIT)));
    }
  }

  @Test
  void whereAGroupBeginsIsRemembered() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "a");
    try (Consumer latest = join(store, "g", topic, OffsetReset.LATEST)) {
      assertEquals(List.of(), latest.poll(NO_WAIT));
      assertEquals(List.of(1L), positions(store));
    }
    append(store, topic, "b");
    try (Consumer latest = join(store, "g", topic, OffsetReset.LATEST);
        Consumer none = join(store, "h", topic, OffsetReset.NONE)) {
      assertEquals(List.of("b"), texts(latest.poll(NO_WAIT)));
      KlogException refused = assertThrows(KlogException.class, () -> none.poll(NO_WAIT));
      assertEquals(Reason.OFFSET_OUT_OF_RANGE, refused.reason());
    }
  }

  private static Consumer join(LogStore store, String group, Topic topic, OffsetReset reset) {
    return Consumer.join(
        store, group, List.of(topic), reset, SyncLevel.OFF, GroupMember.DEFAULT_MAX_POLL_INTERVAL);
  }

  @Test
  void aPollTakesAtMostSoManyAndTheNextGoesOn() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    String[] values = new String[Consumer.MAX_POLL_RECORDS + 7];
    Arrays.setAll(values, i -> "v" + i);
    append(store, topic, values);
    try (Consumer consumer = Consumer.join(store, "g", List.of(topic))) {
      List<String> read = new ArrayList<>(texts(consumer.poll(NO_WAIT)));
      assertEquals(Consumer.MAX_POLL_RECORDS, read.size());
      read.addAll(texts(consumer.poll(NO_WAIT)));
      assertEquals(List.of(values), read);
    }
  }

  @Test
  void membersLeaveWithTheOneWhoOpenedTheStoreForThem() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "a");
    LogStore another = open();
    Consumer forgotten = Consumer.join(another, "g", List.of(topic));
    another.close();
    try (Consumer consumer = Consumer.join(store, "g", List.of(topic))) {
      assertEquals(List.of("a"), texts(consumer.poll(NO_WAIT)));
      assertEquals(1, store.memberships().size());
    }
    assertRefused(Reason.CLOSED, () -> forgotten.poll(NO_WAIT));
  }

  @Test
  void whoReadsADroppedTopicIsToldSo() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    try (Consumer consumer = Consumer.join(store, "g", List.of(topic))) {
      store.dropTopic(topic);
      assertRefused(Reason.UNKNOWN_TOPIC, () -> consumer.poll(NO_WAIT));
    }
    try (GroupMember member = store.join("g", topic(store, "t"))) {
      store.dropTopic(member.topic());
      assertRefused(Reason.UNKNOWN_TOPIC, member::poll);
    }
  }
}
