package io.klog.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What klog is to reach in a work.
 *
 * @param times how many times as fast as the rival; 0 if that is no goal
 * @param atMostNanos for one operation; infinite if that is no goal
 */
record Goal(double times, double atMostNanos) {
  static final Goal NONE = new Goal(0, Double.POSITIVE_INFINITY);

  static Goal times(double times) {
    return new Goal(times, Double.POSITIVE_INFINITY);
  }

  static Goal atMost(double nanos) {
    return new Goal(0, nanos);
  }

  Goal andAtMost(double nanos) {
    return new Goal(times, nanos);
  }

  boolean isMet(double klog, double rival) {
    return rival / klog >= times && klog <= atMostNanos;
  }

  /** Such as {@code 5x, 80 ns}; empty if there is none. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (times > 0) {
      parts.add(String.format("%.1fx", times).replace(".0x", "x"));
    }
    if (atMostNanos < Double.POSITIVE_INFINITY) {
      parts.add(Report.time(atMostNanos));
    }
    return String.join(", ", parts);
  }
}
