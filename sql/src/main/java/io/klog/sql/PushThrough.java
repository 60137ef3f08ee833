package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.mapping.Mappings;
import org.jspecify.annotations.Nullable;

/**
 * Moves conditions through joins, unions and aggregates, so that they come to the scans, and has
 * joins and unions of no more columns than are asked for. Each gives null where nothing moves.
 */
final class PushThrough {
  private PushThrough() {}

  static @Nullable RelNode push(Filter filter) {
    RelNode input = filter.getInput();
    if (input instanceof Join join && isMovable(join)) {
      return push(filter, join);
    }
    if (input instanceof Union union && RexUtil.isDeterministic(filter.getCondition())) {
      List<RelNode> inputs = new ArrayList<>();
      for (RelNode each : union.getInputs()) {
        inputs.add(filtered(each, moved(List.of(filter.getCondition()), each, i -> i)));
      }
      return union.copy(union.getTraitSet(), inputs);
    }
    return input instanceof Aggregate aggregate
            && aggregate.getGroupType() == Aggregate.Group.SIMPLE
        ? push(filter, aggregate)
        : null;
  }

  private static boolean isMovable(Join join) {
    return JoinOperator.isPossible(join) && join.getVariablesSet().isEmpty();
  }

  /** What is said of the groups holds for the rows that they are made of. */
  private static @Nullable RelNode push(Filter filter, Aggregate aggregate) {
    ImmutableBitSet groups = ImmutableBitSet.range(aggregate.getGroupCount());
    List<RexNode> below = new ArrayList<>();
    List<RexNode> rest = new ArrayList<>();
    for (RexNode term : RelOptUtil.conjunctions(filter.getCondition())) {
      (isOf(term, groups) ? below : rest).add(term);
    }
    if (below.isEmpty()) {
      return null;
    }
    RelNode input = aggregate.getInput();
    RelNode inner = filtered(input, moved(below, input, i -> aggregate.getGroupSet().nth(i)));
    return filtered(aggregate.copy(aggregate.getTraitSet(), List.of(inner)), rest);
  }

  private static @Nullable RelNode push(Filter filter, Join join) {
    Sides sides = new Sides(join);
    boolean inner = join.getJoinType() == JoinRelType.INNER;
    List<RexNode> rest = new ArrayList<>();
    for (RexNode term : RelOptUtil.conjunctions(filter.getCondition())) {
      if (isOf(term, sides.left)) {
        sides.toLeft.add(term);
      } else if (inner && isOf(term, sides.right)) {
        sides.toRight.add(term);
      } else if (inner && RexUtil.isDeterministic(term)) {
        sides.both.add(term);
      } else {
        rest.add(term);
      }
    }
    if (rest.size() == RelOptUtil.conjunctions(filter.getCondition()).size()) {
      return null;
    }
    return filtered(sides.joined(), rest);
  }

  /** Conditions of ON that one side alone decides. */
  static @Nullable RelNode push(Join join) {
    if (!isMovable(join)) {
      return null;
    }
    Sides sides = new Sides(join);
    sides.both.clear();
    for (RexNode term : RelOptUtil.conjunctions(join.getCondition())) {
      if (join.getJoinType() == JoinRelType.INNER && isOf(term, sides.left)) {
        sides.toLeft.add(term);
      } else if (isOf(term, sides.right)) {
        sides.toRight.add(term);
      } else {
        sides.both.add(term);
      }
    }
    return sides.toLeft.isEmpty() && sides.toRight.isEmpty() ? null : sides.joined();
  }

  private static boolean isOf(RexNode term, ImmutableBitSet columns) {
    ImmutableBitSet used = RelOptUtil.InputFinder.bits(term);
    return !used.isEmpty() && columns.contains(used) && RexUtil.isDeterministic(term);
  }

  /** A join, and what moves into it. */
  private static final class Sides {
    private final Join join;
    private final ImmutableBitSet left;
    private final ImmutableBitSet right;
    private final List<RexNode> toLeft = new ArrayList<>();
    private final List<RexNode> toRight = new ArrayList<>();
    private final List<RexNode> both;

    Sides(Join join) {
      int split = join.getLeft().getRowType().getFieldCount();
      this.join = join;
      this.left = ImmutableBitSet.range(split);
      this.right = ImmutableBitSet.range(split, join.getRowType().getFieldCount());
      this.both = new ArrayList<>(RelOptUtil.conjunctions(join.getCondition()));
    }

    RelNode joined() {
      int split = left.cardinality();
      RexBuilder builder = join.getCluster().getRexBuilder();
      RelNode newLeft = filtered(join.getLeft(), toLeft);
      RelNode newRight = filtered(join.getRight(), moved(toRight, join.getRight(), i -> i - split));
      Join moved =
          join.copy(
              join.getTraitSet(),
              RexUtil.composeConjunction(builder, both),
              newLeft,
              newRight,
              join.getJoinType(),
              join.isSemiJoinDone());
      // Where expressions are equal, these become columns, to join by.
      RelNode byColumns =
          RelOptUtil.pushDownJoinConditions(
              moved, RelFactories.LOGICAL_BUILDER.create(join.getCluster(), null));
      return byColumns == moved ? moved : PushDown.apply(byColumns);
    }
  }

  private static RelNode filtered(RelNode input, List<RexNode> terms) {
    return terms.isEmpty()
        ? input
        : PushDown.apply(
            LogicalFilter.create(
                input, RexUtil.composeConjunction(input.getCluster().getRexBuilder(), terms)));
  }

