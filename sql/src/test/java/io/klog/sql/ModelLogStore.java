package io.klog.sql;

import io.klog.Backup;
import io.klog.Catalog;
import io.klog.Column;
import io.klog.Fault;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.Headers;
import io.klog.KeySet;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.Membership;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LogStore} is, in lists: the reference that the real ones are compared with. Counts
 * what tests want to know.
 */
final class ModelLogStore implements LogStore {
  @SuppressWarnings("ArrayRecordComponent")
  record Stored(
      long offset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers) {}

  private final Map<String, Topic> topics = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, View> views = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<Long, List<List<Stored>>> logs = new HashMap<>();
  private final ModelGroups groups = new ModelGroups(this);
  private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();
  // Where a partition ends from which all was deleted.
  private final Map<List<Object>, Long> cut = new HashMap<>();
  // How often something was committed.
  private long changes;
  private long version;
  private long nextId = 1;

  /** How many records cursors have handed out. */
  long recordsRead;

  /** How many cursors have been opened. */
  long scans;

  /** How many transactions have been committed that changed something, by their sync level. */
  final Map<SyncLevel, Integer> commits = new HashMap<>();

  /** Whether counts are known without reading. */
  boolean countsKnown = true;

  /** The next commit fails with this. */
  @Nullable KlogException nextCommitFails;

  /** The next pin fails with this. */
  @Nullable KlogException nextPinFails;

  /** How often a transaction has taken the writer's lock before its commit. */
  int pins;

  /** Whether somebody else has the writer's lock, and keeps it. */
  boolean lockedByOther;

  /** How often somebody was told to look whether he was given up. */
  int wakes;

  /** How many offsets to leave out between two records. */
  int gap;

  /** What a check finds. */
  List<Fault> faults = List.of();

  boolean closed;

  @Override
  public String name() {
    return "model";
  }

  @Override
  public boolean isFailed() {
    return false;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public synchronized Catalog catalog() {
    long asOf = version;
    Map<String, Topic> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(topics);
    Map<String, View> viewsCopy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    viewsCopy.putAll(views);
    return new Catalog() {
      @Override
      public long version() {
        return asOf;
      }

      @Override
      public Collection<Topic> topics() {
        return copy.values();
      }

      @Override
      public @Nullable Topic topic(String name) {
        return copy.get(name);
      }

      @Override
      public Collection<View> views() {
        return viewsCopy.values();
      }

      @Override
      public @Nullable View view(String name) {
        return viewsCopy.get(name);
      }
    };
  }

  @Override
  public synchronized Topic createTopic(
      String name, int partitions, Map<String, String> options, List<Column> columns) {
    if (topics.containsKey(name)) {
      throw new KlogException(Reason.TOPIC_EXISTS, "topic " + name + " exists");
    }
    if (views.containsKey(name)) {
      throw new KlogException(Reason.VIEW_EXISTS, "view " + name + " exists");
    }
    Topic topic = new Topic(nextId++, name, partitions, options, columns);
    topics.put(name, topic);
    List<List<Stored>> log = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      log.add(new ArrayList<>());
    }
    logs.put(topic.id(), log);
    version++;
    return topic;
  }

  @Override
  public synchronized void dropTopic(Topic topic) {
    log(topic);
    topics.remove(topic.name());
    logs.remove(topic.id());
    groups.forget(topic);
    version++;
  }

  @Override
  public synchronized Topic alterTopic(
      Topic topic, List<Column> added, Map<String, String> set, Set<String> reset) {
    log(topic);
    Topic known = Objects.requireNonNull(topics.get(topic.name()));
    Map<String, String> options = new HashMap<>(known.options());
    options.putAll(set);
    options.keySet().removeAll(reset);
    List<Column> columns = new ArrayList<>(known.columns());
    for (Column column : added) {
      if (columns.stream().anyMatch(c -> c.name().equalsIgnoreCase(column.name()))) {
        throw new KlogException(
            Reason.COLUMN_EXISTS, "topic " + known.name() + " has a column " + column.name());
      }
      columns.add(column);
    }
    Topic altered = new Topic(known.id(), known.name(), known.partitions(), options, columns);
    topics.put(known.name(), altered);
    version++;
    return altered;
  }

