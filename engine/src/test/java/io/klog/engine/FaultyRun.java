package io.klog.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One store on a device that fails, and a model of what it has to hold.
 *
 * <p>A scenario calls the steps, first those that prepare, then, with the {@link Fault} armed,
 * those that matter. A step that is refused changes nothing, and the next one is tried. Where the
 * outcome of a step is unknown, or something else than a refusal is thrown, the other steps are
 * left out. {@link #judge} then looks at what is left.
 */
final class FaultyRun {
  static final String NAME = "faulty.klog";

  /** How the process ends that met the fault. */
  enum Ending {
    CLOSED,
    KILLED,
    /** Before anything else was asked of it: what it left in the file is not overwritten. */
    KILLED_AT_ONCE
  }

  private static final OpenOptions WRITING =
      new OpenOptions(OpenOptions.Mode.CREATE, 20_000, 1 << 20);
  private static final OpenOptions IMPATIENT = new OpenOptions(OpenOptions.Mode.CREATE, 0, 1 << 20);
  private static final OpenOptions READING = new OpenOptions(OpenOptions.Mode.READ, 0, 1 << 20);

  private final ExecutorService threads;
  private final IntConsumer durable;
  private final FailingStorage storage;
  private final StoreModel model = new StoreModel();
  private final SplittableRandom random = new SplittableRandom(1);

  private final StoreProcess process;
  private OpenOptions options = WRITING;

  private @Nullable Fault fault;
  private long failuresBefore;
  // The model's commits that are there for certain; it has at most one more.
  private int acknowledged;
  // Whether the fault has made an outcome uncertain: no more steps then.
  private boolean over;
  // Whether the store said so itself, and not only something was thrown.
  private boolean failed;
  // The topic whose creation nobody knows the outcome of.
  private @Nullable String halfCreated;
  private @Nullable CommittingThreads committing;

  /**
   * @param threads for what has to be done by another thread
   * @param durable told how many commits are durable, whenever the store said so
   */
  FaultyRun(Storage device, Limits limits, ExecutorService threads, IntConsumer durable) {
    this.threads = threads;
    this.durable = durable;
    this.storage = new FailingStorage(device);
    this.process = new StoreProcess(storage, limits, NAME);
  }

  StoreModel model() {
    return model;
  }

  /** From here on the steps are those of the scenario itself. */
  void arm(Fault armed) {
    fault = armed;
    failuresBefore = storage.failures();
    armed.arm(storage);
  }

  /** Whether the fault has shown itself at all. */
  boolean isFaulted() {
    return storage.failures() > failuresBefore;
  }

  // Steps.

  void open() {
    attempt(true, this::opened);
  }

  void openReading() {
    options = READING;
    attempt(false, this::opened);
  }

  void close() {
    attempt(true, process::close);
  }

  void kill() {
    process.kill();
  }

  /** Left out where there is such a topic: it could not be dropped. */
  void create(String name) {
    if (has(name)) {
      return;
    }
    attempt(
        true,
        () -> {
          halfCreated = name;
          Topic topic = opened().createTopic(name, 1, Map.of());
          halfCreated = null;
          model.created(topic);
        });
  }

  /** Left out, as all that needs the topic, where it could not be created. */
  void drop(String name) {
    if (!has(name)) {
      return;
    }
    attempt(
        true,
        () -> {
          LogStore open = opened();
          Topic topic = topic(name);
          model.dropped(topic);
          open.dropTopic(topic);
        });
  }

  void insert(String topic, int rows, int size, SyncLevel sync) {
    if (has(topic)) {
      commit(sync, (tx, change) -> append(tx, change, topic, rows, size));
    }
  }

  void move(String group, String topic, long offset, SyncLevel sync) {
    attempt(
        sync == SyncLevel.FULL,
        () -> {
          StoreModel.Change change = model.new Change();
          try (GroupMember member = opened().join(group, topic(topic));
              Transaction tx = opened().begin(sync)) {
            tx.position(member, 0, offset);
            change.move(group, topic(topic), 0, offset);
            change.commit();
            tx.commit();
            acknowledged = model.commits(); // should the member fail to leave
          }
        });
  }

  /** One transaction of whatever the work does to it and to the model. */
  void commit(SyncLevel sync, BiConsumer<Transaction, StoreModel.Change> work) {
    attempt(
        sync == SyncLevel.FULL,
        () -> {
          StoreModel.Change change = model.new Change();
          try (Transaction tx = opened().begin(sync)) {
            work.accept(tx, change);
            change.commit();
            tx.commit();
          }
        });
  }

  void append(Transaction tx, StoreModel.Change change, String topic, int rows, int size) {
    for (int i = 0; i < rows; i++) {
      StoreModel.Row row = StoreModel.Row.random(random, size);
      tx.append(topic(topic), 0, row.timestamp(), row.key(), row.value(), row.headers());
      change.append(topic(topic), 0, row);
    }
  }

  /** Takes the lock before it appends, as who wants to know the offsets does. */
  void insertPinned(String name, int rows, int size, SyncLevel sync) {
    commit(
        sync,
        (tx, change) -> {
          Topic topic = topic(name);
          append(tx, change, name, 1, size);
          long end = opened().snapshot(List.of(topic)).endOffset(topic, 0);
          tx.pin();
          assertEquals(end, tx.baseOffset(topic, 0));
          append(tx, change, name, rows - 1, size);
          assertEquals(end, tx.baseOffset(topic, 0));
        });
  }

  /** Reads all there is. */
  void read() {
    attempt(false, () -> model.verifyExactly(opened(), model.commits()));
  }

  /** Several threads at once, each with commits of its own to a topic of its own. */
  void commitTogether(List<String> topics, int commits) {
    if (over) {
      return;
    }
    CommittingThreads running =
        new CommittingThreads(opened(), topics.stream().map(this::topic).toList(), commits);
    committing = running;
    for (Throwable problem : running.run(threads)) {
      judge(problem);
    }
    running.takeAcknowledged(model);
    acknowledged = model.commits();
  }

  private boolean has(String name) {
    return model.topics().stream().anyMatch(topic -> topic.name().equals(name));
  }

  private Topic topic(String name) {
    return requireNonNull(
        model.topics().stream().filter(t -> t.name().equals(name)).findAny().orElse(null), name);
  }

  /** Opens it where that failed before, too. */
  private LogStore opened() {
    return process.open(options);
  }

  private void attempt(boolean durably, Runnable step) {
    if (over) {
      return;
    }
    long failures = storage.failures();
    try {
      step.run();
      acknowledged = model.commits();
      if (durably) {
        durable.accept(acknowledged);
      }
      return;
    } catch (KlogException e) {
      judge(e);
      if (!over || storage.failures() == failures) {
        assertTrue(over || storage.failures() > failures, () -> "refused without need: " + e);
        model.cutTo(acknowledged);
        halfCreated = null;
      }
    } catch (RuntimeException | Error e) {
      judge(e);
    }
  }

  /** What a step threw has to be explained by the fault. */
  private void judge(Throwable thrown) {
    Fault armed = fault;
    if (armed == null) {
      throw new AssertionError("failed without a fault: " + thrown, thrown);
    }
    if (thrown instanceof KlogException e) {
      if (!armed.explains(e.reason()) || !String.valueOf(e.getMessage()).contains(NAME)) {
        throw new AssertionError("told " + e.reason() + ": " + e.getMessage(), e);
      }
      failed |= e.reason() == Reason.OUTCOME_UNKNOWN || e.reason() == Reason.FAILED;
      over |= failed;
    } else if (armed.threw(thrown)) {
      over = true;
    } else {
      throw new AssertionError("thrown: " + thrown, thrown);
    }
  }

  // What must hold afterwards.

  /** Heals the device and looks whether all is well with the store and the file. */
  void judge(Ending ending) {
    storage.heal();
    fault = null;
    LogStore open = process.store();
    if (open != null && ending != Ending.KILLED_AT_ONCE) {
      if (open.isReadOnly()) {
        model.verifyExactly(open, acknowledged);
      } else {
        judgeOpen(open);
      }
    }
    end(ending);
    assertEquals(0, storage.syncsRetried(), "a sync that failed was tried again");
    options = WRITING;
    settle();
    over = false;
    goOn("after");
    close();
    open();
    read();
    close();
  }

  /** It works, or has failed as a whole and says so. */
  private void judgeOpen(LogStore open) {
    if (isWorking(open)) {
      assertTrue(!failed, "the store has failed and goes on");
      if (committing != null) {
        committing.forgetDoubtful();
      }
      model.cutTo(acknowledged);
      halfCreated = null;
      model.created(requireNonNull(open.catalog().topic("probe")));
      over = false;
      judgeLock(open);
      read();
      goOn("more");
    } else {
      failed = true;
      takeHalfCreated(open);
      if (committing == null) {
        model.verify(open, acknowledged);
      }
    }
  }

  /** A lock that was let go of twice would let two in. */
  private void judgeLock(LogStore open) {
    try (Transaction first = open.begin(SyncLevel.OFF);
        LogStore beside = process.openBeside(IMPATIENT);
        Transaction second = beside.begin(SyncLevel.OFF)) {
      first.pin();
      KlogException e = assertThrows(KlogException.class, second::pin);
      assertEquals(Reason.BUSY, e.reason(), e.getMessage());
    }
  }

  private void takeHalfCreated(LogStore open) {
    String name = halfCreated;
    Topic created = name == null ? null : open.catalog().topic(name);
    if (created != null) {
      model.created(created);
      halfCreated = null;
    }
  }

  /** Asks another thread: no lock may have been left with this one. */
  private boolean isWorking(LogStore open) {
    KlogException e =
        CommittingThreads.get(
            threads.submit(
                () -> {
                  try {
                    open.createTopic("probe", 1, Map.of());
                    return null;
                  } catch (KlogException told) {
                    return told;
                  }
                }));
    if (e != null) {
      assertEquals(Reason.FAILED, e.reason(), e.getMessage());
    }
    return e == null;
  }

  private void end(Ending ending) {
    if (ending != Ending.CLOSED) {
      process.kill();
      return;
    }
    try {
      process.close();
    } catch (KlogException e) {
      assertTrue(failed, () -> "cannot be closed: " + e);
    }
  }

  /** The file was opened anew: now it is known what had an unknown outcome. */
  private void settle() {
    LogStore open = opened();
    takeHalfCreated(open);
    halfCreated = null;
    if (committing != null) {
      committing.takeDoubtful(open, model);
      acknowledged = model.commits();
    }
    acknowledged = model.verify(open, acknowledged);
    model.cutTo(acknowledged);
    failed = false;
  }

  /** New commits, small and large. */
  private void goOn(String name) {
    create(name);
    insert(name, 2, 100, SyncLevel.FULL);
    insert(name, 30, 300, SyncLevel.OFF);
    insert(name, 2, 100, SyncLevel.NORMAL);
    read();
    assertNotNull(opened().catalog().topic(name));
  }
}
