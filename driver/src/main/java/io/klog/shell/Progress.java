package io.klog.shell;

import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A line that tells how far something has come, drawn over itself, on a terminal only. For the
 * thread that does the work.
 */
final class Progress implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;

  /** What is done sooner than that needs no progress. */
  private static final long FIRST_NANOS = 300_000_000;

  private static final int ROWS_BETWEEN_LOOKS = 64;
  private static final int BAR = 20;

  /** What is counted beside rows, to tell how much there is to do. */
  enum Measure {
    ROWS,
    BYTES
  }

  private final Screen screen;
  private final Measure measure;
  private final long total;
  private final LongSupplier done;
  private final long began = System.nanoTime();
  private long nextDrawing = began + FIRST_NANOS;
  private boolean drawn;

  /**
   * @param total how much there is to do; 0 if nobody knows
   * @param done how much of it is done
   */
  Progress(Screen screen, Measure measure, long total, LongSupplier done) {
    this.screen = screen;
    this.measure = measure;
    this.total = total;
    this.done = done;
  }

  /** Behind every row. */
  void row(long rows) {
    if (screen.terminal() && rows % ROWS_BETWEEN_LOOKS == 0) {
      long now = System.nanoTime();
      if (now - nextDrawing >= 0) {
        nextDrawing = now + REDRAW_NANOS;
        draw(line(rows, done.getAsLong(), total, measure, now - began, screen.unicode()));
      }
    }
  }

  private void draw(String line) {
    drawn = true;
    int width = screen.width().getAsInt() - 1;
    screen.err().print("\r" + Width.cut(line, width, "") + "\u001b[K");
    screen.err().flush();
  }

  /** What is drawn, in one line. */
  static String line(
      long rows, long done, long total, Measure measure, long nanos, boolean unicode) {
    long at = Math.min(done, total);
    StringBuilder line = new StringBuilder();
    if (total > 0) {
      int filled = (int) (BAR * at / total);
      line.append(String.format(Locale.ROOT, "%3d %% ", 100 * at / total))
          .append((unicode ? "█" : "#").repeat(filled))
          .append((unicode ? "░" : ".").repeat(BAR - filled))
          .append("  ");
    }
    line.append(Shell.count(rows, "row"));
    if (total > 0 && measure == Measure.BYTES) {
      line.append(", ").append(megabytes(at)).append(" of ").append(megabytes(total)).append(" MB");
    }
    line.append(", ").append(rate(rows, nanos));
    if (at > 0) {
      double left = nanos * ((double) (total - at) / at);
      line.append(", ").append(time(Math.round(left / 1e9))).append(" left");
    }
    return line.toString();
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f", bytes / 1e6);
  }

  static String rate(long rows, long nanos) {
    return String.format(Locale.ROOT, "%,.0f rows/s", rows * 1e9 / Math.max(nanos, 1));
  }

  private static String time(long seconds) {
    return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (drawn) {
      drawn = false;
      screen.err().print("\r\u001b[K");
      screen.err().flush();
    }
  }
}
