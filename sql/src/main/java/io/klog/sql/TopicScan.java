package io.klog.sql;

import com.google.common.collect.ImmutableList;
import io.klog.Topic;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptCost;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlExplainLevel;

/**
 * Reads a topic, with all that was pushed into the reading. A leaf of klog's own plans and, in
 * Calcite's enumerable convention from the start, of compiled ones.
 */
final class TopicScan extends TableScan implements EnumerableRel {
  // The store's numbers are not asked while planning: a plan outlives them. Scans are large.
  private static final double ASSUMED_ROWS = 100_000;
  private static final double BOUNDED_SHARE = 0.1;

  private final ScanSpec spec;

  private TopicScan(RelOptCluster cluster, RelTraitSet traits, RelOptTable table, ScanSpec spec) {
    super(cluster, traits, ImmutableList.of(), table);
    this.spec = spec;
  }

  static TopicScan of(RelOptCluster cluster, RelOptTable table, Topic topic) {
    return new TopicScan(
        cluster, cluster.traitSetOf(EnumerableConvention.INSTANCE), table, ScanSpec.of(topic));
  }

  ScanSpec spec() {
    return spec;
  }

  TopicScan with(ScanSpec newSpec) {
    return new TopicScan(getCluster(), traitSet, table, newSpec);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new TopicScan(getCluster(), traits, table, spec);
  }

  @Override
  public RelDataType deriveRowType() {
    RelDataTypeFactory.Builder row = getCluster().getTypeFactory().builder();
    for (int column : spec.columns()) {
      row.add(table.getRowType().getFieldList().get(column));
    }
    return row.build();
  }

  @Override
  public double estimateRowCount(RelMetadataQuery query) {
    double rows = ASSUMED_ROWS;
    for (int i = 0; i < spec.conditions().size(); i++) {
      rows *= BOUNDED_SHARE;
    }
    return Math.max(rows, 1);
  }

  @Override
  public RelOptCost computeSelfCost(RelOptPlanner planner, RelMetadataQuery query) {
    double rows = estimateRowCount(query);
    return planner.getCostFactory().makeCost(rows, rows + spec.columns().size(), 0);
  }

  // The planner takes scans of equal terms for one: it gets what was pushed itself, not the words.
  @Override
  public RelWriter explainTerms(RelWriter writer) {
    if (writer.getDetailLevel() == SqlExplainLevel.DIGEST_ATTRIBUTES) {
      return writer.item("spec", spec);
    }
    spec.explain(writer);
    return writer;
  }

  @Override
  public String getRelTypeName() {
    return "KlogScan";
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    return EnumerableLeaf.implement(
        this, implementor, prefer, ScanOperator.of(spec, getCluster().getRexBuilder(), table));
  }
}
