package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Java drops all locks on a file when anything in the process opens and closes it once more. */
@Timeout(60)
class LostLockTest {
  @TempDir Path folder;

  /** Another process that opens the file, makes a topic when it is told to, and goes. */
  static final class Taker {
    public static void main(String[] args) throws IOException {
      try (LogStore store = KlogFile.open(args[0], OpenOptions.DEFAULT)) {
        System.out.println("open");
        System.in.read();
        store.createTopic("taken", 1, Map.of());
        System.out.println("taken");
        System.in.read();
      }
    }
  }

  private Path path() {
    return folder.resolve("a.klog");
  }

  private Process taker() throws IOException {
    Process taker =
        LockingProcess.java(Taker.class, path().toString()).redirectErrorStream(true).start();
    assertEquals("open", taker.inputReader(StandardCharsets.UTF_8).readLine());
    return taker;
  }

  private static void tell(Process taker) throws IOException {
    taker.getOutputStream().write('\n');
    taker.getOutputStream().flush();
  }

  private static void take(Process taker) throws IOException {
    tell(taker);
    assertEquals("taken", taker.inputReader(StandardCharsets.UTF_8).readLine());
  }

  private static void end(Process taker) throws Exception {
    tell(taker);
    assertTrue(taker.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, taker.exitValue());
  }

  private static void assertTaken(Executable commit) {
    KlogException refused = assertThrows(KlogException.class, commit);
    assertEquals(Reason.FAILED, refused.reason());
    assertTrue(
        String.valueOf(refused.getMessage())
            .contains("a.klog: the file was taken by another process"),
        refused.getMessage());
  }

  private void assertWhole(LogStore failed) {
    assertTrue(failed.isFailed());
    KlogException refused =
        assertThrows(
            KlogException.class, () -> KlogFile.open(path().toString(), OpenOptions.DEFAULT));
    assertEquals(Reason.CANNOT_OPEN, refused.reason());
    failed.close();
    try (LogStore reopened = KlogFile.open(path().toString(), OpenOptions.DEFAULT)) {
      assertNotNull(reopened.catalog().topic("taken"));
      Topic same = StoreTest.topic(reopened, "t");
      assertEquals(StoreTest.numbers(0, 10), StoreTest.offsets(reopened, same, ScanRange.ALL));
      StoreTest.append(reopened, same, 10, 5, SyncLevel.FULL);
    }
  }

  private LogStore open() {
    LogStore store = KlogFile.open(path().toString(), OpenOptions.DEFAULT);
    StoreTest.append(store, store.createTopic("t", 1, Map.of()), 0, 10, SyncLevel.FULL);
    return store;
  }

  @Test
  void whoeverLostTheFileToAnotherProcessFailsAndHarmsNothing() throws Exception {
    LogStore store = open();
    Topic topic = StoreTest.topic(store, "t");
    Files.readAllBytes(path());
    Process taker = taker(); // finds nobody, and recovers the file
    take(taker);
    assertTrue(store.isFailed(), "before anybody writes");
    assertTaken(() -> StoreTest.append(store, topic, 10, 1, SyncLevel.FULL));
    assertThrows(KlogException.class, () -> store.snapshot(List.of(topic)));
    end(taker);
    assertWhole(store);
  }

  @Test
  void aTransactionThatLostTheLockItHoldsFailsAndHarmsNothing() throws Exception {
    LogStore store = open();
    Topic topic = StoreTest.topic(store, "t");
    Process taker = taker();
    Transaction tx = store.begin(SyncLevel.FULL);
    tx.append(topic, 0, 1, null, null, Headers.NONE);
    tx.pin();
    Files.copy(path(), folder.resolve("copy"));
    take(taker); // takes the writer's lock, which should be held
    assertTaken(tx::commit);
    end(taker);
    assertWhole(store);
  }

  @Test
  void aCopyHarmsNobodyAsLongAsNobodyElseComes() throws Exception {
    try (LogStore store = open()) {
      Files.copy(path(), folder.resolve("copy"));
      StoreTest.append(store, StoreTest.topic(store, "t"), 10, 1, SyncLevel.FULL);
    }
    try (LogStore store = KlogFile.open(path().toString(), OpenOptions.DEFAULT)) {
      Topic topic = StoreTest.topic(store, "t");
      assertEquals(StoreTest.numbers(0, 11), StoreTest.offsets(store, topic, ScanRange.ALL));
    }
  }
}