  @Override
  public synchronized void createView(View view, boolean replace) {
    if (topics.containsKey(view.name())) {
      throw new KlogException(Reason.TOPIC_EXISTS, "topic " + view.name() + " exists");
    }
    if (!replace && views.containsKey(view.name())) {
      throw new KlogException(Reason.VIEW_EXISTS, "view " + view.name() + " exists");
    }
    views.remove(view.name());
    views.put(view.name(), view);
    version++;
  }

  @Override
  public synchronized void dropView(String name) {
    if (views.remove(name) == null) {
      throw new KlogException(Reason.UNKNOWN_VIEW, "view " + name + " was dropped");
    }
    version++;
  }

  @Override
  public synchronized long deleteRecords(Topic topic, long[] beforeOffsets) {
    long deleted = 0;
    for (int p = 0; p < beforeOffsets.length; p++) {
      long before = beforeOffsets[p];
      deleted += log(topic).get(p).stream().filter(stored -> stored.offset < before).count();
      deleteBefore(topic, p, before);
    }
    return deleted;
  }

  private List<List<Stored>> log(Topic topic) {
    List<List<Stored>> log = logs.get(topic.id());
    if (log == null) {
      throw new KlogException(Reason.UNKNOWN_TOPIC, "there is no topic " + topic.name());
    }
    return log;
  }

  @Override
  public synchronized Snapshot snapshot(Collection<Topic> wanted) {
    Map<Long, List<List<Stored>>> copy = new HashMap<>();
    for (Topic topic : wanted) {
      copy.put(topic.id(), log(topic).stream().map(List::copyOf).toList());
    }
    return new ModelSnapshot(copy, changes, Map.copyOf(cut));
  }

  /** As retention will: drops the records before this offset. */
  synchronized void deleteBefore(Topic topic, int partition, long offset) {
    List<Stored> log = log(topic).get(partition);
    if (!log.isEmpty()) {
      cut.put(List.of(topic, partition), log.get(log.size() - 1).offset + 1);
    }
    log.removeIf(stored -> stored.offset < offset);
  }

  private final class ModelSnapshot implements Snapshot {
    private final Map<Long, List<List<Stored>>> logs;
    private final long asOf;
    private final Map<List<Object>, Long> cut;

    ModelSnapshot(Map<Long, List<List<Stored>>> logs, long asOf, Map<List<Object>, Long> cut) {
      this.logs = logs;
      this.asOf = asOf;
      this.cut = cut;
    }

    private List<Stored> records(Topic topic, int partition) {
      List<List<Stored>> log = logs.get(topic.id());
      if (log == null) {
        throw new AssertionError("the snapshot is not of topic " + topic.name());
      }
      return log.get(partition);
    }

    @Override
    public long startOffset(Topic topic, int partition) {
      List<Stored> records = records(topic, partition);
      return records.isEmpty() ? endOffset(topic, partition) : records.get(0).offset;
    }

    @Override
    public long endOffset(Topic topic, int partition) {
      List<Stored> records = records(topic, partition);
      return records.isEmpty()
          ? cut.getOrDefault(List.of(topic, partition), 0L)
          : records.get(records.size() - 1).offset + 1;
    }

    @Override
    public OptionalLong recordCount(Topic topic, int partition) {
      return countsKnown ? OptionalLong.of(records(topic, partition).size()) : OptionalLong.empty();
    }

    @Override
    public boolean awaitNews(long nanos, BooleanSupplier isGivenUp) {
      long deadline = System.nanoTime() + nanos;
      synchronized (ModelLogStore.this) {
        while (changes == asOf) {
          long left = deadline - System.nanoTime();
          if (left <= 0 || isGivenUp.getAsBoolean()) {
            return false;
          }
          try {
            TimeUnit.NANOSECONDS.timedWait(ModelLogStore.this, left);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
          }
        }
        return true;
      }
    }

    @Override
    public RecordCursor scan(Topic topic, int partition, ScanRange range) {
      scans++;
      List<Stored> selected = new ArrayList<>();
      for (Stored s : records(topic, partition)) {
        if (s.offset >= range.fromOffset()
            && s.offset < range.toOffset()
            && s.timestamp >= range.fromTimestamp()
            && s.timestamp <= range.toTimestamp()
            && isWanted(s.key, range.keys())) {
          selected.add(s);
        }
      }
      if (range.reverse()) {
        selected.sort(Comparator.comparingLong(Stored::offset).reversed());
      }
      return new ModelCursor(selected);
    }

