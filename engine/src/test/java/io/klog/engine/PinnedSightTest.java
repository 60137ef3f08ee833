package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A commit can be seen once it is durable, and lets go of the writer's lock before. Who takes the
 * lock in between, to decide by what he reads, has to see it.
 */
// In threads of their own, because the limit's interrupt ends no spinning.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PinnedSightTest {
  private final CountDownLatch syncing = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private volatile boolean holdsSyncs;

  /** Its syncs last until they are let go on. */
  private final class SlowStorage extends ForwardingStorage {
    SlowStorage() {
      super(new MemoryStorage());
    }

    @Override
    public StorageFile open(String name, Mode mode) throws IOException {
      return new ForwardingFile(delegate.open(name, mode)) {
        @Override
        public void sync() throws IOException {
          if (holdsSyncs) {
            syncing.countDown();
            await(mayEnd);
          }
          file.sync();
        }
      };
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void append(Transaction transaction, Topic topic) {
    transaction.append(topic, 0, 0, null, new byte[] {1}, Headers.NONE);
  }

  @Test
  void seesWhatWasCommittedBeforeAlthoughItIsNotDurableYet() throws Exception {
    try (LogStore store =
        new KlogFile(new SlowStorage(), CrashWorkload.LIMITS)
            .openFile("file", new OpenOptions(OpenOptions.Mode.CREATE, 1000, 1 << 20))) {
      Topic topic = store.createTopic("t", 1, Map.of());
      holdsSyncs = true;
      Thread committing =
          new Thread(
              () -> {
                try (Transaction transaction = store.begin(SyncLevel.FULL)) {
                  append(transaction, topic);
                  transaction.commit();
                }
              });
      committing.start();
      await(syncing);
      assertEquals(0, store.snapshot(List.of(topic)).endOffset(topic, 0));
      FutureTask<Long> seen =
          new FutureTask<>(
              () -> {
                try (Transaction transaction = store.begin(SyncLevel.FULL)) {
                  transaction.pin();
                  return store.snapshot(List.of(topic)).endOffset(topic, 0);
                }
              });
      Thread pinning = new Thread(seen);
      pinning.start();
      while (!seen.isDone() && pinning.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      mayEnd.countDown();
      assertEquals(1, seen.get());
      committing.join();
    }
  }

  @Test
  void whoIsToldThatATopicExistsFindsIt() throws Exception {
    try (LogStore store =
        new KlogFile(new SlowStorage(), CrashWorkload.LIMITS)
            .openFile("file", new OpenOptions(OpenOptions.Mode.CREATE, 1000, 1 << 20))) {
      store.createTopic("other", 1, Map.of());
      holdsSyncs = true;
      Thread creating = new Thread(() -> store.createTopic("t", 1, Map.of()));
      creating.start();
      await(syncing);
      assertNull(store.catalog().topic("t"), "it is not durable yet");
      FutureTask<Boolean> told =
          new FutureTask<>(
              () -> {
                try {
                  store.createTopic("t", 1, Map.of());
                  return false;
                } catch (KlogException e) {
                  return e.reason() == KlogException.Reason.TOPIC_EXISTS
                      && store.catalog().topic("t") != null;
                }
              });
      Thread telling = new Thread(told);
      telling.start();
      while (!told.isDone() && telling.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      mayEnd.countDown();
      assertTrue(told.get());
      creating.join();
    }
  }
}
