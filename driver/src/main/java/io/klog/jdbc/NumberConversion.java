package io.klog.jdbc;

import io.klog.sql.SqlFault;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/** Natural values as numbers. Fractions are cut off; what does not fit is refused. */
final class NumberConversion {
  private static final BigDecimal BELOW_LONG =
      BigDecimal.valueOf(Long.MIN_VALUE).subtract(BigDecimal.ONE);
  private static final BigDecimal ABOVE_LONG =
      BigDecimal.valueOf(Long.MAX_VALUE).add(BigDecimal.ONE);
  // 2^63 is the least double beyond a long.
  private static final double LONG_LIMIT = 0x1p63;

  private NumberConversion() {}

  static long toLong(Object value) {
    if (value instanceof Long || value instanceof Integer || isSmall(value)) {
      return ((Number) value).longValue();
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (number >= -LONG_LIMIT && number < LONG_LIMIT) {
        return (long) number;
      }
      throw outOfRange(value, "long");
    }
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    if (value instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    return toLong(toDecimal(value));
  }

  private static long toLong(BigDecimal number) {
    // The comparison first: cutting the fraction off 1e999999999 would take all memory.
    if (number.compareTo(BELOW_LONG) <= 0 || number.compareTo(ABOVE_LONG) >= 0) {
      throw outOfRange(number, "long");
    }
    return number.longValue();
  }

  static long toLong(Object value, long least, long greatest, String type) {
    return checked(toLong(value), least, greatest, type);
  }

  static int toInt(long number) {
    return (int) checked(number, Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
  }

  private static long checked(long number, long least, long greatest, String type) {
    if (number < least || number > greatest) {
      throw outOfRange(number, type);
    }
    return number;
  }

  static double toDouble(Object value) {
    if (value instanceof Number number) {
      double result = number.doubleValue();
      if (Double.isInfinite(result) && !(value instanceof Double) && !(value instanceof Float)) {
        throw outOfRange(value, "double");
      }
      return result;
    }
    if (isText(value)) {
      String text = text(value);
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw notANumber(text);
      }
    }
    return toLong(value);
  }

  static float toFloat(Object value) {
    double number = toDouble(value);
    float result = (float) number;
    if (Float.isInfinite(result) && !Double.isInfinite(number)) {
      throw outOfRange(value, "float");
    }
    return result;
  }

  static BigDecimal toDecimal(Object value) {
    if (value instanceof BigDecimal number) {
      return number;
    }
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    if (value instanceof Long || value instanceof Integer || isSmall(value)) {
      return BigDecimal.valueOf(((Number) value).longValue());
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (!Double.isFinite(number)) {
        throw outOfRange(value, "BigDecimal");
      }
      return value instanceof Float ? new BigDecimal(value.toString()) : BigDecimal.valueOf(number);
    }
    if (value instanceof Boolean truth) {
      return truth ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof Instant instant) {
      return BigDecimal.valueOf(instant.toEpochMilli());
    }
    if (isText(value)) {
      String text = text(value);
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException e) {
        throw notANumber(text);
      }
    }
    throw TextConversion.wrongType(value, "a number");
  }

  static boolean toBoolean(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof Double || value instanceof Float) {
      return ((Number) value).doubleValue() != 0;
    }
    if (value instanceof Number) {
      return toDecimal(value).signum() != 0;
    }
    if (isText(value)) {
      String text = text(value);
      switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "t", "yes", "y", "on", "1" -> {
          return true;
        }
        case "false", "f", "no", "n", "off", "0" -> {
          return false;
        }
        default ->
            throw new SqlFault(
                SqlExceptions.NOT_CONVERTIBLE, TextConversion.quote(text) + " is no boolean");
      }
    }
    throw TextConversion.wrongType(value, "a boolean");
  }

  private static boolean isSmall(Object value) {
    return value instanceof Short || value instanceof Byte;
  }

  private static boolean isText(Object value) {
    return value instanceof String || value instanceof byte[];
  }

  private static String text(Object value) {
    return (value instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.UTF_8)
            : value.toString())
        .strip();
  }

  private static SqlFault outOfRange(Object value, String type) {
    return new SqlFault(SqlExceptions.OUT_OF_RANGE, value + " does not fit into a " + type);
  }

  private static SqlFault notANumber(String text) {
    return new SqlFault(
        SqlExceptions.NOT_CONVERTIBLE, TextConversion.quote(text) + " is no number");
  }
}
