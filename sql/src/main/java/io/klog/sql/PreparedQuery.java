package io.klog.sql;

import io.klog.Topic;
import java.util.Set;

/** A plan that gives rows. */
final class PreparedQuery extends Prepared {
  private final Operator operator;
  private final Set<Topic> topics;
  private final boolean actsAtOnce;

  PreparedQuery(Head head, Operator operator, Set<Topic> topics) {
    this(head, operator, topics, false);
  }

  /**
   * @param actsAtOnce whether it changes the store, whatever transaction is open
   */
  PreparedQuery(Head head, Operator operator, Set<Topic> topics, boolean actsAtOnce) {
    super(head);
    this.operator = operator;
    this.topics = topics;
    this.actsAtOnce = actsAtOnce;
  }

  boolean actsAtOnce() {
    return actsAtOnce;
  }

  @Override
  public Kind kind() {
    return Kind.QUERY;
  }

  Set<Topic> topics() {
    return topics;
  }

  Rows open(Execution execution) {
    RowCursor rows = operator.open(execution);
    if (execution.control().maxRows() > 0) {
      rows = Operators.limited(rows, 0, execution.control().maxRows());
    }
    GroupCursor group = execution.groupCursorIfAny();
    if (group != null) {
      return group.rows(rows);
    }
    StreamCursor stream = execution.streamCursorIfAny();
    return new EndedByFailure(stream == null ? rows : stream.rows(rows));
  }

  /** After a failure nobody knows where the operators stand: there are no more rows. */
  private static final class EndedByFailure extends ForwardingRows {
    private final RowCursor in;
    private boolean failed;

    EndedByFailure(RowCursor in) {
      super(in);
      this.in = in;
    }

    @Override
    public boolean next() {
      if (failed) {
        throw new SqlFault("24000", "the rows ended when one of them failed");
      }
      try {
        return in.next();
      } catch (RuntimeException | Error e) {
        failed = true;
        throw e;
      }
    }
  }
}
