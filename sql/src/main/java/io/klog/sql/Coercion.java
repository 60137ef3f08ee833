package io.klog.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Makes parameters canonical values of the type that their place wants. */
final class Coercion {
  /** Of digits that a type has no room for, in every way that a number takes. */
  static final RoundingMode ROUNDING = RoundingMode.HALF_UP;

  // So many digits no number has that is meant, and what has more takes seconds to compute with.
  private static final int MAX_DIGITS = 1_000;

  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final Pattern ZONED = Pattern.compile(".*T.*(?:[zZ]|[+-]\\d\\d:\\d\\d)");

  /** The unit of a TIMESTAMP by its precision. */
  private static final long[] MILLIS_BY_DIGITS = {1000, 100, 10, 1};

  private Coercion() {}

  /**
   * @param index the parameter's, from 0, for the message
   * @throws SqlFault 22xxx when the value cannot be one of the type
   */
  static @Nullable Object coerce(@Nullable Object value, RelDataType type, int index) {
    if (value == null) {
      return null;
    }
    try {
      return coerce(value, type);
    } catch (SqlFault e) {
      throw new SqlFault(e.sqlState(), "parameter " + (index + 1) + ": " + e.getMessage(), e);
    }
  }

  /** The canonical value of the type's kind; not yet of its length or digits. */
  static Object coerce(Object value, RelDataType type) {
    return coerce(value, type, false);
  }

  /** The same, where a number that is not whole becomes the next integer, as an INSERT wants it. */
  static Object rounded(Object value, RelDataType type) {
    return coerce(value, type, true);
  }

  private static Object coerce(Object given, RelDataType type, boolean rounds) {
    Object value =
        rounds && isFractional(given) && SqlTypeName.INT_TYPES.contains(type.getSqlTypeName())
            ? decimal(given).setScale(0, ROUNDING)
            : given;
    return switch (type.getSqlTypeName()) {
      case BINARY, VARBINARY -> bytes(value);
      case CHAR, VARCHAR -> text(value);
      case BIGINT -> integer(value, Long.MIN_VALUE, Long.MAX_VALUE, "BIGINT");
      case INTEGER -> (int) integer(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "INTEGER");
      case SMALLINT -> (int) integer(value, Short.MIN_VALUE, Short.MAX_VALUE, "SMALLINT");
      case TINYINT -> (int) integer(value, Byte.MIN_VALUE, Byte.MAX_VALUE, "TINYINT");
      case DECIMAL -> decimal(value);
      case REAL -> real(approximate(value));
      case FLOAT, DOUBLE -> approximate(value);
      case BOOLEAN -> bool(value);
      case TIMESTAMP -> timestamp(value);
      case DATE -> date(value);
      case TIME -> time(value);
      case ARRAY -> list(value, type, rounds);
      case MAP -> map(value, type, rounds);
      default -> value;
    };
  }

  /**
   * A canonical value as CAST gives it: too long a text is cut, a short CHAR filled with blanks,
   * digits behind the scale are rounded.
   */
  static Object fitted(Object value, RelDataType type) {
    int precision = type.getPrecision();
    return switch (type.getSqlTypeName()) {
      case VARCHAR -> cut((String) value, precision);
      case CHAR -> {
        String text = cut((String) value, precision);
        yield text + " ".repeat(precision - text.codePointCount(0, text.length()));
      }
      case DECIMAL -> {
        BigDecimal scaled = ((BigDecimal) value).setScale(type.getScale(), ROUNDING);
        if (scaled.precision() > precision) {
          throw new SqlFault(
              "22003",
              value
                  + " is out of the range of DECIMAL("
                  + precision
                  + ", "
                  + type.getScale()
                  + ")");
        }
        yield scaled;
      }
      case TIMESTAMP -> {
        long unit = MILLIS_BY_DIGITS[Math.min(precision, MILLIS_BY_DIGITS.length - 1)];
        yield Math.floorDiv((Long) value, unit) * unit;
      }
      default -> throw new AssertionError(type);
    };
  }

  private static String cut(String text, int length) {
    return text.codePointCount(0, text.length()) <= length
        ? text
        : text.substring(0, text.offsetByCodePoints(0, length));
  }

  private static long millisOfDays(long days) {
    return TimeUnit.DAYS.toMillis(days);
  }

  private static SqlFault wrongType(Object value, String wanted) {
    return new SqlFault(
        "22018", wanted + " is wanted here, " + value.getClass().getSimpleName() + " was given");
  }

