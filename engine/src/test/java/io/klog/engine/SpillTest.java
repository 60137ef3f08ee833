package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random transactions that outgrow a small buffer, with savepoints and rollbacks, while others
 * commit before and after them and members join meanwhile; the file is closed and opened again, or
 * its process killed in between. The store holds what a list of the records says.
 */
@Timeout(120)
class SpillTest {
  private static final int STEPS = 1_000;
  private static final int LONGEST = 400;

  private static final Limits LIMITS = new Limits(1 << 10, 6 << 10, 16 << 20, 4 << 10, false);
  private static final OpenOptions OPTIONS = new OpenOptions(OpenOptions.Mode.CREATE, 0, 1 << 20);

  /** Of a transaction, in order. */
  private record Appended(Topic topic, int partition, StoreModel.Row row) {}

  private record Mark(Transaction.Savepoint savepoint, int size) {}

  private final MemoryStorage storage = new MemoryStorage();
  private final StoreProcess process = new StoreProcess(storage, LIMITS, "spill.klog");
  private final StoreModel model = new StoreModel();
  private SplittableRandom random = new SplittableRandom();
  private int spilled;

  // Of the transaction at work.
  private final List<Appended> appended = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  private LogStore store() {
    return process.open(OPTIONS);
  }

  @Test
  void holdsWhatAListOfTheRecordsSays() throws IOException {
    random = Seed.of("SpillTest").random();
    for (int partitions = 1; partitions <= 3; partitions++) {
      model.created(store().createTopic("t" + partitions, partitions, Map.of()));
    }
    for (int i = 0; i < STEPS; i++) {
      switch (random.nextInt(8)) {
        case 0 -> reopen();
        case 1, 2 -> commitOther(store());
        default -> transact();
      }
      if (random.nextInt(8) == 0) {
        model.verifyExactly(store(), model.commits());
      }
    }
    reopen();
    process.close();
    assertTrue(spilled > STEPS / 4, () -> "only " + spilled + " outgrew their buffers");
  }

  private void reopen() {
    if (random.nextBoolean()) {
      process.close();
    } else {
      process.kill();
    }
    assertEquals(List.of(), store().check());
    model.verifyExactly(store(), model.commits());
  }

