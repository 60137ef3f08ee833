package io.klog.sql;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;

/** Reads a system table, whole. */
final class SystemScan extends TableScan implements EnumerableRel {
  private final SystemTable system;

  SystemScan(RelOptCluster cluster, RelOptTable table, SystemTable system) {
    super(cluster, cluster.traitSetOf(EnumerableConvention.INSTANCE), ImmutableList.of(), table);
    this.system = system;
  }

  Operator operator() {
    SystemTable.Source source = system.source();
    return execution -> new ListRows(source.rows(execution));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return writer.item("table", system.name());
  }

  @Override
  public String getRelTypeName() {
    return "KlogSystemScan";
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    return EnumerableLeaf.implement(this, implementor, prefer, operator());
  }
}
