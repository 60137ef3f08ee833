package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.klog.Column;
import io.klog.Fault;
import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random work of one thread, by processes that take turns and close the file or are killed, with a
 * model of what the store holds. What has to survive a power cut is marked in the recording, as the
 * number of commits.
 */
final class CrashWorkload {
  static final String NAME = "file";

  /** Low, so that a few dozen commits meet folds, checkpoints, key indexes and links of the log. */
  private static final Limits BUFFERED =
      new Limits(2 << 10, 12 << 10, 96 << 10, 16 << 20, 8 << 10, false);

  /** And transactions that outgrow their buffers. */
  static final Limits LIMITS =
      new Limits(
          BUFFERED.inline(),
          BUFFERED.fold(),
          BUFFERED.checkpoint(),
          8 << 10,
          BUFFERED.keyIndex(),
          false);

  /** Records of a large topic, each a batch: more than an index block has entries. */
  private static final int LARGE = IndexBlock.ENTRIES + 20;

  static final OpenOptions OPTIONS = new OpenOptions(OpenOptions.Mode.CREATE, 1000, 1 << 20);

  private final SplittableRandom random;
  private final RecordingStorage recording;
  private final StoreModel model = new StoreModel();
  private final List<CrashingProcess> processes = new ArrayList<>();

  /** Chosen from for each transaction. */
  private final List<SyncLevel> levels;

  private int names;

  /** Whether there is a commit that the model does not know of yet. */
  private boolean creating;

  /** Whether the model has a commit of a dead process that may not have come about. */
  private boolean undecided;

  /** Whose turn it is. */
  private CrashingProcess current;

  /**
   * @param count processes that have the file open at once, by turns
   * @param buffered whether a transaction keeps all it has until it commits
   */
  CrashWorkload(SplittableRandom random, RecordingStorage recording, int count, boolean buffered) {
    this.random = random;
    this.recording = recording;
    this.levels =
        random.nextInt(3) > 0
            ? List.of(SyncLevel.FULL, SyncLevel.NORMAL, SyncLevel.OFF)
            : List.of(SyncLevel.FULL);
    for (int i = 0; i < count; i++) {
      this.processes.add(
          new CrashingProcess(recording, buffered ? BUFFERED : LIMITS, this::commitMeanwhile));
    }
    this.current = this.processes.get(0);
    this.processes.forEach(CrashingProcess::open);
  }

  static LogStore open(Storage storage) {
    return new KlogFile(storage, LIMITS).openFile(NAME, OPTIONS);
  }

  StoreModel model() {
    return model;
  }

  private LogStore store() {
    return current.store();
  }

  /** Whether nobody but the current process has the file open. */
  private boolean isAlone() {
    return processes.stream().allMatch(process -> process == current || !process.isOpen());
  }

  void run(int steps) throws IOException {
    doSteps(steps);
    end();
  }

  /**
   * In between, a topic with more than fits into one index block, which is dropped before the file
   * is closed: what lies behind it moves into its place, and the file gets shorter.
   */
  void runLarge(int steps) throws IOException {
    doSteps(steps / 3);
    Topic large = create();
    appendLong(large, LARGE);
    appendLong(create(), 10);
    doSteps(steps / 3);
    if (model.topics().contains(large)) {
      drop(large);
    }
    for (CrashingProcess process : processes) {
      current = process;
      close();
    }
    for (CrashingProcess process : processes) {
      current = process;
      reopen();
    }
    doSteps(steps / 3);
    end();
  }