  private void commitOther(LogStore store) {
    StoreModel.Change change = model.new Change();
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int i = random.nextInt(8); i >= 0; i--) {
        Topic topic = anyTopic();
        StoreModel.Row row = StoreModel.Row.random(random, LONGEST);
        row.append(tx, topic, 0);
        change.append(topic, 0, row);
      }
      change.commit();
      tx.commit();
    }
  }

  private Topic anyTopic() {
    return model.topics().get(random.nextInt(model.topics().size()));
  }

  private void transact() throws IOException {
    appended.clear();
    marks.clear();
    boolean known = false;
    Transaction tx = store().begin(SyncLevel.OFF);
    for (int i = random.nextInt(40); i >= 0; i--) {
      act(tx);
      if (!known && isPinned()) {
        known = true;
        spilled++;
      }
      checkCounts(tx, known);
    }
    switch (random.nextInt(5)) {
      case 0 -> tx.rollback();
      case 1 -> process.kill(); // whatever it had written is nobody's
      default -> commit(tx);
    }
  }

  private void act(Transaction tx) {
    int kind = random.nextInt(20);
    if (kind < 3) {
      marks.add(new Mark(tx.savepoint(), appended.size()));
    } else if (kind < 6 && !marks.isEmpty()) {
      rollbackTo(tx, random.nextInt(marks.size()));
    } else if (kind == 6) {
      joinMeanwhile(tx);
    } else {
      // Long ones, too, so that segments have index blocks.
      int longest = random.nextInt(12) == 0 ? 12_000 : LONGEST;
      append(tx, anyTopic(), random.nextInt(12), longest);
    }
  }

  private void append(Transaction tx, Topic topic, int count, int longest) {
    int partition = random.nextInt(topic.partitions());
    for (int i = 0; i < count; i++) {
      StoreModel.Row row = StoreModel.Row.random(random, longest);
      row.append(tx, topic, partition);
      appended.add(new Appended(topic, partition, row));
    }
  }

  private void rollbackTo(Transaction tx, int index) {
    Mark mark = marks.get(index);
    tx.rollbackTo(mark.savepoint);
    marks.subList(index + 1, marks.size()).clear();
    appended.subList(mark.size, appended.size()).clear();
  }

  /** Of what is not to be seen yet, nothing is lost by a commit that comes before. */
  private void joinMeanwhile(Transaction tx) {
    if (isPinned()) {
      store().join("g", anyTopic(), Long.MAX_VALUE / 2_000_000, tx);
    }
  }

  /** Whether somebody keeps other writers out. */
  private boolean isPinned() {
    try (Transaction other = store().begin(SyncLevel.OFF)) {
      other.pin();
      return false;
    } catch (KlogException e) {
      assertEquals(Reason.BUSY, e.reason());
      return true;
    }
  }

  private void checkCounts(Transaction tx, boolean offsetsKnown) {
    assertEquals(appended.isEmpty(), tx.isEmpty());
    for (Topic topic : model.topics()) {
      for (int p = 0; p < topic.partitions(); p++) {
        int partition = p;
        assertEquals(
            appended.stream()
                .filter(a -> a.topic.equals(topic) && a.partition == partition)
                .count(),
            tx.appended(topic, p));
        if (offsetsKnown) {
          assertEquals(model.end(topic, p), tx.baseOffset(topic, p));
        }
      }
    }
  }

  private void commit(Transaction tx) {
    StoreModel.Change change = model.new Change();
    appended.forEach(a -> change.append(a.topic, a.partition, a.row));
    change.commit();
    tx.commit();
  }

  /** Wherever that is: in the first segment, behind index blocks, in another. */
  @Test
  void goesBackToAnyPlaceOfManyBatches() {
    random = Seed.of("SpillTest").random();
    Topic topic = store().createTopic("t", 1, Map.of());
    model.created(topic);
    for (int round = 0; round < 10; round++) {
      appended.clear();
      marks.clear();
      Transaction tx = store().begin(SyncLevel.OFF);
      while (marks.size() < 10) {
        append(tx, topic, IndexBlock.ENTRIES / 3, BatchBuilder.TARGET_LENGTH * 2);
        marks.add(new Mark(tx.savepoint(), appended.size()));
        append(tx, topic, random.nextInt(5), 20);
      }
      rollbackTo(tx, 9 - round);
      append(tx, topic, IndexBlock.ENTRIES / 2, BatchBuilder.TARGET_LENGTH * 2);
      commit(tx);
      reopen();
    }
    process.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatARolledBackTransactionHadWrittenIsFreeAtOnce(boolean killed) throws IOException {
    Topic topic = store().createTopic("t", 1, Map.of());
    long size = 0;
    for (int i = 0; i < 20; i++) {
      Transaction tx = store().begin(SyncLevel.OFF);
      Transaction.Savepoint start = tx.savepoint();
      for (int n = 0; n < 600; n++) {
        tx.append(topic, 0, n, null, new byte[1_000], Headers.NONE);
        if (n == 299) {
          tx.rollbackTo(start);
        }
      }
      if (killed) {
        process.kill();
      } else {
        tx.rollback();
      }
      long now = fileSize();
      long before = size;
      assertTrue(i == 0 || now <= before, () -> "the file grew from " + before + " to " + now);
      size = now;
    }
    assertEquals(0, store().snapshot(List.of(topic)).endOffset(topic, 0));
    assertEquals(List.of(), store().check());
    process.close();
  }

  private long fileSize() throws IOException {
    try (StorageFile file = storage.open("spill.klog", Storage.Mode.READ)) {
      return file.size();
    }
  }

  @Test
  void whoCannotHaveTheLockIsToldAndGoesOnWithWhatHeHas() {
    Topic topic = store().createTopic("t", 1, Map.of());
    try (Transaction other = store().begin(SyncLevel.OFF);
        Transaction tx = store().begin(SyncLevel.OFF)) {
      other.pin();
      KlogException told = assertThrows(KlogException.class, () -> append(tx, topic, 100, LONGEST));
      assertEquals(Reason.BUSY, told.reason());
      assertEquals(appended.size(), tx.appended(topic, 0));
      other.rollback();
      append(tx, topic, 100, LONGEST);
      assertTrue(isPinned());
      assertEquals(appended.size(), tx.appended(topic, 0));
      model.created(topic);
      commit(tx);
    }
    assertFalse(isPinned());
    model.verifyExactly(store(), model.commits());
    process.close();
  }

  @Test
  void aTopicThatWasDroppedBeforeIsNoticedAndWhatElseThereIsCanBeKept() {
    Topic kept = store().createTopic("kept", 1, Map.of());
    Topic dropped = store().createTopic("dropped", 1, Map.of());
    model.created(kept);
    try (Transaction tx = store().begin(SyncLevel.OFF)) {
      append(tx, kept, 3, 10);
      Transaction.Savepoint savepoint = tx.savepoint();
      StoreModel.Row.random(random, 10).append(tx, dropped, 0);
      store().dropTopic(dropped);
      int before = appended.size();
      KlogException told = assertThrows(KlogException.class, () -> append(tx, kept, 99, LONGEST));
      assertEquals(Reason.UNKNOWN_TOPIC, told.reason());
      assertFalse(isPinned());
      assertTrue(appended.size() > before);
      tx.rollbackTo(savepoint);
      appended.subList(before, appended.size()).clear();
      append(tx, kept, 99, LONGEST);
      commit(tx);
    }
    model.verifyExactly(store(), model.commits());
    process.close();
  }

  /** Positions within what the transaction itself appends are reached by its commit. */
  @Test
  void positionsGoWithIt() {
    Topic topic = store().createTopic("t", 1, Map.of());
    model.created(topic);
    try (GroupMember member = store().join("g", topic);
        Transaction tx = store().begin(SyncLevel.OFF)) {
      append(tx, topic, 50, LONGEST);
      tx.position(member, 0, 50);
      commit(tx);
      assertEquals(50, member.position(0));
    }
    try (GroupMember member = store().join("g", topic);
        Transaction tx = store().begin(SyncLevel.OFF)) {
      append(tx, topic, 50, LONGEST);
      tx.position(member, 0, 101);
      KlogException told = assertThrows(KlogException.class, tx::commit);
      assertEquals(Reason.INVALID_ARGUMENT, told.reason(), told.getMessage());
      assertEquals(50, store().snapshot(List.of(topic)).endOffset(topic, 0));
      assertEquals(50, member.position(0));
    }
    process.close();
  }
}
