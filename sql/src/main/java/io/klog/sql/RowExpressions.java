package io.klog.sql;

import java.util.List;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.util.Util;

/** Tells expressions that one row decides from those that need more. */
final class RowExpressions extends RexVisitorImpl<Void> {
  private static final RowExpressions FINDER = new RowExpressions();

  private RowExpressions() {
    super(true);
  }

  /** Whether none has a window, a subquery, or a column of another query. */
  static boolean areScalar(List<? extends RexNode> expressions) {
    try {
      for (RexNode expression : expressions) {
        expression.accept(FINDER);
      }
      return true;
    } catch (Util.FoundOne e) {
      return false;
    }
  }

  @Override
  public Void visitOver(RexOver over) {
    throw Util.FoundOne.NULL;
  }

  @Override
  public Void visitSubQuery(RexSubQuery subQuery) {
    throw Util.FoundOne.NULL;
  }

  @Override
  public Void visitCorrelVariable(RexCorrelVariable variable) {
    throw Util.FoundOne.NULL;
  }
}
