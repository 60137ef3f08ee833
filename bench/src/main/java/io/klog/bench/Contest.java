package io.klog.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Lets rivals do the same work in turns, round by round: what else the machine does meanwhile hits
 * them alike. A harness that measures one after the other, as JMH does, cannot do that on a shared
 * machine.
 */
final class Contest {
  private final int warmups;
  private final int rounds;
  private final LongSupplier clock;

  Contest(int warmups, int rounds) {
    this(warmups, rounds, System::nanoTime);
  }

  /**
   * @param clock in ns
   */
  Contest(int warmups, int rounds, LongSupplier clock) {
    this.warmups = warmups;
    this.rounds = rounds;
    this.clock = clock;
  }

  /** The median round of each, in ns per operation. */
  double[] run(List<Work> works) throws Exception {
    double[][] samples = new double[works.size()][rounds];
    for (int round = -warmups; round < rounds; round++) {
      for (int i = 0; i < works.size(); i++) {
        long start = clock.getAsLong();
        long operations = works.get(i).round();
        double each = (double) (clock.getAsLong() - start) / operations;
        if (round >= 0) {
          samples[i][round] = each;
        }
      }
    }
    return Arrays.stream(samples).mapToDouble(Contest::median).toArray();
  }

  double[] run(Work.Factory factory, Path folder) throws Exception {
    List<Work> works = new ArrayList<>();
    try {
      for (Rival rival : List.of(Rival.KLOG, Rival.SQLITE)) {
        works.add(factory.open(rival, folder));
      }
      return run(works);
    } finally {
      for (Work work : works) {
        work.close();
      }
    }
  }

  private static double median(double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
