package io.klog.engine;

import io.klog.Fault;
import io.klog.KlogException;
import io.klog.Topic;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of a store and lists every fault: superblocks, snapshot, commit log, and every block of
 * every segment, which opening the store and reading from it look at in part only. A torn commit at
 * the log's end is no fault, nor is anything that nobody refers to: that is how a crash leaves it.
 */
final class LogChecker {
  /** Checkpoints of a busy store that may come in between before the check does without. */
  private static final int TRIES = 10;

  static final long DROPPED = Long.MAX_VALUE;

  private final StorageFile file;
  private final Faults faults = new Faults();
  private final ExtentClaims claims = new ExtentClaims();

  private LogChecker(StorageFile file) {
    this.file = file;
  }

  /** Checks a file that nobody has open for writing. */
  static List<Fault> check(StorageFile file) throws IOException {
    LogChecker checker = new LogChecker(file);
    Superblock superblock = SuperblockChecker.newest(file, checker.faults);
    if (superblock != null) {
      Publisher.Visible stored = new StoredState(file, superblock, checker.faults).read();
      checker.checkLog(superblock, stored.commitId());
      checker.checkTopics(stored, (topic, partition) -> 0);
    }
    return checker.faults.list();
  }

  /**
   * Checks the file of an open store while others read and write.
   *
   * @param visible gives the state that is to be checked
   * @param starts what was deleted meanwhile, whose space may have been used again
   */
  static List<Fault> check(StorageFile file, Supplier<Publisher.Visible> visible, Starts starts)
      throws IOException {
    for (int tries = 1; ; tries++) {
      LogChecker checker = new LogChecker(file);
      Superblock superblock = SuperblockChecker.newest(file, checker.faults);
      Publisher.Visible seen = visible.get();
      if (superblock != null && tries < TRIES) {
        SnapshotChecker.changes(file, superblock, checker.faults);
        checker.checkLog(superblock, seen.commitId());
        if (!superblock.equals(SuperblockChecker.newest(file, new Faults()))) {
          continue; // what it refers to may have been given up while it was read
        }
      }
      checker.checkTopics(seen, starts);
      return checker.faults.list();
    }
  }

  private void checkLog(Superblock superblock, long lastCommit) throws IOException {
    CommitLogChecker log = new CommitLogChecker(file, superblock, faults);
    log.check(lastCommit);
    claims.add(Superblock.RESERVED, "the superblocks");
    log.extents().forEach(extent -> claims.add(extent, "commit log"));
    if (superblock.snapshot() != null) {
      claims.add(superblock.snapshot(), SnapshotChecker.WHERE);
    }
  }

  /** Where partitions start by now. */
  interface Starts {
    /**
     * The offset of the partition's first record.
     *
     * @throws KlogException UNKNOWN_TOPIC when the topic was dropped
     */
    long startOffset(Topic topic, int partition);
  }

  private void checkTopics(Publisher.Visible visible, Starts starts) throws IOException {
    Map<Long, String> generations = new HashMap<>();
    for (Topic topic : visible.catalog().topics()) {
      Faults found = new Faults();
      PartitionView @Nullable [] views = visible.views().get(topic.id());
      for (int p = 0; views != null && p < views.length; p++) {
        String where = "topic " + topic.name() + ", partition " + p;
        int partition = p;
        checkPartition(
            views[p], where, generations, () -> startNow(topic, partition, starts), found);
      }
      if (startNow(topic, 0, starts) != DROPPED) {
        faults.addAll(found);
      }
    }
    claims.check(faults);
    checkPositions(visible);
  }

  /** Where the partition starts by now; behind all where its topic was dropped. */
  static long startNow(Topic topic, int partition, Starts starts) {
    try {
      return starts.startOffset(topic, partition);
    } catch (KlogException e) {
      if (e.reason() != KlogException.Reason.UNKNOWN_TOPIC) {
        throw e;
      }
      return DROPPED;
    }
  }

  private void checkPartition(
      PartitionView view,
      String where,
      Map<Long, String> generations,
      LongSupplier start,
      Faults found)
      throws IOException {
    long next = view.spanCount() == 0 ? view.foldedEnd() : view.span(0).segment().baseOffset();
    if (next > view.startOffset()) {
      found.add(0, where, "a segment with offset " + view.startOffset(), "one from " + next);
    }
    for (int i = 0; i < view.spanCount(); i++) {
      SegmentSpan span = view.span(i);
      Segment segment = span.segment();
      String other = generations.put(segment.generation(), where);
      if (other != null) {
        String expected = "a generation that no other segment has";
        found.add(segment.position(0), where, expected, segment.generation() + " of " + other);
      }
      if (segment.baseOffset() != next) {
        String expected = "a segment from offset " + next;
        found.add(segment.position(0), where, expected, "one from " + segment.baseOffset());
      }
      claims.add(segment.extent(), where);
      if (span.keys() != null) {
        claims.add(span.keys().extent(), where + ", keys of " + segment);
      }
      Faults ofSegment = new Faults();
      new SegmentChecker(file, span, where, ofSegment).check();
      if (!ofSegment.list().isEmpty() && start.getAsLong() < span.endOffset()) {
        found.addAll(ofSegment);
      }
      next = span.endOffset();
    }
    checkTail(view, next, where, found);
  }

  /** Its bytes were checked where they lie in the log. */
  private static void checkTail(PartitionView view, long from, String where, Faults found) {
    long next = from;
    for (int i = 0; i < view.tailCount(); i++) {
      TailBatch batch = view.tail(i);
      if (batch.baseOffset() != next) {
        String expected = "a batch of the log at offset " + next;
        found.add(0, where, expected, "one at offset " + batch.baseOffset());
      }
      next = batch.lastOffset() + 1;
    }
    if (view.endOffset() != next) {
      found.add(0, where, "records up to offset " + view.endOffset(), "up to " + next);
    }
  }

  private void checkPositions(Publisher.Visible visible) {
    for (Map.Entry<PositionKey, Long> position : visible.positions()) {
      PositionKey key = position.getKey();
      String where = "position of consumer group " + key.group();
      TopicState topic = visible.catalog().state(key.topicId());
      PartitionView @Nullable [] views = visible.views().get(key.topicId());
      if (topic == null || views == null || key.partition() >= views.length) {
        String found = "partition " + key.partition() + " of topic " + key.topicId();
        faults.add(0, where, "a partition that is there", found);
        continue;
      }
      long end = views[key.partition()].endOffset();
      if (position.getValue() > end) {
        faults.add(
            0,
            where + " in topic " + topic.topic().name() + ", partition " + key.partition(),
            "an offset up to " + end,
            position.getValue());
      }
    }
  }
}
