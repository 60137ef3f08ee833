package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.SyncLevel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What transactions put into the file: their commits, and before those what they spill. */
final class TransactionCommits {
  private final WritePath path;
  private final Replica replica;
  private final Writer writer;

  TransactionCommits(WritePath path, Replica replica, Writer writer) {
    this.path = path;
    this.replica = replica;
    this.writer = writer;
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
      path.unlock();
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
      path.requireOwned();
      requireStaged(batches.keySet());
      Spill spill = before == null ? writer.newSpill() : before;
      writer.spill(spill, batches);
      return spill;
    } catch (IOException e) {
      throw path.notCommitted("write a part of a large transaction", e);
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
      throw path.failedTo("go back to a savepoint of a large transaction", e);
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
    path.commitLocked(
        "commit",
        () -> {
          try {
            if (pinned) {
              path.requireOwned();
            }
            requireStaged(batches.keySet());
            requireReached(positions, spill, batches);
            batches.forEach((partition, b) -> bases.put(partition, partition.staged().endOffset()));
            List<Change> moved = new ArrayList<>(positions.size());
            positions.forEach(move -> moved.add(move.change()));
            boolean shown = sync != SyncLevel.FULL;
            if (spill == null) {
              return new WritePath.Committed(writer.commit(batches, moved, shown), sync);
            }
            spill.forEach((partition, n) -> bases.put(partition, partition.staged().endOffset()));
            return new WritePath.Committed(writer.commit(spill, batches, moved, shown), sync);
          } finally {
            if (spill != null) {
              spill.giveUp(); // what was not committed
            }
          }
        },
        false);
    return bases;
  }

  private void requireStaged(Collection<PartitionState> partitions) {
    CatalogVersion staged = replica.state().catalog();
    for (PartitionState partition : partitions) {
      if (staged.state(partition.topic().id()) == null) {
        throw Store.dropped(partition.topic());
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
}
