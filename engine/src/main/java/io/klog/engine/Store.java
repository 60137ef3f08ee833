package io.klog.engine;

import io.klog.Fault;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Membership;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open file, shared by all who have it open in this JVM. Commits go: buffer, writer's lock,
 * file, then (by sync level) group commit, then publisher. Reads ask the publisher and take no
 * lock, but to follow what other processes have committed.
 */
final class Store {
  private final StorageFile file;
  private final SharedPage page;
  // Null for one that only reads.
  private final FileLocks.@Nullable Slot slot;
  private final WriterLock writerLock;
  private final Replica replica;
  private final Writer writer;
  private final Checkpoints checkpoints;
  // Null for one that only reads.
  private final @Nullable Leaving leaving;
  private final Publisher publisher;
  private final GroupCommit groupCommit;
  private final GroupChanges groupChanges;
  private final Groups groups;
  private final Watcher watcher;
  private final SegmentReader segmentReader;
  private final ReadBuffers readBuffers = new ReadBuffers();
  private final long transactionBuffer;
  private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();
  // Set once, by the last closer.
  private volatile boolean closed;

  Store(
      Storage storage,
      StorageFile file,
      Limits limits,
      FileLocks locks,
      SharedPage page,
      FileLocks.@Nullable Slot slot,
      StoreLoader.Loaded loaded,
      boolean live)
      throws IOException {
    this.file = file;
    this.page = page;
    this.slot = slot;
    publisher = new Publisher();
    groupCommit = new GroupCommit(file, page, publisher);
    writerLock = new WriterLock(storage, file, locks, page);
    replica =
        new Replica(file, page, slot == null, publisher, writerLock, groupCommit, loaded, live);
    writer = new Writer(storage, file, replica, page, publisher, groupCommit, limits);
    checkpoints = new Checkpoints(file, locks, page, replica, writer, writerLock, groupCommit);
    leaving =
        slot == null
            ? null
            : new Leaving(locks, page, slot, writerLock, replica, writer, checkpoints);
    groupChanges = new GroupChanges(this, replica, writer, publisher);
    groups = new Groups(storage, file, locks, page, publisher, groupChanges);
    watcher = new Watcher(limits.threads(), writerLock, publisher, groups, this::refresh);
    segmentReader = new SegmentReader(file);
    transactionBuffer = limits.buffer();
  }

  String name() {
    return file.name();
  }

  boolean isReadOnly() {
    return slot == null;
  }

  /** Whether no other process can have the file open for writing. */
  boolean isExclusive() {
    return slot != null && slot.exclusive();
  }

  Groups groups() {
    return groups;
  }

  CatalogVersion catalog() {
    refresh();
    return publisher.catalog();
  }

  /** Shows what other processes have committed meanwhile. */
  void refresh() {
    try {
      replica.refresh();
    } catch (IOException e) {
      requireOpen();
      throw failed("read what other processes committed", e);
    }
  }

  SegmentReader segmentReader() {
    return segmentReader;
  }

  ReadBuffers readBuffers() {
    return readBuffers;
  }

  <T> T shared(Class<T> type, Supplier<T> create) {
    return type.cast(shared.computeIfAbsent(type, t -> create.get()));
  }

  void requireOpen() {
    if (closed) {
      throw new KlogException(Reason.CLOSED, file.name() + " is closed");
    }
  }

  /**
   * @throws KlogException UNKNOWN_TOPIC
   */
  TopicState requireTopic(Topic topic) {
    TopicState state = publisher.catalog().state(topic.id());
    if (state == null) {
      throw dropped(topic);
    }
    return state;
  }

  /** For a reader who did not get what he expected. */
  void requireReadable(Topic topic) {
    requireOpen();
    refresh();
    requireTopic(topic);
  }

  private static KlogException dropped(Topic topic) {
    return new KlogException(Reason.UNKNOWN_TOPIC, "topic " + topic.name() + " was dropped");
  }

  Snapshot snapshot(Collection<Topic> topics) {
    requireOpen();
    refresh();
    return new StoreSnapshot(this, publisher.sight(topics));
  }

  /**
   * Waits until more can be seen than was in sight, in this process or another.
   *
   * @return false when the time was up, the caller gave up, or the thread was interrupted, before
   */
  boolean awaitNews(Publisher.Sight sight, long nanos, BooleanSupplier isGivenUp) {
    requireOpen();
    boolean news = publisher.await(sight, nanos, isGivenUp, watcher::watch);
    requireOpen();
    return news;
  }

