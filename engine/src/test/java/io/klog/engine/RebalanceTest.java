package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.ConsumedRecord;
import io.klog.Consumer;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.OffsetReset;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Members come and go while others are in the middle of their work: no record is lost or comes
 * twice, and nobody who is alive is ever fenced. Each transaction's outputs are put where the
 * inputs were, so that the output at an offset is of the input at the same.
 */
@Timeout(180)
class RebalanceTest {
  private static final int RUNS = 150;
  private static final int STEPS = 400;
  private static final int MOST_MEMBERS = 6;
  private static final int MOST_PARTITIONS = 7;

  private static final int THREADS = 6;
  private static final int RECORDS = 400_000;

  private static final List<SyncLevel> LEVELS =
      List.of(SyncLevel.FULL, SyncLevel.NORMAL, SyncLevel.OFF);
  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.CREATE, 60_000, 1 << 20);

  private static Consumer join(LogStore store, Topic in, SyncLevel sync) {
    return Consumer.join(
        store, "g", List.of(in), OffsetReset.EARLIEST, sync, GroupMember.DEFAULT_MAX_POLL_INTERVAL);
  }

  private static void transform(ConsumedRecord record, Topic out, Transaction tx) {
    tx.append(out, record.partition(), record.offset(), null, null, Headers.NONE);
  }

  /** All inputs have their outputs, in their order. */
  private static void verify(LogStore store, Topic in, Topic out) {
    Snapshot snapshot = store.snapshot(List.of(in, out));
    List<GroupPosition> positions = new ArrayList<>();
    for (int p = 0; p < in.partitions(); p++) {
      long end = snapshot.endOffset(in, p);
      if (end > 0) {
        positions.add(new GroupPosition("g", in, p, end));
      }
      try (RecordCursor outputs = snapshot.scan(out, p, ScanRange.ALL)) {
        for (long offset = 0; offset < end; offset++) {
          assertTrue(outputs.next(), "an output of " + p + " " + offset);
          assertEquals(offset, outputs.timestamp(), "an output in partition " + p);
        }
        assertFalse(outputs.next(), "one output for each input of partition " + p);
      }
    }
    assertEquals(positions, List.copyOf(store.groupPositions()));
    assertEquals(List.of(), store.check());
  }

  /** Processes, by turns, in one thread. */
  private static final class Turns {
    private final SplittableRandom random;
    private final ClockedStorage storage;
    private final Limits limits;
    private final List<StoreProcess> processes = new ArrayList<>();
    private final List<Working> members = new ArrayList<>();
    private final LogStore observer;
    private final Topic in;
    private final Topic out;
    private int commits;

    /** A member, and which process it is of. */
    private record Working(StoreProcess process, Consumer consumer) {}

    /**
     * @param count of processes
     */
    Turns(SplittableRandom random, int count) {
      this.random = random;
      this.storage = new ClockedStorage(new FailingStorage(new MemoryStorage()));
      this.limits = new Limits(2 << 10, 12 << 10, 96 << 10, false);
      this.observer = new KlogFile(storage, limits).openFile("file", OPTIONS);
      int partitions = 1 + random.nextInt(MOST_PARTITIONS);
      this.in = observer.createTopic("in", partitions, Map.of());
      this.out = observer.createTopic("out", partitions, Map.of());
      for (int i = 0; i < count; i++) {
        processes.add(new StoreProcess(storage, limits, "file"));
      }
    }

    int run() {
      for (int i = 0; i < STEPS; i++) {
        storage.advance(Duration.ofMillis(random.nextInt(150)));
        step();
      }
      finish();
      return commits;
    }

    private void step() {
      int kind = random.nextInt(100);
      if (kind < 25) {
        produce();
      } else if (members.isEmpty() || (kind < 33 && members.size() < MOST_MEMBERS)) {
        StoreProcess process = any(processes);
        members.add(new Working(process, join(process.open(OPTIONS), in, any(LEVELS))));
      } else if (kind < 38) {
        members.remove(random.nextInt(members.size())).consumer.close();
      } else if (kind < 40) {
        kill(any(processes));
      } else if (kind < 45) {
        any(members).consumer.rollback();
      } else if (kind < 50) {
        commitWhileOthersPoll(any(members).consumer);
      } else if (kind < 75) {
        any(members).consumer.commit();
        commits++;
      } else {
        read(any(members).consumer);
      }
    }

    private <T> T any(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    private void produce() {
      try (Transaction tx = observer.begin(any(LEVELS))) {
        for (int i = random.nextInt(30); i >= 0; i--) {
          tx.append(in, random.nextInt(in.partitions()), i, null, null, Headers.NONE);
        }
        tx.commit();
      }
    }

    private void read(Consumer consumer) {
      for (ConsumedRecord record : consumer.poll(Duration.ZERO)) {
        transform(record, out, consumer.transaction());
      }
    }

    private void commitWhileOthersPoll(Consumer consumer) {
      read(consumer);
      consumer.transaction().pin();
      for (Working other : members) {
        if (other.consumer != consumer) {
          storage.advance(Duration.ofMillis(100));
          read(other.consumer);
        }
      }
      consumer.commit();
      commits++;
    }

    private void kill(StoreProcess process) {
      process.kill();
      members.removeIf(member -> member.process == process);
    }

    /** Those who have something go on with it, those who stand by take over, until all is done. */
    private void finish() {
      if (members.isEmpty()) {
        StoreProcess process = any(processes);
        members.add(new Working(process, join(process.open(OPTIONS), in, SyncLevel.FULL)));
      }
      for (int round = 0; round < 10; round++) {
        for (Working member : members) {
          storage.advance(Duration.ofMillis(101));
          read(member.consumer);
          member.consumer.commit();
        }
      }
      int shared =
          observer.memberships().stream().mapToInt(member -> member.partitions().size()).sum();
      assertEquals(in.partitions(), shared, "each partition is read by one");
      assertEquals(members.size(), observer.memberships().size());
      members.forEach(member -> member.consumer.close());
      verify(observer, in, out);
      assertEquals(List.of(), List.copyOf(observer.memberships()));
      processes.forEach(StoreProcess::close);
      observer.close();
    }
  }

  private static void takeTurns(String test, int processes) {
    SplittableRandom seeds = Seed.of("RebalanceTest." + test).random();
    int commits = 0;
    for (int run = 0; run < RUNS; run++) {
      try {
        commits += new Turns(seeds.split(), processes).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("run " + run + ": " + e.getMessage(), e);
      }
    }
    System.out.printf("%,d commits while members came and went%n", commits);
    assertTrue(commits > RUNS);
  }

  @Test
  void membersOfOneProcessComeAndGo() {
    takeTurns("membersOfOneProcessComeAndGo", 1);
  }

  @Test
  void membersOfSeveralProcessesComeAndGo() {
    takeTurns("membersOfSeveralProcessesComeAndGo", 3);
  }

  @Test
  void membersInManyThreadsComeAndGo() throws Exception {
    SplittableRandom seeds = Seed.of("RebalanceTest.membersInManyThreadsComeAndGo").random();
    Storage storage = new FailingStorage(new MemoryStorage());
    List<LogStore> stores = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      stores.add(new KlogFile(storage).openFile("file", OPTIONS));
    }
    LogStore first = stores.get(0);
    Topic in = first.createTopic("in", 4, Map.of());
    Topic out = first.createTopic("out", 4, Map.of());
    AtomicBoolean produced = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<@Nullable Void>> working = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        LogStore store = stores.get(i % stores.size());
        SplittableRandom random = seeds.split();
        Callable<@Nullable Void> work =
            () -> {
              comeAndGo(store, in, out, random, produced);
              return null;
            };
        working.add(threads.submit(work));
      }
      produce(first, in, seeds.split());
      produced.set(true);
      for (Future<@Nullable Void> work : working) {
        work.get(60, TimeUnit.SECONDS);
      }
    } finally {
      produced.set(true);
      threads.shutdownNow();
    }
    verify(first, in, out);
    assertEquals(List.of(), List.copyOf(first.memberships()));
    stores.forEach(LogStore::close);
  }

  private static void produce(LogStore store, Topic in, SplittableRandom random)
      throws InterruptedException {
    for (int count = 0; count < RECORDS; ) {
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        for (int i = random.nextInt(60); i >= 0; i--, count++) {
          tx.append(in, random.nextInt(in.partitions()), i, null, null, Headers.NONE);
        }
        tx.commit();
      }
      if (random.nextInt(10) == 0) {
        Thread.sleep(1);
      }
    }
  }

  /** Ends when all is produced, and everything of it has its output. */
  private static void comeAndGo(
      LogStore store, Topic in, Topic out, SplittableRandom random, AtomicBoolean produced)
      throws Exception {
    boolean done = false;
    while (!done) {
      SyncLevel sync = LEVELS.get(random.nextInt(LEVELS.size()));
      try (Consumer consumer = join(store, in, sync)) {
        for (int i = random.nextInt(60); i >= 0 && !done; i--) {
          if (random.nextBoolean()) {
            consumer.handle(Duration.ofMillis(1), (record, tx) -> transform(record, out, tx));
          } else {
            pollAndEnd(consumer, out, random.nextInt(8) > 0);
          }
          done = produced.get() && isDone(store, in);
        }
      }
    }
  }

  private static void pollAndEnd(Consumer consumer, Topic out, boolean commits) {
    for (ConsumedRecord record : consumer.poll(Duration.ofMillis(1))) {
      transform(record, out, consumer.transaction());
    }
    if (commits) {
      consumer.commit();
    } else {
      consumer.rollback();
    }
  }

  private static boolean isDone(LogStore store, Topic in) {
    long left = 0;
    Snapshot snapshot = store.snapshot(List.of(in));
    for (int p = 0; p < in.partitions(); p++) {
      left += snapshot.endOffset(in, p);
    }
    for (GroupPosition position : store.groupPositions()) {
      left -= position.offset();
    }
    return left == 0;
  }
}
