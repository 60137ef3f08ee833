package io.klog.bench;

import com.sun.management.ThreadMXBean;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The same rows, in memory so that no disk is in it, through the engine's interface and through
 * JDBC: what JDBC takes longer is the driver's own.
 */
final class DriverCost implements AutoCloseable {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String DATABASE = "mem:driver";
  private static final int BATCH = 1_000;
  private static final int SCANNED = 20_000;

  private final LogStore store;
  private final Topic topic;
  private final Connection connection;
  private final Topic scanned;
  private final PreparedStatement insert;
  private final PreparedStatement scan;
  private final byte[] key = new byte[16];
  private final byte[] value = new byte[100];

  DriverCost() throws SQLException {
    store = KlogFile.open(DATABASE, OpenOptions.DEFAULT);
    topic = store.createTopic("engine", 1, Map.of());
    store.createTopic("jdbc", 1, Map.of());
    scanned = store.createTopic("scanned", 1, Map.of());
    for (int i = 0; i < SCANNED; i += BATCH) {
      append(scanned);
    }
    connection = DriverManager.getConnection("jdbc:klog:" + DATABASE + "?sync=off");
    insert = connection.prepareStatement("INSERT INTO jdbc (key, value) VALUES (?, ?)");
    scan = connection.prepareStatement("SELECT offset, key, value FROM scanned");
  }

  /** By one way: engine or JDBC. */
  private record Way(Round rounds) implements Work {
    @Override
    public long round() throws Exception {
      return rounds.run();
    }

    @Override
    public void close() {
      // The stores are the contest's.
    }
  }

  private interface Round {
    /** Returns the number of rows. */
    long run() throws Exception;
  }

  /** Both ways, and what a row costs: the time that this thread has a core, as nothing waits. */
  void report(Report report) throws Exception {
    print(
        report,
        "row in a batch of 1,000",
        contest(1_000, 501),
        List.of(new Way(this::insertByEngine), new Way(this::insertByJdbc)),
        Goal.atMost(100));
    print(
        report,
        "row of a scan of three columns",
        contest(300, 301),
        List.of(new Way(this::scanByEngine), new Way(this::scanByJdbc)),
        Goal.atMost(30));
  }

  private static Contest contest(int warmups, int rounds) {
    return new Contest(warmups, rounds, THREADS::getCurrentThreadCpuTime);
  }

  private static void print(Report report, String row, Contest contest, List<Work> ways, Goal goal)
      throws Exception {
    double[] ns = contest.run(ways);
    report.own("driver's own: " + row, ns[1] - ns[0], goal);
    report.alone("  through the engine", ns[0]);
    report.alone("  through JDBC", ns[1]);
    report.bytes("  engine allocates", allocatedPerRow(ways.get(0)));
    report.bytes("  JDBC allocates", allocatedPerRow(ways.get(1)));
  }

  private static double allocatedPerRow(Work work) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long rows = work.round();
    return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / rows;
  }

  private long insertByEngine() {
    return append(topic);
  }

  private long append(Topic to) {
    try (Transaction transaction = store.begin(SyncLevel.OFF)) {
      for (int i = 0; i < BATCH; i++) {
        value[i % value.length]++;
        transaction.append(to, Transaction.ANY_PARTITION, i, key, value, Headers.NONE);
      }
      transaction.commit();
    }
    return BATCH;
  }

  private long insertByJdbc() throws SQLException {
    for (int i = 0; i < BATCH; i++) {
      value[i % value.length]++;
      insert.setBytes(1, key);
      insert.setBytes(2, value);
      insert.addBatch();
    }
    insert.executeBatch();
    return BATCH;
  }

  private long scanByEngine() {
    long rows = 0;
    long sum = 0;
    try (RecordCursor cursor = store.snapshot(List.of(scanned)).scan(scanned, 0, ScanRange.ALL)) {
      while (cursor.next()) {
        sum += cursor.offset() + read(cursor.key()) + read(cursor.value());
        rows++;
      }
    }
    return require(rows, sum);
  }

  private long scanByJdbc() throws SQLException {
    long rows = 0;
    long sum = 0;
    try (ResultSet result = scan.executeQuery()) {
      while (result.next()) {
        sum += result.getLong(1) + read(result.getBytes(2)) + read(result.getBytes(3));
        rows++;
      }
    }
    return require(rows, sum);
  }

  /** Its last byte too: an array of which only the length is asked for need not be made. */
  private static int read(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length + (bytes[bytes.length - 1] & 1);
  }

  private static long require(long rows, long sum) {
    if (rows != SCANNED || sum < rows * 116) {
      throw new IllegalStateException(rows + " rows, of " + sum + " bytes and more");
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    store.close();
  }
}
