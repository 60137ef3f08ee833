package io.klog.sql;

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
import org.apache.calcite.util.BuiltInMethod;
import org.jspecify.annotations.Nullable;

/** One of klog's own operators as a leaf of a compiled plan. */
final class EnumerableLeaf implements Function1<DataContext, Enumerable<@Nullable Object>> {
  private final Operator operator;
  private final int width;

  private EnumerableLeaf(Operator operator, int width) {
    this.operator = operator;
    this.width = width;
  }

  static Result implement(
      RelNode rel, EnumerableRelImplementor implementor, Prefer prefer, Operator operator) {
    RelDataType rowType = rel.getRowType();
    JavaRowFormat format =
        rowType.getFieldCount() == 1 ? JavaRowFormat.SCALAR : JavaRowFormat.ARRAY;
    PhysType physType = PhysTypeImpl.of(implementor.getTypeFactory(), rowType, format, false);
    EnumerableLeaf leaf = new EnumerableLeaf(operator, rowType.getFieldCount());
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
        return new Rows(operator.open(execution), width);
      }
    };
  }

  private static final class Rows implements Enumerator<@Nullable Object> {
    private final RowCursor cursor;
    private final int width;

    Rows(RowCursor cursor, int width) {
      this.cursor = cursor;
      this.width = width;
    }

    @Override
    public @Nullable Object current() {
      if (width == 1) {
        return CanonicalValues.toInternal(cursor.getObject(0));
      }
      @Nullable Object[] row = new Object[width];
      for (int i = 0; i < width; i++) {
        row[i] = CanonicalValues.toInternal(cursor.getObject(i));
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
