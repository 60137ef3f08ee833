package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionLockTest {
  private final ConnectionLock lock = new ConnectionLock();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int guarded;

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void letsOneThreadInAtATime() throws Exception {
    int perThread = 200_000;
    List<Callable<Boolean>> jobs = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      jobs.add(
          () -> {
            for (int i = 0; i < perThread; i++) {
              lock.lock();
              try {
                guarded++;
              } finally {
                lock.unlock();
              }
            }
            return true;
          });
    }
    for (Future<Boolean> done : threads.invokeAll(jobs)) {
      assertTrue(done.get());
    }
    lock.lock();
    assertEquals(8 * perThread, guarded);
    lock.unlock();
  }

  @Test
  void isReentrantAndFreeOnlyAfterTheLastUnlock() throws Exception {
    lock.lock();
    lock.lock();
    assertTrue(lock.tryLock());
    lock.unlock();
    lock.unlock();
    assertFalse(threads.submit(lock::tryLock).get());
    lock.unlock();
    assertTrue(threads.submit(lock::tryLock).get());
  }

  @Test
  void aThreadThatTakesItOverAndOverDoesNotStarveAnother() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch busy = new CountDownLatch(1);
    Future<?> greedy =
        threads.submit(
            () -> {
              while (!stop.get()) {
                lock.lock();
                try {
                  busy.countDown();
                  Thread.onSpinWait();
                } finally {
                  lock.unlock();
                }
              }
            });
    busy.await();
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      lock.lock();
      lock.unlock();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    stop.set(true);
    greedy.get();
    assertTrue(millis < 10_000, millis + " ms");
  }

  @Test
  void waitsOnWhenInterruptedAndKeepsTheInterrupt() throws Exception {
    lock.lock();
    CountDownLatch started = new CountDownLatch(1);
    Thread waiter =
        new Thread(
            () -> {
              started.countDown();
              lock.lock();
              guarded = Thread.currentThread().isInterrupted() ? 1 : 2;
              lock.unlock();
            });
    waiter.start();
    started.await();
    Thread.sleep(50);
    waiter.interrupt();
    Thread.sleep(50);
    assertTrue(waiter.isAlive());
    lock.unlock();
    waiter.join();
    assertEquals(1, guarded);
  }
}
