package io.klog.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The aggregate functions. */
final class Accumulators {
  private static final int DECIMAL_DIGITS = 38;
  // An object of a few words, which nobody shares.
  private static final int OBJECT_BYTES = 48;

  private Accumulators() {}

  /** COUNT of the rows that have all of some columns. */
  static final class Count extends Accumulator {
    private final int[] columns;
    private long[] counts = new long[0];

    Count(int[] columns) {
      this.columns = columns;
    }

    @Override
    int bytesPerGroup() {
      return Long.BYTES;
    }

    @Override
    void grow(int capacity) {
      counts = Arrays.copyOf(counts, capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      for (int column : columns) {
        if (row.isNull(column)) {
          return;
        }
      }
      counts[group]++;
    }

    @Override
    Object result(int group) {
      return counts[group];
    }
  }

  /** SUM or AVG of integers. Exact: only a result that is no BIGINT is out of range. */
  static final class OfLongs extends Accumulator {
    private final int column;
    private final boolean isInt;
    private final boolean mean;
    private long[] counts = new long[0];
    // The sum is low + wraps * 2^64.
    private long[] lows = new long[0];
    private int[] wraps = new int[0];

    OfLongs(int column, boolean isInt, boolean mean) {
      this.column = column;
      this.isInt = isInt;
      this.mean = mean;
    }

    @Override
    int bytesPerGroup() {
      return 2 * Long.BYTES + Integer.BYTES;
    }

    @Override
    void grow(int capacity) {
      counts = Arrays.copyOf(counts, capacity);
      lows = Arrays.copyOf(lows, capacity);
      wraps = Arrays.copyOf(wraps, capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      if (row.isNull(column)) {
        return;
      }
      long value = isInt ? row.getInt(column) : row.getLong(column);
      long before = lows[group];
      long after = before + value;
      if (((before ^ after) & (value ^ after)) < 0) {
        wraps[group] += value < 0 ? -1 : 1;
      }
      lows[group] = after;
      counts[group]++;
    }

    @Override
    @Nullable Object result(int group) {
      if (counts[group] == 0) {
        return null;
      }
      if (mean) {
        return sum(group) / counts[group];
      }
      if (wraps[group] != 0) {
        throw new SqlFault("22003", "a SUM is out of the range of BIGINT");
      }
      return lows[group];
    }

    private double sum(int group) {
      return wraps[group] == 0
          ? lows[group]
          : BigInteger.valueOf(wraps[group])
              .shiftLeft(Long.SIZE)
              .add(BigInteger.valueOf(lows[group]))
              .doubleValue();
    }
  }

  /** SUM or AVG of floating-point numbers. */
  static final class OfDoubles extends Accumulator {
    private final int column;
    private final boolean mean;
    private long[] counts = new long[0];
    private double[] sums = new double[0];

    OfDoubles(int column, boolean mean) {
      this.column = column;
      this.mean = mean;
    }

    @Override
    int bytesPerGroup() {
      return Long.BYTES + Double.BYTES;
    }

    @Override
    void grow(int capacity) {
      counts = Arrays.copyOf(counts, capacity);
      sums = Arrays.copyOf(sums, capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      if (!row.isNull(column)) {
        sums[group] += row.getDouble(column);
        counts[group]++;
      }
    }

    @Override
    @Nullable Object result(int group) {
      if (counts[group] == 0) {
        return null;
      }
      return mean ? sums[group] / counts[group] : sums[group];
    }
  }

  /**
   * SUM or AVG of DECIMALs; the mean has the scale of its type, and is rounded there as by a cast.
   */
  static final class OfDecimals extends Accumulator {
    private final int column;
    private final boolean mean;
    private final int scale;
    private long[] counts = new long[0];
    private @Nullable BigDecimal[] sums = new BigDecimal[0];

    /**
     * @param scale of the result's type
     */
    OfDecimals(int column, boolean mean, int scale) {
      this.column = column;
      this.mean = mean;
      this.scale = scale;
    }

    @Override
    int bytesPerGroup() {
      return Long.BYTES + OBJECT_BYTES;
    }

    @Override
    void grow(int capacity) {
      counts = Arrays.copyOf(counts, capacity);
      sums = Arrays.copyOf(sums, capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      if (row.getObject(column) instanceof BigDecimal value) {
        BigDecimal sum = sums[group];
        sums[group] = sum == null ? value : sum.add(value);
        counts[group]++;
      }
    }

    @Override
    @Nullable Object result(int group) {
      BigDecimal sum = sums[group];
      if (sum == null) {
        return null;
      }
      BigDecimal result =
          mean ? sum.divide(BigDecimal.valueOf(counts[group]), scale, Coercion.ROUNDING) : sum;
      if (result.precision() > DECIMAL_DIGITS) {
        throw new SqlFault(
            "22003", "a SUM has more than the " + DECIMAL_DIGITS + " digits of a DECIMAL");
      }
      return result;
    }
  }

