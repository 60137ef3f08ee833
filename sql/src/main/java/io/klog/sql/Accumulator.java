package io.klog.sql;

import org.jspecify.annotations.Nullable;

/** What an aggregate function has seen so far, by group. For one execution. */
abstract class Accumulator {
  /** Makes one for each execution. Immutable. */
  interface Factory {
    Accumulator create(MemoryBudget budget);
  }

  /** About how much a group takes. */
  abstract int bytesPerGroup();

  /** Makes room for groups of numbers below this. */
  abstract void grow(int capacity);

  abstract void add(int group, RowCursor row);

  /** The function's canonical value. */
  abstract @Nullable Object result(int group);
}
