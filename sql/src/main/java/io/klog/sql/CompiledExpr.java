package io.klog.sql;

import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.linq4j.function.Function1;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexExecutorImpl;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.schema.SchemaPlus;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Any expression that Calcite can compile; costs milliseconds once, so only what klog's own cannot.
 */
final class CompiledExpr extends Expr {
  private final Function1<DataContext, @Nullable Object @Nullable []> function;
  private final RelDataType type;
  // By place in the record that compiled code sees: the type, and the column of the row.
  private final RelDataType[] inputTypes;
  private final int[] inputs;

  CompiledExpr(RexBuilder builder, RexNode expression, RelDataType rowType) {
    ImmutableBitSet columns = RelOptUtil.InputFinder.bits(expression);
    RelDataTypeFactory.Builder record = builder.getTypeFactory().builder();
    columns.forEach(column -> record.add(rowType.getFieldList().get(column)));
    RexNode narrow =
        expression.accept(
            new RexShuttle() {
              @Override
              public RexNode visitInputRef(RexInputRef ref) {
                return new RexInputRef(columns.indexOf(ref.getIndex()), ref.getType());
              }
            });
    RelDataType recordType = record.build();
    this.function =
        RexExecutorImpl.getExecutable(builder, List.of(narrow), recordType).getFunction();
    this.type = expression.getType();
    this.inputTypes =
        recordType.getFieldList().stream()
            .map(RelDataTypeField::getType)
            .toArray(RelDataType[]::new);
    this.inputs = columns.toArray();
  }

  @Override
  @Nullable Object eval(RowCursor row, Execution execution) {
    @Nullable Object[] record = new Object[inputTypes.length];
    for (int i = 0; i < inputs.length; i++) {
      record[i] = CanonicalValues.toInternal(row.getObject(inputs[i]), inputTypes[i]);
    }
    try {
      @Nullable Object[] result = function.apply(new RowContext(execution, record));
      return result == null ? null : CanonicalValues.toCanonical(result[0], type);
    } catch (RuntimeException e) {
      throw Faults.ofData(e);
    }
  }

  /** What compiled code sees: the execution, and the row. */
  private static final class RowContext implements DataContext {
    private final Execution execution;
    private final @Nullable Object[] row;

    RowContext(Execution execution, @Nullable Object[] row) {
      this.execution = execution;
      this.row = row;
    }

    @Override
    public @Nullable Object get(String name) {
      return name.equals("inputRecord") ? row : execution.get(name);
    }

    @Override
    public @Nullable SchemaPlus getRootSchema() {
      return null;
    }

    @Override
    public JavaTypeFactory getTypeFactory() {
      return execution.getTypeFactory();
    }

    @Override
    public QueryProvider getQueryProvider() {
      return execution.getQueryProvider();
    }
  }
}