    private static boolean isWanted(byte @Nullable [] key, @Nullable KeySet keys) {
      return keys == null || (key != null && keys.contains(key, 0, key.length));
    }
  }

  private final class ModelCursor implements RecordCursor {
    private static final byte[] NONE = {};

    private final List<Stored> records;
    private int at = -1;

    ModelCursor(List<Stored> records) {
      this.records = records;
    }

    @Override
    public boolean next() {
      if (at + 1 >= records.size()) {
        return false;
      }
      at++;
      recordsRead++;
      return true;
    }

    private Stored current() {
      return records.get(at);
    }

    @Override
    public long offset() {
      return current().offset;
    }

    @Override
    public long timestamp() {
      return current().timestamp;
    }

    @Override
    public byte[] keyArray() {
      byte[] key = current().key;
      return key == null ? NONE : padded(key);
    }

    // Not at the array's beginning, so that nobody forgets the start.
    private static byte[] padded(byte[] bytes) {
      byte[] padded = new byte[bytes.length + 2];
      System.arraycopy(bytes, 0, padded, 1, bytes.length);
      return padded;
    }

    @Override
    public int keyStart() {
      return current().key == null ? 0 : 1;
    }

    @Override
    public int keyLength() {
      byte[] key = current().key;
      return key == null ? -1 : key.length;
    }

    @Override
    public byte[] valueArray() {
      byte[] value = current().value;
      return value == null ? NONE : padded(value);
    }

    @Override
    public int valueStart() {
      return current().value == null ? 0 : 1;
    }

    @Override
    public int valueLength() {
      byte[] value = current().value;
      return value == null ? -1 : value.length;
    }

    @Override
    public Headers headers() {
      return current().headers;
    }

    @Override
    public void close() {}
  }

  @Override
  public Transaction begin(SyncLevel sync) {
    return new ModelTransaction(sync);
  }

  private record Append(Topic topic, int partition, Stored record) {}

  private final class ModelTransaction implements Transaction {
    private record Mark(int appends, Map<ModelGroups.Key, Moved> moved) implements Savepoint {}

    private record Moved(ModelGroups.Member member, long offset) {}

    private final SyncLevel sync;
    private final List<Append> appends = new ArrayList<>();
    private Map<ModelGroups.Key, Moved> moved = new LinkedHashMap<>();
    private final Map<Topic, Map<Integer, Long>> bases = new HashMap<>();
    private boolean pinned;
    private boolean over;

    ModelTransaction(SyncLevel sync) {
      this.sync = sync;
    }

    @Override
    public int append(
        Topic topic,
        int partition,
        long timestamp,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Headers headers) {
      checkOpen();
      synchronized (ModelLogStore.this) {
        log(topic);
      }
      int to =
          partition != ANY_PARTITION
              ? partition
              : key == null ? 0 : Math.floorMod(java.util.Arrays.hashCode(key), topic.partitions());
      if (to < 0 || to >= topic.partitions()) {
        throw new KlogException(Reason.INVALID_ARGUMENT, "no partition " + to);
      }
      Stored record =
          new Stored(
              -1,
              timestamp,
              key == null ? null : key.clone(),
              value == null ? null : value.clone(),
              headers);
      appends.add(new Append(topic, to, record));
      return to;
    }

    private void checkOpen() {
      if (over) {
        throw new KlogException(Reason.CLOSED, "the transaction is over");
      }
    }

    @Override
    public long appended(Topic topic, int partition) {
      return appends.stream()
          .filter(a -> a.topic.equals(topic) && a.partition == partition)
          .count();
    }

    @Override
    public void position(GroupMember member, int partition, long offset) {
      checkOpen();
      moved.put(
          new ModelGroups.Key(member.group(), member.topic(), partition),
          new Moved((ModelGroups.Member) member, offset));
    }

    @Override
    public void pin(BooleanSupplier isGivenUp) {
      checkOpen();
      awaitLock(isGivenUp);
      KlogException failure = nextPinFails;
      if (failure != null) {
        nextPinFails = null;
        throw failure;
      }
      pins += pinned ? 0 : 1;
      pinned = true;
    }

