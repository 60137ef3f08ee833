package io.klog.engine;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A transaction whose batches wait on the heap, encoded; once they take more than the buffer may,
 * they go into segments: {@link Spill}. For one thread at a time.
 */
final class BufferedTransaction implements Transaction {
  private enum State {
    OPEN,
    PINNED,
    COMMITTED,
    OVER
  }

  private final Store store;
  private final OpenOptions options;
  private final SyncLevel sync;
  private final Map<PartitionState, BatchBuilder> batches = new LinkedHashMap<>();
  private final Map<PositionKey, Groups.Move> positions = new LinkedHashMap<>();
  // What was written into segments already; null when nothing was. Then it is pinned.
  private @Nullable Spill spill;
  private Map<PartitionState, Long> bases = Map.of();
  private State state = State.OPEN;
  // Whether what was committed before it was pinned can be seen: who only spills need not wait.
  private boolean shown;

  // Where the last record went: most transactions append to one partition.
  private @Nullable TopicState lastTopicState;
  private @Nullable PartitionState lastPartition;
  private @Nullable BatchBuilder lastBuilder;
  // Bytes of the other builders.
  private long otherBytes;

  BufferedTransaction(Store store, OpenOptions options, SyncLevel sync) {
    this.store = store;
    this.options = options;
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
    requireOpen();
    TopicState topicState = topicState(topic);
    long size = requireSize(topic, key, value, headers) + BatchBuilder.GREATEST_OVERHEAD;
    int chosen = choosePartition(topic, partition, key);
    BatchBuilder builder = builder(topicState.partition(chosen));
    if (otherBytes + builder.size() + size > store.transactionBuffer() && !isBufferEmpty()) {
      spill();
      builder = builder(topicState.partition(chosen));
    }
    builder.append(timestamp, key, value, headers);
    return chosen;
  }

  private long requireSize(
      Topic topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long size =
        (key == null ? 0L : key.length)
            + (value == null ? 0L : value.length)
            + (headers.isEmpty() ? 0 : BatchBuilder.sizeOf(headers));
    if (size > options.maxRecordSize()) {
      throw new KlogException(
          Reason.TOO_LARGE,
          String.format(
              "a record of %,d bytes for topic %s is larger than the limit of %,d"
                  + " (max_record_size)",
              size, topic.name(), options.maxRecordSize()));
    }
    return size;
  }

  private TopicState topicState(Topic topic) {
    TopicState known = lastTopicState;
    if (known != null && known.topic().id() == topic.id()) {
      return known;
    }
    TopicState found = store.requireTopic(topic);
    lastTopicState = found;
    return found;
  }

  private int choosePartition(Topic topic, int partition, byte @Nullable [] key) {
    int count = topic.partitions();
    if (partition == ANY_PARTITION) {
      if (count == 1) {
        return 0;
      }
      return key == null ? sticky(topic) : Murmur2.partition(key, count);
    }
    TopicRules.checkPartition(topic, partition);
    return partition;
  }

  /** Records without a key go where the transaction has put records of the topic before. */
  private int sticky(Topic topic) {
    PartitionState last = lastPartition;
    return last != null && last.topic().id() == topic.id()
        ? last.partition()
        : ThreadLocalRandom.current().nextInt(topic.partitions());
  }

  private BatchBuilder builder(PartitionState partition) {
    BatchBuilder known = lastBuilder;
    if (partition == lastPartition && known != null) {
      return known;
    }
    BatchBuilder builder = batches.computeIfAbsent(partition, p -> new BatchBuilder(256));
    otherBytes += (known == null ? 0 : known.size()) - builder.size();
    lastPartition = partition;
    lastBuilder = builder;
    return builder;
  }

  private void forgetLast() {
    lastPartition = null;
    lastBuilder = null;
    otherBytes = 0;
    batches.values().forEach(builder -> otherBytes += builder.size());
  }

  /** Writes all batches into segments, and empties the buffer; or all is as it was before. */
  private void spill() {
    boolean pinned = state == State.PINNED;
    lock(() -> false);
    Spill before = spill;
    boolean done = false;
    try {
      spill = store.transactionCommits().spill(before, batches);
      done = true;
    } finally {
      if (!done && before != null && before.isBroken()) {
        rollback();
      } else if (!done && !pinned) {
        unlock();
      }
    }
    long kept = 0;
    for (Iterator<BatchBuilder> it = batches.values().iterator(); it.hasNext(); ) {
      BatchBuilder builder = it.next();
      kept += builder.capacity();
      if (kept > store.transactionBuffer()) {
        it.remove();
      } else {
        builder.clear();
      }
    }
    forgetLast();
  }

  @Override
  public long appended(Topic topic, int partition) {
    TopicRules.checkPartition(topic, partition);
    return appended(store.requireTopic(topic).partition(partition));
  }

