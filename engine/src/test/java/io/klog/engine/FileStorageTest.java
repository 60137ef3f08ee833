package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileStorageTest extends StorageContract {
  private static final long LOCK = 1L << 62;

  @TempDir private Path directory;

  @Override
  Storage storage() {
    return new FileStorage();
  }

  @Override
  String name(int number) {
    return directory.resolve("file" + number).toString();
  }

  @Test
  void identityDoesNotDependOnTheName() throws IOException {
    Storage storage = storage();
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of(name(1)));
    Path hard = Files.createLink(directory.resolve("hard"), Path.of(name(1)));
    Path relative = Path.of("").toAbsolutePath().relativize(directory).resolve("file1");
    Path roundabout = directory.resolve("../" + directory.getFileName() + "/./file1");
    for (Path name : new Path[] {link, hard, relative, roundabout}) {
      assertEquals(file().identity(), storage.identityOf(name.toString()), name.toString());
      try (StorageFile other = storage.open(name.toString(), Storage.Mode.WRITE)) {
        assertEquals(file().identity(), other.identity());
        assertEquals(name.toString(), other.name());
      }
    }
  }

  @Test
  void whatCannotBeOpenedIsNamed() throws IOException {
    Storage storage = storage();
    String inNowhere = directory.resolve("nowhere").resolve("file").toString();
    NoSuchFileException noDirectory =
        assertThrows(NoSuchFileException.class, () -> storage.open(inNowhere, Storage.Mode.CREATE));
    assertSays("no directory " + directory.resolve("nowhere"), noDirectory);
    for (Storage.Mode mode : Storage.Mode.values()) {
      FileSystemException isDirectory =
          assertThrows(FileSystemException.class, () -> storage.open(directory.toString(), mode));
      assertEquals(directory + ": is a directory", isDirectory.getMessage());
      assertThrows(FileSystemException.class, () -> storage.open("", mode));
      assertThrows(FileSystemException.class, () -> storage.open("a\0b", mode));
      assertThrows(IOException.class, () -> storage.open(name(1) + "/below", mode));
    }
    assertFalse(Files.exists(directory.resolve("nowhere")));
  }

  @Test
  void fileWithoutTheRightToWriteIsOpenForReading() throws IOException {
    write(0, bytes(1, 100_000));
    Path path = Path.of(name(1));
    Files.setPosixFilePermissions(path, Set.of(PosixFilePermission.OWNER_READ));
    reopen(Storage.Mode.READ);
    assertArrayEquals(bytes(1, 100_000), read(0, 100_000));
    Assumptions.assumeFalse(Files.isWritable(path), "root may write everything");
    FileSystemException denied =
        assertThrows(FileSystemException.class, () -> storage().open(name(1), Storage.Mode.WRITE));
    assertSays(name(1), denied);
  }

  @Test
  void aPipeIsNotAFile() throws Exception {
    Path pipe = directory.resolve("pipe");
    Assumptions.assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo");
    FileSystemException refused =
        assertThrows(
            FileSystemException.class, () -> storage().open(pipe.toString(), Storage.Mode.CREATE));
    assertSays("not a regular file", refused);
  }

  @Test
  void fileCutBySomebodyElseIsAnErrorAndNotACrash() throws IOException {
    int size = 1 << 20;
    int last = size - 8192;
    byte[] target = new byte[8192];
    for (int round = 0; round < 20; round++) {
      write(0, bytes(1, size));
      int reads = round == 10 ? 30_000 : 1; // interpreted first, compiled then
      for (int i = 0; i < reads; i++) {
        file().read(last, target, 0, 8192);
        file().read(last, target, 0, i % 20);
      }
      try (FileChannel other = FileChannel.open(Path.of(name(1)), StandardOpenOption.WRITE)) {
        other.truncate(round % 2 == 0 ? 5000 : last + 4096);
      }
      for (int length : new int[] {8192, 8191, 6000, 4105, 4097}) {
        IOException cut =
            assertThrows(IOException.class, () -> file().read(last, target, 0, length));
        assertSays("ends at ", cut);
      }
      for (int length = 1; length < 20; length++) {
        int wanted = length;
        assertThrows(
            EOFException.class, () -> file().read(size - wanted, target, 5, wanted), "" + wanted);
      }
      file().read(0, target, 0, 5000);
    }
  }

  @Test
  void readsGrownPartsOfWhatAnotherOpeningWrites() throws IOException {
    try (StorageFile reader = storage().open(name(1), Storage.Mode.READ)) {
      byte[] target = new byte[300];
      for (int i = 0; i < 2000; i++) {
        write(i * 300L, bytes(i, 300));
        reader.read(i * 300L, target, 0, 300);
        assertArrayEquals(bytes(i, 300), target, "row " + i);
      }
      for (int i = 0; i < 2000; i++) {
        reader.read(i * 300L, target, 0, 300);
        assertArrayEquals(bytes(i, 300), target, "row " + i);
      }
    }
  }

  @Test
  void locksExcludeOtherProcessesAndDieWithThem() throws Exception {
    StorageLock first = file().tryLock(LOCK, false);
    assertNotNull(first);
    StorageLock shared = file().tryLock(LOCK + 7, true);
    assertNotNull(shared);
    LockingProcess other = LockingProcess.start(name(1));
    try (other) {
      assertFalse(other.tryLock(LOCK, false));
      assertFalse(other.tryLock(LOCK, true));
      assertTrue(other.tryLock(LOCK + 7, true));
      assertFalse(other.tryLock(LOCK + 7, false));
      first.close();
      assertTrue(other.tryLock(LOCK, false));
      assertTrue(other.tryLock(3, false));
      assertNull(file().tryLock(LOCK, false));
      assertNull(file().tryLock(3, true));
      shared.close();
      assertNull(file().tryLock(LOCK + 7, false));
    }
    for (long position : new long[] {LOCK, 3, LOCK + 7}) {
      assertNotNull(file().tryLock(position, false));
    }
  }

  @Test
  void stormOfInterruptsHarmsNeitherDataNorLocks() throws Exception {
    assertNotNull(file().tryLock(LOCK, false));
    AtomicReference<@Nullable Throwable> problem = new AtomicReference<>();
    AtomicBoolean done = new AtomicBoolean();
    Thread worker =
        new Thread(
            () -> {
              try {
                workUnderInterrupts(done);
              } catch (Throwable e) {
                problem.set(e);
              }
            });
    worker.start();
    long end = System.nanoTime() + 1_000_000_000;
    while (System.nanoTime() < end && worker.isAlive()) {
      worker.interrupt();
      Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().equals("klog-mapper"))
          .forEach(Thread::interrupt);
    }
    done.set(true);
    worker.join();
    if (problem.get() != null) {
      throw new AssertionError(problem.get());
    }
    try (LockingProcess other = LockingProcess.start(name(1))) {
      assertFalse(other.tryLock(LOCK, false));
    }
  }

  private void workUnderInterrupts(AtomicBoolean done) throws IOException {
    long size = 0;
    while (!done.get()) {
      if (size > 50 << 20) {
        size = 0;
        file().resize(0);
      }
      int length = 100_000 + (int) (size % 7919);
      write(size, bytes(3, length));
      assertArrayEquals(bytes(3, length), read(size, length)); // maps anew
      size += length;
      file().sync();
      try (StorageLock lock = file().tryLock(LOCK + 1, false)) {
        assertNotNull(lock);
      }
      try (StorageFile other = storage().open(name(2), Storage.Mode.CREATE)) {
        other.write(0, bytes(1, 70_000), 0, 70_000);
        other.read(0, new byte[70_000], 0, 70_000);
      }
    }
  }

  @Test
  void closingInTheMiddleOfOtherCallsIsAnIoExceptionThere() throws Exception {
    for (int round = 0; round < 200; round++) {
      reopen(Storage.Mode.WRITE);
      write(0, bytes(1, 200_000));
      AtomicReference<@Nullable Throwable> problem = new AtomicReference<>();
      Thread worker =
          new Thread(
              () -> {
                try {
                  while (true) {
                    write(0, bytes(1, 1000));
                    read(0, 200_000);
                    read(0, 3);
                    file().sync();
                    file().size();
                  }
                } catch (Throwable e) {
                  problem.set(e);
                }
              });
      worker.start();
      Thread.sleep(0, 300_000);
      file().close();
      worker.join();
      Throwable found = problem.get();
      assertTrue(found instanceof IOException, String.valueOf(found));
      assertSays("closed", found);
    }
  }

  @Test
  void fullDeviceIsToldFromOtherFailures() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "only Linux has it");
    try (RandomAccessFile device = new RandomAccessFile(full.toFile(), "rw")) {
      IOException problem = assertThrows(IOException.class, () -> device.write(new byte[10]));
      assertTrue(FileStorage.isFull(problem, directory, 0), problem.toString());
    }
    IOException german = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
    assertTrue(FileStorage.isFull(german, directory, Long.MAX_VALUE));
    assertFalse(FileStorage.isFull(new IOException("Input/output error"), directory, 10));
  }

  @Test
  void fileLargerThanAllowedIsAFullDevice() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/bin/sh")), "no shell");
    ProcessBuilder java = LockingProcess.java(LimitedProcess.class, name(2));
    ProcessBuilder limited =
        new ProcessBuilder("/bin/sh", "-c", "ulimit -f 2048 && exec \"$@\"", "sh");
    limited.command().addAll(java.command());
    Process process = limited.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("StorageFullException"), said);
  }

  /** Writes until it may not. */
  static final class LimitedProcess {
    public static void main(String[] arguments) throws IOException {
      try (StorageFile file = new FileStorage().open(arguments[0], Storage.Mode.CREATE)) {
        byte[] bytes = new byte[300_000];
        for (long position = 0; position < 10 << 20; position += bytes.length) {
          try {
            file.write(position, bytes, 0, bytes.length);
          } catch (StorageFullException e) {
            System.out.println(e);
            return;
          }
        }
      }
    }
  }
}
