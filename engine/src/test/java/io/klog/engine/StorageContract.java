package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link Storage} promises, whoever keeps it. */
@Timeout(60)
abstract class StorageContract {
  /** Far from 0, where a file of FileStorage goes from one map to the next. */
  private static final long BOUNDARY = 64L << 20;

  private Storage storage;
  private StorageFile file;

  /** A storage for one test. */
  abstract Storage storage() throws IOException;

  /** The name of a file that is not there yet, another one for each {@code number}. */
  abstract String name(int number);

  @BeforeEach
  final void openFile() throws IOException {
    storage = storage();
    file = storage.open(name(1), Storage.Mode.CREATE);
  }

  @AfterEach
  final void closeFile() throws IOException {
    file.close();
  }

  @Test
  void newFileIsEmpty() throws IOException {
    assertEquals(0, file.size());
    assertEquals(name(1), file.name());
    assertThrows(EOFException.class, () -> file.read(0, new byte[1], 0, 1));
  }

  @Test
  void missingFileIsMadeByCreateOnly() throws IOException {
    String name = name(2);
    assertThrows(NoSuchFileException.class, () -> storage.open(name, Storage.Mode.WRITE));
    assertThrows(NoSuchFileException.class, () -> storage.open(name, Storage.Mode.READ));
    assertNull(storage.identityOf(name));
    storage.open(name, Storage.Mode.CREATE).close();
    assertNotNull(storage.identityOf(name));
    storage.open(name, Storage.Mode.WRITE).close();
    storage.open(name, Storage.Mode.READ).close();
  }

  @Test
  void createKeepsWhatIsThere() throws IOException {
    write(0, bytes(7, 100));
    reopen(Storage.Mode.CREATE);
    assertArrayEquals(bytes(7, 100), read(0, 100));
  }

  @Test
  void identityIsTheSameExactlyForTheSameFile() throws IOException {
    Object identity = file.identity();
    assertEquals(identity, storage.identityOf(name(1)));
    try (StorageFile other = storage.open(name(2), Storage.Mode.CREATE)) {
      assertNotEquals(identity, other.identity());
    }
    write(0, bytes(1, 10));
    file.resize(0);
    reopen(Storage.Mode.READ);
    assertEquals(identity, file.identity());
    assertEquals(identity.hashCode(), file.identity().hashCode());
  }

  @Test
  void readsBackPartsOfWhatWasWritten() throws IOException {
    for (int length : new int[] {1, 6, 7, 8, 9, 511, 8192, 8193, 100_000, 700_001}) {
      byte[] written = bytes(length, length + 20);
      file.write(length, written, 10, length);
      byte[] target = new byte[length + 2];
      file.read(length, target, 1, length);
      assertEquals(0, target[0]);
      assertEquals(0, target[length + 1]);
      assertArrayEquals(
          Arrays.copyOfRange(written, 10, 10 + length), Arrays.copyOfRange(target, 1, 1 + length));
    }
  }

  @Test
  void overwritingChangesNothingElse() throws IOException {
    write(0, bytes(1, 300_000));
    byte[] expected = bytes(1, 300_000);
    for (int position : new int[] {0, 1, 4095, 65_530, 131_072, 299_999}) {
      byte[] some = bytes(position + 5, Math.min(10, 300_000 - position));
      write(position, some);
      System.arraycopy(some, 0, expected, position, some.length);
    }
    assertArrayEquals(expected, read(0, 300_000));
    assertEquals(300_000, file.size());
  }

  @Test
  void writingPastTheEndLeavesZerosBetween() throws IOException {
    write(0, bytes(1, 10));
    write(1_000_000, bytes(2, 10));
    assertEquals(1_000_010, file.size());
    assertArrayEquals(bytes(1, 10), read(0, 10));
    assertArrayEquals(new byte[999_990], read(10, 999_990));
    assertArrayEquals(bytes(2, 10), read(1_000_000, 10));
  }

  @Test
  void nothingIsReadBeyondTheEnd() throws IOException {
    write(0, bytes(1, 100_000));
    byte[] target = new byte[200_000];
    EOFException beyond = assertThrows(EOFException.class, () -> file.read(99_999, target, 0, 2));
    assertSays("ends at 100000", beyond);
    assertThrows(EOFException.class, () -> file.read(0, target, 0, 100_001));
    assertThrows(EOFException.class, () -> file.read(100_000, target, 0, 1));
    assertThrows(EOFException.class, () -> file.read(1L << 40, target, 0, 1));
    assertThrows(EOFException.class, () -> file.read(Long.MAX_VALUE, target, 0, 100));
    file.read(0, target, 0, 100_000);
    file.read(99_999, target, 0, 1);
  }

