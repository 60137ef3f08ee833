package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Transactions that are larger than the heap, each in a process of its own, which is killed when it
 * has committed; and the recovery of the next process, which has as little memory, and its backup.
 */
@Timeout(120)
class SmallHeapTest {
  /** Without checkpoints: all that was committed is to be recovered. */
  private static final Limits LIMITS = new Limits(16 << 10, 1 << 20, 1L << 40);

  /** What the name of a copy ends with. */
  private static final String COPY = "-copy";

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} records of {1} bytes into {2} partitions")
  @CsvSource({"1_000_000, 100, 1", "1_000_000, 100, 300", "10_000_000, 0, 1"})
  void takesATransactionThatDoesNotFitIt(String records, int size, int partitions)
      throws Exception {
    String file = folder.resolve(records + partitions + ".klog").toString();
    String[] arguments = {file, records.replace("_", ""), "" + size, "" + partitions};
    assertEquals(0, run("write", arguments), "it was killed when it had committed");
    assertEquals(0, run("back up", arguments));
    arguments[0] += COPY;
    assertEquals(0, run("read", arguments));
  }

  private static int run(String what, String[] arguments) throws IOException, InterruptedException {
    ProcessBuilder command = LockingProcess.java(SmallHeapTest.class, arguments).inheritIO();
    command.command().add(what);
    command.command().add(1, "-Xmx64m");
    Process process = command.start();
    try {
      assertTrue(process.waitFor(110, TimeUnit.SECONDS), what);
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Arguments: the file, how many records of how many bytes into how many partitions, and what. */
  public static void main(String[] arguments) {
    int records = Integer.parseInt(arguments[1]);
    int size = Integer.parseInt(arguments[2]);
    int partitions = Integer.parseInt(arguments[3]);
    LogStore store =
        new KlogFile(new FileStorage(), LIMITS).openFile(arguments[0], OpenOptions.DEFAULT);
    if (arguments[4].equals("write")) {
      write(store, store.createTopic("t", partitions, Map.of()), records, size);
      Runtime.getRuntime().halt(0);
    }
    if (arguments[4].equals("back up")) {
      store.backup(arguments[0] + COPY);
    }
    read(store, Objects.requireNonNull(store.catalog().topic("t")), records, size);
    store.close();
  }

  private static void write(LogStore store, Topic topic, int records, int size) {
    byte[] value = new byte[size];
    try (Transaction tx = store.begin(SyncLevel.NORMAL)) {
      for (int i = 0; i < records; i++) {
        tx.append(topic, i % topic.partitions(), i, null, value, Headers.NONE);
      }
      tx.commit();
    }
  }

  private static void read(LogStore store, Topic topic, int records, int size) {
    long found = 0;
    for (int p = 0; p < topic.partitions(); p++) {
      try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, p, ScanRange.ALL)) {
        while (cursor.next()) {
          if (cursor.timestamp() != cursor.offset() * topic.partitions() + p
              || cursor.valueLength() != size) {
            throw new AssertionError("another record at " + cursor.offset() + " of " + p);
          }
          found++;
        }
      }
    }
    if (found != records) {
      throw new AssertionError(found + " records, not " + records);
    }
  }
}
