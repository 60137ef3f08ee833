package io.klog.sql;

import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The rows of one side of a join, by what they are joined by. For one execution. */
final class JoinTable implements AutoCloseable {
  static final int NONE = -1;

  // The number of the next, and a reference.
  private static final int BYTES_PER_ROW = Integer.BYTES + Long.BYTES;
  private static final int BYTES_PER_KEY = 2 * Integer.BYTES;

  /** How a side's columns to join by are read. Immutable. */
  static final class Side {
    private final int width;
    private final int[] columns;
    private final KeyColumn[] types;
    private final boolean[] filterNulls;

    Side(int width, int[] columns, KeyColumn[] types, boolean[] filterNulls) {
      this.width = width;
      this.columns = columns;
      this.types = types;
      this.filterNulls = filterNulls;
    }

    int width() {
      return width;
    }

    /** The column of one of the places in the key. */
    int column(int place) {
      return columns[place];
    }

    /** Whether equal values of both sides are written alike. */
    boolean isLike(Side other) {
      for (int i = 0; i < types.length; i++) {
        if (!types[i].isLike(other.types[i])) {
          return false;
        }
      }
      return true;
    }

    /** Writes the values to join by; false where nothing equals them. */
    boolean write(RowCursor row, KeyBuffer key) {
      key.clear();
      for (int i = 0; i < columns.length; i++) {
        if (filterNulls[i] && row.isNull(columns[i])) {
          return false;
        }
        types[i].write(row, columns[i], key);
      }
      return true;
    }
  }

  private final Side side;
  private final MemoryBudget budget = new MemoryBudget("a JOIN");
  private final KeyBuffer key = new KeyBuffer();
  private final KeyTable keys = new KeyTable(budget);
  private final ArrayList<@Nullable Object[]> rows = new ArrayList<>();
  // By key: its first and its last row. By row: the next of the same key.
  private int[] firsts = new int[16];
  private int[] lasts = new int[16];
  private int[] nexts = new int[16];

  JoinTable(Side side) {
    this.side = side;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Adds the row at which the cursor stands, unless nothing can be joined to it. */
  void add(RowCursor row) {
    if (!side.write(row, key)) {
      return;
    }
    int known = keys.size();
    int number = keys.add(key);
    int at = rows.size();
    if (at == nexts.length) {
      budget.take(2L * at * BYTES_PER_ROW);
      nexts = Arrays.copyOf(nexts, 2 * at);
      rows.ensureCapacity(2 * at);
      budget.give((long) at * BYTES_PER_ROW);
    }
    if (number == firsts.length) {
      budget.take(2L * number * BYTES_PER_KEY);
      firsts = Arrays.copyOf(firsts, 2 * number);
      lasts = Arrays.copyOf(lasts, 2 * number);
      budget.give((long) number * BYTES_PER_KEY);
    }
    nexts[at] = NONE;
    if (number == known) {
      firsts[number] = at;
    } else {
      nexts[lasts[number]] = at;
    }
    lasts[number] = at;
    rows.add(budget.keep(row, side.width));
  }

  /** The first row that equals the key, or {@link #NONE}. */
  int first(KeyBuffer wanted) {
    int number = keys.find(wanted);
    return number < 0 ? NONE : firsts[number];
  }

  /** The next row of the same key, or {@link #NONE}. */
  int next(int row) {
    return nexts[row];
  }

  @Nullable Object[] row(int row) {
    return rows.get(row);
  }

  @Override
  public void close() {
    budget.close();
  }
}
