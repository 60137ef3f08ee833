package io.klog.sql;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;

/**
 * Values of scalar types as text: in a record's key, in the values of format string, and inside the
 * strings of JSON.
 */
final class PlainText {
  /** The longest number that is read: what is longer would take long, and fits no type. */
  static final int MAX_NUMBER = 1_000;

  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  private static final long DAY = 86_400_000;
  // Years of four digits are written and read digit by digit.
  private static final long YEAR_0 = LocalDate.of(0, 1, 1).toEpochDay() * DAY;
  private static final long YEAR_10000 = LocalDate.of(10_000, 1, 1).toEpochDay() * DAY;
  private static final String PATTERN = "0000-00-00T00:00:00.000Z";

  private PlainText() {}

  /** Of a canonical value. */
  static String of(Object value, RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case REAL -> Float.toString(((Double) value).floatValue());
      case TIMESTAMP -> timestamp((Long) value);
      case DATE -> LocalDate.ofEpochDay((Integer) value).toString();
      case TIME -> TIME.format(LocalTime.ofNanoOfDay((long) (Integer) value * NANOS_PER_MILLI));
      case BINARY, VARBINARY -> Base64.getEncoder().encodeToString((byte[]) value);
      default -> value.toString();
    };
  }

  private static String timestamp(long millis) {
    if (millis < YEAR_0 || millis >= YEAR_10000) {
      return TIMESTAMP.format(Instant.ofEpochMilli(millis));
    }
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY));
    int ofDay = (int) Math.floorMod(millis, DAY);
    char[] text = PATTERN.toCharArray();
    digits(text, 0, 4, day.getYear());
    digits(text, 5, 7, day.getMonthValue());
    digits(text, 8, 10, day.getDayOfMonth());
    digits(text, 11, 13, ofDay / 3_600_000);
    digits(text, 14, 16, ofDay / 60_000 % 60);
    digits(text, 17, 19, ofDay / 1_000 % 60);
    digits(text, 20, 23, ofDay % 1_000);
    return new String(text);
  }

  private static void digits(char[] text, int from, int to, int number) {
    int rest = number;
    for (int i = to - 1; i >= from; i--) {
      text[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** The canonical value of the type. */
  static Object parse(String text, RelDataType type) throws Misfit {
    return switch (type.getSqlTypeName()) {
      case CHAR, VARCHAR -> Fitting.fit(text, type);
      case BOOLEAN -> bool(text);
      case TINYINT, SMALLINT, INTEGER -> (int) integer(text, type);
      case BIGINT -> integer(text, type);
      case DECIMAL -> Fitting.decimal(decimal(text), type.getPrecision(), type.getScale());
      case REAL, FLOAT, DOUBLE -> Fitting.fit(approximate(text), type);
      case TIMESTAMP -> Fitting.fit(timestamp(text), type);
      case DATE -> date(text);
      case TIME -> Fitting.fit(time(text), type);
      case BINARY, VARBINARY -> Fitting.fit(base64(text), type);
      default -> throw Misfit.shape(quoted(text));
    };
  }

  /** Whether of all texts that a key may have {@link #parseKey} takes only one for each value. */
  static boolean isOneText(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DATE, TIMESTAMP -> true;
      default -> false;
    };
  }

  /**
   * The canonical value of a key. It has to be written as {@link #of} does where that is the only
   * way to write it, so that whoever looks for a value knows its key's bytes.
   */
  static Object parseKey(String text, RelDataType type) throws Misfit {
    Object value = parse(text, type);
    if (isOneText(type) && !of(value, type).equals(text)) {
      throw Misfit.shape(quoted(text));
    }
    return value;
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  private static Boolean bool(String text) throws Misfit {
    if (text.equalsIgnoreCase("true")) {
      return true;
    }
    if (text.equalsIgnoreCase("false")) {
      return false;
    }
    throw Misfit.shape(quoted(text));
  }

  static BigDecimal decimal(String text) throws Misfit {
    if (text.length() > MAX_NUMBER) {
      throw Misfit.range("a number of " + text.length() + " characters");
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      // What begins and ends as a number has an exponent that even BigDecimal has no room for.
      boolean number = text.matches("[+-]?[0-9.]+[eE][+-]?[0-9]+");
      throw number ? Misfit.range(text) : Misfit.shape(quoted(text));
    }
  }

  static long integer(String text, RelDataType type) throws Misfit {
    return integer(decimal(text), type);
  }

  /** The whole number in the range of the type. */
  static long integer(BigDecimal number, RelDataType type) throws Misfit {
    // Neither may 1e999999999 be written out nor 1e-999999999 be looked into.
    boolean small = number.signum() == 0 || (long) number.precision() - number.scale() < 20;
    if (!small) {
      throw Misfit.range(number.toString());
    }
    if (number.scale() > MAX_NUMBER) {
      throw Misfit.shape(number.toString());
    }
    try {
      return inRange(number.longValueExact(), type);
    } catch (ArithmeticException e) {
      throw number.stripTrailingZeros().scale() > 0
          ? Misfit.shape(number.toString())
          : Misfit.range(number.toString());
    }
  }

  static long inRange(long number, RelDataType type) throws Misfit {
    boolean fits =
        switch (type.getSqlTypeName()) {
          case TINYINT -> number == (byte) number;
          case SMALLINT -> number == (short) number;
          case INTEGER -> number == (int) number;
          default -> true;
        };
    if (!fits) {
      throw Misfit.range(Long.toString(number));
    }
    return number;
  }

  static Double approximate(String text) throws Misfit {
    if (text.length() > MAX_NUMBER) {
      throw Misfit.range("a number of " + text.length() + " characters");
    }
    // Java's own would take 1d, 0x1p3 and blanks around, too.
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        throw Misfit.shape(quoted(text));
      }
    }
    try {
      return Fitting.finite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw Misfit.shape(quoted(text));
    }
  }

  private static long timestamp(String text) throws Misfit {
    if (isCanonical(text)) {
      try {
        long day =
            LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)).toEpochDay();
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        if (hour < 24 && minute < 60 && second < 60) {
          return ((day * 24 + hour) * 60 + minute) * 60_000
              + second * 1_000L
              + digits(text, 20, 23);
        }
      } catch (DateTimeException e) {
        throw Misfit.time(quoted(text));
      }
    }
    try {
      return Coercion.parseTimestamp(text);
    } catch (SqlFault e) {
      throw new Misfit(e.sqlState(), quoted(text) + " was found");
    }
  }

  private static boolean isCanonical(String text) {
    if (text.length() != PATTERN.length()) {
      return false;
    }
    for (int i = 0; i < PATTERN.length(); i++) {
      char c = text.charAt(i);
      boolean same = PATTERN.charAt(i) == '0' ? c >= '0' && c <= '9' : c == PATTERN.charAt(i);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }

  private static Integer date(String text) throws Misfit {
    try {
      return Math.toIntExact(LocalDate.parse(text).toEpochDay());
    } catch (DateTimeException | ArithmeticException e) {
      throw Misfit.time(quoted(text));
    }
  }

  private static Integer time(String text) throws Misfit {
    try {
      return (int) (LocalTime.parse(text).toNanoOfDay() / NANOS_PER_MILLI);
    } catch (DateTimeException e) {
      throw Misfit.time(quoted(text));
    }
  }

  private static byte[] base64(String text) throws Misfit {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw Misfit.shape(quoted(text));
    }
  }
}