  GroupMember join(
      Object owner,
      String group,
      Topic topic,
      long maxPollIntervalMillis,
      Groups.Regrouping.Access access) {
    requireReadable(topic);
    return groups.join(owner, group, topic, maxPollIntervalMillis, access);
  }

  GroupChanges groupChanges() {
    return groupChanges;
  }

  Collection<Membership> memberships() {
    refresh();
    return groups.memberships(publisher.catalog());
  }

  /** Has the watcher look after what was just begun. */
  void watch() {
    watcher.watch();
  }

  void wake() {
    publisher.wake();
  }

  Collection<GroupPosition> groupPositions() {
    List<GroupPosition> result = new ArrayList<>();
    refresh();
    CatalogVersion known = publisher.catalog();
    for (Map.Entry<PositionKey, Long> entry : publisher.positions()) {
      PositionKey key = entry.getKey();
      TopicState state = known.state(key.topicId());
      if (state != null) {
        result.add(
            new GroupPosition(key.group(), state.topic(), key.partition(), entry.getValue()));
      }
    }
    return result;
  }

  List<Fault> check() {
    requireOpen();
    try {
      return LogChecker.check(file, this::visible, id -> catalog().state(id) != null);
    } catch (IOException e) {
      requireOpen();
      throw failed("check", e);
    }
  }

  private Publisher.Visible visible() {
    refresh();
    return publisher.visible();
  }

  /** Bytes of batches that a transaction keeps on the heap. */
  long transactionBuffer() {
    return transactionBuffer;
  }

  /** Takes the writer's lock, ready to commit. */
  void lockForWriting(long busyTimeoutMillis) {
    lockForWriting(busyTimeoutMillis, () -> false);
  }

  /**
   * The same.
   *
   * @param isGivenUp asked again and again: whether to wait no more
   */
  void lockForWriting(long busyTimeoutMillis, BooleanSupplier isGivenUp) {
    requireWritable();
    try {
      writerLock.acquire(busyTimeoutMillis, isGivenUp);
      makeReady();
    } catch (IOException e) {
      throw notCommitted("begin to write", e);
    }
  }

  /** The same if the lock is to be had at once, or about so. */
  boolean tryLockForWriting() {
    requireWritable();
    try {
      if (!writerLock.tryAcquireKept()) {
        return false;
      }
      makeReady();
      return true;
    } catch (IOException e) {
      throw notCommitted("begin to write", e);
    }
  }

  private void requireWritable() {
    if (isReadOnly()) {
      throw new KlogException(Reason.READ_ONLY, file.name() + " is open for reading only");
    }
  }

  /** With the writer's lock, which is let go of where this fails. */
  private void makeReady() throws IOException {
    boolean ready = false;
    try {
      replica.lock();
      try {
        requireOpen();
        requireOwned();
        writer.makeReady();
        ready = true;
      } finally {
        replica.unlock();
      }
    } finally {
      if (!ready) {
        writerLock.release(false);
      }
    }
  }

  /** Under the writer's lock. */
  void requireOwned() throws IOException {
    groupCommit.failIfFailed();
    try {
      page.verify(writerLock.isSettled());
    } catch (SharedPage.LostFileException e) {
      groupCommit.fail(e);
      groupCommit.failIfFailed();
    }
  }

  /**
   * By who has the writer's lock: waits until all that was committed before can be seen, so that
   * what he decides by it is not out of date.
   */
  void showCommitted() {
    if (publisher.isWaiting()) {
      long newest = replica.log().commitId();
      groupCommit.staged(newest);
      groupCommit.await(newest);
    }
  }

  /** Gives up what the transaction has written, and lets go of the writer's lock. */
  void giveUpAndUnlock(@Nullable Spill spill) {
    try {
      if (spill != null) {
        replica.lock();
        try {
          spill.giveUp();
        } finally {
          replica.unlock();
        }
      }
    } finally {
      writerLock.release(false);
    }
  }

