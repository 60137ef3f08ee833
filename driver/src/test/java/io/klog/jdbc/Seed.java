package io.klog.jdbc;

import java.util.SplittableRandom;

/**
 * The seed of a randomised test: another one each run, printed so that {@code -Dklog.seed=...}
 * replays it.
 */
final class Seed {
  private final long value;

  private Seed(long value) {
    this.value = value;
  }

  static Seed of(String test) {
    Long given = Long.getLong("klog.seed");
    long value = given != null ? given : System.nanoTime() * 31 + test.hashCode();
    System.out.println(test + ": replay with -Dklog.seed=" + value);
    return new Seed(value);
  }

  SplittableRandom random() {
    return new SplittableRandom(value);
  }
}
