package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A process that opens a file, writes, reads and consumes for a while, closes it and begins again,
 * until it is killed. Whatever was done it says on a line that ends in ok: see {@link
 * WorkingChild}. On "close" it ends.
 */
final class WorkingProcess {
  /** Of each process, one for each writer. */
  static final List<SyncLevel> LEVELS = List.of(SyncLevel.FULL, SyncLevel.NORMAL, SyncLevel.OFF);

  static final int PROCESSES = 4;

  private static final int BATCH = 100;
  private static final long WAIT_NANOS = 2_000_000;
  private static final Limits USUAL = Limits.DEFAULT;

  /** The longest values do not fit the buffer twice. */
  private static final Limits LIMITS =
      new Limits(USUAL.inline(), USUAL.fold(), USUAL.checkpoint(), 64 << 10, 64 << 10, true);

  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.CREATE, 30_000, 1 << 20);

  private final String file;
  private final int slot;
  private final SplittableRandom random;
  private final int[] next = new int[LEVELS.size()];
  private volatile boolean ending;
  private volatile long until;
  // What the reader has read, and each writer's newest number in it.
  private long read;
  private final Map<Integer, Integer> newest = new HashMap<>();

  private WorkingProcess(String file, int slot, int first) {
    this.file = file;
    this.slot = slot;
    this.random = new SplittableRandom(slot * 31L + first);
    Arrays.fill(next, first);
  }

  /** Sometimes too long to lie in the log. */
  static byte[] value(int writer, int number) {
    int length = number % 97 == 0 ? 50_000 : number % 13 * 20;
    return (writer + "-" + number + "-" + "x".repeat(length)).getBytes(UTF_8);
  }

  /** What a consumer makes of a record of topic a. */
  static byte[] output(long offset, byte[] input) {
    return (offset + " " + Crc.of(input, 0, input.length)).getBytes(UTF_8);
  }

  /** Arguments: the file, which process it is, and the first number. */
  public static void main(String[] arguments) {
    WorkingProcess process =
        new WorkingProcess(
            arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    ChildProcess.obey(() -> process.ending = true);
    try {
      while (!process.ending) {
        process.session();
      }
    } catch (Throwable e) {
      ChildProcess.fail(e);
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void session() throws InterruptedException {
    LogStore store = open();
    if (store == null) {
      return;
    }
    Topic a = topic(store, "a");
    Topic b = topic(store, "b");
    Topic out = topic(store, "out" + slot);
    until = System.nanoTime() + 50_000_000L + random.nextInt(400_000_000);
    ChildProcess.say("open");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < LEVELS.size(); i++) {
      int writer = i;
      threads.add(start("writer" + writer, () -> write(store, a, b, writer)));
    }
    threads.add(start("reader", () -> read(store, a, b)));
    threads.add(start("consumer", () -> consume(store, a, out)));
    for (Thread thread : threads) {
      thread.join();
    }
    ChildProcess.say("closing");
    store.close();
    ChildProcess.say("closed");
  }

  private @Nullable LogStore open() {
    while (!ending) {
      try {
        return new KlogFile(new FileStorage(), LIMITS).openFile(file, OPTIONS);
      } catch (KlogException e) {
        if (Simulation.SEVERAL_PROCESSES || e.reason() != Reason.IN_USE) {
          throw e;
        }
        ChildProcess.say("waiting");
        LockSupport.parkNanos(WAIT_NANOS);
      }
    }
    return null;
  }

  private static Topic topic(LogStore store, String name) {
    if (store.catalog().topic(name) == null) {
      try {
        return store.createTopic(name, 1, Map.of());
      } catch (KlogException e) {
        if (e.reason() != Reason.TOPIC_EXISTS) {
          throw e;
        }
      }
    }
    return requireNonNull(store.catalog().topic(name));
  }

  private static Thread start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                ChildProcess.fail(e);
              }
            },
            name);
    thread.start();
    return thread;
  }

  private boolean isAtWork() {
    return !ending && System.nanoTime() < until;
  }

  /** The same value into a and b, and the writer's group behind it. */
  private void write(LogStore store, Topic a, Topic b, int thread) {
    int writer = slot * LEVELS.size() + thread;
    try (GroupMember member = store.join("w" + writer, a)) {
      awaitPartition(member);
      while (isAtWork()) {
        int number = next[thread]++;
        try (Transaction tx = store.begin(LEVELS.get(thread))) {
          byte[] value = value(writer, number);
          tx.append(a, 0, number, null, value, Headers.NONE);
          tx.append(b, 0, number, value, null, Headers.NONE);
          tx.pin();
          long offset = tx.baseOffset(a, 0);
          tx.position(member, 0, offset + 1);
          tx.commit();
          ChildProcess.say(
              "writer" + thread + " " + number + " " + offset + " " + tx.baseOffset(b, 0));
        }
        if (LEVELS.get(thread) != SyncLevel.FULL) {
          LockSupport.parkNanos(WAIT_NANOS / 4);
        }
      }
    }
  }

  /** The one before, which was killed, may count as alive while another takes its slot. */
  private void awaitPartition(GroupMember member) {
    while (member.poll().length == 0 && isAtWork()) {
      LockSupport.parkNanos(WAIT_NANOS);
    }
  }

  private void read(LogStore store, Topic a, Topic b) {
    while (isAtWork()) {
      Snapshot snapshot = store.snapshot(List.of(a, b));
      long end = snapshot.endOffset(a, 0);
      require(end == snapshot.endOffset(b, 0), "a and b end alike");
      require(end >= read, "what was seen is still there: " + read + ", now " + end);
      readOn(snapshot, a, b, end);
      readBack(snapshot, a, end);
      ChildProcess.say("reader " + end);
      LockSupport.parkNanos(WAIT_NANOS);
    }
  }

  private void readOn(Snapshot snapshot, Topic a, Topic b, long end) {
    ScanRange unread = ScanRange.from(read);
    try (RecordCursor inA = snapshot.scan(a, 0, unread);
        RecordCursor inB = snapshot.scan(b, 0, unread)) {
      for (; read < end; read++) {
        require(inA.next() && inB.next(), "a record at " + read + " of " + end);
        require(inA.offset() == read && inB.offset() == read, "no gaps at " + read);
        byte[] value = requireNonNull(inA.value());
        require(Arrays.equals(value, inB.key()), "a and b are alike at " + read);
        int writer = writer(value);
        int number = number(value);
        require(Arrays.equals(value, value(writer, number)), "the value of " + read);
        Integer before = newest.put(writer, number);
        require(before == null || before < number, "order of writer " + writer + " at " + read);
      }
      require(!inA.next() && !inB.next(), "an end at " + end);
    }
  }

  private static void readBack(Snapshot snapshot, Topic a, long end) {
    ScanRange last = ScanRange.ALL.withOffsets(Math.max(0, end - 20), end).reversed();
    try (RecordCursor cursor = snapshot.scan(a, 0, last)) {
      for (long offset = end - 1; offset >= last.fromOffset(); offset--) {
        require(
            cursor.next() && cursor.offset() == offset, "a record at " + offset + ", backwards");
        byte[] value = requireNonNull(cursor.value());
        byte[] expected = value(writer(value), number(value));
        require(Arrays.equals(value, expected), "the value of " + offset);
      }
    }
  }

  static int writer(byte[] value) {
    return Integer.parseInt(word(value, 0));
  }

  static int number(byte[] value) {
    return Integer.parseInt(word(value, 1));
  }

  private static String word(byte[] value, int which) {
    String head = new String(value, 0, Math.min(value.length, 30), UTF_8);
    return head.split("-", -1)[which];
  }

  /** Turns records of a into records of out; the group's position goes with them. */
  private void consume(LogStore store, Topic a, Topic out) {
    int round = 0;
    try (GroupMember member = store.join("c" + slot, a)) {
      awaitPartition(member);
      while (isAtWork()) {
        long from = Math.max(0, member.position(0));
        long to = from;
        try (Transaction tx = store.begin(LEVELS.get(round++ % LEVELS.size()));
            RecordCursor cursor =
                store.snapshot(List.of(a)).scan(a, 0, ScanRange.from(from).withLimit(BATCH))) {
          while (to < from + BATCH && cursor.next()) {
            require(cursor.offset() == to, "the next record is at " + to);
            byte[] output = output(to, requireNonNull(cursor.value()));
            tx.append(out, 0, to, null, output, Headers.NONE);
            to++;
          }
          if (to > from) {
            tx.position(member, 0, to);
          }
          tx.commit();
          require(to == from || tx.baseOffset(out, 0) == from, "one output for each input");
        }
        ChildProcess.say("consumer " + to);
        LockSupport.parkNanos(WAIT_NANOS);
      }
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("expected " + what);
    }
  }
}
