package io.klog.sql;

import io.klog.sql.ScanBounds.Restriction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.jspecify.annotations.Nullable;

/**
 * Joins by what is known when it runs. A side of few rows is kept in memory, and where the other
 * can be looked up by its values, only what these name is read of it; else one side is read whole,
 * and kept.
 *
 * <p>Where the left side is what drives a cursor that reads on, it is never read ahead: to ask for
 * its next row acknowledges the last. Then the right side is kept while the cursor is open.
 */
final class JoinOperator implements Operator {
  /** How many rows of a side are few. */
  static final int FEW = 1_000;

  private static final int CONTROL_MASK = 0xff;

  private final Operator left;
  private final Operator right;
  private final JoinTable.Side leftSide;
  private final JoinTable.Side rightSide;
  private final @Nullable JoinLookup leftLookup;
  private final @Nullable JoinLookup rightLookup;
  private final @Nullable Expr condition;
  private final boolean outer;
  private final boolean readsOn;

  private JoinOperator(
      Inputs inputs,
      JoinTable.Side leftSide,
      JoinTable.Side rightSide,
      @Nullable Expr condition,
      boolean outer,
      boolean readsOn) {
    this.left = inputs.left;
    this.right = inputs.right;
    this.leftLookup = inputs.leftLookup;
    this.rightLookup = inputs.rightLookup;
    this.leftSide = leftSide;
    this.rightSide = rightSide;
    this.condition = condition;
    this.outer = outer;
    this.readsOn = readsOn;
  }

  private record Inputs(
      Operator left,
      Operator right,
      @Nullable JoinLookup leftLookup,
      @Nullable JoinLookup rightLookup) {}

  static boolean isPossible(Join join) {
    return (join.getJoinType() == JoinRelType.INNER || join.getJoinType() == JoinRelType.LEFT)
        && RowExpressions.areScalar(List.of(join.getCondition()));
  }

  /**
   * The operator, or null where the join is of another kind, or by values of other types.
   *
   * @param readsOn whether the left side must not be read ahead
   */
  static @Nullable JoinOperator of(Join join, DirectPlanner planner, boolean readsOn) {
    if (!isPossible(join)) {
      return null;
    }
    JoinKeys keys = JoinKeys.of(join);
    if (!readsOn && RelOptUtil.countJoins(join) > 1 && hasProduct(join)) {
      return null; // Calcite looks for a better order
    }
    JoinTable.Side leftSide = keys.side(join.getLeft().getRowType(), true);
    JoinTable.Side rightSide = keys.side(join.getRight().getRowType(), false);
    if (leftSide == null || rightSide == null || !leftSide.isLike(rightSide)) {
      return null;
    }
    Operator left = planner.plan(join.getLeft());
    Operator right = left == null ? null : planner.plan(join.getRight());
    if (left == null || right == null) {
      return null;
    }
    RexNode rest = RexUtil.composeConjunction(join.getCluster().getRexBuilder(), keys.rest(), true);
    return new JoinOperator(
        new Inputs(
            left,
            right,
            JoinLookup.of(join.getLeft(), left, keys, true),
            JoinLookup.of(join.getRight(), right, keys, false)),
        leftSide,
        rightSide,
        rest == null ? null : planner.compiler(join.getRowType()).compile(rest),
        join.getJoinType() == JoinRelType.LEFT,
        readsOn);
  }

  private static boolean hasProduct(RelNode rel) {
    return (rel instanceof Join join && JoinKeys.of(join).left().isEmpty())
        || rel.getInputs().stream().anyMatch(JoinOperator::hasProduct);
  }

  @Override
  public RowCursor open(Execution execution) {
    if (readsOn || (outer && rightLookup == null)) {
      JoinTable whole = table(right.open(execution), execution);
      return rows(() -> left.open(execution), whole, execution);
    }
    try (Head head = new Head(left.open(execution), leftSide, execution)) {
      if (outer) {
        Restriction wanted =
            head.isAll ? restriction(rightLookup, head.rows, leftSide) : Restriction.NONE;
        JoinTable looked = table(open(right, rightLookup, wanted, execution), execution);
        return rows(head::all, looked, execution);
      }
      return head.isAll ? fromLeft(head, execution) : fromRight(head, execution);
    }
  }

  /** The rows of the left are few: they are kept, and the right is read by them. */
  private RowCursor fromLeft(Head head, Execution execution) {
    JoinTable few = head.table();
    if (few.isEmpty()) {
      few.close();
      return new ListRows(List.of());
    }
    Restriction wanted = restriction(rightLookup, head.rows, leftSide);
    return new JoinRows(
        opened(() -> open(right, rightLookup, wanted, execution), few),
        rightSide,
        few,
        false,
        execution);
  }

  /** The rows of the left are many; those of the right may be few, and the left be read by them. */
  private RowCursor fromRight(Head leftHead, Execution execution) {
    try (Head head = new Head(right.open(execution), rightSide, execution)) {
      if (!head.isAll) {
        JoinTable many = table(head.all(), execution);
        return rows(leftHead::all, many, execution);
      }
      JoinTable few = head.table();
      if (few.isEmpty()) {
        few.close();
        return new ListRows(List.of());
      }
      if (leftLookup == null) {
        return rows(leftHead::all, few, execution);
      }
      Restriction wanted = restriction(leftLookup, head.rows, rightSide);
      return rows(() -> open(left, leftLookup, wanted, execution), few, execution);
    }
  }