  static byte[] bytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    throw wrongType(value, "VARBINARY (bytes or text)");
  }

  private static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (value instanceof BigDecimal decimal) {
      return requireSmall(decimal).toPlainString();
    }
    if (value instanceof Map) {
      throw wrongType(value, "VARCHAR");
    }
    return value.toString();
  }

  static long integer(Object value) {
    return integer(value, Long.MIN_VALUE, Long.MAX_VALUE, "BIGINT");
  }

  private static long integer(Object value, long least, long greatest, String type) {
    if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      long number = ((Number) value).longValue();
      if (number >= least && number <= greatest) {
        return number;
      }
    } else {
      BigDecimal number = decimal(value);
      try {
        long exact = number.longValueExact();
        if (exact >= least && exact <= greatest) {
          return exact;
        }
      } catch (ArithmeticException e) {
        throw new SqlFault("22003", value + " is no " + type, e);
      }
    }
    throw new SqlFault("22003", value + " is out of the range of " + type);
  }

  private static BigDecimal decimal(Object value) {
    try {
      if (value instanceof BigDecimal decimal) {
        return requireSmall(decimal);
      }
      if (value instanceof BigInteger integer) {
        return requireSmall(new BigDecimal(integer));
      }
      if (value instanceof Double || value instanceof Float) {
        return new BigDecimal(value.toString());
      }
      if (value instanceof Number number) {
        return BigDecimal.valueOf(number.longValue());
      }
      if (value instanceof String text) {
        return requireSmall(new BigDecimal(text.trim()));
      }
      if (value instanceof Boolean bool) {
        return bool ? BigDecimal.ONE : BigDecimal.ZERO;
      }
    } catch (NumberFormatException e) {
      throw new SqlFault("22018", "'" + value + "' is no number", e);
    }
    throw wrongType(value, "a number");
  }

  /** Not 1e999999999: to write it out, or to add 1 to it, takes as many digits. */
  private static BigDecimal requireSmall(BigDecimal number) {
    if (number.precision() > MAX_DIGITS || Math.abs((long) number.scale()) > MAX_DIGITS) {
      throw new SqlFault(
          "22003", "a number with an exponent or digits beyond " + MAX_DIGITS + " is out of range");
    }
    return number;
  }

  private static boolean isFractional(Object value) {
    return value instanceof BigDecimal || value instanceof Double || value instanceof Float;
  }

  /**
   * As near as a REAL comes; what is beyond its range stays what it is, to be refused or compared.
   */
  private static double real(double value) {
    float narrow = (float) value;
    return Float.isInfinite(narrow) ? value : narrow;
  }

  private static double approximate(Object value) {
    if (value instanceof Double || value instanceof Float) {
      return ((Number) value).doubleValue();
    }
    if (value instanceof String text) {
      try {
        return Double.parseDouble(text.trim());
      } catch (NumberFormatException e) {
        throw new SqlFault("22018", "'" + value + "' is no number", e);
      }
    }
    return decimal(value).doubleValue();
  }

  private static boolean bool(Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    }
    if (value instanceof String text) {
      return switch (text.trim().toLowerCase(Locale.ROOT)) {
        case "true", "t", "1" -> true;
        case "false", "f", "0" -> false;
        default -> throw new SqlFault("22018", "'" + value + "' is neither true nor false");
      };
    }
    return decimal(value).signum() != 0;
  }

  /** In ms since the epoch; a number is just that, and what has no zone is UTC. */
  static long timestamp(Object value) {
    try {
      return millis(value);
    } catch (ArithmeticException e) {
      throw new SqlFault("22008", value + " is out of the range of TIMESTAMP", e);
    }
  }

  private static long millis(Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    if (value instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    if (value instanceof LocalDate date) {
      return Math.multiplyExact(date.toEpochDay(), millisOfDays(1));
    }
    if (value instanceof LocalDateTime time) {
      return time.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    if (value instanceof String text) {
      return parseTimestamp(text.trim());
    }
    throw wrongType(value, "TIMESTAMP");
  }

  /** Reads '2026-11-01', '2026-11-01 12:00:00.5' and ISO's forms with a T, Z or an offset. */
  static long parseTimestamp(String text) {
    try {
      if (text.length() <= "2026-11-01".length()) {
        return Math.multiplyExact(LocalDate.parse(text).toEpochDay(), millisOfDays(1));
      }
      String iso = text.replace(' ', 'T');
      return ZONED.matcher(iso).matches()
          ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (ArithmeticException e) {
      throw new SqlFault("22008", "'" + text + "' is out of the range of TIMESTAMP", e);
    } catch (DateTimeException e) {
      throw new SqlFault(
          "22007", "'" + text + "' is no time; write '2026-11-01 12:00:00.000' (UTC)", e);
    }
  }

  private static int date(Object value) {
    try {
      return Math.toIntExact(Math.floorDiv(timestamp(value), millisOfDays(1)));
    } catch (ArithmeticException e) {
      throw new SqlFault("22008", value + " is out of the range of DATE", e);
    }
  }

  private static int time(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return timeOfDay(((Number) value).longValue());
    }
    try {
      LocalTime time =
          value instanceof LocalTime local ? local : LocalTime.parse(value.toString().trim());
      return (int) (time.toNanoOfDay() / NANOS_PER_MILLI);
    } catch (DateTimeException e) {
      throw new SqlFault("22007", "'" + value + "' is no time of the day", e);
    }
  }

  private static int timeOfDay(long millis) {
    if (millis < 0 || millis >= millisOfDays(1)) {
      throw new SqlFault("22008", millis + " ms is out of the range of TIME");
    }
    return (int) millis;
  }

  private static List<@Nullable Object> list(Object value, RelDataType type, boolean rounds) {
    if (!(value instanceof List<?> list)) {
      throw wrongType(value, "ARRAY");
    }
    RelDataType component = TypeText.component(type);
    List<@Nullable Object> elements = new ArrayList<>(list.size());
    list.forEach(
        element -> elements.add(element == null ? null : coerce(element, component, rounds)));
    return elements;
  }

  private static Map<Object, @Nullable Object> map(Object value, RelDataType type, boolean rounds) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrongType(value, "MAP");
    }
    Map<Object, @Nullable Object> elements = new LinkedHashMap<>();
    map.forEach(
        (key, element) -> {
          if (key == null) {
            throw new SqlFault("22004", "a key of a map is NULL");
          }
          elements.put(
              coerce(key, TypeText.mapKey(type), rounds),
              element == null ? null : coerce(element, TypeText.mapValue(type), rounds));
        });
    return elements;
  }

  /** Headers: names and bytes; text for bytes is UTF-8 here too. */
  static Map<String, byte @Nullable []> headers(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrongType(value, "MAP");
    }
    Map<String, byte @Nullable []> headers = new LinkedHashMap<>();
    map.forEach(
        (name, v) -> {
          if (name == null) {
            throw new SqlFault("22004", "a header's name is NULL");
          }
          headers.put(text(name), v == null ? null : bytes(v));
        });
    return headers;
  }
}