  /**
   * Writes what a transaction has in its buffer behind what is committed. By who has the writer's
   * lock; should this fail, nothing was written, unless the spill is broken.
   *
   * @param before what it has written already, if anything
   */
  Spill spill(@Nullable Spill before, Map<PartitionState, BatchBuilder> batches) {
    replica.lock();
    try {
      requireOwned();
      requireStaged(batches.keySet());
      Spill spill = before == null ? writer.newSpill() : before;
      writer.spill(spill, batches);
      return spill;
    } catch (IOException e) {
      throw notCommitted("write a part of a large transaction", e);
    } finally {
      replica.unlock();
    }
  }

  /** Takes back a part of what was written: {@link Spill#cutTo}. */
  void cutSpill(
      Spill spill, Map<PartitionState, Long> records, Map<PartitionState, BatchBuilder> batches) {
    replica.lock();
    try {
      spill.cutTo(records, batches);
    } catch (IOException e) {
      throw failed("go back to a savepoint of a large transaction", e);
    } finally {
      replica.unlock();
    }
  }

  /**
   * Commits and lets go of the writer's lock, whatever comes; then waits for what the sync level
   * wants.
   *
   * @param spill what the transaction has written before, if anything
   * @param pinned whether the lock was taken some time ago, and may have been lost since
   * @return the offset that each partition's first record got
   */
  Map<PartitionState, Long> commitAndUnlock(
      @Nullable Spill spill,
      Map<PartitionState, BatchBuilder> batches,
      Collection<Groups.Move> positions,
      SyncLevel sync,
      boolean pinned) {
    Map<PartitionState, Long> bases = new HashMap<>();
    commitLocked(
        "commit",
        () -> {
          try {
            if (pinned) {
              requireOwned();
            }
            requireStaged(batches.keySet());
            requireReached(positions, spill, batches);
            batches.forEach((partition, b) -> bases.put(partition, partition.staged().endOffset()));
            List<Change> moved = new ArrayList<>(positions.size());
            positions.forEach(move -> moved.add(move.change()));
            boolean shown = sync != SyncLevel.FULL;
            if (spill == null) {
              return new Committed(writer.commit(batches, moved, shown), sync);
            }
            spill.forEach((partition, n) -> bases.put(partition, partition.staged().endOffset()));
            return new Committed(writer.commit(spill, batches, moved, shown), sync);
          } finally {
            if (spill != null) {
              spill.giveUp(); // what was not committed
            }
          }
        },
        false);
    return bases;
  }

  /**
   * What was committed.
   *
   * @param sync what to wait for until it can be seen
   */
  record Committed(long commitId, SyncLevel sync) {
    /** There was nothing to commit. */
    static final Committed NOTHING = new Committed(0, SyncLevel.OFF);
  }

  /** Writes a commit. */
  interface Committer {
    Committed commit() throws IOException;
  }

  /**
   * By who has the writer's lock, which is let go of, whatever comes, unless it is held on to; then
   * waits for what the sync level wants.
   */
  void commitLocked(String what, Committer committer, boolean held) {
    Committed committed;
    boolean due;
    boolean keep = false;
    try {
      replica.lock();
      try {
        committed = committer.commit();
        due = writer.isCheckpointDue();
        // While it waits for the device, others may write.
        keep = committed.sync != SyncLevel.FULL && watcher.watch();
      } finally {
        replica.unlock();
      }
    } catch (IOException e) {
      throw notCommitted(what, e);
    } finally {
      if (!held) {
        writerLock.release(keep);
      }
    }
    finish(committed, due);
  }

  private void requireStaged(Collection<PartitionState> partitions) {
    CatalogVersion staged = replica.state().catalog();
    for (PartitionState partition : partitions) {
      if (staged.state(partition.topic().id()) == null) {
        throw dropped(partition.topic());
      }
    }
  }

  /** A position lies within its partition, as that is after the commit. */
  private void requireReached(
      Collection<Groups.Move> positions,
      @Nullable Spill spill,
      Map<PartitionState, BatchBuilder> batches) {
    CatalogVersion staged = replica.state().catalog();
    for (Groups.Move move : positions) {
      TopicState topic = staged.state(move.key().topicId());
      if (topic == null) {
        throw new KlogException(
            Reason.UNKNOWN_TOPIC,
            "the topic that consumer group " + move.key().group() + " reads was dropped");
      }
      move.requireOwned(replica.state().group(move.key()));
      Change.PositionMoved moved = move.change();
      PartitionState partition = topic.partition(moved.partition());
      BatchBuilder batch = batches.get(partition);
      long end = partition.staged().endOffset();
      end += batch == null ? 0 : batch.records();
      end += spill == null ? 0 : spill.records(partition);
      if (moved.offset() > end) {
        throw new KlogException(
            Reason.INVALID_ARGUMENT,
            String.format(
                "consumer group %s cannot stand at offset %d in partition %d of topic %s, which"
                    + " ends at %d",
                moved.group(), moved.offset(), moved.partition(), topic.topic().name(), end));
      }
    }
  }

