package io.klog.engine;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file system that cannot be written to, where this user may mount one. */
@Timeout(60)
class ReadOnlyMediumTest {
  private static final OpenOptions READING = new OpenOptions(OpenOptions.Mode.READ, 1000, 1 << 20);

  @TempDir Path folder;

  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mounted =
        FullDeviceTest.run("mount", "-t", "tmpfs", "-o", "size=16m", "klog", folder.toString());
    assumeTrue(mounted, "no right to mount a file system");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertTrue(FullDeviceTest.run("umount", "-l", folder.toString()));
    }
  }

  private void makeReadOnly() throws Exception {
    assertTrue(FullDeviceTest.run("mount", "-o", "remount,ro", folder.toString()));
  }

  private static void assertRecords(String file, int count) {
    try (LogStore store = KlogFile.open(file, READING);
        LogStore second = KlogFile.open(file, READING)) {
      Topic topic = StoreTest.topic(store, "t");
      assertEquals(StoreTest.numbers(0, count), StoreTest.offsets(store, topic, ScanRange.ALL));
      assertEquals(StoreTest.numbers(0, count), StoreTest.offsets(second, topic, ScanRange.ALL));
    }
    KlogException refused =
        assertThrows(KlogException.class, () -> KlogFile.open(file, OpenOptions.DEFAULT));
    assertEquals(Reason.CANNOT_OPEN, refused.reason());
  }

  @Test
  void aClosedFileIsRead() throws Exception {
    String file = folder.resolve("a.klog").toString();
    try (LogStore store = KlogFile.open(file, OpenOptions.DEFAULT)) {
      StoreTest.append(store, store.createTopic("t", 1, Map.of()), 0, 100, SyncLevel.FULL);
    }
    makeReadOnly();
    assertRecords(file, 100);
  }

  @Test
  void aFileOfAKilledProcessIsRecoveredForTheReader() throws Exception {
    String file = folder.resolve("a.klog").toString();
    Path other = folder.resolve("b.klog");
    try (LogStore store = KlogFile.open(file, OpenOptions.DEFAULT)) {
      StoreTest.append(store, store.createTopic("t", 1, Map.of()), 0, 100, SyncLevel.FULL);
      StoreTest.append(store, StoreTest.topic(store, "t"), 100, 50, SyncLevel.OFF);
      Process cat = new ProcessBuilder("cat", file).start(); // as a kill leaves it
      Files.write(other, cat.getInputStream().readAllBytes());
    }
    makeReadOnly();
    assertRecords(other.toString(), 150);
  }
}
