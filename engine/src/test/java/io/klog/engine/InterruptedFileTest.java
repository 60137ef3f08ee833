package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thread that is interrupted inside a FileChannel closes it under everybody, and with it go the
 * locks of the process. Here threads are interrupted before each call and in the middle of it, one
 * kind of call a test; another process says whether the lock is still held.
 */
@Timeout(120)
class InterruptedFileTest {
  private static final long LOCK = 1L << 62;
  private static final int THREADS = 4;

  /** What each thread has of the file for itself. */
  private static final int PART = 1 << 20;

  @TempDir private Path folder;

  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final AtomicBoolean done = new AtomicBoolean();
  private final ExecutorService pool = Executors.newCachedThreadPool(this::thread);
  private String name;
  private StorageFile file;

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work);
    threads.add(thread);
    return thread;
  }

  @BeforeEach
  void openAndLock() throws IOException {
    name = folder.resolve("file").toString();
    file = new FileStorage().open(name, Storage.Mode.CREATE);
    for (int thread = 0; thread < THREADS; thread++) {
      file.write((long) thread * PART, StorageContract.bytes(thread, PART), 0, PART);
    }
    assertNotNull(file.tryLock(LOCK, false));
  }

  @AfterEach
  void close() throws Exception {
    done.set(true);
    pool.shutdown();
    assertTrue(pool.awaitTermination(60, TimeUnit.SECONDS));
    file.close();
  }

  private interface Call {
    void run(int thread, int round, SplittableRandom random) throws IOException;
  }

  private void underInterrupts(int rounds, Call call) throws Exception {
    SplittableRandom random = Seed.of("InterruptedFileTest").random();
    List<Future<?>> workers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int number = thread;
      SplittableRandom own = random.split();
      workers.add(pool.submit(() -> work(number, rounds, own, call)));
    }
    Future<?> pest = pool.submit(this::interruptAll);
    for (Future<?> worker : workers) {
      worker.get();
    }
    done.set(true);
    pest.get();
    try (LockingProcess other = LockingProcess.start(name)) {
      assertFalse(other.tryLock(LOCK, false), "the lock was lost");
      assertTrue(other.tryLock(LOCK + 1, false), "the other can lock at all");
    }
    byte[] bytes = new byte[PART];
    file.read(0, bytes, 0, PART);
    file.write(0, bytes, 0, PART);
    file.sync();
  }

  private static Void work(int thread, int rounds, SplittableRandom random, Call call)
      throws IOException {
    for (int round = 0; round < rounds; round++) {
      boolean before = round % 2 == 0;
      if (before) {
        Thread.currentThread().interrupt();
      }
      call.run(thread, round, random);
      assertTrue(Thread.interrupted() || !before, "the interrupt got lost");
    }
    return null;
  }

  /** The thread that maps, too. */
  private Void interruptAll() throws InterruptedException {
    Thread[] all = new Thread[1000];
    while (!done.get()) {
      int count = Thread.enumerate(all);
      for (Thread victim : Arrays.asList(all).subList(0, count)) {
        boolean wanted = victim instanceof Mapper || threads.contains(victim);
        if (wanted && victim != Thread.currentThread()) {
          victim.interrupt();
        }
      }
      Thread.sleep(0, 50_000);
    }
    return null;
  }

  @Test
  void interruptedReads() throws Exception {
    byte[][] parts = new byte[THREADS][];
    for (int thread = 0; thread < THREADS; thread++) {
      parts[thread] = StorageContract.bytes(thread, PART);
    }
    underInterrupts(
        2000,
        (thread, round, random) -> {
          // Up to six bytes never come from a map.
          int length = round % 3 == 0 ? 1 + random.nextInt(6) : 1 + random.nextInt(20_000);
          int from = random.nextInt(PART - length);
          byte[] target = new byte[length];
          file.read((long) thread * PART + from, target, 0, length);
          int differs = Arrays.mismatch(parts[thread], from, from + length, target, 0, length);
          assertEquals(-1, differs);
        });
  }

  @Test
  void interruptedWritesAndResizes() throws Exception {
    underInterrupts(
        1000,
        (thread, round, random) -> {
          int length = 1 + random.nextInt(20_000);
          long at = (long) thread * PART + random.nextInt(PART - length);
          byte[] bytes = StorageContract.bytes(round, length);
          file.write(at, bytes, 0, length);
          byte[] target = new byte[length];
          file.read(at, target, 0, length);
          assertArrayEquals(bytes, target);
          if (round % 16 == 0) {
            file.resize((long) THREADS * PART + random.nextInt(PART));
          }
        });
  }

  @Test
  void interruptedSyncs() throws Exception {
    underInterrupts(
        200,
        (thread, round, random) -> {
          file.write((long) thread * PART, StorageContract.bytes(round, 10), 0, 10);
          file.sync();
        });
  }

  /** A file that has grown is mapped anew where it is read. */
  @Test
  void interruptedMaps() throws Exception {
    underInterrupts(
        200,
        (thread, round, random) -> {
          byte[] bytes = StorageContract.bytes(round, 70_000);
          long at = (long) THREADS * PART + ((long) round * THREADS + thread) * 150_000;
          file.write(at, bytes, 0, bytes.length);
          byte[] target = new byte[bytes.length];
          file.read(at, target, 0, target.length);
          assertArrayEquals(bytes, target);
        });
  }

  @Test
  void interruptedLocks() throws Exception {
    underInterrupts(
        2000,
        (thread, round, random) -> {
          try (StorageLock lock = file.tryLock(LOCK + 10 + thread, false)) {
            assertNotNull(lock);
          }
        });
  }

  @Test
  void interruptedOpenings() throws Exception {
    underInterrupts(
        200,
        (thread, round, random) -> {
          String other = name + thread;
          byte[] bytes = StorageContract.bytes(round, 70_000);
          try (StorageFile opened = new FileStorage().open(other, Storage.Mode.CREATE)) {
            opened.write(0, bytes, 0, bytes.length);
            byte[] target = new byte[bytes.length];
            opened.read(0, target, 0, target.length);
            assertArrayEquals(bytes, target);
          }
        });
  }
}
