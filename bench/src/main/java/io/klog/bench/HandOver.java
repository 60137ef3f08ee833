package io.klog.bench;

import io.klog.Consumer;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long after the kill of a process that consumes a topic's only partition another one of the
 * group, which stood by in {@code next()}, has a row: the first that was not committed.
 */
final class HandOver {
  private static final int KILLS = 25;
  private static final int WARMUPS = 2;
  private static final int COMMITTED = Consumer.MAX_POLL_RECORDS;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String READ = "SELECT STREAM offset FROM t FOR CONSUMER GROUP ?";
  private static final String MEMBERS =
      "SELECT count(*) FROM klog.consumer_members WHERE group_id = ?";

  /** Starting is most of what they take: some are ahead. */
  private static final int AHEAD = 3;

  private final String file;
  private final SplittableRandom random = new SplittableRandom(1);
  private final ArrayDeque<ChildJvm> waiting = new ArrayDeque<>();

  HandOver(Path folder) {
    file = folder.resolve("handover.klog").toString();
  }

  /** The times, ns, in order. */
  double[] run() throws Exception {
    try (LogStore store = KlogFile.open(file, OpenOptions.DEFAULT)) {
      Topic topic = store.createTopic("t", 1, Map.of());
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        for (int i = 0; i < 2 * COMMITTED; i++) {
          tx.append(topic, 0, 0, null, new byte[100], Headers.NONE);
        }
        tx.commit();
      }
    }
    double[] nanos = new double[KILLS];
    ExecutorService killer = Executors.newSingleThreadExecutor();
    try (Connection connection = Rival.KLOG.connect("jdbc:klog:" + file);
        PreparedStatement read = connection.prepareStatement(READ)) {
      connection.setAutoCommit(false);
      for (int i = -WARMUPS; i < KILLS; i++) {
        double took = killOne(read, "group" + i, killer, KILLS - i);
        connection.rollback();
        if (i >= 0) {
          nanos[i] = took;
        }
      }
    } finally {
      killer.shutdown();
      waiting.forEach(ChildJvm::close);
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private double killOne(PreparedStatement read, String group, ExecutorService killer, int needed)
      throws Exception {
    while (waiting.size() < Math.min(AHEAD, needed)) {
      waiting.add(new ChildJvm(HandOver.class, file));
    }
    try (ChildJvm owner = waiting.remove()) {
      owner.tell(group);
      owner.expect("consumes");
      read.setString(1, group);
      Future<Long> killed = killer.submit(() -> killWhenTwo(owner, group));
      try (ResultSet rows = read.executeQuery()) {
        boolean found = rows.next();
        long now = System.nanoTime();
        if (!found || rows.getLong(1) != COMMITTED) {
          throw new IllegalStateException("not the first record that was not committed");
        }
        return now - killed.get();
      }
    }
  }

  /** When it killed it: as soon as there is another member. */
  private long killWhenTwo(ChildJvm owner, String group) throws SQLException, InterruptedException {
    try (Connection connection = Rival.KLOG.connect("jdbc:klog:" + file);
        PreparedStatement members = connection.prepareStatement(MEMBERS)) {
      members.setString(1, group);
      while (count(members) < 2) {
        Thread.sleep(1);
      }
      Thread.sleep(100 + random.nextInt(100)); // it waits by now, and has looked after the group
      long now = System.nanoTime();
      owner.kill();
      return now;
    }
  }

  private static long count(PreparedStatement members) throws SQLException {
    try (ResultSet rows = members.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Argument: the file. Consumes for the group that it is told, and waits to be killed. */
  public static void main(String[] args) throws Exception {
    try (LogStore store = KlogFile.open(args[0], OpenOptions.DEFAULT)) {
      String group = ChildJvm.hear();
      ChildJvm.endWithParent();
      Topic topic = Objects.requireNonNull(store.catalog().topic("t"));
      try (Consumer consumer = Consumer.join(store, group, List.of(topic))) {
        consumer.poll(PATIENCE);
        consumer.commit();
        consumer.poll(PATIENCE); // and does not commit
        System.out.println("consumes");
        Thread.sleep(PATIENCE.toMillis());
      }
    }
  }
}
