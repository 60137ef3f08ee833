package io.klog.sql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.calcite.rel.RelFieldCollation;
import org.jspecify.annotations.Nullable;

/** The operators above the scans. */
final class Operators {
  private Operators() {}

  record Project(Operator input, List<Expr> expressions) implements Operator {
    @Override
    public RowCursor open(Execution execution) {
      return new ProjectRows(input.open(execution), expressions.toArray(new Expr[0]), execution);
    }
  }

  record Filter(Operator input, Expr condition) implements Operator {
    @Override
    public RowCursor open(Execution execution) {
      RowCursor in = input.open(execution);
      return new ForwardingRows(in) {
        @Override
        public boolean next() {
          while (in.next()) {
            if (Boolean.TRUE.equals(condition.eval(in, execution))) {
              return true;
            }
          }
          return false;
        }
      };
    }
  }

  record Limit(Operator input, @Nullable Expr skip, @Nullable Expr limit) implements Operator {
    @Override
    public RowCursor open(Execution execution) {
      return limited(
          input.open(execution),
          skip == null ? 0 : Limits.count(skip, execution, "OFFSET"),
          limit == null ? Long.MAX_VALUE : Limits.count(limit, execution, "LIMIT"));
    }
  }

  /** Never asks for a row beyond the limit. */
  static RowCursor limited(RowCursor in, long skip, long limit) {
    return new ForwardingRows(in) {
      private long toSkip = skip;
      private long remaining = limit;

      @Override
      public boolean next() {
        while (remaining > 0 && in.next()) {
          if (toSkip == 0) {
            remaining--;
            return true;
          }
          toSkip--;
        }
        return false;
      }
    };
  }

  /**
   * One input after the other.
   *
   * @param again whether to ask the inputs again at the end: where a group reads, there may be more
   */
  record Concat(List<Operator> inputs, boolean again) implements Operator {
    @Override
    public RowCursor open(Execution execution) {
      return new ConcatRows(inputs.stream().map(input -> input.open(execution)).toList(), again);
    }
  }

  /** Sorts in memory; of a limited sort only as many rows are kept. */
  record Sort(
      Operator input,
      int width,
      List<RelFieldCollation> collations,
      @Nullable Expr skip,
      @Nullable Expr limit)
      implements Operator {
    private static final int MAX_HEAP = 100_000;

    @Override
    public RowCursor open(Execution execution) {
      long toSkip = skip == null ? 0 : Limits.count(skip, execution, "OFFSET");
      long most = limit == null ? Long.MAX_VALUE : Limits.count(limit, execution, "LIMIT");
      MemoryBudget budget = new MemoryBudget("ORDER BY");
      Comparator<@Nullable Object[]> order = order(collations);
      List<@Nullable Object[]> rows;
      try (RowCursor in = input.open(execution)) {
        rows =
            most <= MAX_HEAP && toSkip <= MAX_HEAP
                ? least(in, (int) (toSkip + most), order, budget, execution)
                : all(in, budget, execution);
      } catch (RuntimeException | Error e) {
        budget.close();
        throw e;
      }
      rows.sort(order);
      return limited(new ListRows(rows, budget), toSkip, most);
    }

    private List<@Nullable Object[]> all(RowCursor in, MemoryBudget budget, Execution execution) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      while (in.next()) {
        execution.control().check();
        rows.add(budget.keep(in, width));
      }
      return rows;
    }

    private List<@Nullable Object[]> least(
        RowCursor in,
        int count,
        Comparator<@Nullable Object[]> order,
        MemoryBudget budget,
        Execution execution) {
      PriorityQueue<@Nullable Object[]> heap = new PriorityQueue<>(order.reversed());
      // What a row is sorted by, to tell most of those that are not kept without a copy.
      @Nullable Object[] by = new Object[width];
      while (count > 0 && in.next()) {
        execution.control().check();
        if (heap.size() == count) {
          for (RelFieldCollation collation : collations) {
            by[collation.getFieldIndex()] = in.getObject(collation.getFieldIndex());
          }
          if (order.compare(by, heap.element()) >= 0) {
            continue;
          }
          budget.give(MemoryBudget.bytesOf(heap.remove()));
        }
        heap.add(budget.keep(in, width));
      }
      return new ArrayList<>(heap);
    }
  }

  static Comparator<@Nullable Object[]> order(List<RelFieldCollation> collations) {
    return (a, b) -> {
      for (RelFieldCollation collation : collations) {
        Object x = a[collation.getFieldIndex()];
        Object y = b[collation.getFieldIndex()];
        int sign;
        if (x == null || y == null) {
          // nullComparison is the sign of NULL compared with a value.
          int ofNull = collation.nullDirection.nullComparison;
          sign = x == y ? 0 : x == null ? ofNull : -ofNull;
        } else {
          sign = Predicates.compare(x, y);
          sign = collation.getDirection().isDescending() ? -sign : sign;
        }
        if (sign != 0) {
          return sign;
        }
      }
      return 0;
    };
  }
}
