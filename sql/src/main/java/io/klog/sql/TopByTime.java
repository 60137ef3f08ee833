package io.klog.sql;

import io.klog.sql.ScanBounds.Restriction;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.util.ImmutableIntList;
import org.jspecify.annotations.Nullable;

/**
 * ORDER BY timestamp with a LIMIT. The last so many records by offset, or the first, are nearly
 * those that are wanted; whatever their times are, none beyond the outermost of these is. So only
 * what is within it is read and sorted, which leaves out whole segments.
 */
final class TopByTime implements Operator {
  private static final int MOST = 100_000;

  private final Operators.Sort sorted;
  private final ScanOperator scan;
  // Gives the times of so many records, those of which are likely to be the wanted ones.
  private final ScanOperator likely;
  private final Expr limit;
  private final boolean descending;

  private TopByTime(
      Operators.Sort sorted,
      ScanOperator scan,
      ScanOperator likely,
      Expr limit,
      boolean descending) {
    this.sorted = sorted;
    this.scan = scan;
    this.likely = likely;
    this.limit = limit;
    this.descending = descending;
  }

  static boolean isPossible(Sort sort) {
    TopicScan scan = sort.fetch == null || sort.offset != null ? null : scan(sort);
    return scan != null
        && !scan.spec().isLimited()
        && scan.spec().driving() == null
        && scan.spec().order() == ScanSpec.Order.NONE
        && scan.spec().residual().isEmpty();
  }

  /** The scan whose timestamp is the first to sort by, or null. */
  private static @Nullable TopicScan scan(Sort sort) {
    if (sort.getCollation().getFieldCollations().isEmpty()) {
      return null;
    }
    int column = sort.getCollation().getFieldCollations().get(0).getFieldIndex();
    RelNode input = sort.getInput();
    if (input instanceof Project project) {
      if (!(project.getProjects().get(column) instanceof RexInputRef ref)) {
        return null;
      }
      column = ref.getIndex();
      input = project.getInput();
    }
    return input instanceof TopicScan scan && scan.spec().columns().get(column) == Columns.TIMESTAMP
        ? scan
        : null;
  }

  /**
   * The operator of a sort.
   *
   * @param sort a possible one
   * @param sorted the same without a bound
   * @param scan that this reads
   */
  static Operator of(
      Sort sort, Operators.Sort sorted, ScanOperator scan, Expr limit, RexBuilder builder) {
    TopicScan rel = scan(sort);
    if (rel == null) {
      throw new AssertionError("asked for an impossible one");
    }
    RelFieldCollation first = sort.getCollation().getFieldCollations().get(0);
    boolean descending = first.getDirection().isDescending();
    ScanSpec spec = rel.spec();
    ScanSpec likely =
        spec.withColumns(ImmutableIntList.of(Columns.TIMESTAMP))
            .withOrder(descending ? ScanSpec.Order.DESC : ScanSpec.Order.ASC)
            .withLimit(null, sort.fetch);
    return new TopByTime(
        sorted, scan, ScanOperator.of(likely, builder, rel.getTable()), limit, descending);
  }

  @Override
  public RowCursor open(Execution execution) {
    long wanted = Limits.count(limit, execution, "LIMIT");
    Restriction bound = wanted > MOST ? Restriction.NONE : bound(wanted, execution);
    execution.restrict(scan, bound);
    try {
      return sorted.open(execution);
    } finally {
      execution.restrict(scan, Restriction.NONE);
    }
  }

  private Restriction bound(long wanted, Execution execution) {
    long outermost = descending ? Long.MAX_VALUE : Long.MIN_VALUE;
    long count = 0;
    try (RowCursor rows = likely.open(execution)) {
      while (rows.next()) {
        long time = rows.getLong(0);
        outermost = descending ? Math.min(outermost, time) : Math.max(outermost, time);
        count++;
      }
    }
    if (count < wanted || count == 0) {
      return Restriction.NONE; // these are all that there are
    }
    return Restriction.toTimes(
        descending
            ? IntervalSet.of(outermost, Long.MAX_VALUE)
            : IntervalSet.of(Long.MIN_VALUE, outermost));
  }
}
