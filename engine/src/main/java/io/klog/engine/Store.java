package io.klog.engine;

import io.klog.Fault;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
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
  private final Groups groups;
  private final Watcher watcher;
  private final SegmentReader segmentReader;
  private final ReadBuffers readBuffers = new ReadBuffers();
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
    groups = new Groups(file, locks, publisher);
    watcher = new Watcher(limits.threads(), writerLock, publisher, this::refresh);
    segmentReader = new SegmentReader(file);
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
  private void refresh() {
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
    return new StoreSnapshot(this, publisher.views(topics));
  }

  /**
   * Waits until more can be seen than the views show, in this process or another.
   *
   * @return false when the time was up, the caller gave up, or the thread was interrupted, before
   */
  boolean awaitNews(Map<Long, PartitionView[]> views, long nanos, BooleanSupplier isGivenUp) {
    requireOpen();
    boolean news = publisher.await(views, nanos, isGivenUp, watcher::watch);
    requireOpen();
    return news;
  }

  /**
   * Joins a group. A member before, of another process, may have died before its last commit was
   * durable; that may come about all the same, so it is made to, before anybody goes on from there.
   */
  GroupMember join(String group, Topic topic, long busyTimeoutMillis) {
    requireReadable(topic);
    GroupMember member = groups.join(group, topic);
    boolean joined = false;
    try {
      refresh();
      adoptUnseen(busyTimeoutMillis);
      joined = true;
      return member;
    } finally {
      if (!joined) {
        member.close();
      }
    }
  }

  private void adoptUnseen(long busyTimeoutMillis) {
    try {
      if (!replica.hasUnseen()) {
        return;
      }
    } catch (IOException e) {
      throw failed("read what other processes committed", e);
    }
    lockForWriting(busyTimeoutMillis); // follows to the end
    long newest;
    try {
      newest = replica.log().commitId();
      groupCommit.staged(newest);
    } finally {
      unlockForWriting();
    }
    groupCommit.await(newest);
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

  /** Takes the writer's lock, ready to commit. */
  void lockForWriting(long busyTimeoutMillis) {
    if (isReadOnly()) {
      throw new KlogException(Reason.READ_ONLY, file.name() + " is open for reading only");
    }
    boolean ready = false;
    boolean locked = false;
    try {
      writerLock.acquire(busyTimeoutMillis);
      locked = true;
      replica.lock();
      try {
        requireOpen();
        requireOwned();
        writer.makeReady();
        ready = true;
      } finally {
        replica.unlock();
      }
    } catch (IOException e) {
      throw notCommitted("begin to write", e);
    } finally {
      if (locked && !ready) {
        writerLock.release(false);
      }
    }
  }

  /** Under the writer's lock. */
  private void requireOwned() throws IOException {
    groupCommit.failIfFailed();
    try {
      page.verify(writerLock.isSettled());
    } catch (SharedPage.LostFileException e) {
      groupCommit.fail(e);
      groupCommit.failIfFailed();
    }
  }

  void unlockForWriting() {
    writerLock.release(false);
  }

  /**
   * Commits and lets go of the writer's lock, whatever comes; then waits for what the sync level
   * wants.
   *
   * @param pinned whether the lock was taken some time ago, and may have been lost since
   * @return the offset that each partition's first record got
   */
  Map<PartitionState, Long> commitAndUnlock(
      Map<PartitionState, BatchBuilder> batches,
      Collection<Change.PositionMoved> positions,
      SyncLevel sync,
      boolean pinned) {
    Map<PartitionState, Long> bases = new HashMap<>();
    commitLocked(
        "commit",
        sync,
        () -> {
          if (pinned) {
            requireOwned();
          }
          requireStaged(batches.keySet(), positions);
          batches.forEach((partition, b) -> bases.put(partition, partition.staged().endOffset()));
          return writer.commit(batches, positions, sync != SyncLevel.FULL);
        });
    return bases;
  }

  /** Writes a commit and gives its id. */
  private interface Committer {
    long commit() throws IOException;
  }

  /**
   * By who has the writer's lock, which is let go of, whatever comes; then waits for what the sync
   * level wants.
   */
  private void commitLocked(String what, SyncLevel sync, Committer committer) {
    long commitId;
    boolean due;
    boolean keep = false;
    try {
      replica.lock();
      try {
        commitId = committer.commit();
        due = writer.isCheckpointDue();
        // While it waits for the device, others may write.
        keep = sync != SyncLevel.FULL && watcher.watch();
      } finally {
        replica.unlock();
      }
    } catch (IOException e) {
      throw notCommitted(what, e);
    } finally {
      writerLock.release(keep);
    }
    finish(commitId, sync, due);
  }

  private void requireStaged(
      Collection<PartitionState> partitions, Collection<Change.PositionMoved> positions) {
    CatalogVersion staged = replica.state().catalog();
    for (PartitionState partition : partitions) {
      if (staged.state(partition.topic().id()) == null) {
        throw dropped(partition.topic());
      }
    }
    for (Change.PositionMoved moved : positions) {
      if (staged.state(moved.topicId()) == null) {
        throw new KlogException(
            Reason.UNKNOWN_TOPIC,
            "the topic that consumer group " + moved.group() + " reads was dropped");
      }
    }
  }

  private void finish(long commitId, SyncLevel sync, boolean checkpointDue) {
    if (sync == SyncLevel.FULL) {
      groupCommit.await(commitId);
    } else {
      publisher.publish(commitId);
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
        SyncLevel.FULL,
        () -> {
          requireNew(name);
          long id = replica.state().nextTopicId();
          created.add(new Topic(id, name, partitions, topicOptions));
          return writer.createTopic(created.get(0));
        });
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
        SyncLevel.FULL,
        () -> {
          if (replica.state().catalog().state(topic.id()) == null) {
            throw dropped(topic);
          }
          return writer.dropTopic(topic);
        });
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
