package io.klog.sql;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** Finds the accumulator of a call of an aggregate function. */
final class AggregateFunctions {
  private AggregateFunctions() {}

  /**
   * What accumulates it; null where klog has no such function of its own, or not of such a type.
   */
  static Accumulator.@Nullable Factory of(AggregateCall call, RelDataType rowType) {
    if (call.isApproximate()
        || call.ignoreNulls()
        || call.distinctKeys != null
        || !call.rexList.isEmpty()
        || !call.getCollation().getFieldCollations().isEmpty()) {
      return null;
    }
    Accumulator.Factory plain = plain(call, rowType);
    if (plain == null) {
      return null;
    }
    SqlKind kind = call.getAggregation().getKind();
    boolean repeats =
        kind != SqlKind.MIN && kind != SqlKind.MAX; // to which they make no difference
    Accumulator.Factory distinct =
        call.isDistinct() && repeats ? distinct(plain, call.getArgList(), rowType) : plain;
    int filter = call.filterArg;
    return distinct == null || filter < 0
        ? distinct
        : budget -> new Accumulators.Filtered(distinct.create(budget), filter);
  }

  private static Accumulator.@Nullable Factory distinct(
      Accumulator.Factory plain, List<Integer> arguments, RelDataType rowType) {
    int[] columns = Ints.toArray(arguments);
    KeyColumn[] types = KeyColumn.of(rowType, columns);
    return types == null
        ? null
        : budget -> new Accumulators.Distinct(plain.create(budget), columns, types, budget);
  }

  private static Accumulator.@Nullable Factory plain(AggregateCall call, RelDataType rowType) {
    SqlKind kind = call.getAggregation().getKind();
    if (kind == SqlKind.COUNT) {
      return count(call.getArgList(), rowType);
    }
    if (call.getArgList().size() != 1) {
      return null;
    }
    int column = call.getArgList().get(0);
    RelDataType type = rowType.getFieldList().get(column).getType();
    return switch (kind) {
      case SUM -> sum(column, type, false, call.getType());
      case AVG -> sum(column, type, true, call.getType());
      case MIN, MAX -> outermost(column, type, kind == SqlKind.MAX);
      default -> null;
    };
  }

  private static Accumulator.Factory count(List<Integer> arguments, RelDataType rowType) {
    List<Integer> nullable = new ArrayList<>(arguments);
    nullable.removeIf(i -> !rowType.getFieldList().get(i).getType().isNullable());
    int[] columns = Ints.toArray(nullable);
    return budget -> new Accumulators.Count(columns);
  }

  private static Accumulator.@Nullable Factory sum(
      int column, RelDataType type, boolean mean, RelDataType resultType) {
    return switch (type.getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER -> budget -> new Accumulators.OfLongs(column, true, mean);
      case BIGINT -> budget -> new Accumulators.OfLongs(column, false, mean);
      case FLOAT, DOUBLE -> budget -> new Accumulators.OfDoubles(column, mean);
      case DECIMAL -> budget -> new Accumulators.OfDecimals(column, mean, resultType.getScale());
      default -> null; // a REAL's sum is rounded to REAL at each step
    };
  }

  private static Accumulator.@Nullable Factory outermost(
      int column, RelDataType type, boolean greatest) {
    return switch (type.getSqlTypeName()) {
      case BIGINT, TIMESTAMP -> budget -> new Accumulators.OutermostLong(column, false, greatest);
      case TINYINT, SMALLINT, INTEGER, DATE, TIME ->
          budget -> new Accumulators.OutermostLong(column, true, greatest);
      case BOOLEAN, DECIMAL, FLOAT, REAL, DOUBLE, CHAR, VARCHAR, BINARY, VARBINARY ->
          budget -> new Accumulators.Outermost(column, greatest, budget);
      default -> null;
    };
  }
}
