package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void theLineTellsHowFarAndHowFastAndHowLong() {
    assertEquals(
        " 25 % #####...............  1,000,000 rows, 10.0 of 40.0 MB, 500,000 rows/s, 6 s left",
        Progress.line(
            1_000_000, 10_000_000, 40_000_000, Progress.Measure.BYTES, 2 * SECOND, false));
    assertEquals(
        "100 % ████████████████████  7 rows, 7 rows/s, 0 s left",
        Progress.line(7, 7, 7, Progress.Measure.ROWS, SECOND, true));
    assertEquals(
        "  0 % ....................  1 row, 0 rows/s, 16 min 40 s left",
        Progress.line(1, 1, 101, Progress.Measure.ROWS, 10 * SECOND, false));
  }

  @Test
  void ofWhatNobodyKnowsTheSizeItTellsTheRowsAlone() {
    assertEquals(
        "64 rows, 32 rows/s", Progress.line(64, 0, 0, Progress.Measure.BYTES, 2 * SECOND, false));
  }

  @Test
  void beforeTheFirstByteItPromisesNothing() {
    assertEquals(
        "  0 % ....................  0 rows, 0.0 of 1.0 MB, 0 rows/s",
        Progress.line(0, 0, 1_000_000, Progress.Measure.BYTES, SECOND, false));
  }
}