  /** The terms over the columns of another input. */
  private static List<RexNode> moved(List<RexNode> terms, RelNode input, IntUnaryOperator place) {
    return new RexShuttle() {
      @Override
      public RexNode visitInputRef(RexInputRef ref) {
        return RexInputRef.of(place.applyAsInt(ref.getIndex()), input.getRowType());
      }
    }.visitList(terms);
  }

  static @Nullable RelNode push(Aggregate aggregate) {
    if (!(aggregate.getInput() instanceof Join join) || !isMovable(join)) {
      return null;
    }
    ImmutableBitSet.Builder used = aggregate.getGroupSet().rebuild();
    aggregate.getAggCallList().forEach(call -> used.addAll(call.getArgList()));
    aggregate.getAggCallList().stream()
        .filter(call -> call.filterArg >= 0)
        .forEach(call -> used.set(call.filterArg));
    List<RexNode> using = new ArrayList<>();
    used.build().forEach(column -> using.add(RexInputRef.of(column, join.getRowType())));
    Narrow narrow = narrow(join, using);
    if (narrow == null) {
      return null;
    }
    Mappings.TargetMapping mapping =
        Mappings.target(
            narrow.kept.asList().stream().collect(Collectors.toMap(c -> c, narrow.kept::indexOf)),
            join.getRowType().getFieldCount(),
            narrow.kept.cardinality());
    return aggregate.copy(
        aggregate.getTraitSet(),
        narrow.join,
        ImmutableBitSet.of(
            aggregate.getGroupSet().asList().stream().map(narrow.kept::indexOf).toList()),
        null,
        aggregate.getAggCallList().stream().map(call -> call.transform(mapping)).toList());
  }

  static @Nullable RelNode push(Project project) {
    RelNode input = project.getInput();
    if (input instanceof Union union && union.all) {
      return push(project, union);
    }
    if (input instanceof Filter filter
        && filter.getInput() instanceof Join join
        && isMovable(join)
        && RowExpressions.areScalar(List.of(filter.getCondition()))) {
      List<RexNode> using = new ArrayList<>(project.getProjects());
      using.add(filter.getCondition());
      Narrow narrow = narrow(join, using);
      return narrow == null
          ? null
          : over(
              project,
              narrow.kept,
              LogicalFilter.create(
                  narrow.join,
                  moved(List.of(filter.getCondition()), narrow.join, narrow.kept::indexOf).get(0)));
    }
    if (input instanceof Join join && isMovable(join)) {
      Narrow narrow = narrow(join, project.getProjects());
      return narrow == null ? null : over(project, narrow.kept, narrow.join);
    }
    return null;
  }

  /** The projection over an input that has only some of the columns. */
  private static RelNode over(Project project, ImmutableBitSet kept, RelNode input) {
    return project.copy(
        project.getTraitSet(),
        input,
        moved(project.getProjects(), input, kept::indexOf),
        project.getRowType());
  }

  private static @Nullable RelNode push(Project project, Union union) {
    if (!project.getProjects().stream().allMatch(RexInputRef.class::isInstance)
        || project.getProjects().isEmpty()) {
      return null;
    }
    List<RelNode> inputs = new ArrayList<>();
    for (RelNode input : union.getInputs()) {
      inputs.add(
          PushDown.apply(
              LogicalProject.create(
                  input,
                  List.of(),
                  moved(project.getProjects(), input, i -> i),
                  project.getRowType().getFieldNames(),
                  project.getVariablesSet())));
    }
    return LogicalUnion.create(inputs, true);
  }

  /**
   * A join without the columns that nobody uses.
   *
   * @param kept those that it has, of those that it had
   */
  private record Narrow(RelNode join, ImmutableBitSet kept) {}

  /** Null where all columns are used, by the join itself or by expressions over it. */
  private static @Nullable Narrow narrow(Join join, List<RexNode> using) {
    int split = join.getLeft().getRowType().getFieldCount();
    int width = join.getRowType().getFieldCount();
    ImmutableBitSet used = RelOptUtil.InputFinder.bits(using, join.getCondition());
    ImmutableBitSet left = atLeastOne(used.intersect(ImmutableBitSet.range(split)), 0);
    ImmutableBitSet right = atLeastOne(used.intersect(ImmutableBitSet.range(split, width)), split);
    ImmutableBitSet kept = left.union(right);
    if (kept.cardinality() == width) {
      return null;
    }
    RelNode newLeft = columns(join.getLeft(), left, 0);
    RelNode newRight = columns(join.getRight(), right, split);
    RexNode condition =
        new RexShuttle() {
          @Override
          public RexNode visitInputRef(RexInputRef ref) {
            return new RexInputRef(kept.indexOf(ref.getIndex()), ref.getType());
          }
        }.apply(join.getCondition());
    return new Narrow(
        join.copy(
            join.getTraitSet(),
            condition,
            newLeft,
            newRight,
            join.getJoinType(),
            join.isSemiJoinDone()),
        kept);
  }

  private static ImmutableBitSet atLeastOne(ImmutableBitSet columns, int otherwise) {
    return columns.isEmpty() ? ImmutableBitSet.of(otherwise) : columns;
  }

  private static RelNode columns(RelNode input, ImmutableBitSet columns, int shift) {
    if (columns.cardinality() == input.getRowType().getFieldCount()) {
      return input;
    }
    List<RexNode> refs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int column : columns) {
      refs.add(RexInputRef.of(column - shift, input.getRowType()));
      names.add(input.getRowType().getFieldNames().get(column - shift));
    }
    return PushDown.apply(LogicalProject.create(input, List.of(), refs, names, Set.of()));
  }
}
