package io.klog.sql;

import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one result set consumes for groups. With autocommit on, a record is acknowledged when the
 * scan steps to the one after it: by then all rows made of it have been returned, and the caller
 * has asked for more than those. What the filter dropped on the way goes along.
 */
final class GroupCursor {
  private final ConsumerGroups groups;
  private final List<ConsumerGroups.Progress> progresses = new ArrayList<>();
  private @Nullable String endedBecause;
  // A row was returned since the last acknowledgement.
  private boolean returned;

  GroupCursor(ConsumerGroups groups) {
    this.groups = groups;
  }

  /** The reading of one topic. */
  final class Consumption {
    private final ConsumerGroups.Progress progress;
    private final TopicCursor cursor;

    private Consumption(ConsumerGroups.Progress progress, TopicCursor cursor) {
      this.progress = progress;
      this.cursor = cursor;
    }

    TopicCursor cursor() {
      return cursor;
    }

    /** The cursor has stepped to its next record. */
    void read(TopicCursor at) {
      acknowledge();
      progress.read(at.partition(), at.offset());
    }
  }

  Consumption open(String group, Topic topic, Execution execution) {
    Snapshot snapshot = execution.snapshot();
    ConsumerGroups.Progress progress = groups.open(group, topic, snapshot, this);
    progresses.add(progress);
    int[] partitions = new int[topic.partitions()];
    ScanRange[] ranges = new ScanRange[partitions.length];
    for (int p = 0; p < partitions.length; p++) {
      partitions[p] = p;
      ranges[p] = ScanRange.ALL.withOffsets(progress.position(p), snapshot.endOffset(topic, p));
    }
    return new Consumption(progress, new TopicCursor(snapshot, topic, partitions, ranges, false));
  }

  private void acknowledge() {
    if (returned && groups.committer().isAutoCommit()) {
      returned = false;
      groups.committer().acknowledge(this, false);
    }
  }

  /** From now on the rows cannot be read any more. */
  void end(String why) {
    endedBecause = why;
  }

  /** The rows of the whole query, as the caller sees them. */
  RowCursor rows(RowCursor in) {
    return new ForwardingRows(in) {
      private boolean done;

      @Override
      public boolean next() {
        if (endedBecause != null) {
          throw new SqlFault("24000", endedBecause);
        }
        if (done) {
          return false;
        }
        try {
          if (in.next()) {
            returned = true;
            progresses.forEach(ConsumerGroups.Progress::returned);
            return true;
          }
          done = true;
          progresses.forEach(ConsumerGroups.Progress::returned);
          if (groups.committer().isAutoCommit()) {
            groups.committer().acknowledge(GroupCursor.this, true);
            groups.released(GroupCursor.this); // another may go on with what comes later
          }
          return false;
        } catch (RuntimeException | Error e) {
          // What was read for a row that never came is not consumed: the next cursor gives it.
          progresses.forEach(ConsumerGroups.Progress::unread);
          if (endedBecause == null) {
            end("the cursor ended when a row failed: " + e.getMessage());
          }
          throw e;
        }
      }

      @Override
      public void close() {
        done = true;
        in.close();
        groups.released(GroupCursor.this);
      }
    };
  }
}