  private long appended(PartitionState partition) {
    BatchBuilder builder = batches.get(partition);
    return spilled(partition) + (builder == null ? 0 : builder.records());
  }

  private long spilled(PartitionState partition) {
    return spill == null ? 0 : spill.records(partition);
  }

  @Override
  public void position(GroupMember member, int partition, long offset) {
    requireOpen();
    Groups.Move move = store.groups().move(member, partition, offset);
    positions.put(new PositionKey(member.group(), member.topic().id(), partition), move);
  }

  @Override
  public void pin(BooleanSupplier isGivenUp) {
    requireOpen();
    boolean pinned = state == State.PINNED;
    lock(isGivenUp);
    boolean done = shown;
    try {
      if (!done) {
        store.writePath().showCommitted();
        shown = true;
        done = true;
      }
    } finally {
      if (!done && !pinned) {
        unlock();
      }
    }
  }

  private void lock(BooleanSupplier isGivenUp) {
    if (state != State.PINNED) {
      store.writePath().lockForWriting(options.busyTimeoutMillis(), isGivenUp);
      state = State.PINNED;
    }
  }

  /** As if it had never been locked. */
  private void unlock() {
    state = State.OPEN;
    store.transactionCommits().giveUpAndUnlock(null);
  }

  @Override
  public boolean isPinned() {
    return state == State.PINNED;
  }

  @Override
  public long baseOffset(Topic topic, int partition) {
    TopicRules.checkPartition(topic, partition);
    PartitionState partitionState = store.requireTopic(topic).partition(partition);
    if (state == State.PINNED) {
      return partitionState.staged().endOffset();
    }
    Long base = bases.get(partitionState);
    if (state != State.COMMITTED || base == null) {
      throw new IllegalStateException("offsets are known once pinned or committed");
    }
    return base;
  }

  /**
   * @param appended records of each partition that has any
   */
  private record Point(Map<PartitionState, Long> appended, Map<PositionKey, Groups.Move> positions)
      implements Savepoint {}

  @Override
  public Savepoint savepoint() {
    requireOpen();
    Map<PartitionState, Long> appended = new HashMap<>();
    if (spill != null) {
      spill.forEach(appended::put);
    }
    batches.forEach((partition, builder) -> appended.put(partition, appended(partition)));
    return new Point(appended, Map.copyOf(positions));
  }

  @Override
  public void rollbackTo(Savepoint savepoint) {
    requireOpen();
    Point point = (Point) savepoint;
    cutSpill(point);
    batches.forEach(
        (partition, builder) ->
            builder.cutTo(point.appended.getOrDefault(partition, 0L) - spilled(partition)));
    batches.values().removeIf(BatchBuilder::isEmpty);
    positions.clear();
    positions.putAll(point.positions);
    forgetLast();
  }

  private void cutSpill(Point point) {
    Spill written = spill;
    if (written == null) {
      return;
    }
    boolean done = false;
    try {
      store.transactionCommits().cutSpill(written, point.appended, batches);
      done = true;
    } finally {
      if (!done) {
        rollback();
      }
    }
    if (written.isEmpty()) {
      spill = null;
    }
  }

  @Override
  public boolean isEmpty() {
    return spill == null && positions.isEmpty() && isBufferEmpty();
  }

  private boolean isBufferEmpty() {
    for (BatchBuilder builder : batches.values()) {
      if (!builder.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void commit(BooleanSupplier isGivenUp) {
    requireOpen();
    boolean pinned = state == State.PINNED;
    state = State.OVER;
    if (isEmpty()) {
      if (pinned) {
        store.transactionCommits().giveUpAndUnlock(null);
      }
      state = State.COMMITTED;
      return;
    }
    boolean locked = pinned;
    try {
      batches.values().removeIf(BatchBuilder::isEmpty);
      batches.values().forEach(BatchBuilder::seal);
      if (!locked) {
        store.writePath().lockForWriting(options.busyTimeoutMillis(), isGivenUp);
      }
      locked = false; // the store lets go of it, whatever comes
      bases =
          store
              .transactionCommits()
              .commitAndUnlock(spill, batches, positions.values(), sync, pinned);
      state = State.COMMITTED;
    } finally {
      if (locked) {
        store.transactionCommits().giveUpAndUnlock(spill);
      }
      release();
    }
  }

  @Override
  public void rollback() {
    boolean pinned = state == State.PINNED;
    if (state != State.COMMITTED) {
      state = State.OVER;
    }
    try {
      if (pinned) {
        store.transactionCommits().giveUpAndUnlock(spill);
      }
    } finally {
      release();
    }
  }

  private void release() {
    spill = null;
    batches.clear();
    positions.clear();
    forgetLast();
  }

  private void requireOpen() {
    if (state != State.OPEN && state != State.PINNED) {
      throw new KlogException(Reason.CLOSED, "the transaction is over");
    }
    store.requireOpen();
  }
}
