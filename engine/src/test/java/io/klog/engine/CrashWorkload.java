package io.klog.engine;

import io.klog.GroupMember;
import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random work of one thread, by processes that close the file or are killed, with a model of what
 * the store holds. What has to survive a power cut is marked in the recording, as the number of
 * commits.
 */
final class CrashWorkload {
  static final String NAME = "file";

  /** Low, so that a few dozen commits meet folds, checkpoints, and links of the log. */
  static final Limits LIMITS = new Limits(2 << 10, 12 << 10, 96 << 10);

  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.CREATE, 1000, 1 << 20);

  private final SplittableRandom random;
  private final RecordingStorage recording;
  private final StoreModel model = new StoreModel();
  private KillableStorage process;
  private LogStore store;
  private int names;

  CrashWorkload(SplittableRandom random, RecordingStorage recording) {
    this.random = random;
    this.recording = recording;
    this.process = new KillableStorage(recording);
    this.store = open(process);
  }

  static LogStore open(Storage storage) {
    return new KlogFile(storage, LIMITS).openFile(NAME, OPTIONS);
  }

  StoreModel model() {
    return model;
  }

  void run(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      step();
    }
    if (random.nextBoolean()) {
      close();
    } else {
      process.kill();
    }
  }

  private void step() throws IOException {
    int kind = random.nextInt(100);
    if (model.topics().isEmpty() || (kind < 6 && model.topics().size() < 5)) {
      model.created(
          store.createTopic("t" + names++ % 7 + "-" + names, 1 + random.nextInt(3), Map.of()));
      acknowledged();
    } else if (kind < 9) {
      Topic topic = anyTopic();
      store.dropTopic(topic);
      model.dropped(topic);
      acknowledged();
    } else if (kind < 13) {
      close();
      reopen();
    } else if (kind < 16) {
      process.kill();
      reopen();
    } else if (kind < 22) {
      killDuring();
    } else {
      SyncLevel sync = anySync();
      if (transact(sync) && sync == SyncLevel.FULL) {
        acknowledged();
      }
    }
  }

  private void acknowledged() {
    recording.mark(model.commits());
  }

  private void close() {
    store.close();
    acknowledged();
  }

  private void reopen() {
    process = new KillableStorage(recording);
    store = open(process);
    model.verify(store, model.commits());
    acknowledged(); // what can be seen again is durable
  }

  /** The transaction that was cut off may be there or not; not in part. */
  private void killDuring() throws IOException {
    int before = model.commits();
    process.killAfter(random.nextInt(8));
    try {
      transact(anySync());
      if (random.nextInt(3) == 0) {
        store.close();
      }
    } catch (KlogException e) {
      // It is dead.
    }
    process.kill();
    process = new KillableStorage(recording);
    store = open(process);
    model.cutTo(model.verify(store, before));
    acknowledged();
  }

  /**
   * Changes the model first: who is killed meanwhile does not know.
   *
   * @return whether it committed in the end
   */
  private boolean transact(SyncLevel sync) {
    StoreModel.Change change = model.new Change();
    try (Transaction tx = store.begin(sync);
        GroupMember member = store.join("g" + random.nextInt(2), anyTopic())) {
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
        long offset = random.nextInt(1000);
        tx.position(member, partition, offset);
        change.move(member.group(), member.topic(), partition, offset);
      }
      if (random.nextInt(10) == 0) {
        return false; // rolls back
      }
      if (random.nextInt(10) == 0) {
        tx.pin();
      }
      change.commit();
      tx.commit();
      return true;
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
      StoreModel.Row row = StoreModel.Row.random(random, longest);
      tx.append(topic, partition, row.timestamp(), row.key(), row.value(), row.headers());
      change.append(topic, partition, row);
    }
  }

  private SyncLevel anySync() {
    return List.of(SyncLevel.FULL, SyncLevel.NORMAL, SyncLevel.OFF).get(random.nextInt(3));
  }

  private Topic anyTopic() {
    List<Topic> topics = model.topics();
    return topics.get(random.nextInt(topics.size()));
  }
}
