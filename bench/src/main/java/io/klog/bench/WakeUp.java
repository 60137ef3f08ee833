package io.klog.bench;

import io.klog.Headers;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How long after a commit a reader in another process has the record: one of klog that waits, and
 * one of SQLite that asks every millisecond. The value of a record is the time before its commit,
 * by a clock that all processes of a machine share.
 */
final class WakeUp {
  private static final int COMMITS = 1_000;
  private static final long GREATEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(8);
  private static final String FILE = "wakeup";
  private static final String GROUP = "wakeup-group";

  private final Path folder;

  WakeUp(Path folder) {
    this.folder = folder;
  }

  /**
   * What the reader measured.
   *
   * @param idleCpu part of a core that it took while nothing was committed
   */
  record Latency(double medianNanos, double p99Nanos, double idleCpu) {}

  Latency klog() throws Exception {
    Path file = folder.resolve(FILE + "." + Rival.KLOG.name());
    try (LogStore store = KlogFile.open(file.toString(), OpenOptions.DEFAULT)) {
      Topic topic = store.createTopic("t", 1, Map.of());
      return measure(
          Rival.KLOG.name(),
          value -> {
            try (Transaction tx = store.begin(SyncLevel.OFF)) {
              tx.append(topic, Transaction.ANY_PARTITION, 0, null, value, Headers.NONE);
              tx.commit();
            }
          });
    }
  }

  /** The same through JDBC: the reader waits in {@code next()}, for a group. */
  Latency group() throws Exception {
    String url = Rival.KLOG.url(folder, GROUP, "OFF");
    try (Connection connection = Rival.KLOG.createTable(url);
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO t (value) VALUES (?)")) {
      return measure(
          GROUP,
          value -> {
            insert.setBytes(1, value);
            insert.executeUpdate();
          });
    }
  }

  Latency sqlite() throws Exception {
    String url = Rival.SQLITE.url(folder, FILE, "OFF");
    try (Connection connection = Rival.SQLITE.createTable(url);
        PreparedStatement insert = connection.prepareStatement(Rival.SQLITE.insert())) {
      return measure(
          Rival.SQLITE.name(),
          value -> {
            insert.setBytes(2, value);
            insert.executeUpdate();
          });
    }
  }

  private interface Committer {
    void commit(byte[] value) throws Exception;
  }

  private Latency measure(String reader, Committer committer) throws Exception {
    try (ChildJvm child = new ChildJvm(WakeUp.class, reader, folder.toString())) {
      child.expect("ready");
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < 2 * COMMITS; i++) { // the first half warms up
        LockSupport.parkNanos(random.nextLong(GREATEST_PAUSE));
        committer.commit(ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).array());
      }
      String[] words = child.expect("measured").split(" ", 2);
      long before = child.cpuNanos();
      long start = System.nanoTime();
      Thread.sleep(3_000);
      double idle = (double) (child.cpuNanos() - before) / (System.nanoTime() - start);
      return new Latency(Double.parseDouble(words[0]), Double.parseDouble(words[1]), idle);
    }
  }

  /** Arguments: how to read, and the folder. Reads all that comes, and says how late it was. */
  public static void main(String[] args) throws Exception {
    ChildJvm.endWithParent();
    long[] late = new long[2 * COMMITS];
    if (args[0].equals(Rival.KLOG.name())) {
      readKlog(Path.of(args[1], FILE + "." + args[0]), late);
    } else if (args[0].equals(GROUP)) {
      readForGroup(Rival.KLOG.url(Path.of(args[1]), GROUP, "OFF"), late);
    } else {
      readSqlite(Rival.SQLITE.url(Path.of(args[1]), FILE, "OFF"), late);
    }
  }

  private static void say(long[] late) {
    long[] sorted = Arrays.copyOfRange(late, COMMITS, late.length);
    Arrays.sort(sorted);
    System.out.println("measured " + sorted[COMMITS / 2] + " " + sorted[COMMITS * 99 / 100]);
  }

  private static void readKlog(Path file, long[] late) {
    try (LogStore store = KlogFile.open(file.toString(), OpenOptions.DEFAULT)) {
      Topic topic = store.catalog().topic("t");
      if (topic == null) {
        throw new IllegalStateException("no topic");
      }
      System.out.println("ready");
      for (int count = 0; ; ) {
        Snapshot snapshot = store.snapshot(List.of(topic));
        try (RecordCursor records = snapshot.scan(topic, 0, ScanRange.from(count))) {
          while (records.next()) {
            late[count++] = late(records.value());
          }
        }
        if (count == late.length) {
          say(late);
        }
        snapshot.awaitNews(TimeUnit.HOURS.toNanos(1));
      }
    }
  }

  private static void readForGroup(String url, long[] late) throws Exception {
    try (Connection connection = Rival.KLOG.connect(url);
        PreparedStatement read =
            connection.prepareStatement("SELECT STREAM value FROM t FOR CONSUMER GROUP g");
        ResultSet rows = read.executeQuery()) {
      System.out.println("ready");
      for (int count = 0; rows.next(); ) {
        late[count++] = late(rows.getBytes(1));
        if (count == late.length) {
          say(late);
        }
      }
    }
  }

  private static void readSqlite(String url, long[] late) throws Exception {
    try (Connection connection = Rival.SQLITE.connect(url);
        PreparedStatement seek = connection.prepareStatement(Rival.SQLITE.seek())) {
      System.out.println("ready");
      for (int count = 0; ; ) {
        int before = count;
        seek.setLong(1, count);
        try (ResultSet rows = seek.executeQuery()) {
          while (rows.next()) {
            late[count++] = late(rows.getBytes(3));
          }
        }
        if (count == late.length && before < count) {
          say(late);
        }
        Thread.sleep(1);
      }
    }
  }

  private static long late(byte @Nullable [] value) {
    if (value == null) {
      throw new IllegalStateException("a record without its time");
    }
    return System.nanoTime() - ByteBuffer.wrap(value).getLong();
  }
}
