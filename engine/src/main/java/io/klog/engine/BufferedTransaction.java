package io.klog.engine;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A transaction whose batches wait on the heap, encoded. For one thread at a time. */
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
  private Map<PartitionState, Long> bases = Map.of();
  private State state = State.OPEN;

  // Where the last record went: most transactions append to one partition.
  private @Nullable TopicState lastTopicState;
  private @Nullable PartitionState lastPartition;
  private @Nullable BatchBuilder lastBuilder;

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
    requireSize(topic, key, value, headers);
    int chosen = choosePartition(topic, partition, key);
    builder(topicState.partition(chosen)).append(timestamp, key, value, headers);
    return chosen;
  }

  private void requireSize(
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
    lastPartition = partition;
    lastBuilder = builder;
    return builder;
  }

  @Override
  public long appended(Topic topic, int partition) {
    TopicRules.checkPartition(topic, partition);
    BatchBuilder builder = batches.get(store.requireTopic(topic).partition(partition));
    return builder == null ? 0 : builder.records();
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
    if (state != State.PINNED) {
      store.lockForWriting(options.busyTimeoutMillis());
      boolean shown = false;
      try {
        store.showCommitted();
        shown = true;
      } finally {
        if (!shown) {
          store.unlockForWriting();
        }
      }
      state = State.PINNED;
    }
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

  private record Point(
      Map<PartitionState, BatchBuilder.Mark> marks, Map<PositionKey, Groups.Move> positions)
      implements Savepoint {}

  @Override
  public Savepoint savepoint() {
    requireOpen();
    Map<PartitionState, BatchBuilder.Mark> marks = new LinkedHashMap<>();
    batches.forEach((partition, builder) -> marks.put(partition, builder.mark()));
    return new Point(marks, Map.copyOf(positions));
  }

  @Override
  public void rollbackTo(Savepoint savepoint) {
    requireOpen();
    Point point = (Point) savepoint;
    List<PartitionState> later = new ArrayList<>();
    batches.forEach(
        (partition, builder) -> {
          BatchBuilder.Mark mark = point.marks.get(partition);
          if (mark == null) {
            later.add(partition);
          } else {
            builder.resetTo(mark);
          }
        });
    later.forEach(batches::remove);
    positions.clear();
    positions.putAll(point.positions);
    lastPartition = null;
    lastBuilder = null;
  }

  @Override
  public boolean isEmpty() {
    for (BatchBuilder builder : batches.values()) {
      if (!builder.isEmpty()) {
        return false;
      }
    }
    return positions.isEmpty();
  }

  @Override
  public void commit(BooleanSupplier isGivenUp) {
    requireOpen();
    boolean pinned = state == State.PINNED;
    state = State.OVER;
    if (isEmpty()) {
      if (pinned) {
        store.unlockForWriting();
      }
      state = State.COMMITTED;
      return;
    }
    boolean locked = pinned;
    try {
      batches.values().removeIf(BatchBuilder::isEmpty);
      batches.values().forEach(BatchBuilder::seal);
      if (!locked) {
        store.lockForWriting(options.busyTimeoutMillis());
      }
      locked = false; // the store lets go of it, whatever comes
      bases = store.commitAndUnlock(batches, positions.values(), sync, pinned);
      state = State.COMMITTED;
    } finally {
      if (locked) {
        store.unlockForWriting();
      }
      release();
    }
  }

  @Override
  public void rollback() {
    if (state == State.PINNED) {
      store.unlockForWriting();
    }
    if (state != State.COMMITTED) {
      state = State.OVER;
    }
    release();
  }

  private void release() {
    batches.clear();
    positions.clear();
    lastBuilder = null;
  }

  private void requireOpen() {
    if (state != State.OPEN && state != State.PINNED) {
      throw new KlogException(Reason.CLOSED, "the transaction is over");
    }
    store.requireOpen();
  }
}
