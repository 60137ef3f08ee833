package io.klog.sql;

import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableRel.Prefer;
import org.apache.calcite.adapter.enumerable.EnumerableRel.Result;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.function.Function1;
import org.apache.calcite.linq4j.tree.Blocks;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.util.BuiltInMethod;
import org.jspecify.annotations.Nullable;

/** One of klog's own operators as a leaf of a compiled plan. */
final class EnumerableLeaf implements Function1<DataContext, Enumerable<@Nullable Object>> {
  private final Operator operator;
  private final List<RelDataType> types;

  private EnumerableLeaf(Operator operator, List<RelDataType> types) {
    this.operator = operator;
    this.types = types;
  }

  static Result implement(
      RelNode rel, EnumerableRelImplementor implementor, Prefer prefer, Operator operator) {
    RelDataType rowType = rel.getRowType();
    JavaRowFormat format =
        rowType.getFieldCount() == 1 ? JavaRowFormat.SCALAR : JavaRowFormat.ARRAY;
    PhysType physType = PhysTypeImpl.of(implementor.getTypeFactory(), rowType, format, false);
    EnumerableLeaf leaf =
        new EnumerableLeaf(
            operator, rowType.getFieldList().stream().map(RelDataTypeField::getType).toList());
    // The plan is code that knows objects by name only: they are handed over by the context.
    Expression stashed = implementor.stash(leaf, Function1.class);
    Expression rows =
        Expressions.convert_(
            Expressions.call(stashed, BuiltInMethod.FUNCTION1_APPLY.method, DataContext.ROOT),
            Enumerable.class);
    return implementor.result(physType, Blocks.toBlock(rows));
  }

  @Override
  public Enumerable<@Nullable Object> apply(DataContext context) {
    Execution execution = EnumerableOperator.executionOf(context);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<@Nullable Object> enumerator() {
        return new Rows(operator.open(execution), types);
      }
    };
  }

  private static final class Rows implements Enumerator<@Nullable Object> {
    private final RowCursor cursor;
    private final RelDataType[] types;

    Rows(RowCursor cursor, List<RelDataType> types) {
      this.cursor = cursor;
      this.types = types.toArray(new RelDataType[0]);
    }

    @Override
    public @Nullable Object current() {
      if (types.length == 1) {
        return CanonicalValues.toInternal(cursor.getObject(0), types[0]);
      }
      @Nullable Object[] row = new Object[types.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = CanonicalValues.toInternal(cursor.getObject(i), types[i]);
      }
      return row;
    }

    @Override
    public boolean moveNext() {
      return cursor.next();
    }

    @Override
    public void reset() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