  private static Restriction restriction(
      @Nullable JoinLookup lookup, List<@Nullable Object[]> rows, JoinTable.Side of) {
    return lookup == null ? Restriction.NONE : lookup.to(rows, of.column(lookup.place()));
  }

  private static RowCursor open(
      Operator side, @Nullable JoinLookup lookup, Restriction to, Execution execution) {
    if (lookup == null) {
      return side.open(execution);
    }
    execution.restrict(lookup.scan(), to);
    try {
      return side.open(execution);
    } finally {
      execution.restrict(lookup.scan(), Restriction.NONE);
    }
  }

  private RowCursor rows(Supplier<RowCursor> in, JoinTable others, Execution execution) {
    return new JoinRows(opened(in, others), leftSide, others, true, execution);
  }

  /** Opens what is joined to a table, which is given up where that fails. */
  private static RowCursor opened(Supplier<RowCursor> in, JoinTable others) {
    try {
      return in.get();
    } catch (RuntimeException | Error e) {
      others.close();
      throw e;
    }
  }

  private JoinTable table(RowCursor rows, Execution execution) {
    JoinTable table = new JoinTable(rightSide);
    try (rows) {
      for (int looked = 0; rows.next(); looked++) {
        if ((looked & CONTROL_MASK) == 0) {
          execution.control().check();
        }
        table.add(rows);
      }
      return table;
    } catch (RuntimeException | Error e) {
      table.close();
      throw e;
    }
  }

  /** The first rows of a side; all, where they are few. */
  private static final class Head implements AutoCloseable {
    private final RowCursor in;
    private final JoinTable.Side side;
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private final MemoryBudget budget = new MemoryBudget("a JOIN");
    private final boolean isAll;
    private boolean handedOn;

    Head(RowCursor in, JoinTable.Side side, Execution execution) {
      this.in = in;
      this.side = side;
      boolean more = true;
      try {
        while (rows.size() <= FEW && more) {
          execution.control().check();
          more = in.next();
          if (more) {
            rows.add(budget.keep(in, side.width()));
          }
        }
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
      this.isAll = !more;
    }

    JoinTable table() {
      JoinTable table = new JoinTable(side);
      RowCursor all = new ListRows(rows);
      try {
        while (all.next()) {
          table.add(all);
        }
      } catch (RuntimeException | Error e) {
        table.close();
        throw e;
      }
      return table;
    }

    /** The rows, and those that come after them. */
    RowCursor all() {
      handedOn = true;
      return new ConcatRows(List.of(new ListRows(rows, budget), in), false);
    }

    @Override
    public void close() {
      if (!handedOn) {
        in.close();
        budget.close();
      }
    }
  }

  /** One side's rows as they come, each with those of the other that equal it. */
  private final class JoinRows extends RowCursor {
    private final RowCursor in;
    private final JoinTable.Side side;
    private final JoinTable others;
    private final boolean inIsLeft;
    private final Execution execution;
    private final KeyBuffer key = new KeyBuffer();
    // The columns before are the left's.
    private final int split = leftSide.width();
    private int next = JoinTable.NONE;
    private boolean matched = true;
    private int looked;
    private @Nullable Object @Nullable [] other;

    JoinRows(
        RowCursor in,
        JoinTable.Side side,
        JoinTable others,
        boolean inIsLeft,
        Execution execution) {
      this.in = in;
      this.side = side;
      this.others = others;
      this.inIsLeft = inIsLeft;
      this.execution = execution;
    }

    @Override
    public boolean next() {
      while (true) {
        while (next != JoinTable.NONE) {
          if ((++looked & CONTROL_MASK) == 0) {
            execution.control().check();
          }
          other = others.row(next);
          next = others.next(next);
          if (condition == null || Boolean.TRUE.equals(condition.eval(this, execution))) {
            matched = true;
            return true;
          }
        }
        other = null;
        if (outer && !matched) {
          matched = true;
          return true;
        }
        if (!in.next()) {
          return false;
        }
        next = side.write(in, key) ? others.first(key) : JoinTable.NONE;
        matched = false;
      }
    }

    private boolean isOfIn(int column) {
      return column < split == inIsLeft;
    }

    private int ofIn(int column) {
      return inIsLeft ? column : column - split;
    }

    @Override
    public boolean isNull(int column) {
      return isOfIn(column) ? in.isNull(ofIn(column)) : getObject(column) == null;
    }

    @Override
    public long getLong(int column) {
      return isOfIn(column) ? in.getLong(ofIn(column)) : super.getLong(column);
    }

    @Override
    public int getInt(int column) {
      return isOfIn(column) ? in.getInt(ofIn(column)) : super.getInt(column);
    }

    @Override
    public @Nullable String getString(int column) {
      return isOfIn(column) ? in.getString(ofIn(column)) : super.getString(column);
    }

    @Override
    void writeBytes(int column, KeyBuffer to) {
      if (isOfIn(column)) {
        in.writeBytes(ofIn(column), to);
      } else {
        super.writeBytes(column, to);
      }
    }

    @Override
    public @Nullable Object getObject(int column) {
      if (isOfIn(column)) {
        return in.getObject(ofIn(column));
      }
      Object value = other == null ? null : other[inIsLeft ? column - split : column];
      return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    @Override
    public void close() {
      in.close();
      others.close();
    }
  }
}