  private void finish(Committed committed, boolean checkpointDue) {
    if (committed.sync == SyncLevel.FULL) {
      groupCommit.await(committed.commitId);
    } else {
      publisher.publish(committed.commitId);
    }
    if (checkpointDue) {
      checkpoints.writeIfDue();
    }
  }

  Topic createTopic(
      String name, int partitions, Map<String, String> topicOptions, long busyTimeoutMillis) {
    TopicRules.check(name, partitions, topicOptions);
    lockForWriting(busyTimeoutMillis);
    List<Topic> created = new ArrayList<>(1);
    commitLocked(
        "create topic " + name,
        () -> {
          requireNew(name);
          long id = replica.state().nextTopicId();
          created.add(new Topic(id, name, partitions, topicOptions));
          return new Committed(writer.createTopic(created.get(0)), SyncLevel.FULL);
        },
        false);
    return created.get(0);
  }

  private void requireNew(String name) {
    Topic existing = replica.state().catalog().topic(name);
    if (existing != null) {
      throw new KlogException(
          Reason.TOPIC_EXISTS,
          "topic "
              + existing.name()
              + " exists"
              + (existing.name().equals(name) ? "" : "; names that differ only by case are one"));
    }
  }

  void dropTopic(Topic topic, long busyTimeoutMillis) {
    lockForWriting(busyTimeoutMillis);
    commitLocked(
        "drop topic " + topic.name(),
        () -> {
          if (replica.state().catalog().state(topic.id()) == null) {
            throw dropped(topic);
          }
          return new Committed(writer.dropTopic(topic), SyncLevel.FULL);
        },
        false);
  }

  /**
   * Leaves the file. The last of all processes to have it open for writing checkpoints what was
   * written, and trims the file if nobody reads it. By one who has the store alone in this process.
   *
   * @param busyTimeoutMillis how long to wait for a transaction that was never ended
   */
  void close(long busyTimeoutMillis) {
    KlogException problem = null;
    try {
      if (leaving != null) {
        leaving.leave(busyTimeoutMillis, this::end);
      }
    } catch (StorageFullException e) {
      // What was committed is in the log; the next opener recovers it from there.
      System.getLogger(Store.class.getName())
          .log(System.Logger.Level.DEBUG, file.name() + ": closed without a checkpoint", e);
    } catch (IOException e) {
      problem = failed("close", e);
    } catch (KlogException e) {
      problem = e;
    } catch (RuntimeException | Error e) {
      // A mistake of ours: the file has to be free all the same.
      problem = new KlogException(Reason.IO, file.name() + ": cannot close: " + e, e);
    }
    closeFile(problem);
  }

  /** Under the locks of this process. */
  private void end() throws IOException {
    closed = true;
    requireOwned();
  }

  private void closeFile(@Nullable KlogException problem) {
    closed = true;
    watcher.stop();
    publisher.endWaiting();
    KlogException result = problem;
    try {
      file.close();
    } catch (IOException e) {
      if (result == null) {
        result = failed("close", e);
      } else {
        result.addSuppressed(e);
      }
    }
    if (result != null) {
      throw result;
    }
  }

  /** Unless the store failed with it: then nobody knows. */
  private KlogException notCommitted(String what, IOException e) {
    groupCommit.failIfFailed();
    return failed(what, e);
  }

  private KlogException failed(String what, IOException e) {
    if (e instanceof StorageFullException) {
      return new KlogException(
          Reason.DISK_FULL,
          file.name()
              + ": cannot "
              + what
              + ", the device is full; nothing was changed: "
              + e.getMessage(),
          e);
    }
    return new KlogException(
        Reason.IO, file.name() + ": cannot " + what + ": " + e.getMessage(), e);
  }
}
