package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
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
  void aWaitEndsWhenItIsGivenUpAndTheOthersGoOn() throws Exception {
    lock.lock();
    AtomicBoolean givenUp = new AtomicBoolean();
    List<Future<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      boolean mayGiveUp = i % 2 == 0;
      waiting.add(
          threads.submit(
              () -> {
                if (!lock.lock(() -> mayGiveUp && givenUp.get())) {
                  return false;
                }
                guarded++;
                lock.unlock();
                return true;
              }));
    }
    Thread.sleep(20);
    givenUp.set(true);
    for (int i = 0; i < 6; i += 2) {
      assertFalse(waiting.get(i).get());
    }
    assertFalse(waiting.get(1).isDone());
    lock.unlock();
    for (int i = 1; i < 6; i += 2) {
      assertTrue(waiting.get(i).get());
    }
    lock.lock();
    assertEquals(3, guarded);
    lock.unlock();
  }

  @Test
  void whatIsLeftIsDoneByTheOwnerBeforeHeLetsGo() throws Exception {
    lock.lock();
    lock.lock();
    List<Thread> doneBy = new ArrayList<>();
    AtomicBoolean woken = new AtomicBoolean();
    threads.submit(() -> lock.leave(() -> doneBy.add(Thread.currentThread()), () -> {})).get();
    threads
        .submit(() -> lock.leave(() -> doneBy.add(Thread.currentThread()), () -> woken.set(true)))
        .get();
    assertTrue(woken.get());
    assertTrue(lock.isAnythingLeft());
    lock.unlock();
    assertEquals(List.of(), doneBy);
    lock.unlock();
    assertEquals(List.of(Thread.currentThread(), Thread.currentThread()), doneBy);
    assertFalse(lock.isAnythingLeft());
  }

  @Test
  void whatIsLeftIsDoneOnceAndByOneAtATime() throws Exception {
    int perThread = 20_000;
    List<Callable<Boolean>> jobs = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      jobs.add(
          () -> {
            for (int i = 0; i < perThread; i++) {
              lock.leave(() -> guarded++, () -> {});
            }
            return true;
          });
      jobs.add(
          () -> {
            for (int i = 0; i < perThread; i++) {
              lock.lock();
              guarded++;
              lock.unlock();
            }
            return true;
          });
    }
    for (Future<Boolean> done : threads.invokeAll(jobs)) {
      assertTrue(done.get());
    }
    lock.lock();
    lock.unlock();
    assertFalse(lock.isAnythingLeft());
    assertEquals(8 * perThread, guarded);
  }

  @Test
  void whoItIsUsedByIsForgottenWithTheLastUnlock() {
    assertNull(lock.user());
    lock.lock();
    lock.lock();
    lock.usedBy(this);
    lock.unlock();
    assertSame(this, lock.user());
    lock.unlock();
    assertNull(lock.user());
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
