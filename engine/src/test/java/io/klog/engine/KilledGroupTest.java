package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupPosition;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.Membership;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that consume a topic for one group while this one writes to it; they are killed as kill
 * -9 does, stopped for a while, and followed by others, and every record has one output in the end.
 * {@code -Dklog.groupkills} says how many are killed.
 */
class KilledGroupTest {
  private static final int KILLS = Integer.getInteger("klog.groupkills", 100);

  /** All die at once, this process's opening ends, and another one finds what they left. */
  private static final int KILLS_OF_AN_OPENING = 30;

  private static final int MOST_PROCESSES = 4;

  /** A process needs some hundreds to get to work. */
  private static final int LIFE_MILLIS = 900;

  private static final int STOP_MILLIS = 700;
  private static final int CLOSE_MILLIS = 60;
  private static final int CHECK_MILLIS = 50;

  /** How long the group may move nothing in the end, in seconds. */
  private static final int PATIENCE = 60;

  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.CREATE, 60_000, 1 << 20);

  @TempDir Path folder;

  private final List<ChildProcess> children = new ArrayList<>();
  private final HandOvers handOvers = new HandOvers();
  private SplittableRandom random = new SplittableRandom();
  private String file = "";
  private int processes;
  private int kills;
  private int stops;

  // Guarded by this, for a thread writes meanwhile; it may have to wait for a process that is
  // stopped with the writer's lock.
  private @Nullable LogStore store;
  private volatile boolean writing = true;
  private volatile @Nullable Throwable problem;

  @Test
  void everyRecordHasOneOutputWhoeverIsKilled() throws Exception {
    random = Seed.of("KilledGroupTest").random();
    file = folder.resolve("a.klog").toString();
    LogStore first = KlogFile.open(file, OPTIONS);
    first.createTopic(ConsumingProcess.IN, ConsumingProcess.PARTITIONS, Map.of());
    first.createTopic(ConsumingProcess.OUT, ConsumingProcess.PARTITIONS, Map.of());
    store = first;
    Thread writer = new Thread(() -> write(new SplittableRandom(7)), "writer");
    writer.start();
    try {
      while (kills < KILLS) {
        useOpening(Math.min(KILLS, kills + KILLS_OF_AN_OPENING));
      }
      writing = false;
      writer.join();
      finish();
    } finally {
      writing = false;
      children.forEach(ChildProcess::kill);
      requireNonNull(store).close();
    }
  }

  /** With other processes than before. */
  private void useOpening(int untilKills) throws Exception {
    int atOnce = 2 + random.nextInt(MOST_PROCESSES - 1);
    while (children.size() < atOnce) {
      children.add(start());
    }
    while (kills < untilKills) {
      await(random.nextInt(LIFE_MILLIS));
      int index = random.nextInt(atOnce);
      if (random.nextInt(6) == 0) {
        stopForAWhile(children.get(index), random.nextBoolean() ? (index + 1) % atOnce : -1);
      } else {
        replace(index);
      }
    }
    killAll();
    openAnew();
  }

  private ChildProcess start() throws IOException {
    return ChildProcess.start(
        "process " + ++processes,
        this::heard,
        ConsumingProcess.class,
        file,
        String.valueOf(random.nextLong()));
  }

  private void heard(ChildProcess child, String[] words) {
    List<String> told = Arrays.asList(words).subList(1, words.length - 1);
    switch (words[0]) {
      case "open" -> child.atWork(told.toArray(String[]::new));
      case "closing", "closed" -> child.atWork(words[0]);
      default -> {
        child.progressed(words[0]);
        told.forEach(partition -> handOvers.committed(child, Integer.parseInt(partition)));
      }
    }
  }

  private void await(int millis) throws Exception {
    for (int left = millis; ; left -= CHECK_MILLIS) {
      for (ChildProcess child : children) {
        child.check();
      }
      checkWriter();
      if (left <= 0) {
        return;
      }
      Thread.sleep(Math.min(left, CHECK_MILLIS));
    }
  }

  private void checkWriter() {
    Throwable failure = problem;
    if (failure != null) {
      throw new AssertionError("the writer failed", failure);
    }
  }

  /** Sometimes while it closes the file. */
  private void replace(int index) throws Exception {
    ChildProcess child = children.get(index);
    if (random.nextInt(5) == 0) {
      child.send("close");
      Thread.sleep(random.nextInt(CLOSE_MILLIS));
    }
    kill(child);
    end(child);
    children.set(index, start());
  }

  private void killAll() throws Exception {
    children.forEach(this::kill);
    for (ChildProcess child : children) {
      end(child);
    }
    children.clear();
  }

  private void kill(ChildProcess child) {
    if (child.isAlive()) {
      kills++;
      child.kill();
    }
    handOvers.killed(child);
  }

  private static void end(ChildProcess child) throws Exception {
    child.awaitEnd();
    child.check();
  }

  /**
   * @param victim who is killed meanwhile; negative for nobody
   */
  private void stopForAWhile(ChildProcess child, int victim) throws Exception {
    stops++;
    signal(child, "STOP");
    await(random.nextInt(STOP_MILLIS));
    if (victim >= 0) {
      replace(victim);
      await(random.nextInt(STOP_MILLIS));
    }
    signal(child, "CONT");
    handOvers.disturbed();
  }

  private static void signal(ChildProcess child, String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + child.pid()).inheritIO().start();
    assertTrue(kill.waitFor() == 0 || !child.isAlive());
  }

  /** Nobody has the file open meanwhile: the members that were killed are in the log still. */
  private synchronized void openAnew() {
    requireNonNull(store).close();
    store = KlogFile.open(file, OPTIONS);
    assertEquals(List.of(), memberships());
  }

  private synchronized List<Membership> memberships() {
    return List.copyOf(requireNonNull(store).memberships());
  }

  private void write(SplittableRandom own) {
    try {
      for (int i = 0; writeSome(own, i); i++) {
        Thread.sleep(1 + own.nextInt(8));
      }
    } catch (Throwable e) {
      problem = e;
    }
  }

  private synchronized boolean writeSome(SplittableRandom own, int number) {
    if (!writing) {
      return false;
    }
    LogStore to = requireNonNull(store);
    Topic in = requireNonNull(to.catalog().topic(ConsumingProcess.IN));
    SyncLevel sync = WorkingProcess.LEVELS.get(number % WorkingProcess.LEVELS.size());
    try (Transaction tx = to.begin(sync)) {
      for (int i = 1 + own.nextInt(30); i > 0; i--) {
        byte[] key = ("key " + own.nextInt(1_000)).getBytes(UTF_8);
        byte[] value = (number + "-" + i + "x".repeat(own.nextInt(200))).getBytes(UTF_8);
        tx.append(in, Transaction.ANY_PARTITION, number, key, value, Headers.NONE);
      }
      tx.commit();
    }
    return true;
  }

  /** Nobody is killed any more: they consume what is left, and leave. */
  private void finish() throws Exception {
    children.add(start());
    children.add(start());
    awaitConsumed();
    for (ChildProcess child : children) {
      child.send("close");
    }
    for (ChildProcess child : children) {
      end(child);
    }
    assertEquals(List.of(), memberships(), "all have left");
    assertEquals(List.of(), requireNonNull(store).check());
    long records = 0;
    for (int partition = 0; partition < ConsumingProcess.PARTITIONS; partition++) {
      records += verify(partition);
    }
    System.out.printf(
        "%,d kills and %,d stops of %,d processes: %,d records consumed; %,d hand-overs took"
            + " %.0f ms (p50), %.0f ms (p99)%n",
        kills,
        stops,
        processes,
        records,
        handOvers.count(),
        handOvers.percentile(50),
        handOvers.percentile(99));
    assertTrue(records > 0 && handOvers.count() > 0);
  }

  private void awaitConsumed() throws Exception {
    long moved = System.nanoTime();
    long left = Long.MAX_VALUE;
    while (left > 0) {
      await(CHECK_MILLIS);
      long now = unconsumed();
      if (now != left) {
        left = now;
        moved = System.nanoTime();
      }
      long still = System.nanoTime() - moved;
      assertTrue(still < TimeUnit.SECONDS.toNanos(PATIENCE), left + " records are not consumed");
    }
  }

  private long unconsumed() {
    LogStore of = requireNonNull(store);
    Topic in = requireNonNull(of.catalog().topic(ConsumingProcess.IN));
    Snapshot snapshot = of.snapshot(List.of(in));
    long left = 0;
    for (int p = 0; p < in.partitions(); p++) {
      left += snapshot.endOffset(in, p);
    }
    for (GroupPosition position : of.groupPositions()) {
      assertTrue(position.offset() <= snapshot.endOffset(in, position.partition()));
      left -= position.offset();
    }
    return left;
  }

  /** Returns how many records there are. */
  private long verify(int partition) {
    LogStore of = requireNonNull(store);
    Topic in = requireNonNull(of.catalog().topic(ConsumingProcess.IN));
    Topic out = requireNonNull(of.catalog().topic(ConsumingProcess.OUT));
    Snapshot snapshot = of.snapshot(List.of(in, out));
    long end = snapshot.endOffset(in, partition);
    try (RecordCursor inputs = snapshot.scan(in, partition, ScanRange.ALL);
        RecordCursor outputs = snapshot.scan(out, partition, ScanRange.ALL)) {
      for (long offset = 0; offset < end; offset++) {
        String where = partition + " " + offset;
        assertTrue(inputs.next(), where);
        assertTrue(outputs.next(), where);
        byte[] input = requireNonNull(inputs.value());
        assertArrayEquals(inputs.key(), outputs.key(), where);
        byte[] expected = ConsumingProcess.output(partition, offset, input);
        assertArrayEquals(expected, outputs.value(), where);
      }
      assertFalse(inputs.next() || outputs.next());
    }
    return end;
  }
}
