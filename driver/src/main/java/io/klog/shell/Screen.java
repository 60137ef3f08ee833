package io.klog.shell;

import java.io.PrintWriter;
import java.util.function.IntSupplier;

/**
 * Where the shell prints.
 *
 * @param output for what statements give
 * @param err messages, and progress where it is a terminal; who prints there flushes
 * @param terminal whether somebody looks at it: may be redrawn, coloured, and cut at its width
 * @param width of the terminal, in columns, as of now; where there is none, a guess
 * @param colour whether escape sequences may colour it
 * @param unicode whether lines may be drawn with more than ASCII
 */
record Screen(
    Output output,
    PrintWriter err,
    boolean terminal,
    IntSupplier width,
    boolean colour,
    boolean unicode) {
  static final int BOLD = 1;
  static final int FAINT = 2;
  static final int RED = 31;

  /** What statements give. The shell flushes it behind each statement and command. */
  PrintWriter out() {
    return output.writer();
  }

  /** The text in one of the styles, where there is colour. */
  String styled(int style, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + style + "m" + text + "\u001b[0m" : text;
  }

  /** A message on a line of its own. */
  void say(String message) {
    output.writer().flush();
    err.println(message);
    err.flush();
  }
}
