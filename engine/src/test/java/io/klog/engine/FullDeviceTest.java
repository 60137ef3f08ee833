package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system of 4 MiB, where this user may mount one. */
class FullDeviceTest {
  @TempDir Path folder;

  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "klog-test", folder.toString());
    assumeTrue(mounted, "no right to mount a file system");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertTrue(run("umount", "-l", folder.toString()));
    }
  }

  static boolean run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }

  @Test
  void aFullDeviceRefusesCommitsAndLosesNone() throws IOException {
    String file = folder.resolve("a.klog").toString();
    Path ballast = folder.resolve("ballast");
    Files.write(ballast, new byte[1 << 20]);
    LogStore store = KlogFile.open(file, OpenOptions.DEFAULT);
    Topic topic = store.createTopic("t", 1, Map.of());
    int count = fill(store, topic, 0);
    Files.delete(ballast);
    int more = fill(store, topic, count);
    assertTrue(count > 1000 && more > count, count + " then " + more);
    assertDoesNotThrow(store::close);
    try (LogStore again = KlogFile.open(file, OpenOptions.DEFAULT)) {
      assertEquals(StoreTest.numbers(0, more), StoreTest.offsets(again, topic, ScanRange.ALL));
    }
  }

  /** Commits, large ones and small ones, until neither fit; returns the end. */
  private static int fill(LogStore store, Topic topic, int from) {
    int end = from;
    for (int size : new int[] {1000, 1}) {
      int batch = size;
      while (true) {
        int next = end;
        try {
          StoreTest.append(store, topic, next, batch, SyncLevel.FULL);
          end += batch;
        } catch (KlogException e) {
          assertEquals(Reason.DISK_FULL, e.reason(), e.toString());
          KlogException again =
              assertThrows(
                  KlogException.class,
                  () -> StoreTest.append(store, topic, next, 1000, SyncLevel.OFF));
          assertEquals(Reason.DISK_FULL, again.reason(), again.toString());
          break;
        }
      }
      assertEquals(StoreTest.numbers(0, end), StoreTest.offsets(store, topic, ScanRange.ALL));
    }
    return end;
  }
}