    private void awaitLock(BooleanSupplier isGivenUp) {
      synchronized (ModelLogStore.this) {
        while (lockedByOther && !pinned) {
          if (isGivenUp.getAsBoolean()) {
            throw new KlogException(Reason.CANCELLED, "gave up waiting for the writer's lock");
          }
          try {
            TimeUnit.MILLISECONDS.timedWait(ModelLogStore.this, 1);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        }
      }
    }

    @Override
    public boolean isPinned() {
      return pinned && !over;
    }

    @Override
    public long baseOffset(Topic topic, int partition) {
      if (over) {
        return bases.getOrDefault(topic, Map.of()).getOrDefault(partition, -1L);
      }
      if (!pinned) {
        throw new IllegalStateException("neither pinned nor committed");
      }
      synchronized (ModelLogStore.this) {
        return nextOffset(topic, partition);
      }
    }

    @Override
    public Savepoint savepoint() {
      return new Mark(appends.size(), new LinkedHashMap<>(moved));
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
      Mark mark = (Mark) savepoint;
      appends.subList(mark.appends, appends.size()).clear();
      moved = new LinkedHashMap<>(mark.moved);
    }

    @Override
    public boolean isEmpty() {
      return appends.isEmpty() && moved.isEmpty();
    }

    @Override
    public void commit(BooleanSupplier isGivenUp) {
      checkOpen();
      over = true;
      awaitLock(isGivenUp);
      synchronized (ModelLogStore.this) {
        KlogException failure = nextCommitFails;
        if (failure != null) {
          nextCommitFails = null;
          throw failure;
        }
        moved.forEach((key, to) -> groups.requireOwned(to.member, key.partition()));
        if (!isEmpty()) {
          commits.merge(sync, 1, Integer::sum);
        }
        for (Append append : appends) {
          List<Stored> log = log(append.topic).get(append.partition);
          long offset = nextOffset(append.topic, append.partition);
          bases
              .computeIfAbsent(append.topic, t -> new HashMap<>())
              .putIfAbsent(append.partition, offset);
          Stored r = append.record;
          log.add(new Stored(offset, r.timestamp, r.key, r.value, r.headers));
        }
        moved.forEach((key, to) -> groups.put(key, to.offset));
        changes++;
        ModelLogStore.this.notifyAll();
      }
    }

    private long nextOffset(Topic topic, int partition) {
      List<Stored> log = log(topic).get(partition);
      return log.isEmpty()
          ? cut.getOrDefault(List.of(topic, partition), 0L)
          : log.get(log.size() - 1).offset + 1 + gap;
    }

    @Override
    public void rollback() {
      over = true;
    }
  }

  @Override
  public GroupMember join(
      String group,
      Topic topic,
      long maxPollIntervalMillis,
      @Nullable Transaction within,
      BooleanSupplier isGivenUp) {
    return groups.join(group, topic);
  }

  synchronized int memberCount() {
    return groups.memberCount();
  }

  @Override
  public synchronized Collection<GroupPosition> groupPositions() {
    return groups.positions();
  }

  @Override
  public synchronized Collection<Membership> memberships() {
    return groups.memberships();
  }

  @Override
  public synchronized void resetPositions(
      String group, Topic topic, long[] offsets, boolean force) {
    if (groups.hasMembers(group, topic) && !force) {
      throw new KlogException(
          Reason.GROUP_IN_USE,
          "consumer group " + group + " has live members: " + groups.ids(group, topic));
    }
    groups.evict(group, topic);
    for (int p = 0; p < offsets.length; p++) {
      groups.put(new ModelGroups.Key(group, topic, p), offsets[p]);
    }
    changes++;
    notifyAll();
  }

  @Override
  public synchronized void dropGroup(String group) {
    if (groups.hasMembers(group, null)) {
      throw new KlogException(Reason.GROUP_IN_USE, "group " + group + " has members");
    }
    if (!groups.forget(group)) {
      throw new KlogException(Reason.UNKNOWN_GROUP, "there is no consumer group " + group);
    }
  }

  /** As an observer does with members that do not poll. */
  synchronized void evict(String group) {
    groups.evict(group);
  }

  @Override
  public synchronized void wake() {
    wakes++;
    notifyAll();
  }

  @Override
  public List<Fault> check() {
    return faults;
  }

  @Override
  public Backup backup(String file, BooleanSupplier isGivenUp) {
    throw new KlogException(Reason.INVALID_ARGUMENT, "a model cannot be copied into a file");
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<T> create) {
    return type.cast(shared.computeIfAbsent(type, t -> create.get()));
  }

  @Override
  public void close() {
    closed = true;
  }
}
