package io.klog.sql;

import io.klog.Catalog;
import io.klog.Topic;
import io.klog.sql.ScanSpec.Driving;
import io.klog.sql.ScanSpec.GroupRef;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.RepeatUnion;
import org.apache.calcite.rel.core.TableModify;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexExecutor;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql2rel.ConvertToChecked;
import org.jspecify.annotations.Nullable;

/**
 * Plans whatever gives rows. First as a plan of klog's own operators; where these do not reach,
 * once more from the text, by Calcite.
 */
final class QueryPlanner {
  /** Calcite would compile constants to fold them: klog's plans need no such help. */
  static final RexExecutor NO_EXECUTOR =
      (builder, expressions, reduced) -> reduced.addAll(expressions);

  /**
   * @param rowType of the rows that the statement gives
   * @param rel the plan that the operator does
   */
  record Plan(
      Operator operator,
      RelDataType rowType,
      List<ColumnInfo> columns,
      List<RelDataType> parameterTypes,
      Set<Topic> topics,
      RelNode rel) {
    /** The plan in words, a line an operator. Loads much of Calcite when it is first asked. */
    String explained() {
      StringWriter text = new StringWriter();
      rel.explain(new PlanWriter(new PrintWriter(text)));
      return text.toString();
    }
  }

  private final Catalog catalog;

  QueryPlanner(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * @param statement the query, or an insert of one; validation changes it
   * @param parsedAnew the same once more
   */
  Plan plan(SqlNode statement, Supplier<SqlNode> parsedAnew, @Nullable Driving driving) {
    return WarmUp.planned(() -> direct(statement, parsedAnew, driving));
  }

  private Plan direct(SqlNode statement, Supplier<SqlNode> parsedAnew, @Nullable Driving driving) {
    RelOptPlanner light = lightPlanner();
    Translator translator = new Translator(catalog, statement, light);
    RelRoot root = translator.toRel();
    RelNode rel = checked(source(root.project()));
    refuseJoinsByMaps(rel);
    try {
      if (driving != null) {
        rel = DrivingScans.mark(rel, driving);
      }
      RelNode pushed = PushDown.apply(rel);
      Operator operator =
          new DirectPlanner(rel.getCluster().getRexBuilder(), driving != null).plan(pushed);
      if (operator != null) {
        return plan(translator, root, driving, pushed, operator);
      }
      if (driving != null) {
        throw DrivingScans.refusal(pushed, driving);
      }
      return WarmUp.compiled(() -> compiled(parsedAnew.get()));
    } catch (RuntimeException e) {
      throw Faults.ofPlanning(e);
    }
  }

  private Plan compiled(SqlNode statement) {
    VolcanoPlanner planner = EnumerablePlanner.newPlanner();
    Translator translator = new Translator(catalog, statement, planner);
    RelRoot root = translator.toRel();
    RelNode rel = CompiledLimits.clamped(source(root.rel));
    refuseRecursion(root.rel);
    RelNode best = EnumerablePlanner.optimize(root.withRel(checked(rel)));
    Operator operator = EnumerableOperator.of(best);
    if (!root.isRefTrivial() && root.kind.belongsTo(SqlKind.QUERY)) {
      List<Expr> columns = new ArrayList<>();
      root.fields.forEach(f -> columns.add(new Expr.Column(f.getKey(), isInt(best, f.getKey()))));
      operator = new Operators.Project(operator, columns);
    }
    return plan(translator, root, null, best, operator);
  }

  /** With arithmetic that fails when a result is out of its type's range. */
  private static RelNode checked(RelNode rel) {
    return rel.accept(new ConvertToChecked(rel.getCluster().getRexBuilder(), true));
  }

  private static void refuseRecursion(RelNode rel) {
    if (rel instanceof RepeatUnion) {
      throw new SqlFault("42000", "WITH RECURSIVE is not supported");
    }
    rel.getInputs().forEach(QueryPlanner::refuseRecursion);
  }

  /** Maps have no order, and Calcite may join by that. */
  private static void refuseJoinsByMaps(RelNode rel) {
    if (rel instanceof Join join) {
      for (int column : JoinKeys.of(join).left()) {
        RelDataTypeField field = join.getLeft().getRowType().getFieldList().get(column);
        if (field.getType().getSqlTypeName() == SqlTypeName.MAP) {
          throw new SqlFault(
              "42000",
              "a join cannot compare column "
                  + field.getName()
                  + ", a MAP; a NATURAL JOIN compares all columns that both sides have: name those"
                  + " to compare by USING or ON");
        }
      }
    }
    rel.getInputs().forEach(QueryPlanner::refuseJoinsByMaps);
  }

  private static boolean isInt(RelNode rel, int column) {
    return switch (rel.getRowType().getFieldList().get(column).getType().getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER, DATE, TIME -> true;
      default -> false;
    };
  }

  /** Has no rules: it is asked for nothing but to be there. */
  static RelOptPlanner lightPlanner() {
    RelOptPlanner planner = new HepPlanner(HepProgram.builder().build());
    planner.setExecutor(NO_EXECUTOR);
    return planner;
  }

  /** Of an insert, what it inserts: the inserting is klog's own. */
  private static RelNode source(RelNode rel) {
    return rel instanceof TableModify modify ? Convertlets.withTextOfBytes(modify.getInput()) : rel;
  }

  private static Plan plan(
      Translator translator,
      RelRoot root,
      @Nullable Driving driving,
      RelNode rel,
      Operator operator) {
    List<RelDataType> parameterTypes = new ArrayList<>(translator.parameterTypes());
    GroupRef group = driving == null ? null : driving.group();
    if (group != null && group.parameter() >= 0) {
      parameterTypes.add(
          group.parameter(), rel.getCluster().getTypeFactory().createSqlType(SqlTypeName.VARCHAR));
    }
    boolean isQuery = root.kind.belongsTo(SqlKind.QUERY);
    return new Plan(
        operator,
        root.validatedRowType,
        isQuery ? translator.columns(root.validatedRowType) : List.of(),
        parameterTypes,
        Translator.topics(rel),
        rel);
  }
}
