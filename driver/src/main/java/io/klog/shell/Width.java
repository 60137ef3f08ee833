package io.klog.shell;

import java.util.stream.Collectors;
import org.jline.utils.WCWidth;

/** How many columns of a terminal text takes. */
final class Width {
  /** Below this, every printable character takes one column, and JLine need not be asked. */
  private static final int FIRST_COMBINING = 0x300;

  private Width() {}

  static int of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= FIRST_COMBINING) {
        return text.codePoints().map(Width::of).sum();
      }
    }
    return text.length();
  }

  private static int of(int character) {
    return character < FIRST_COMBINING ? 1 : Math.max(0, WCWidth.wcwidth(character));
  }

  /** The text, or its beginning with an ellipsis, in at most so many columns. */
  static String cut(String text, int columns, String ellipsis) {
    if (text.length() <= columns && of(text) <= columns) {
      return text;
    }
    int room = columns - ellipsis.length();
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      room -= of(character);
      if (room < 0) {
        break;
      }
      end += Character.charCount(character);
    }
    return text.substring(0, end) + ellipsis;
  }

  /** With escapes for what would move the cursor, or do worse to a terminal. */
  static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return escaped(text);
      }
    }
    return text;
  }

  /** The same for a message, whose lines stay lines. */
  static String printableLines(String message) {
    return message.lines().map(Width::printable).collect(Collectors.joining("\n"));
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isISOControl(c)) {
        escaped.append(c);
      } else {
        switch (c) {
          case '\n' -> escaped.append("\\n");
          case '\r' -> escaped.append("\\r");
          case '\t' -> escaped.append("\\t");
          default -> escaped.append(String.format("\\x%02x", (int) c));
        }
      }
    }
    return escaped.toString();
  }
}
