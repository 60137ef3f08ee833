package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java drops all locks on a file when anything in the process opens and closes it once more. */
class LostLockTest {
  @TempDir Path folder;

  /** Another process that opens the file, makes a topic and goes. */
  static final class Taker {
    public static void main(String[] args) {
      try (LogStore store = KlogFile.open(args[0], OpenOptions.DEFAULT)) {
        store.createTopic("taken", 1, Map.of());
      } catch (KlogException e) {
        System.out.println(e.reason());
      }
    }
  }

  private static String take(Path file) throws IOException, InterruptedException {
    Process taker =
        LockingProcess.java(Taker.class, file.toString()).redirectErrorStream(true).start();
    String said = new String(taker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, taker.waitFor(), said);
    return said.strip();
  }

  @Test
  void whoeverLostTheFileToAnotherProcessFailsAndHarmsNothing() throws Exception {
    Path file = folder.resolve("a.klog");
    LogStore store = KlogFile.open(file.toString(), OpenOptions.DEFAULT);
    Topic topic = store.createTopic("t", 1, Map.of());
    StoreTest.append(store, topic, 0, 10, SyncLevel.FULL);
    assertEquals("IN_USE", take(file));

    Files.readAllBytes(file);
    assertEquals("", take(file));

    KlogException refused =
        assertThrows(
            KlogException.class, () -> StoreTest.append(store, topic, 10, 1, SyncLevel.FULL));
    assertEquals(Reason.OUTCOME_UNKNOWN, refused.reason());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("taken by another process"),
        refused.getMessage());
    assertThrows(KlogException.class, store::close);

    try (LogStore reopened = KlogFile.open(file.toString(), OpenOptions.DEFAULT)) {
      assertNotNull(reopened.catalog().topic("taken"));
      Topic same = StoreTest.topic(reopened, "t");
      assertEquals(StoreTest.numbers(0, 10), StoreTest.offsets(reopened, same, ScanRange.ALL));
    }
  }
}
