package io.klog.sql;

import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one result set follows: SELECT STREAM without a group. It knows how far it has read by
 * itself; nobody else does.
 */
final class StreamCursor {
  // A statement's time can run out without anybody saying so.
  private static final long LOOK_NANOS = 100_000_000;

  private final Execution execution;
  private final long pollTimeoutNanos;
  private final List<Followed> all = new ArrayList<>();
  private final Set<Topic> topics = new LinkedHashSet<>();
  // As of the last look; replaced when there is nothing left of it to read.
  private Snapshot newest;

  StreamCursor(Execution execution) {
    if (execution.seesOneSnapshot()) {
      throw refusedInSnapshot();
    }
    this.execution = execution;
    this.pollTimeoutNanos = execution.settings().pollTimeoutNanos();
    this.newest = execution.snapshot();
  }

  static SqlFault refusedInSnapshot() {
    return new SqlFault(
        Faults.NOT_SUPPORTED,
        "SELECT STREAM follows what others commit: it goes with READ_COMMITTED, in which a"
            + " transaction sees that");
  }

  /** Fails if the wait for a row ended for another reason than a row, or the time. */
  static void checkWaited(StatementControl control, boolean any) {
    control.check();
    if (!any && Thread.currentThread().isInterrupted()) {
      throw new SqlFault("57014", "the wait for a row was interrupted");
    }
  }

  /**
   * The records of some partitions, one partition after the other, then what was added since, and
   * so on.
   */
  private final class Followed extends RecordRows {
    private final Topic topic;
    private final int[] partitions;
    private final ScanRange range;
    // By index in partitions: the offset to read from once the cursor over it is at its end.
    private final long[] from;
    private int at = -1;
    // It was asked for more than there was, since the last step.
    private boolean ranOut;

    private Followed(
        Topic topic,
        Columns columns,
        @Nullable RecordFields fields,
        int[] partitions,
        ScanRange range) {
      super(columns, fields);
      this.topic = topic;
      this.partitions = partitions;
      this.range = range;
      this.from = new long[partitions.length];
      Arrays.fill(from, range.fromOffset());
    }

    @Override
    boolean step() {
      RecordCursor current = record;
      while (current == null || !current.next()) {
        if (current != null) {
          current.close();
          record = null;
        }
        if (!toNextWithMore()) {
          ranOut = true;
          return false;
        }
        long end = newest.endOffset(topic, partition);
        current = newest.scan(topic, partition, range.withOffsets(from[at], range.toOffset()));
        record = current;
        from[at] = end; // the cursor gives all before it
      }
      return true;
    }

    private boolean toNextWithMore() {
      for (int tried = 0; tried < partitions.length; tried++) {
        at = (at + 1) % partitions.length;
        partition = partitions[at];
        if (hasMore(at)) {
          return true;
        }
      }
      return false;
    }

    private boolean hasMore(int i) {
      return from[i] < Math.min(range.toOffset(), newest.endOffset(topic, partitions[i]));
    }

    private boolean hasMore() {
      for (int i = 0; i < partitions.length; i++) {
        if (hasMore(i)) {
          return true;
        }
      }
      return false;
    }

    /** Whether whatever is added will be beyond what is wanted. */
    private boolean isThrough() {
      for (long next : from) {
        if (next < range.toOffset()) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void close() {
      if (record != null) {
        record.close();
        record = null;
      }
    }
  }

  /**
   * Follows a topic.
   *
   * @param fields what reads declared columns, if there are any
   * @param range of each partition, oldest first
   */
  RecordRows open(
      Topic topic,
      Columns columns,
      @Nullable RecordFields fields,
      int[] partitions,
      ScanRange range) {
    Followed followed = new Followed(topic, columns, fields, partitions, range);
    all.add(followed);
    topics.add(topic);
    return followed;
  }

  /** The rows of the whole query, as the caller sees them. */
  RowCursor rows(RowCursor in) {
    return new ForwardingRows(in) {
      private boolean done;

      @Override
      public boolean next() {
        if (done) {
          return false;
        }
        do {
          for (int i = 0; i < all.size(); i++) { // by index: it is done for every row
            all.get(i).ranOut = false;
          }
          if (in.next()) {
            return true;
          }
          List<Followed> waiting = waiting();
          if (waiting.isEmpty()) {
            done = true;
            return false;
          }
        } while (awaitMore());
        return false; // for now
      }
    };
  }

  /** Those who were asked for more and may get it: a limit may have ended the others. */
  private List<Followed> waiting() {
    return all.stream().filter(followed -> followed.ranOut && !followed.isThrough()).toList();
  }

  private boolean awaitMore() {
    StatementControl control = execution.control();
    Chores chores = execution.chores();
    long nanos = execution.mayOthersCommit() ? pollTimeoutNanos : 0;
    long start = System.nanoTime();
    while (true) {
      newest = execution.store().snapshot(topics);
      boolean any = waiting().stream().anyMatch(Followed::hasMore);
      long left = nanos - (System.nanoTime() - start);
      if (any || left <= 0 || control.getAsBoolean() || Thread.currentThread().isInterrupted()) {
        checkWaited(control, any);
        return any;
      }
      if (chores.areThere()) {
        chores.run();
      }
      newest.awaitNews(
          Math.min(left, LOOK_NANOS), () -> control.getAsBoolean() || chores.areThere());
    }
  }
}
