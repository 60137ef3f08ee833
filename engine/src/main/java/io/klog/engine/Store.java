package io.klog.engine;

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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open file, shared by all who have it open in this JVM. Commits go: buffer, writer's lock,
 * file, then (by sync level) group commit, then publisher. Reads ask the publisher and take no
 * lock.
 */
final class Store {
  private final StorageFile file;
  private final boolean readOnly;
  private final OwnerNote owner;
  private final WriterLock writerLock;
  private final Writer writer;
  private final Checkpoints checkpoints;
  private final Publisher publisher;
  private final GroupCommit groupCommit;
  private final Groups groups;
  private final SegmentReader segmentReader;
  private final ReadBuffers readBuffers = new ReadBuffers();
  private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();
  // Whether this opening has written anything. Guarded by the writer's lock.
  private boolean wrote;
  // Set once, by the last closer.
  private volatile boolean closed;

  Store(
      Storage storage,
      StorageFile file,
      boolean readOnly,
      OwnerNote owner,
      Writer writer,
      Publisher publisher,
      GroupCommit groupCommit,
      Superblock superblock) {
    this.file = file;
    this.readOnly = readOnly;
    this.owner = owner;
    this.writer = writer;
    this.publisher = publisher;
    this.groupCommit = groupCommit;
    this.writerLock = new WriterLock(file.name(), storage::nanoTime);
    this.checkpoints = new Checkpoints(file, writer, writerLock, groupCommit, owner, superblock);
    this.groups = new Groups(publisher);
    this.segmentReader = new SegmentReader(file);
  }

  String name() {
    return file.name();
  }

  boolean isReadOnly() {
    return readOnly;
  }

  Groups groups() {
    return groups;
  }

  CatalogVersion catalog() {
    return publisher.catalog();
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
    requireTopic(topic);
  }

  private static KlogException dropped(Topic topic) {
    return new KlogException(Reason.UNKNOWN_TOPIC, "topic " + topic.name() + " was dropped");
  }

  Snapshot snapshot(Collection<Topic> topics) {
    requireOpen();
    return new StoreSnapshot(this, publisher.views(topics));
  }

  Collection<GroupPosition> groupPositions() {
    List<GroupPosition> result = new ArrayList<>();
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

  /** Takes the writer's lock, ready to commit. */
  void lockForWriting(long busyTimeoutMillis) {
    if (isReadOnly()) {
      throw new KlogException(Reason.READ_ONLY, file.name() + " is open for reading only");
    }
    writerLock.acquire(busyTimeoutMillis);
    boolean ready = false;
    try {
      requireOpen();
      requireOwned();
      writer.doPostponed();
      if (!wrote) {
        checkpoints.startEpoch();
        wrote = true;
      }
      ready = true;
    } catch (IOException e) {
      throw failed("begin to write", e);
    } finally {
      if (!ready) {
        writerLock.release();
      }
    }
  }

  private void requireOwned() throws IOException {
    groupCommit.failIfFailed();
    try {
      owner.verify();
    } catch (IOException e) {
      groupCommit.fail(e);
      groupCommit.failIfFailed();
    }
  }

  void unlockForWriting() {
    writerLock.release();
  }

  /**
   * Commits and lets go of the writer's lock, whatever comes; then waits for what the sync level
   * wants.
   *
   * @return the offset that each partition's first record got
   */
  Map<PartitionState, Long> commitAndUnlock(
      Map<PartitionState, BatchBuilder> batches,
      Collection<Change.PositionMoved> positions,
      SyncLevel sync) {
    Map<PartitionState, Long> bases = new HashMap<>();
    long commitId;
    boolean due;
    try {
      requireOwned(); // a pinned transaction took the lock some time ago
      requireStaged(batches.keySet(), positions);
      batches.forEach((partition, b) -> bases.put(partition, partition.staged().endOffset()));
      commitId = writer.commit(batches, positions);
      due = writer.isCheckpointDue();
    } catch (IOException e) {
      throw notCommitted("commit", e);
    } finally {
      writerLock.release();
    }
    finish(commitId, sync, due);
    return bases;
  }

  private void requireStaged(
      Collection<PartitionState> partitions, Collection<Change.PositionMoved> positions) {
    CatalogVersion staged = writer.state().catalog();
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
    Topic topic;
    long commitId;
    try {
      Topic existing = writer.state().catalog().topic(name);
      if (existing != null) {
        throw new KlogException(
            Reason.TOPIC_EXISTS,
            "topic "
                + existing.name()
                + " exists"
                + (existing.name().equals(name) ? "" : "; names that differ only by case are one"));
      }
      topic = new Topic(writer.state().nextTopicId(), name, partitions, topicOptions);
      commitId = writer.createTopic(topic);
    } catch (IOException e) {
      throw notCommitted("create topic " + name, e);
    } finally {
      writerLock.release();
    }
    finish(commitId, SyncLevel.FULL, false);
    return topic;
  }

  void dropTopic(Topic topic, long busyTimeoutMillis) {
    lockForWriting(busyTimeoutMillis);
    long commitId;
    try {
      if (writer.state().catalog().state(topic.id()) == null) {
        throw dropped(topic);
      }
      commitId = writer.dropTopic(topic);
    } catch (IOException e) {
      throw notCommitted("drop topic " + topic.name(), e);
    } finally {
      writerLock.release();
    }
    finish(commitId, SyncLevel.FULL, true);
  }

  /**
   * Checkpoints what was written, trims the file and closes it. By one who has the store alone.
   *
   * @param busyTimeoutMillis how long to wait for a transaction that was never ended
   */
  void close(long busyTimeoutMillis) {
    KlogException problem = null;
    try {
      writerLock.acquire(busyTimeoutMillis);
      closed = true;
      try {
        if (!isReadOnly()) {
          requireOwned();
          if (wrote) {
            checkpoints.writeClosing();
          }
          owner.clear();
        }
      } finally {
        writerLock.release();
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

  private void closeFile(@Nullable KlogException problem) {
    closed = true;
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
