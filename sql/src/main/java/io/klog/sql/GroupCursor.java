package io.klog.sql;

import io.klog.GroupReader;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one result set consumes for groups. With autocommit on, a record is acknowledged when the
 * scan is asked for the one after it: by then all rows made of it have been returned, and the
 * caller has asked for more than those. What the filter dropped on the way goes along.
 */
final class GroupCursor {
  private final ConsumerGroups groups;
  private final Execution execution;
  private final boolean follows;
  private final long pollTimeoutNanos;
  private final List<Consumption> consumptions = new ArrayList<>();
  // Written by the reading thread; read by anybody.
  private volatile @Nullable String endedBecause;
  // A row was returned since the last acknowledgement.
  private boolean returned;
  // Something was acknowledged since the last time that that waited for the device.
  private boolean undurable;

  /**
   * @param follows whether to wait for more at the end
   */
  GroupCursor(ConsumerGroups groups, Execution execution, boolean follows) {
    this.groups = groups;
    this.execution = execution;
    this.follows = follows;
    this.pollTimeoutNanos = groups.committer().settings().pollTimeoutNanos();
  }

  /** The records of one topic. */
  private final class Consumption extends RecordRows {
    private final GroupReader reader;
    // It was asked for more than there was, since the last step.
    private boolean ranOut;

    private Consumption(GroupReader reader, Columns columns, @Nullable RecordFields fields) {
      super(columns, fields);
      this.reader = reader;
    }

    @Override
    boolean step() {
      boolean pollDue = reader.isPollDue();
      if (pollDue) {
        groups.touch();
        if (returned) {
          acknowledge(false); // what is acknowledged can be given up
        }
      }
      if (!reader.next(pollDue)) {
        record = null;
        ranOut = true;
        return false;
      }
      if (returned) {
        acknowledge(false);
      }
      record = reader.record();
      partition = reader.partition();
      return true;
    }

    @Override
    public void close() {
      record = null;
    }
  }

  RecordRows open(String group, Topic topic, Columns columns, @Nullable RecordFields fields) {
    if (follows && execution.seesOneSnapshot()) {
      throw StreamCursor.refusedInSnapshot();
    }
    GroupReader reader = groups.open(group, topic, this).reader();
    Consumption consumption = new Consumption(reader, columns, fields);
    consumptions.add(consumption);
    reader.advance(execution.snapshot(), groups.mayCommit());
    return consumption;
  }

  StatementControl control() {
    return execution.control();
  }

  private void acknowledge(boolean durably) {
    returned = false;
    if (!groups.committer().isAutoCommit()) {
      return;
    }
    boolean again = durably && undurable;
    if (again || groups.isMoved(this)) {
      groups.committer().acknowledge(this, durably, again);
      undurable = !durably;
    }
  }

  /** From now on the rows cannot be read any more. */
  void end(String why) {
    endedBecause = why;
  }

  private void requireNotEnded() {
    String ended = endedBecause;
    if (ended != null) {
      throw new SqlFault("24000", ended);
    }
  }

  /** The rows of the whole query, as the caller sees them. */
  RowCursor rows(RowCursor in) {
    return new ForwardingRows(in) {
      private boolean done;

      @Override
      public boolean next() {
        requireNotEnded();
        if (done) {
          return false;
        }
        try {
          if (step(in)) {
            returned = true;
            doneWithAll();
            return true;
          }
          doneWithAll();
          acknowledge(true);
          if (!follows || !hasRunOut()) {
            done = true;
            if (groups.committer().isAutoCommit()) {
              groups.released(GroupCursor.this); // another may go on with what comes later
            }
          }
          return false;
        } catch (RuntimeException | Error e) {
          // What was read for a row that never came is not consumed: the next cursor gives it.
          consumptions.forEach(consumption -> consumption.reader.undo());
          if (endedBecause == null) {
            end("the cursor ended when a row failed: " + e.getMessage());
          }
          groups.released(GroupCursor.this); // it will not read on: others may
          throw e;
        }
      }

      @Override
      public List<String> drainWarnings() {
        List<String> warnings = new ArrayList<>(0);
        for (Consumption consumption : consumptions) {
          GroupReader reader = consumption.reader;
          long skipped = reader.takeSkipped();
          if (skipped > 0) {
            warnings.add(
                String.format(
                    "consumer group %s goes on at the log start of topic %s: %,d records were"
                        + " skipped, deleted before it had read them",
                    reader.member().group(), reader.member().topic().name(), skipped));
          }
        }
        return warnings;
      }

      @Override
      public boolean isEnded() {
        return endedBecause != null;
      }

      @Override
      public void close() {
        done = true;
        in.close();
        groups.released(GroupCursor.this);
      }
    };
  }

  /** By index: it is done for every row. */
  private void doneWithAll() {
    for (int i = 0; i < consumptions.size(); i++) {
      consumptions.get(i).reader.done();
    }
  }

  private boolean step(RowCursor in) {
    do {
      for (int i = 0; i < consumptions.size(); i++) {
        consumptions.get(i).ranOut = false;
      }
      if (in.next()) {
        return true;
      }
    } while (hasMore());
    return false;
  }

  private boolean hasRunOut() {
    return consumptions.stream().anyMatch(consumption -> consumption.ranOut);
  }

  /**
   * Whether there is more to read by now, or, for one who follows, in time. Of those only that were
   * asked for more: a limit may have ended the others.
   */
  private boolean hasMore() {
    doneWithAll(); // it was filtered
    List<GroupReader> readers =
        consumptions.stream().filter(c -> c.ranOut).map(c -> c.reader).toList();
    if (readers.isEmpty()) {
      return false;
    }
    if (!follows) {
      boolean any = false;
      for (GroupReader reader : readers) {
        any |= reader.advance(execution.snapshot(), groups.mayCommit()); // it may have got more
      }
      return any;
    }
    if (groups.committer().seesOneSnapshot()) {
      throw StreamCursor.refusedInSnapshot(); // the transaction began after the cursor was opened
    }
    acknowledge(false); // a sync for each row that comes alone would be in the way of the next
    return await(readers);
  }

  private boolean await(List<GroupReader> readers) {
    StatementControl control = control();
    Chores chores = execution.chores();
    long nanos = pollNanos();
    long start = System.nanoTime();
    while (true) {
      boolean any =
          GroupReader.await(
              groups.store(),
              readers,
              nanos - (System.nanoTime() - start),
              groups.mayCommit(),
              () -> control.getAsBoolean() || chores.areThere());
      StreamCursor.checkWaited(control, any);
      if (any || !chores.areThere()) {
        return any;
      }
      chores.run();
    }
  }

  private long pollNanos() {
    if (!groups.mayCommit()) {
      return 0; // nobody else can commit, either, before the session's transaction is over
    }
    return pollTimeoutNanos;
  }
}
