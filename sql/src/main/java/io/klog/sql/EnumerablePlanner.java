package io.klog.sql;

import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.rel.RelCollationTraitDef;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.JaninoRelMetadataProvider;
import org.apache.calcite.rel.metadata.RelMetadataQueryBase;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.tools.Program;
import org.apache.calcite.tools.Programs;

/** Plans by Calcite's rules and costs, to its enumerable convention. Takes milliseconds. */
final class EnumerablePlanner {
  // Conditions go down to the scans first, so that PushDown can move them in; a planner by cost
  // would not find out what that spares.
  private static final Program LOGICAL =
      Programs.sequence(
          Programs.subQuery(DefaultRelMetadataProvider.INSTANCE),
          Programs.decorrelate(),
          Programs.hep(
              List.of(
                  CoreRules.FILTER_INTO_JOIN,
                  CoreRules.JOIN_CONDITION_PUSH,
                  CoreRules.FILTER_AGGREGATE_TRANSPOSE,
                  CoreRules.FILTER_PROJECT_TRANSPOSE,
                  CoreRules.FILTER_SET_OP_TRANSPOSE,
                  CoreRules.FILTER_MERGE),
              true,
              DefaultRelMetadataProvider.INSTANCE));

  private static final Program TRIM = Programs.trim();

  private static final Program CALC = Programs.calc(DefaultRelMetadataProvider.INSTANCE);

  private EnumerablePlanner() {}

  static VolcanoPlanner newPlanner() {
    VolcanoPlanner planner = new VolcanoPlanner();
    planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
    planner.addRelTraitDef(RelCollationTraitDef.INSTANCE);
    RelOptUtil.registerDefaultRules(planner, false, false);
    planner.setExecutor(QueryPlanner.NO_EXECUTOR);
    return planner;
  }

  static RelNode optimize(RelRoot root) {
    RelNode rel = root.rel;
    VolcanoPlanner planner = (VolcanoPlanner) rel.getCluster().getPlanner();
    RelMetadataQueryBase.THREAD_PROVIDERS.set(
        JaninoRelMetadataProvider.of(DefaultRelMetadataProvider.INSTANCE));
    try {
      RelTraitSet wanted =
          rel.getTraitSet()
              .replace(EnumerableConvention.INSTANCE)
              .replace(root.collation)
              .simplify();
      // Columns that only a condition needs are not needed any more once the scan has that.
      RelNode logical = LOGICAL.run(planner, rel, wanted, List.of(), List.of());
      RelNode filtered = PushDown.apply(JoinOrder.apply(logical, planner));
      RelNode pushed = PushDown.apply(TRIM.run(planner, filtered, wanted, List.of(), List.of()));
      RelNode target =
          pushed.getTraitSet().equals(wanted) ? pushed : planner.changeTraits(pushed, wanted);
      planner.setRoot(target);
      return CALC.run(planner, planner.findBestExp(), wanted, List.of(), List.of());
    } finally {
      RelMetadataQueryBase.THREAD_PROVIDERS.remove();
    }
  }
}
