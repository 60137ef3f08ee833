package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.jspecify.annotations.Nullable;

/** Makes klog's own operators of a plan, where they reach: nothing is compiled or searched for. */
final class DirectPlanner {
  private final RexBuilder builder;
  private final boolean readsOn;

  /**
   * @param readsOn whether the cursor reads for a group, or follows: then what drives it is not
   *     read ahead
   */
  DirectPlanner(RexBuilder builder, boolean readsOn) {
    this.builder = builder;
    this.readsOn = readsOn;
  }

  /** The operator, or null where the plan has what only Calcite's can do. */
  @Nullable Operator plan(RelNode rel) {
    if (rel instanceof TopicScan scan) {
      return ScanOperator.of(scan.spec(), builder, scan.getTable());
    }
    if (rel instanceof SystemScan scan) {
      return scan.operator();
    }
    if (rel instanceof Project project) {
      return project(project);
    }
    if (rel instanceof Filter filter) {
      return filter(filter);
    }
    if (rel instanceof Sort sort) {
      return sort(sort);
    }
    if (rel instanceof Values values) {
      return values(values);
    }
    if (rel instanceof Union union) {
      return union(union);
    }
    if (rel instanceof Aggregate aggregate) {
      return aggregate(aggregate);
    }
    return rel instanceof Join join ? JoinOperator.of(join, this, readsOn) : null;
  }

  ExprCompiler compiler(RelDataType rowType) {
    return new ExprCompiler(builder, rowType);
  }

  private @Nullable Operator project(Project project) {
    if (!RowExpressions.areScalar(project.getProjects())) {
      return null;
    }
    Operator input = plan(project.getInput());
    if (input == null) {
      return null;
    }
    ExprCompiler compiler = compiler(project.getInput().getRowType());
    return new Operators.Project(
        input, project.getProjects().stream().map(compiler::compile).toList());
  }

  private @Nullable Operator filter(Filter filter) {
    if (!RowExpressions.areScalar(List.of(filter.getCondition()))) {
      return null;
    }
    Operator input = plan(filter.getInput());
    return input == null
        ? null
        : new Operators.Filter(
            input, compiler(filter.getInput().getRowType()).compile(filter.getCondition()));
  }

  private @Nullable Operator sort(Sort sort) {
    RelDataType rowType = sort.getRowType();
    for (RelFieldCollation collation : sort.getCollation().getFieldCollations()) {
      if (!isOrdered(rowType.getFieldList().get(collation.getFieldIndex()).getType())) {
        return null;
      }
    }
    Operator input = plan(sort.getInput());
    if (input == null) {
      return null;
    }
    ExprCompiler compiler = compiler(rowType);
    Expr skip = sort.offset == null ? null : compiler.compile(sort.offset);
    Expr limit = sort.fetch == null ? null : compiler.compile(sort.fetch);
    List<RelFieldCollation> collations = sort.getCollation().getFieldCollations();
    if (collations.isEmpty()) {
      return new Operators.Limit(input, skip, limit);
    }
    Operators.Sort sorted =
        new Operators.Sort(input, rowType.getFieldCount(), collations, skip, limit);
    ScanOperator scan = JoinLookup.scan(input);
    return scan != null && limit != null && TopByTime.isPossible(sort)
        ? TopByTime.of(sort, sorted, scan, limit, builder)
        : sorted;
  }

  private static boolean isOrdered(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case BOOLEAN,
          TINYINT,
          SMALLINT,
          INTEGER,
          BIGINT,
          DECIMAL,
          FLOAT,
          REAL,
          DOUBLE,
          CHAR,
          VARCHAR,
          BINARY,
          VARBINARY,
          TIMESTAMP,
          DATE,
          TIME ->
          true;
      default -> false;
    };
  }

  private @Nullable Operator values(Values values) {
    ExprCompiler compiler = compiler(values.getRowType());
    List<RelDataTypeField> types = values.getRowType().getFieldList();
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (List<RexLiteral> tuple : values.getTuples()) {
      @Nullable Object[] row = new Object[tuple.size()];
      for (int i = 0; i < row.length; i++) {
        if (!(compiler.compile(tuple.get(i)) instanceof Expr.Constant constant)) {
          return null;
        }
        row[i] = CanonicalValues.toCanonical(constant.value(), types.get(i).getType());
      }
      rows.add(row);
    }
    return execution -> new ListRows(rows);
  }

  private @Nullable Operator aggregate(Aggregate aggregate) {
    return CatalogAggregate.isPossible(aggregate)
        ? CatalogAggregate.of(aggregate, builder)
        : AggregateOperator.of(aggregate, this);
  }

  private @Nullable Operator union(Union union) {
    List<Operator> inputs = new ArrayList<>();
    for (RelNode input : union.getInputs()) {
      Operator planned = plan(input);
      if (planned == null) {
        return null;
      }
      inputs.add(planned);
    }
    Operator all = new Operators.Concat(inputs, readsOn);
    return union.all ? all : AggregateOperator.distinct(all, union.getRowType());
  }
}
