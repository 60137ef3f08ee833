package io.klog.sql;

import java.math.BigDecimal;
import java.util.Objects;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/** Compiled code counts with int: no more than that is asked of it. */
final class CompiledLimits extends RelHomogeneousShuttle {
  private static final BigDecimal MOST = BigDecimal.valueOf(Integer.MAX_VALUE);

  private CompiledLimits() {}

  /** The plan with literal limits that an int can hold; it could not count beyond them anyway. */
  static RelNode clamped(RelNode rel) {
    return rel.accept(new CompiledLimits());
  }

  @Override
  public RelNode visit(RelNode other) {
    RelNode visited = super.visit(other);
    if (!(visited instanceof Sort sort)) {
      return visited;
    }
    RexBuilder builder = sort.getCluster().getRexBuilder();
    RexNode skip = clamped(sort.offset, builder);
    RexNode limit = clamped(sort.fetch, builder);
    return Objects.equals(skip, sort.offset) && Objects.equals(limit, sort.fetch)
        ? sort
        : sort.copy(sort.getTraitSet(), sort.getInput(), sort.getCollation(), skip, limit);
  }

  private static @Nullable RexNode clamped(@Nullable RexNode count, RexBuilder builder) {
    if (!(count instanceof RexLiteral literal)) {
      return count;
    }
    BigDecimal value = literal.getValueAs(BigDecimal.class);
    return value == null || value.compareTo(MOST) <= 0 ? count : builder.makeExactLiteral(MOST);
  }
}
