package io.klog.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A set of numbers, as intervals that neither meet nor touch, in order. Immutable. */
final class IntervalSet {
  static final IntervalSet ALL = new IntervalSet(new long[] {Long.MIN_VALUE, Long.MAX_VALUE});
  static final IntervalSet NONE = new IntervalSet(new long[0]);

  // By turns the least and the greatest number of an interval.
  private final long[] ends;

  private IntervalSet(long[] ends) {
    this.ends = ends;
  }

  /** Inclusive at both ends; nothing where low is above high. */
  static IntervalSet of(long low, long high) {
    return low > high ? NONE : new IntervalSet(new long[] {low, high});
  }

  static IntervalSet above(long limit) {
    return limit == Long.MAX_VALUE ? NONE : of(limit + 1, Long.MAX_VALUE);
  }

  static IntervalSet below(long limit) {
    return limit == Long.MIN_VALUE ? NONE : of(Long.MIN_VALUE, limit - 1);
  }

  int size() {
    return ends.length / 2;
  }

  boolean isEmpty() {
    return ends.length == 0;
  }

  boolean isAll() {
    return equals(ALL);
  }

  long low(int interval) {
    return ends[2 * interval];
  }

  long high(int interval) {
    return ends[2 * interval + 1];
  }

  boolean contains(long number) {
    int at = Arrays.binarySearch(ends, number);
    // An end is in it; between a low and its high the place to insert is odd.
    return at >= 0 || ((-at - 1) & 1) == 1;
  }

  static IntervalSet union(Collection<IntervalSet> sets) {
    List<long[]> intervals = new ArrayList<>();
    for (IntervalSet set : sets) {
      for (int i = 0; i < set.size(); i++) {
        intervals.add(new long[] {set.low(i), set.high(i)});
      }
    }
    intervals.sort(Comparator.comparingLong(interval -> interval[0]));
    long[] result = new long[2 * intervals.size()];
    int end = 0;
    for (long[] interval : intervals) {
      boolean touches =
          end > 0 && (result[end - 1] == Long.MAX_VALUE || interval[0] <= result[end - 1] + 1);
      if (touches) {
        result[end - 1] = Math.max(result[end - 1], interval[1]);
      } else {
        result[end++] = interval[0];
        result[end++] = interval[1];
      }
    }
    return new IntervalSet(Arrays.copyOf(result, end));
  }

  IntervalSet intersect(IntervalSet other) {
    long[] result = new long[ends.length + other.ends.length];
    int end = 0;
    int i = 0;
    int j = 0;
    while (i < size() && j < other.size()) {
      long low = Math.max(low(i), other.low(j));
      long high = Math.min(high(i), other.high(j));
      if (low <= high) {
        result[end++] = low;
        result[end++] = high;
      }
      if (high(i) < other.high(j)) {
        i++;
      } else {
        j++;
      }
    }
    return new IntervalSet(Arrays.copyOf(result, end));
  }

  /** The one interval that reaches from the least number to the greatest. */
  IntervalSet hull() {
    return size() <= 1 ? this : of(low(0), high(size() - 1));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IntervalSet set && Arrays.equals(ends, set.ends);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ends);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : ", ").append('[').append(low(i)).append(", ").append(high(i));
      text.append(']');
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
