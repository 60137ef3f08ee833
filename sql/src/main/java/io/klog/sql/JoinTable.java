package io.klog.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one side of a join, by what they are joined by. For one execution. */
final class JoinTable {
  static final int NONE = -1;

  // An array's or an object's head, and a reference to it.
  private static final int OBJECT_BYTES = 24;

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
  private final List<@Nullable Object[]> rows = new ArrayList<>();
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
      nexts = Arrays.copyOf(nexts, 2 * at);
    }
    if (number == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * number);
      lasts = Arrays.copyOf(lasts, 2 * number);
    }
    nexts[at] = NONE;
    if (number == known) {
      firsts[number] = at;
    } else {
      nexts[lasts[number]] = at;
    }
    lasts[number] = at;
    rows.add(copy(row, side.width, budget));
  }

  static @Nullable Object[] copy(RowCursor row, int width, MemoryBudget budget) {
    @Nullable Object[] values = new Object[width];
    long bytes = OBJECT_BYTES;
    for (int i = 0; i < width; i++) {
      Object value = row.getObject(i);
      values[i] = value;
      bytes += OBJECT_BYTES;
      if (value instanceof byte[] array) {
        bytes += array.length;
      } else if (value instanceof String text) {
        bytes += OBJECT_BYTES + text.length();
      }
    }
    budget.take(bytes);
    return values;
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
}