  /** MIN or MAX of integers, dates or times. */
  static final class OutermostLong extends Accumulator {
    private final int column;
    private final boolean isInt;
    private final boolean greatest;
    private boolean[] seen = new boolean[0];
    private long[] values = new long[0];

    OutermostLong(int column, boolean isInt, boolean greatest) {
      this.column = column;
      this.isInt = isInt;
      this.greatest = greatest;
    }

    @Override
    int bytesPerGroup() {
      return Long.BYTES + 1;
    }

    @Override
    void grow(int capacity) {
      seen = Arrays.copyOf(seen, capacity);
      values = Arrays.copyOf(values, capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      if (row.isNull(column)) {
        return;
      }
      long value = isInt ? row.getInt(column) : row.getLong(column);
      if (!seen[group]) {
        seen[group] = true;
        values[group] = value;
      } else {
        values[group] = greatest ? Math.max(values[group], value) : Math.min(values[group], value);
      }
    }

    @Override
    @Nullable Object result(int group) {
      if (!seen[group]) {
        return null;
      }
      if (isInt) {
        return (int) values[group];
      }
      return values[group];
    }
  }

  /** MIN or MAX of values of any other type that has an order. */
  static final class Outermost extends Accumulator {
    private final int column;
    private final boolean greatest;
    private final MemoryBudget budget;
    private @Nullable Object[] values = new Object[0];

    Outermost(int column, boolean greatest, MemoryBudget budget) {
      this.column = column;
      this.greatest = greatest;
      this.budget = budget;
    }

    @Override
    int bytesPerGroup() {
      return OBJECT_BYTES;
    }

    @Override
    void grow(int capacity) {
      values = Arrays.copyOf(values, capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      if (row.isNull(column)) {
        return;
      }
      Object held = values[group];
      if (held instanceof byte[] bytes) {
        // Most are not copied to find out.
        int sign = row.compareBytes(column, bytes);
        if (greatest ? sign <= 0 : sign >= 0) {
          return;
        }
      }
      Object value = row.getObject(column);
      if (value != null && (held == null || isBeyond(value, held))) {
        budget.take(MemoryBudget.bytesOf(value) - MemoryBudget.bytesOf(held));
        values[group] = value;
      }
    }

    private boolean isBeyond(Object value, Object held) {
      int sign = Predicates.compare(value, held);
      return greatest ? sign > 0 : sign < 0;
    }

    @Override
    @Nullable Object result(int group) {
      return values[group];
    }
  }

  /** Hands on only the rows that a FILTER admits. */
  static final class Filtered extends Accumulator {
    private final Accumulator to;
    private final int condition;

    Filtered(Accumulator to, int condition) {
      this.to = to;
      this.condition = condition;
    }

    @Override
    int bytesPerGroup() {
      return to.bytesPerGroup();
    }

    @Override
    void grow(int capacity) {
      to.grow(capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      if (Boolean.TRUE.equals(row.getObject(condition))) {
        to.add(group, row);
      }
    }

    @Override
    @Nullable Object result(int group) {
      return to.result(group);
    }
  }

  /** Hands on only the first row of each group with some values. */
  static final class Distinct extends Accumulator {
    private final Accumulator to;
    private final int[] columns;
    private final KeyColumn[] types;
    private final KeyBuffer key = new KeyBuffer();
    private final KeyTable seen;

    Distinct(Accumulator to, int[] columns, KeyColumn[] types, MemoryBudget budget) {
      this.to = to;
      this.columns = columns;
      this.types = types;
      this.seen = new KeyTable(budget);
    }

    @Override
    int bytesPerGroup() {
      return to.bytesPerGroup();
    }

    @Override
    void grow(int capacity) {
      to.grow(capacity);
    }

    @Override
    void add(int group, RowCursor row) {
      key.clear();
      key.addNumber(group);
      for (int i = 0; i < columns.length; i++) {
        types[i].write(row, columns[i], key);
      }
      int known = seen.size();
      if (seen.add(key) == known) {
        to.add(group, row);
      }
    }

    @Override
    @Nullable Object result(int group) {
      return to.result(group);
    }
  }
}