  @Test
  void emptyReadsAndWritesDoNothing() throws IOException {
    write(1000, new byte[0]);
    assertEquals(0, file.size());
    file.read(0, new byte[3], 3, 0);
  }

  @Test
  void impossibleArgumentsAreRefused() {
    byte[] ten = new byte[10];
    assertThrows(IndexOutOfBoundsException.class, () -> file.write(0, ten, 5, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> file.read(0, ten, -1, 5));
    assertThrows(IllegalArgumentException.class, () -> file.write(-1, ten, 0, 5));
    assertThrows(IllegalArgumentException.class, () -> file.read(-1, ten, 0, 5));
    assertThrows(IllegalArgumentException.class, () -> file.resize(-1));
    assertThrows(IllegalArgumentException.class, () -> file.tryLock(-1, false));
  }

  @Test
  void aFileThatWasClosedGetsAnotherName() throws IOException {
    write(0, bytes(1, 100_000));
    file.sync();
    file.close();
    storage.rename(name(1), name(2));
    assertNull(storage.identityOf(name(1)));
    file = storage.open(name(2), Storage.Mode.WRITE);
    assertArrayEquals(bytes(1, 100_000), read(0, 100_000));
  }

  @Test
  void noFileTakesTheNameOfAnother() throws IOException {
    write(0, bytes(1, 1000));
    file.close();
    file = storage.open(name(2), Storage.Mode.CREATE);
    write(0, bytes(2, 1000));
    file.close();
    assertThrows(FileAlreadyExistsException.class, () -> storage.rename(name(1), name(2)));
    file = storage.open(name(1), Storage.Mode.WRITE);
    assertArrayEquals(bytes(1, 1000), read(0, 1000));
    file.close();
    file = storage.open(name(2), Storage.Mode.WRITE);
    assertArrayEquals(bytes(2, 1000), read(0, 1000));
  }

  @Test
  void aFileThatWasClosedCanBeRemoved() throws IOException {
    file.close();
    storage.delete(name(1));
    storage.delete(name(1));
    assertNull(storage.identityOf(name(1)));
    assertThrows(NoSuchFileException.class, () -> storage.rename(name(1), name(2)));
    assertNull(storage.identityOf(name(2)));
  }

  @Test
  void growingAddsZeros() throws IOException {
    write(0, bytes(1, 10));
    file.resize(1 << 20);
    assertEquals(1 << 20, file.size());
    assertArrayEquals(new byte[(1 << 20) - 10], read(10, (1 << 20) - 10));
    assertArrayEquals(bytes(1, 10), read(0, 10));
  }

  @Test
  void whatWasCutAndGrownAgainIsZeros() throws IOException {
    write(0, bytes(1, 400_000));
    byte[] expected = read(0, 400_000);
    for (int size : new int[] {399_999, 300_000, 65_536 * 3, 65_537, 4096, 1, 0}) {
      file.resize(size);
      assertEquals(size, file.size());
      assertThrows(EOFException.class, () -> read(size, 1));
      file.resize(400_000);
      Arrays.fill(expected, size, 400_000, (byte) 0);
      assertArrayEquals(expected, read(0, 400_000), "cut to " + size);
    }
  }

  @Test
  void cutAndGrowAcrossTheBoundaryOfMaps() throws IOException {
    write(BOUNDARY - 100_000, bytes(3, 200_000));
    assertArrayEquals(bytes(3, 200_000), read(BOUNDARY - 100_000, 200_000));
    file.resize(BOUNDARY - 50_000);
    assertThrows(EOFException.class, () -> read(BOUNDARY - 100_000, 50_001));
    assertThrows(EOFException.class, () -> read(BOUNDARY, 20));
    write(BOUNDARY + 50_000, bytes(4, 50_000));
    byte[] expected = new byte[200_000];
    System.arraycopy(bytes(3, 200_000), 0, expected, 0, 50_000);
    System.arraycopy(bytes(4, 50_000), 0, expected, 150_000, 50_000);
    assertArrayEquals(expected, read(BOUNDARY - 100_000, 200_000));
    assertArrayEquals(new byte[3], read(BOUNDARY - 1, 3));
  }

  @Test
  void contentOutlivesTheOpening() throws IOException {
    write(123, bytes(9, 77_777));
    file.sync();
    reopen(Storage.Mode.READ);
    assertEquals(123 + 77_777, file.size());
    assertArrayEquals(bytes(9, 77_777), read(123, 77_777));
  }

  @Test
  void readOnlyOpeningChangesNothing() throws IOException {
    write(0, bytes(1, 10));
    reopen(Storage.Mode.READ);
    assertThrows(IOException.class, () -> write(0, bytes(2, 10)));
    assertThrows(IOException.class, () -> file.resize(5));
    assertThrows(IOException.class, () -> file.tryLock(1L << 62, false));
    assertArrayEquals(bytes(1, 10), read(0, 10));
    try (StorageLock lock = file.tryLock(1L << 62, true)) {
      assertNotNull(lock);
    }
  }

  @Test
  void closedFileRefusesEverything() throws IOException {
    write(0, bytes(1, 100_000));
    read(0, 100_000);
    StorageLock lock = file.tryLock(5, false);
    assertNotNull(lock);
    file.close();
    file.close();
    lock.close();
    List<Callable<?>> calls =
        List.of(
            () -> read(0, 100),
            () -> file.size(),
            () -> file.tryLock(1, false),
            () -> call(() -> write(0, bytes(1, 1))),
            () -> call(() -> file.resize(1)),
            () -> call(() -> file.sync()));
    for (Callable<?> each : calls) {
      IOException refused = assertThrows(IOException.class, each::call);
      assertSays("is closed", refused);
    }
  }

  @Test
  void lockExcludesOtherOpenings() throws IOException {
    try (StorageFile other = storage.open(name(1), Storage.Mode.WRITE)) {
      for (long position : new long[] {0, 1L << 40, 1L << 62, (1L << 62) + 12_345}) {
        StorageLock mine = file.tryLock(position, false);
        assertNotNull(mine);
        assertNull(other.tryLock(position, false));
        assertNull(other.tryLock(position, true));
        assertNull(file.tryLock(position, false));
        StorageLock beside = other.tryLock(position + 1, false);
        assertNotNull(beside);
        mine.close();
        mine.close();
        StorageLock theirs = other.tryLock(position, true);
        assertNotNull(theirs);
        mine.close();
        assertNull(file.tryLock(position, false));
        theirs.close();
        beside.close();
      }
      assertEquals(0, file.size());
    }
  }

  @Test
  void aLockOfManyBytesMeetsThoseItOverlaps() throws IOException {
    try (StorageFile other = storage.open(name(1), Storage.Mode.WRITE)) {
      StorageLock many = file.tryLock(100, 50, false);
      assertNotNull(many);
      assertNull(other.tryLock(100, false));
      assertNull(other.tryLock(149, true));
      assertNull(other.tryLock(0, 101, false));
      assertNotNull(other.tryLock(99, false));
      assertNotNull(other.tryLock(150, false));
      assertNull(file.tryLock(150, 10, false));
      many.close();
      assertNotNull(other.tryLock(120, false));
      assertNull(file.tryLock(100, 50, false));
    }
  }

  @Test
  void closingLetsGoOfLocks() throws IOException {
    try (StorageFile other = storage.open(name(1), Storage.Mode.WRITE)) {
      assertNotNull(other.tryLock(1L << 62, false));
      assertNull(file.tryLock(1L << 62, false));
    }
    assertNotNull(file.tryLock(1L << 62, false));
  }

  @Test
  void readersSeeEverythingThatWasWrittenBefore() throws Exception {
    // A file that grows by writing, then in steps, across the boundary of two maps.
    long origin = BOUNDARY - (1 << 20);
    int rows = 40_000;
    AtomicLong written = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> readers = new ArrayList<>();
      for (int reader = 0; reader < 2; reader++) {
        int seed = reader;
        readers.add(threads.submit(() -> readWhileWritten(origin, rows, written, seed)));
      }
      byte[] row = new byte[64];
      for (int number = 0; number < rows; number++) {
        if (number >= rows / 2 && number % 4096 == 0) {
          file.resize(origin + number * 64L + (256 << 10));
        }
        fillRow(row, number);
        file.write(origin + number * 64L, row, 0, 64);
        written.set(number + 1);
        if (number % 8192 == 0) {
          file.sync();
        }
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private @Nullable Void readWhileWritten(long origin, int rows, AtomicLong written, int seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] actual = new byte[64 * 100];
    byte[] expected = new byte[64];
    long count;
    do {
      count = written.get();
      int some = (int) Math.min(count, 1 + random.nextInt(100));
      if (some == 0) {
        continue;
      }
      // As often the newest rows as any.
      int first =
          random.nextBoolean() ? (int) count - some : random.nextInt((int) count - some + 1);
      file.read(origin + first * 64L, actual, 0, some * 64);
      for (int i = 0; i < some; i++) {
        fillRow(expected, first + i);
        int at = i * 64;
        assertTrue(
            Arrays.equals(expected, 0, 64, actual, at, at + 64),
            "row " + (first + i) + " of " + count);
      }
    } while (count < rows);
    return null;
  }

  private static void fillRow(byte[] row, int number) {
    for (int i = 0; i < row.length; i++) {
      row[i] = (byte) (number >>> (i % 4 * 8));
    }
  }

  @Test
  void behavesLikeAnArray() throws IOException {
    Seed seed = Seed.of(getClass().getSimpleName() + ".behavesLikeAnArray");
    for (long origin : new long[] {0, BOUNDARY - 150_000}) {
      file.resize(origin);
      compareWithArray(origin, seed.random());
    }
  }

  /** Only the file from {@code origin} on is looked at. */
  private void compareWithArray(long origin, SplittableRandom random) throws IOException {
    byte[] model = new byte[400_000];
    int size = 0;
    for (int step = 0; step < 3000; step++) {
      String where = "step " + step;
      int kind = random.nextInt(100);
      if (kind < 45) {
        int length = length(random, 30_000);
        int from = random.nextBoolean() ? size : random.nextInt(size + 20_000);
        from = Math.min(from, model.length - length);
        byte[] some = bytes(random.nextInt(), length);
        write(origin + from, some);
        System.arraycopy(some, 0, model, from, length);
        size = length == 0 ? size : Math.max(size, from + length);
      } else if (kind < 90) {
        int length = length(random, size);
        int from = random.nextInt(size - length + 1);
        assertArrayEquals(
            Arrays.copyOfRange(model, from, from + length), read(origin + from, length), where);
      } else if (kind < 95) {
        int wanted = random.nextInt(model.length);
        file.resize(origin + wanted);
        if (wanted < size) {
          Arrays.fill(model, wanted, size, (byte) 0);
        }
        size = wanted;
      } else if (kind < 97) {
        int beyond = size + 1;
        assertThrows(EOFException.class, () -> read(origin, beyond), where);
      } else if (kind < 98) {
        file.sync();
      } else if (kind < 99) {
        reopen(Storage.Mode.WRITE);
      }
      assertEquals(origin + size, file.size(), where);
    }
    assertArrayEquals(Arrays.copyOf(model, size), read(origin, size));
  }

  private static int length(SplittableRandom random, int most) {
    int bound = 1 << random.nextInt(16);
    return Math.min(most, random.nextInt(bound));
  }

  @Test
  void clockAndChance() {
    long before = System.currentTimeMillis();
    long now = storage.currentTimeMillis();
    assertTrue(now >= before - 1000 && now <= before + 60_000);
    long start = storage.nanoTime();
    assertTrue(storage.nanoTime() - start >= 0);
    assertNotEquals(storage.randomLong(), storage.randomLong());
  }

  @Test
  void interruptHarmsNothing() throws IOException {
    Thread.currentThread().interrupt();
    try {
      write(0, bytes(1, 1_000_000));
      assertTrue(Thread.currentThread().isInterrupted());
      assertArrayEquals(bytes(1, 1_000_000), read(0, 1_000_000));
      assertTrue(Thread.currentThread().isInterrupted());
      file.sync();
      assertTrue(Thread.currentThread().isInterrupted());
      StorageLock lock = file.tryLock(1L << 62, false);
      assertNotNull(lock);
      lock.close();
      file.resize(2_000_000);
      assertEquals(2_000_000, file.size());
      reopen(Storage.Mode.WRITE);
      assertArrayEquals(bytes(1, 1_000_000), read(0, 1_000_000));
      assertTrue(Thread.currentThread().isInterrupted());
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertFalse(Thread.currentThread().isInterrupted());
  }

  // What the tests above and those of the subclasses are written with.

  final StorageFile file() {
    return file;
  }

  final void reopen(Storage.Mode mode) throws IOException {
    file.close();
    file = storage.open(name(1), mode);
  }

  final void write(long position, byte[] bytes) throws IOException {
    file.write(position, bytes, 0, bytes.length);
  }

  final byte[] read(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.read(position, bytes, 0, length);
    return bytes;
  }

  /** No zeros among them. */
  static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    int state = seed * 0x9E3779B9 + 1;
    for (int i = 0; i < length; i++) {
      state = state * 1664525 + 1013904223;
      bytes[i] = (byte) (state >>> 24 | 1);
    }
    return bytes;
  }

  static void assertSays(String part, Throwable problem) {
    assertTrue(String.valueOf(problem.getMessage()).contains(part), problem.toString());
  }

  private interface Work {
    void run() throws IOException;
  }

  private static boolean call(Work work) throws IOException {
    work.run();
    return true;
  }
}
