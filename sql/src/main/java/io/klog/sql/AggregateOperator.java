package io.klog.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.jspecify.annotations.Nullable;

/** GROUP BY, DISTINCT, and aggregate functions over all rows: one pass, the groups in memory. */
final class AggregateOperator implements Operator {
  private static final int CONTROL_MASK = 0xff;

  private final Operator input;
  private final int[] keys;
  private final KeyColumn[] keyTypes;
  private final int[] scales;
  private final List<Accumulator.Factory> functions;

  private AggregateOperator(
      Operator input,
      int[] keys,
      KeyColumn[] keyTypes,
      int[] scales,
      List<Accumulator.Factory> functions) {
    this.input = input;
    this.keys = keys;
    this.keyTypes = keyTypes;
    this.scales = scales;
    this.functions = functions;
  }

  /** The operator, or null where a function or a type is not one that it knows. */
  static @Nullable AggregateOperator of(Aggregate aggregate, DirectPlanner planner) {
    if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
      return null;
    }
    RelDataType rowType = aggregate.getInput().getRowType();
    List<Accumulator.Factory> functions = new ArrayList<>();
    for (AggregateCall call : aggregate.getAggCallList()) {
      Accumulator.Factory function = AggregateFunctions.of(call, rowType);
      if (function == null) {
        return null;
      }
      functions.add(function);
    }
    KeyColumn[] types = KeyColumn.of(rowType, aggregate.getGroupSet().toArray());
    Operator input = types == null ? null : planner.plan(aggregate.getInput());
    return types == null || input == null
        ? null
        : of(input, rowType, aggregate.getGroupSet().toArray(), types, functions);
  }

  /** The different ones of the rows; null where a type is not one that it knows. */
  static @Nullable AggregateOperator distinct(Operator input, RelDataType rowType) {
    int[] all = new int[rowType.getFieldCount()];
    Arrays.setAll(all, i -> i);
    KeyColumn[] types = KeyColumn.of(rowType, all);
    return types == null ? null : of(input, rowType, all, types, List.of());
  }

  private static AggregateOperator of(
      Operator input,
      RelDataType rowType,
      int[] keys,
      KeyColumn[] types,
      List<Accumulator.Factory> functions) {
    List<RelDataTypeField> fields = rowType.getFieldList();
    int[] scales = new int[keys.length];
    Arrays.setAll(
        scales, i -> types[i] == KeyColumn.DECIMAL ? fields.get(keys[i]).getType().getScale() : 0);
    return new AggregateOperator(input, keys, types, scales, functions);
  }

  @Override
  public RowCursor open(Execution execution) {
    Groups groups = new Groups();
    try (RowCursor rows = input.open(execution)) {
      for (int looked = 0; rows.next(); looked++) {
        if ((looked & CONTROL_MASK) == 0) {
          execution.control().check();
        }
        groups.add(rows);
      }
      return groups;
    } catch (RuntimeException | Error e) {
      groups.close();
      throw e;
    }
  }

  /** The groups of an execution: first collected, then read. */
  private final class Groups extends RowCursor {
    private final MemoryBudget budget = new MemoryBudget("GROUP BY");
    private final KeyBuffer key = new KeyBuffer();
    private final KeyTable table = new KeyTable(budget);
    private final Accumulator[] accumulators = new Accumulator[functions.size()];
    private int capacity;

    private int at = -1;
    // Of the current group: its key's bytes, and where in these its columns start.
    private byte[] array = new byte[0];
    private final int[] starts = new int[keys.length];

    Groups() {
      for (int i = 0; i < accumulators.length; i++) {
        accumulators[i] = functions.get(i).create(budget);
      }
      if (keys.length == 0) {
        table.add(key); // one group, whether there are rows or not
        grow(1);
      }
    }

    void add(RowCursor row) {
      int group = 0;
      if (keys.length > 0) {
        key.clear();
        for (int i = 0; i < keys.length; i++) {
          keyTypes[i].write(row, keys[i], key);
        }
        group = table.add(key);
        if (group == capacity) {
          grow(Math.max(16, 2 * capacity));
        }
      }
      for (Accumulator accumulator : accumulators) {
        accumulator.add(group, row);
      }
    }

    private void grow(int newCapacity) {
      for (Accumulator accumulator : accumulators) {
        budget.take((long) newCapacity * accumulator.bytesPerGroup());
        accumulator.grow(newCapacity);
        budget.give((long) capacity * accumulator.bytesPerGroup());
      }
      capacity = newCapacity;
    }

    @Override
    public boolean next() {
      if (at >= table.size() - 1) {
        at = table.size();
        return false;
      }
      at++;
      if (keys.length > 0) {
        array = table.array(at);
        int start = table.start(at);
        for (int i = 0; i < keys.length; i++) {
          starts[i] = start;
          start = keyTypes[i].end(array, start);
        }
      }
      return true;
    }

    @Override
    public boolean isNull(int column) {
      return column < keys.length
          ? array[starts[column]] == KeyBuffer.NULL
          : getObject(column) == null;
    }

    @Override
    public @Nullable Object getObject(int column) {
      return column < keys.length
          ? keyTypes[column].read(array, starts[column], scales[column])
          : accumulators[column - keys.length].result(at);
    }

    @Override
    public void close() {
      at = table.size();
      budget.close();
    }
  }
}
