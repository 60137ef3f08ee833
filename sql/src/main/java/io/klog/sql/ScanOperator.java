package io.klog.sql;

import io.klog.ScanRange;
import io.klog.Topic;
import io.klog.sql.ScanBounds.Reading;
import io.klog.sql.ScanSpec.Driving;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/** Reads a topic, with all that was pushed into the reading. */
final class ScanOperator implements Operator {
  private final Topic topic;
  private final Columns layout;
  private final int[] columns;
  // The declared columns that the rows or the filter may ask for; null where there are none.
  private final RecordFields.@Nullable Wanted declared;
  private final ScanBounds bounds;
  private final @Nullable Expr filter;
  private final ScanSpec.Order order;
  private final @Nullable Expr skip;
  private final @Nullable Expr limit;
  private final @Nullable Driving driving;

  private ScanOperator(ScanSpec spec, Columns layout, ExprCompiler compiler) {
    this.topic = spec.topic();
    this.layout = layout;
    this.columns = spec.columns().toIntArray();
    int[] fields = declared(spec, layout);
    this.declared =
        fields.length == 0 ? null : new RecordFields.Wanted(spec.topic(), layout, fields);
    this.bounds = new ScanBounds(spec, compiler);
    this.filter = compiler.conjunction(spec.residual());
    this.order = spec.order();
    this.skip = spec.skip() == null ? null : compiler.compile(spec.skip());
    this.limit = spec.limit() == null ? null : compiler.compile(spec.limit());
    this.driving = spec.driving();
  }

  static ScanOperator of(ScanSpec spec, RexBuilder builder, RelOptTable table) {
    TopicTable topic = table.unwrapOrThrow(TopicTable.class);
    return new ScanOperator(
        spec,
        topic.columns(builder.getTypeFactory()),
        new ExprCompiler(builder, table.getRowType()));
  }

  private static int[] declared(ScanSpec spec, Columns layout) {
    ImmutableBitSet asked =
        ImmutableBitSet.of(spec.columns())
            .union(RelOptUtil.InputFinder.bits(spec.residual(), null));
    return asked.asList().stream()
        .filter(layout::isDeclared)
        .mapToInt(column -> column - Columns.FIRST_DECLARED)
        .toArray();
  }

  private @Nullable RecordFields fields() {
    return declared == null ? null : new RecordFields(declared);
  }

  Topic topic() {
    return topic;
  }

  @Override
  public RowCursor open(Execution execution) {
    long toSkip = skip == null ? 0 : Limits.count(skip, execution, "OFFSET");
    long most = limit == null ? Long.MAX_VALUE : Limits.count(limit, execution, "LIMIT");
    if (driving != null && driving.group() != null) {
      GroupCursor cursor = execution.groupCursor(driving.follows());
      RecordRows consumed =
          cursor.open(Limits.group(driving.group(), execution), topic, layout, fields());
      return new ScanRows(consumed, columns, filter, toSkip, most, execution);
    }
    Reading reading = reading(execution);
    if (driving != null) {
      int[] partitions = reading.partitions().stream().mapToInt(p -> p).toArray();
      // Which is the same for all: only that bounds a scan that follows.
      ScanRange range = reading.size() == 0 ? ScanRange.ALL : reading.ranges(0)[0];
      RecordRows followed =
          execution.streamCursor().open(topic, layout, fields(), partitions, range);
      return new ScanRows(followed, columns, filter, toSkip, most, execution);
    }
    long hint = filter == null && most < Long.MAX_VALUE - toSkip ? most + toSkip : Long.MAX_VALUE;
    TopicCursor cursor =
        new TopicCursor(
            execution.snapshot(),
            topic,
            layout,
            fields(),
            reading,
            hint,
            order != ScanSpec.Order.NONE);
    return new ScanRows(cursor, columns, filter, toSkip, most, execution);
  }

  /** What the conditions admit of each partition. */
  Reading reading(Execution execution) {
    return bounds.eval(execution.restriction(this), execution);
  }
}
