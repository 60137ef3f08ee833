package io.klog.sql;

import io.klog.Topic;
import java.util.Set;

/** A plan that gives rows. */
final class PreparedQuery extends Prepared {
  private final Operator operator;
  private final Set<Topic> topics;

  PreparedQuery(Head head, Operator operator, Set<Topic> topics) {
    super(head);
    this.operator = operator;
    this.topics = topics;
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
    return group == null ? rows : group.rows(rows);
  }
}
