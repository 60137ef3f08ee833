package io.klog.engine;

import io.klog.Backup;
import io.klog.Fault;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Membership;
import io.klog.Snapshot;
import io.klog.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
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
  // Null for one that only reads.
  private final FileLocks.@Nullable Slot slot;
  private final Replica replica;
  private final Writer writer;
  private final Checkpoints checkpoints;
  // Null for one that only reads.
  private final @Nullable Leaving leaving;
  private final Publisher publisher;
  private final WritePath writePath;
  private final TransactionCommits transactionCommits;
  private final CatalogChanges catalogChanges;
  private final GroupChanges groupChanges;
  private final Groups groups;
  private final Watcher watcher;
  private final KeyIndexer keyIndexer;
  private final KeyLookup keyLookup;
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
    this.slot = slot;
    publisher = new Publisher();
    GroupCommit groupCommit = new GroupCommit(file, page, publisher);
    WriterLock writerLock = new WriterLock(storage, file, locks, page);
    replica =
        new Replica(file, page, slot == null, publisher, writerLock, groupCommit, loaded, live);
    writer = new Writer(storage, file, replica, page, publisher, groupCommit, limits);
    checkpoints = new Checkpoints(file, locks, page, replica, writer, writerLock, groupCommit);
    leaving =
        slot == null
            ? null
            : new Leaving(locks, page, slot, writerLock, replica, writer, checkpoints);
    writePath =
        new WritePath(
            file,
            page,
            writerLock,
            replica,
            writer,
            checkpoints,
            publisher,
            groupCommit,
            new PathHooks());
    transactionCommits = new TransactionCommits(writePath, replica, writer);
    catalogChanges = new CatalogChanges(writePath, replica, writer);
    groupChanges = new GroupChanges(this, writePath, replica, writer, publisher);
    groups = new Groups(storage, file, locks, page, publisher, groupChanges);
    watcher = new Watcher(limits.threads(), writerLock, publisher, groups, this::refresh);
    segmentReader = new SegmentReader(file);
    KeyCache keyCache = new KeyCache();
    keyIndexer =
        new KeyIndexer(
            file,
            limits,
            slot == null,
            replica,
            writer,
            writePath,
            publisher,
            segmentReader,
            readBuffers,
            keyCache);
    keyLookup = new KeyLookup(file, segmentReader, readBuffers, keyCache, keyIndexer::want);
    transactionBuffer = limits.buffer();
  }

  private final class PathHooks implements WritePath.Hooks {
    @Override
    public void requireOpen() {
      Store.this.requireOpen();
    }

    @Override
    public boolean watch() {
      return watcher.watch();
    }

    @Override
    public void sealed() {
      keyIndexer.sealed();
    }
  }

  String name() {
    return file.name();
  }

  WritePath writePath() {
    return writePath;
  }

  TransactionCommits transactionCommits() {
    return transactionCommits;
  }

  boolean isReadOnly() {
    return slot == null;
  }

  /** Whether no other process can have the file open for writing. */
  boolean isExclusive() {
    return slot != null && slot.exclusive();
  }

  boolean isFailed() {
    try {
      return failure() != null;
    } catch (IOException e) {
      return true; // nothing can be read or written: the next to try is told why
    }
  }

  /** What failed it for good, null while it is sound. */
  @Nullable String failure() throws IOException {
    return writePath.failure();
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
      throw writePath.notDone("read what other processes committed", e);
    }
  }

  SegmentReader segmentReader() {
    return segmentReader;
  }

  KeyLookup keyLookup() {
    return keyLookup;
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

  /** For a reader who did not get what he expected: where the partition starts by now. */
  long startOffset(Topic topic, int partition) {
    return requireReadable(topic).partition(partition).published().startOffset();
  }

  TopicState requireReadable(Topic topic) {
    requireOpen();
    refresh();
    return requireTopic(topic);
  }

  static KlogException dropped(Topic topic) {
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

  CatalogChanges catalogChanges() {
    return catalogChanges;
  }

  GroupChanges groupChanges() {
    return groupChanges;
  }

  Collection<Membership> memberships() {
    refresh();
    return groups.memberships(publisher.catalog());
  }

  /** Bytes of batches that a transaction keeps on the heap. */
  long transactionBuffer() {
    return transactionBuffer;
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
      return LogChecker.check(file, this::visible, this::startOffset);
    } catch (IOException e) {
      requireOpen();
      throw WritePath.failed(file, "check", e);
    }
  }

  /**
   * Copies what can be seen into a new file.
   *
   * @param storage where the file is to be
   * @param isGivenUp asked again and again: whether to copy no more
   */
  Backup backup(Storage storage, String name, BooleanSupplier isGivenUp) {
    requireOpen();
    try {
      return new StoreCopy(file, new CopiedContent(), storage, name, isGivenUp).write();
    } catch (IOException e) {
      requireOpen();
      throw StoreCopy.failed(name, e);
    }
  }

  private final class CopiedContent implements StoreCopy.Source {
    @Override
    public StoreCopy.Content content() {
      Publisher.Visible seen = visible();
      replica.lock();
      try {
        return new StoreCopy.Content(seen, replica.state().counters(), replica.log().timestamp());
      } finally {
        replica.unlock();
      }
    }

    @Override
    public long startOffset(Topic topic, int partition) {
      return Store.this.startOffset(topic, partition);
    }
  }

  private Publisher.Visible visible() {
    refresh();
    return publisher.visible();
  }

  /**
   * Leaves the file. That it cannot leave one that failed is not said again to those who know. The
   * last of all processes to have it open for writing checkpoints what was written, and trims the
   * file if nobody reads it. By one who has the store alone in this process.
   *
   * @param busyTimeoutMillis how long to wait for a transaction that was never ended
   */
  void close(long busyTimeoutMillis) {
    KlogException problem = null;
    keyIndexer.stop();
    boolean known = writePath.hasToldOfFailure();
    try {
      if (leaving != null) {
        leaving.leave(busyTimeoutMillis, this::end);
      }
    } catch (StorageFullException e) {
      // What was committed is in the log; the next opener recovers it from there.
      System.getLogger(Store.class.getName())
          .log(System.Logger.Level.DEBUG, file.name() + ": closed without a checkpoint", e);
    } catch (IOException e) {
      problem = WritePath.failed(file, "close", e);
    } catch (KlogException e) {
      problem = e.reason() == Reason.FAILED && known ? null : e;
    } catch (RuntimeException | Error e) {
      // A mistake of ours: the file has to be free all the same.
      problem = new KlogException(Reason.IO, file.name() + ": cannot close: " + e, e);
    }
    closeFile(problem);
  }

  /** Under the locks of this process. */
  private void end() throws IOException {
    closed = true;
    writePath.requireOwned();
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
        result = WritePath.failed(file, "close", e);
      } else {
        result.addSuppressed(e);
      }
    }
    if (result != null) {
      throw result;
    }
  }
}
