package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.klog.ConsumedRecord;
import io.klog.Consumer;
import io.klog.GroupMember;
import io.klog.LogStore;
import io.klog.OffsetReset;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A process with a few members of one group, which turn records of topic in into records of topic
 * out, leave and join again, and open the file anew now and then, until it is killed. After each
 * commit a member says of which partitions it was: see {@link KilledGroupTest}. On "close" it ends.
 */
final class ConsumingProcess {
  static final String GROUP = "g";
  static final String IN = "in";
  static final String OUT = "out";
  static final int PARTITIONS = 4;

  private static final int MOST_MEMBERS = 3;
  private static final Duration WAIT = Duration.ofMillis(50);
  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.WRITE, 120_000, 1 << 20);

  private final String file;
  private final SplittableRandom random;
  private volatile boolean ending;

  private ConsumingProcess(String file, long seed) {
    this.file = file;
    this.random = new SplittableRandom(seed);
  }

  /** Arguments: the file, and a seed. */
  public static void main(String[] arguments) {
    ConsumingProcess process = new ConsumingProcess(arguments[0], Long.parseLong(arguments[1]));
    ChildProcess.obey(() -> process.ending = true);
    try {
      while (!process.ending) {
        process.session();
      }
    } catch (Throwable e) {
      ChildProcess.fail(e);
    }
  }

  /** What a member makes of a record. */
  static byte[] output(int partition, long offset, byte[] input) {
    return (partition + "-" + offset + " " + Crc.of(input, 0, input.length)).getBytes(UTF_8);
  }

  /** The handler's own misfortune. */
  private static final class Clumsiness extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private void session() throws InterruptedException {
    LogStore store = KlogFile.open(file, OPTIONS);
    long until = soon(2_000);
    List<Thread> threads = new ArrayList<>();
    for (int i = 1 + random.nextInt(MOST_MEMBERS); i > 0; i--) {
      SplittableRandom own = random.split();
      String name = "member" + i;
      threads.add(new Thread(() -> work(store, name, own, until), name));
    }
    ChildProcess.say(
        "open " + threads.stream().map(Thread::getName).collect(Collectors.joining(" ")));
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    ChildProcess.say("closing");
    store.close();
    ChildProcess.say("closed");
  }

  private static long soon(int millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private boolean isTime(long until) {
    return !ending && System.nanoTime() - until < 0;
  }

  private void work(LogStore store, String name, SplittableRandom own, long until) {
    try {
      Topic in = requireNonNull(store.catalog().topic(IN));
      Topic out = requireNonNull(store.catalog().topic(OUT));
      while (isTime(until)) {
        SyncLevel sync = WorkingProcess.LEVELS.get(own.nextInt(WorkingProcess.LEVELS.size()));
        try (Consumer consumer =
            Consumer.join(
                store,
                GROUP,
                List.of(in),
                OffsetReset.EARLIEST,
                sync,
                GroupMember.DEFAULT_MAX_POLL_INTERVAL)) {
          new MemberAtWork(name, own, consumer, out).run(Math.min(until, soon(own.nextInt(1_500))));
        }
      }
    } catch (Throwable e) {
      ChildProcess.fail(e);
    }
  }

  private final class MemberAtWork {
    private final String name;
    private final SplittableRandom own;
    private final Consumer consumer;
    private final Topic out;
    private final TreeSet<Integer> touched = new TreeSet<>();

    MemberAtWork(String name, SplittableRandom own, Consumer consumer, Topic out) {
      this.name = name;
      this.own = own;
      this.consumer = consumer;
      this.out = out;
    }

    void run(long until) throws Exception {
      boolean handles = own.nextBoolean();
      while (isTime(until)) {
        touched.clear();
        if (handles) {
          handle();
        } else {
          pollAndCommit();
        }
        ChildProcess.say(name + touched.stream().map(p -> " " + p).collect(Collectors.joining()));
      }
    }

    /** Where it throws, what came before is committed. */
    private void handle() throws Exception {
      try {
        consumer.handle(
            WAIT,
            (record, transaction) -> {
              transform(record, transaction);
              if (own.nextInt(1_000) == 0) {
                throw new Clumsiness();
              }
              touched.add(record.partition());
            });
      } catch (Clumsiness e) {
        // That record comes again.
      }
    }

    private void pollAndCommit() {
      for (ConsumedRecord record : consumer.poll(WAIT)) {
        transform(record, consumer.transaction());
        touched.add(record.partition());
      }
      if (own.nextInt(30) == 0) {
        consumer.rollback();
        touched.clear();
      } else {
        consumer.commit();
      }
    }

    /** Its key takes it to the partition of the same number. */
    private void transform(ConsumedRecord record, Transaction transaction) {
      byte[] output = output(record.partition(), record.offset(), requireNonNull(record.value()));
      transaction.append(
          out,
          Transaction.ANY_PARTITION,
          record.timestamp(),
          record.key(),
          output,
          record.headers());
    }
  }
}