  private void doSteps(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      current = processes.get(random.nextInt(processes.size()));
      step();
    }
  }

  private void end() throws IOException {
    boolean closes = random.nextBoolean();
    for (CrashingProcess process : processes) {
      current = process;
      if (closes) {
        close();
      } else {
        process.kill();
      }
    }
  }

  private void step() throws IOException {
    int kind = random.nextInt(100);
    if (model.topics().isEmpty() || (kind < 6 && model.topics().size() < 5)) {
      create();
    } else if (kind < 10) {
      drop(anyTopic());
    } else if (kind < 14) {
      close();
      reopen();
    } else if (kind < 17) {
      current.kill();
      reopen();
    } else if (kind < 23) {
      killDuring();
    } else if (kind < 26) {
      model.verifyExactly(store(), model.commits());
      backUp();
    } else if (kind < 30) {
      resetOrDrop("g" + random.nextInt(2));
    } else if (kind < 33) {
      alter(anyTopic());
    } else if (kind < 36) {
      createOrDropView("v" + random.nextInt(3));
    } else if (kind < 42) {
      delete(anyTopic());
    } else {
      SyncLevel sync = anySync();
      int commit = transact(sync);
      if (sync == SyncLevel.FULL && commit > 0) {
        acknowledged(commit);
      }
    }
  }

  /** So many commits have to survive. */
  private void acknowledged(int commits) {
    recording.mark(commits);
  }

  /** Others may commit while it is synced. */
  private void backUp() throws IOException {
    String copy = "copy" + names++;
    int before = model.commits();
    store().backup(copy);
    try (LogStore copied = new KlogFile(recording, LIMITS).openFile(copy, OPTIONS)) {
      model.verify(copied, before);
      assertEquals(List.of(), copied.check().stream().filter(f -> !ofGroup(f)).toList());
    }
    recording.delete(copy);
  }

  /** Groups are moved to anywhere. */
  private static boolean ofGroup(Fault fault) {
    return fault.where().startsWith("position of");
  }

  private Topic create() {
    String name = "t" + names++ % 7 + "-" + names;
    creating = true;
    Topic topic = store().createTopic(name, 1 + random.nextInt(3), Map.of());
    creating = false;
    model.created(topic);
    acknowledged(model.commits());
    return topic;
  }

  private void alter(Topic topic) {
    Topic known = Objects.requireNonNull(store().catalog().topic(topic.name()));
    Map<String, String> set = Map.of("cleanup.policy", random.nextBoolean() ? "compact" : "delete");
    List<Column> added =
        random.nextBoolean()
            ? List.of()
            : List.of(new Column("c" + known.columns().size(), "VARCHAR", false, true));
    List<Column> columns = new ArrayList<>(known.columns());
    columns.addAll(added);
    model.altered(new Topic(known.id(), known.name(), known.partitions(), set, columns));
    int commit = model.commits();
    store().alterTopic(topic, added, set, Set.of());
    acknowledged(commit);
  }

  private void createOrDropView(String name) {
    boolean drops = model.views().containsKey(name) && random.nextBoolean();
    View view = new View(name, "SELECT " + "1".repeat(random.nextInt(3_000)));
    model.view(name, drops ? null : view.sql());
    int commit = model.commits();
    if (drops) {
      store().dropView(name);
    } else {
      store().createView(view, true);
    }
    acknowledged(commit);
  }

  private void delete(Topic topic) {
    long[] offsets = new long[topic.partitions()];
    for (int p = 0; p < offsets.length; p++) {
      int start = model.start(topic, p);
      int end = model.end(topic, p);
      offsets[p] =
          switch (random.nextInt(4)) {
            case 0 -> end;
            case 1 -> 0;
            default -> start + random.nextInt(end - start + 1);
          };
    }
    int before = model.commits();
    model.deleted(topic, offsets);
    int commit = model.commits();
    store().deleteRecords(topic, offsets);
    if (commit > before) {
      acknowledged(commit);
    }
  }

  private void drop(Topic topic) {
    model.dropped(topic);
    int commit = model.commits();
    store().dropTopic(topic);
    acknowledged(commit);
  }

  /** Of a group whose members have left, or were killed. */
  private void resetOrDrop(String group) {
    if (model.hasGroup(group) && random.nextBoolean()) {
      model.droppedGroup(group);
      int commit = model.commits();
      store().dropGroup(group);
      acknowledged(commit);
      return;
    }
    Topic topic = anyTopic();
    StoreModel.Change change = model.new Change();
    long[] offsets = new long[topic.partitions()];
    for (int p = 0; p < offsets.length; p++) {
      offsets[p] = random.nextInt(model.end(topic, p) + 1);
      change.move(group, topic, p, offsets[p]);
    }
    change.commit();
    int commit = model.commits();
    store().resetPositions(group, topic, offsets, random.nextBoolean());
    acknowledged(commit);
  }

  /** The last to close makes everything durable. */
  private void close() {
    boolean last = isAlone();
    current.close();
    if (last) {
      acknowledged(model.commits());
    }
  }

  /** What the first to open sees is durable, for it is new to nobody. */
  private void reopen() {
    boolean first = isAlone();
    current.open();
    model.verifyExactly(store(), model.commits());
    if (first) {
      acknowledged(model.commits());
    }
  }

  /** The transaction that was cut off may be there or not; not in part. */
  private void killDuring() throws IOException {
    int before = model.commits();
    current.killAfter(random.nextInt(8));
    boolean again = random.nextBoolean();
    try {
      if (again) {
        appendAlike(weakest());
      } else {
        transact(anySync());
      }
      if (random.nextInt(3) == 0) {
        current.close();
      }
    } catch (KlogException e) {
      // It is dead.
    }
    current.kill();
    undecided = true;
    boolean first = isAlone();
    current.open();
    if (!first) {
      decide();
    }
    model.cutTo(model.verify(store(), before));
    undecided = false;
    if (first) {
      acknowledged(model.commits());
    }
    if (again) {
      appendAlike(anySync());
    }
  }

  /** Who takes the writer's lock next keeps or drops what the dead one left. */
  private void decide() {
    try (Transaction tx = store().begin(SyncLevel.OFF)) {
      tx.pin();
    }
  }

  /**
   * Changes the model first: who is killed meanwhile does not know.
   *
   * @return the number of the newest commit when it committed; 0 when it did not in the end
   */
  private int transact(SyncLevel sync) {
    StoreModel.Change change = model.new Change();
    // The transaction ends before the member leaves, who needs the lock for that.
    try (GroupMember member = store().join("g" + random.nextInt(2), anyTopic());
        Transaction tx = store().begin(sync)) {
      append(tx, change, 1);
      while (random.nextInt(3) == 0) {
        append(tx, change, 4);
      }
      if (random.nextInt(3) == 0) {
        Transaction.Savepoint savepoint = tx.savepoint();
        append(tx, model.new Change(), 3);
        tx.rollbackTo(savepoint);
      }
      if (random.nextInt(3) == 0) {
        int partition = random.nextInt(member.topic().partitions());
        long offset = random.nextInt(model.end(member.topic(), partition) + 1);
        tx.position(member, partition, offset);
        change.move(member.group(), member.topic(), partition, offset);
      }
      if (random.nextInt(10) == 0) {
        return 0; // rolls back
      }
      if (random.nextInt(10) == 0) {
        tx.pin();
      }
      change.commit();
      int commit = model.commits();
      tx.commit();
      return commit;
    }
  }

  private void append(Transaction tx, StoreModel.Change change, int most) {
    Topic topic = anyTopic();
    int partition = random.nextInt(topic.partitions());
    int count = 1 + random.nextInt(most);
    int longest = 100;
    int size = random.nextInt(20);
    if (size == 0) {
      longest = 24 << 10;
    } else if (size == 1) {
      count = 100;
    }
    for (int i = 0; i < count; i++) {
      append(tx, change, topic, partition, StoreModel.Row.random(random, longest));
    }
  }

  /**
   * Small or staged, while a sync lasts that another commit waits for, or a checkpoint. Where all
   * wait for syncs, it only looks: nothing is to be seen that is not durable.
   */
  private void commitMeanwhile() {
    LogStore store = processes.get(random.nextInt(processes.size())).hasty();
    if (store == null || creating || undecided || random.nextBoolean()) {
      return;
    }
    if (model.topics().isEmpty()) {
      return;
    }
    if (weakest() == SyncLevel.FULL) {
      look(store);
      return;
    }
    int before = model.commits();
    StoreModel.Change change = model.new Change();
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      append(tx, change, 1);
      if (random.nextBoolean()) { // into pages that were given back, if they may be used already
        append(tx, change, anyTopic(), 0, StoreModel.Row.random(random, 64 << 10));
      }
      change.commit();
      tx.commit();
    } catch (KlogException e) {
      if (e.reason() == Reason.BUSY) {
        model.cutTo(before); // the sync is one that keeps others out
      } else {
        undecided = true; // it was killed: nobody else may commit behind what may not be there
      }
    }
  }

  private void look(LogStore store) {
    try {
      acknowledged(model.verify(store, 0));
    } catch (KlogException e) {
      // It is dead.
    }
  }

  /**
   * One staged batch that is as long as any other of these and holds other bytes, at the end of the
   * newest topic: where one was cut off, its place is taken by one that looks like it.
   */
  private void appendAlike(SyncLevel sync) {
    Topic topic = model.topics().get(model.topics().size() - 1);
    StoreModel.Change change = model.new Change();
    try (Transaction tx = store().begin(sync)) {
      byte[] value = new byte[3 << 10];
      random.nextBytes(value);
      append(tx, change, topic, 0, new StoreModel.Row(0, null, value, Headers.NONE));
      change.commit();
      int commit = model.commits();
      tx.commit();
      if (sync == SyncLevel.FULL) {
        acknowledged(commit);
      }
    }
  }

  /** Records that make a batch each, in the first partition. */
  private void appendLong(Topic topic, int records) {
    StoreModel.Change change = model.new Change();
    try (Transaction tx = store().begin(weakest())) {
      for (int i = 0; i < records; i++) {
        byte[] value = new byte[BatchBuilder.TARGET_LENGTH];
        random.nextBytes(value);
        append(tx, change, topic, 0, new StoreModel.Row(i, null, value, Headers.NONE));
      }
      change.commit();
      tx.commit();
    }
  }

  private static void append(
      Transaction tx, StoreModel.Change change, Topic topic, int partition, StoreModel.Row row) {
    row.append(tx, topic, partition);
    change.append(topic, partition, row);
  }

  private SyncLevel anySync() {
    return levels.get(random.nextInt(levels.size()));
  }

  private SyncLevel weakest() {
    return levels.get(levels.size() - 1);
  }

  private Topic anyTopic() {
    List<Topic> topics = model.topics();
    return topics.get(random.nextInt(topics.size()));
  }
}
