package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalSetTest {
  @Test
  void intervalsThatMeetOrTouchAreOne() {
    assertEquals(
        "[1, 6], [8, 9]",
        IntervalSet.union(
                List.of(
                    IntervalSet.of(8, 9),
                    IntervalSet.of(3, 5),
                    IntervalSet.of(1, 4),
                    IntervalSet.of(6, 6),
                    IntervalSet.of(9, 7)))
            .toString());
  }

  @Test
  void theEndsOfTheNumbersAreKept() {
    assertTrue(IntervalSet.above(Long.MAX_VALUE).isEmpty());
    assertTrue(IntervalSet.below(Long.MIN_VALUE).isEmpty());
    IntervalSet all =
        IntervalSet.union(
            List.of(
                IntervalSet.of(0, Long.MAX_VALUE),
                IntervalSet.below(0),
                IntervalSet.of(Long.MAX_VALUE, Long.MAX_VALUE)));
    assertEquals(IntervalSet.ALL, all);
    assertTrue(all.contains(Long.MIN_VALUE) && all.contains(0) && all.contains(Long.MAX_VALUE));
    assertFalse(IntervalSet.NONE.contains(0));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void setsHoldWhatTheirNumbersSay(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      IntervalSet a = any(random);
      IntervalSet b = any(random);
      IntervalSet both = a.intersect(b);
      IntervalSet either = IntervalSet.union(List.of(a, b));
      LongStream.range(-1, 22)
          .forEach(
              n -> {
                assertEquals(a.contains(n) && b.contains(n), both.contains(n), "seed " + seed);
                assertEquals(a.contains(n) || b.contains(n), either.contains(n), "seed " + seed);
              });
      for (int j = 1; j < either.size(); j++) {
        assertTrue(either.high(j - 1) + 1 < either.low(j), "seed " + seed + ": " + either);
      }
    }
  }

  private static IntervalSet any(Random random) {
    List<IntervalSet> parts = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      int low = random.nextInt(20);
      parts.add(IntervalSet.of(low, low + random.nextInt(4)));
    }
    return IntervalSet.union(parts);
  }
}
