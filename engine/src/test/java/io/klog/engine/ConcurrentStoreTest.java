package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ConcurrentStoreTest {
  private static final int WRITERS = 8;
  private static final int READERS = 2;
  private static final int COMMITS = 400;
  private static final OpenOptions PATIENT =
      new OpenOptions(OpenOptions.Mode.CREATE, 60_000, 1 << 20);

  @TempDir Path folder;

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean done = new AtomicBoolean();

  @Test
  void writersReadersAndInterruptsLoseNothing() throws Exception {
    SplittableRandom random = Seed.of("ConcurrentStoreTest").random();
    KlogFile files =
        new KlogFile(
            new FileStorage(), new Limits(4 << 10, 64 << 10, 1 << 20, 16 << 20, 16 << 10, true));
    String file = folder.resolve("a.klog").toString();
    try (LogStore store = files.openFile(file, PATIENT)) {
      Topic topic = store.createTopic("t", 2, Map.of());
      ExecutorService pool =
          Executors.newCachedThreadPool(
              work -> {
                Thread thread = new Thread(work);
                synchronized (threads) {
                  threads.add(thread);
                }
                return thread;
              });
      List<Future<?>> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        SplittableRandom own = random.split();
        writers.add(pool.submit(() -> write(store, topic, writer, own)));
      }
      List<Future<?>> others = new ArrayList<>();
      for (int r = 0; r < READERS; r++) {
        others.add(pool.submit(() -> read(store, topic)));
      }
      others.add(pool.submit(() -> interrupt(random.split())));
      for (Future<?> writer : writers) {
        writer.get();
      }
      done.set(true);
      for (Future<?> other : others) {
        other.get();
      }
      pool.shutdown();
      assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
      assertComplete(store, topic);
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        tx.pin(); // nobody holds the lock
      }
    }
    try (LogStore store = files.openFile(file, PATIENT)) {
      Topic topic = store.catalog().topic("t");
      assertNotNull(topic);
      assertComplete(store, topic);
    }
  }

  private static byte[] value(int writer, int number) {
    return (writer + " " + number + " " + "x".repeat(number % 50 == 0 ? 9_000 : number % 30))
        .getBytes(UTF_8);
  }

  /** Odd writers wait for the device, even ones do not. */
  private static void write(LogStore store, Topic topic, int writer, SplittableRandom random) {
    SyncLevel sync = writer % 2 == 0 ? SyncLevel.OFF : SyncLevel.FULL;
    for (int number = 0; number < COMMITS; number++) {
      boolean interrupted = random.nextInt(4) == 0;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      try (Transaction tx = store.begin(sync)) {
        tx.append(topic, writer % 2, writer, null, value(writer, number), Headers.NONE);
        tx.append(topic, 1 - writer % 2, writer, null, value(writer, number), Headers.NONE);
        if (random.nextInt(20) == 0) {
          tx.pin();
        }
        tx.commit();
      }
      assertTrue(Thread.interrupted() || !interrupted, "the interrupt got lost");
    }
  }

  /** What can be seen never shrinks, has no gaps, and is right, in both directions. */
  private Void read(LogStore store, Topic topic) {
    long before = 0;
    for (boolean reverse = false; !done.get(); reverse = !reverse) {
      Snapshot snapshot = store.snapshot(List.of(topic));
      long end = snapshot.endOffset(topic, 0);
      assertEquals(end, snapshot.endOffset(topic, 1), "half a transaction");
      assertTrue(end >= before);
      before = end;
      ScanRange range = reverse ? ScanRange.ALL.reversed() : ScanRange.ALL;
      long seen = 0;
      try (RecordCursor cursor = snapshot.scan(topic, 0, range)) {
        for (; cursor.next(); seen++) {
          assertEquals(reverse ? end - 1 - seen : seen, cursor.offset());
          String[] words = text(cursor).split(" ", 3);
          byte[] expected = value(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
          assertArrayEquals(expected, cursor.value());
        }
      }
      assertEquals(end, seen);
    }
    return null;
  }

  private static String text(RecordCursor cursor) {
    return new String(cursor.valueArray(), cursor.valueStart(), cursor.valueLength(), UTF_8);
  }

  private Void interrupt(SplittableRandom random) throws InterruptedException {
    while (!done.get()) {
      List<Thread> all;
      synchronized (threads) {
        all = List.copyOf(threads);
      }
      Thread victim = all.get(random.nextInt(all.size()));
      if (victim != Thread.currentThread()) {
        victim.interrupt();
      }
      Thread.sleep(1);
    }
    return null;
  }

  /** Each writer's records are in each partition, once, in the order of his commits. */
  private static void assertComplete(LogStore store, Topic topic) {
    Snapshot snapshot = store.snapshot(List.of(topic));
    List<String> first = new ArrayList<>();
    for (int p = 0; p < 2; p++) {
      int[] next = new int[WRITERS];
      List<String> order = new ArrayList<>();
      try (RecordCursor cursor = snapshot.scan(topic, p, ScanRange.ALL)) {
        while (cursor.next()) {
          String[] words = text(cursor).split(" ", 3);
          int writer = Integer.parseInt(words[0]);
          assertEquals(next[writer]++, Integer.parseInt(words[1]));
          order.add(words[0] + " " + words[1]);
        }
      }
      for (int count : next) {
        assertEquals(COMMITS, count);
      }
      if (p == 0) {
        first = order;
      }
      assertEquals(first, order, "commits have one order");
    }
  }
}
