package io.klog.suite;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A value as scripts write it, which is how SQLite turns it into a column's type. */
final class ValueText {
  private static final Pattern LEADING_NUMBER = Pattern.compile("\\s*([+-]?\\d+)");

  private ValueText() {}

  /**
   * @param type I, R or T
   */
  static String of(char type, @Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    Object plain = value instanceof Boolean truth ? (truth ? 1 : 0) : value;
    return switch (type) {
      case 'I' -> Long.toString(whole(plain));
      case 'R' -> String.format(Locale.ROOT, "%.3f", real(plain));
      case 'T' -> text(plain);
      default -> throw new IllegalArgumentException("no type of column: " + type);
    };
  }

  private static long whole(Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    Matcher number = LEADING_NUMBER.matcher(value.toString());
    return number.lookingAt() ? Long.parseLong(number.group(1)) : 0;
  }

  private static double real(Object value) {
    return value instanceof Number number ? number.doubleValue() : whole(value);
  }

  private static String text(Object value) {
    if (value instanceof Double || value instanceof Float) {
      String plain = new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    return text.isEmpty() ? "(empty)" : text.replaceAll("[^ -~]", "@");
  }
}
