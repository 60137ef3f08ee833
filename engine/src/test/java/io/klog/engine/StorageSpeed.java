package io.klog.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Prints what the calls of FileStorage cost: {@code mvn -pl engine test-compile exec:java
 * -Dexec.classpathScope=test -Dexec.mainClass=io.klog.engine.StorageSpeed -Dexec.args=directory}.
 * Each number is the median of the rounds.
 */
final class StorageSpeed {
  private static final int ROUNDS = 7;
  private static final int SIZE = 128 << 20;

  private interface Work {
    void run(int number) throws IOException;
  }

  private final StorageFile file;
  private final byte[] bytes = new byte[1 << 20];

  private StorageSpeed(StorageFile file) {
    this.file = file;
    Arrays.fill(bytes, (byte) 'k');
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments.length > 0 ? arguments[0] : ".");
    Path path = Files.createTempFile(directory, "speed", ".klog");
    try {
      long start = System.nanoTime();
      StorageFile opened = new FileStorage().open(path.toString(), Storage.Mode.WRITE);
      opened.write(0, new byte[100], 0, 100);
      opened.read(0, new byte[100], 0, 100);
      System.out.printf(
          Locale.ROOT, "first open, write, read: %d us%n", (System.nanoTime() - start) / 1000);
      start = System.nanoTime();
      new FileStorage().randomLong();
      System.out.printf(Locale.ROOT, "first random: %d us%n", (System.nanoTime() - start) / 1000);
      try (opened) {
        new StorageSpeed(opened).run();
      }
    } finally {
      Files.delete(path);
    }
  }

  private void run() throws IOException {
    writes();
    reads();
    syncs();
    print("lock and unlock", 20_000, number -> lockAndUnlock());
    print("size", 20_000, number -> file.size());
  }

  private void writes() throws IOException {
    for (int length : new int[] {16, 200, 1024, 4096, 8192, 65_536, 1 << 20}) {
      int count = Math.min(50_000, SIZE / length);
      // The first round makes the pages of the cache.
      print("append of " + length, count, number -> write((long) number * length, length));
    }
    print("writes of 200 in two places", 50_000, number -> write(number % 2 * 4096L, 200));
  }

  private void reads() throws IOException {
    for (int at = 0; at < SIZE; at += bytes.length) {
      write(at, bytes.length);
    }
    SplittableRandom random = new SplittableRandom(1);
    byte[] target = new byte[1 << 20];
    for (int length : new int[] {8, 9, 64, 1024, 8192, 65_536, 1 << 20}) {
      int count = Math.min(50_000, SIZE / length);
      print("scan by " + length, count, number -> read((long) number * length, target, length));
      print(
          "reads of " + length + " anywhere",
          count,
          number -> read(random.nextInt(SIZE - length), target, length));
      print("reads of " + length + " in one place", count, number -> read(4096, target, length));
    }
  }

  private void syncs() throws IOException {
    file.resize(0);
    file.sync();
    print("append of 200, sync", 300, number -> writeAndSync(number * 200L));
    file.resize(0);
    file.resize(SIZE);
    file.sync();
    long[] end = {0};
    print("append of 200 into a grown file, sync", 300, number -> writeAndSync(end[0] += 200));
    for (int at = 0; at < SIZE; at += bytes.length) {
      write(at, bytes.length);
    }
    file.sync();
    end[0] = 0;
    print("append of 200 over old bytes, sync", 300, number -> writeAndSync(end[0] += 200));
    print("sync of nothing", 1000, number -> file.sync());
  }

  private void write(long position, int length) throws IOException {
    file.write(position, bytes, 0, length);
  }

  private void writeAndSync(long position) throws IOException {
    write(position, 200);
    file.sync();
  }

  private void read(long position, byte[] target, int length) throws IOException {
    file.read(position, target, 0, length);
  }

  private void lockAndUnlock() throws IOException {
    StorageLock lock = file.tryLock(1L << 62, false);
    if (lock == null) {
      throw new IOException("somebody has the lock");
    }
    lock.close();
  }

  private static void print(String what, int count, Work work) throws IOException {
    long[] rounds = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int number = 0; number < count; number++) {
        work.run(number);
      }
      rounds[round] = (System.nanoTime() - start) / count;
    }
    Arrays.sort(rounds);
    System.out.printf(
        Locale.ROOT, "%-40s %9d ns (%d to %d)%n", what, rounds[ROUNDS / 2], rounds[0], rounds[6]);
  }
}
