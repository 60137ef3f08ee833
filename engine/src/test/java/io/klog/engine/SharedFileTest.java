package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One file opened more than once: under several names, by several processes, for reading. */
@Timeout(60)
class SharedFileTest {
  /** Where the first who opens a file for writing has its slot. */
  private static final long SLOT = FileLocks.WRITER + 64;

  @TempDir Path folder;

  private Path path;
  private String file;

  @BeforeEach
  void makeFile() {
    path = folder.resolve("a.klog");
    file = path.toString();
    try (LogStore store = open(OpenOptions.Mode.CREATE)) {
      StoreTest.append(store, store.createTopic("t", 1, Map.of()), 0, 100, SyncLevel.FULL);
    }
  }

  private LogStore open(OpenOptions.Mode mode) {
    return open(file, mode);
  }

  private static LogStore open(String name, OpenOptions.Mode mode) {
    return KlogFile.open(name, new OpenOptions(mode, 1000, 1 << 20));
  }

  private static void assertRecords(LogStore store, int count) {
    Topic topic = StoreTest.topic(store, "t");
    assertEquals(StoreTest.numbers(0, count), StoreTest.offsets(store, topic, ScanRange.ALL));
  }

  /**
   * The file as a killed process leaves it. Read by another process: if this one did, closing the
   * file would drop its locks.
   */
  private byte[] unclean() throws IOException {
    try (LogStore store = open(OpenOptions.Mode.WRITE)) {
      StoreTest.append(store, StoreTest.topic(store, "t"), 100, 50, SyncLevel.FULL);
      Process cat = new ProcessBuilder("cat", file).start();
      return cat.getInputStream().readAllBytes();
    }
  }

  @Test
  void otherNamesOfTheFileShareTheStore() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.klog"), path);
    Path hard = Files.createLink(folder.resolve("hard.klog"), path);
    Path detour = folder.resolve("..").resolve(folder.getFileName()).resolve("a.klog");
    try (LogStore store = open(OpenOptions.Mode.WRITE)) {
      int count = 100;
      for (Path name : List.of(link, hard, detour)) {
        try (LogStore other = open(name.toString(), OpenOptions.Mode.CREATE)) {
          StoreTest.append(other, StoreTest.topic(other, "t"), count++, 1, SyncLevel.FULL);
          assertRecords(store, count);
        }
      }
      try (LockingProcess other = LockingProcess.start(file)) {
        assertFalse(other.tryLock(SLOT, true), "the lock is still held");
      }
    }
  }

  @Test
  void whoReadsAndWhoWritesShareAFileInOneProcess() {
    try (LogStore reader = open(OpenOptions.Mode.READ)) {
      try (LogStore second = open(OpenOptions.Mode.READ);
          LogStore writer = open(OpenOptions.Mode.WRITE)) {
        StoreTest.append(writer, StoreTest.topic(writer, "t"), 100, 20, SyncLevel.FULL);
        assertRecords(second, 120);
        assertRecords(reader, 120);
      }
      assertRecords(reader, 120);
    }
    open(OpenOptions.Mode.WRITE).close();
  }

  @Test
  void readingAClosedFileChangesNothingOfIt() throws IOException {
    byte[] before = Files.readAllBytes(path);
    FileTime time = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(path, time);
    try (LogStore store = open(OpenOptions.Mode.READ)) {
      assertTrue(store.isReadOnly());
      assertRecords(store, 100);
    }
    assertEquals(time, Files.getLastModifiedTime(path));
    assertArrayEquals(before, Files.readAllBytes(path));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count(), "no file beside it");
    }
  }

  @Test
  void readingAFileOfAKilledProcessRecoversItForTheReaderOnly() throws IOException {
    byte[] bytes = unclean();
    Path copy = folder.resolve("unclean.klog");
    Files.write(copy, bytes);
    FileTime time = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(copy, time);
    for (int i = 0; i < 2; i++) {
      try (LogStore store = open(copy.toString(), OpenOptions.Mode.READ)) {
        assertRecords(store, 150);
      }
    }
    assertEquals(time, Files.getLastModifiedTime(copy));
    assertArrayEquals(bytes, Files.readAllBytes(copy));
    try (LogStore store = open(copy.toString(), OpenOptions.Mode.WRITE)) {
      assertRecords(store, 150);
    }
  }

  /** Closing any descriptor of a file drops all locks that the process has on it. */
  @Test
  void anotherClassLoaderSharesTheFileAndDropsNoLock() throws Exception {
    URL[] classes = {
      KlogFile.class.getProtectionDomain().getCodeSource().getLocation(),
    };
    try (LogStore store = open(OpenOptions.Mode.WRITE);
        URLClassLoader loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      for (int round = 0; round < 3; round++) {
        createElsewhere(loader, "other" + round);
        try (LockingProcess other = LockingProcess.start(file)) {
          assertFalse(other.tryLock(SLOT, true), "the lock is still held");
        }
        assertNotNull(store.catalog().topic("other" + round));
        StoreTest.append(store, StoreTest.topic(store, "t"), 100 + round, 1, SyncLevel.FULL);
      }
      assertRecords(store, 103);
    }
    assertNull(System.getProperties().get("io.klog.descriptors"), "nothing is left behind");
  }

  /** Opens the file by the loader's classes, creates a topic, and closes it. */
  private void createElsewhere(URLClassLoader loader, String topic) throws Exception {
    Class<?> options = loader.loadClass(OpenOptions.class.getName());
    Object store =
        loader
            .loadClass(KlogFile.class.getName())
            .getMethod("open", String.class, options)
            .invoke(null, file, options.getField("DEFAULT").get(null));
    Class<?> type = loader.loadClass(LogStore.class.getName());
    type.getMethod("createTopic", String.class, int.class, Map.class)
        .invoke(store, topic, 1, Map.of());
    type.getMethod("close").invoke(store);
  }
}
