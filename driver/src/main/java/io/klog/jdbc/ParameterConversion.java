package io.klog.jdbc;

import io.klog.sql.SqlFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What callers set as parameters, as what a session takes. */
final class ParameterConversion {
  private ParameterConversion() {}

  static @Nullable Object canonical(@Nullable Object x) throws SQLException {
    if (x == null
        || x instanceof String
        || x instanceof byte[]
        || x instanceof Long
        || x instanceof Boolean
        || x instanceof Double
        || x instanceof BigDecimal
        || x instanceof LocalTime) {
      return x;
    }
    if (x instanceof Number number) {
      return number(number);
    }
    if (x instanceof Character || x instanceof UUID || x instanceof URL) {
      return x.toString();
    }
    if (x instanceof Blob blob) {
      return MemoryBlob.read(blob);
    }
    if (x instanceof Clob clob) {
      return MemoryClob.read(clob);
    }
    if (x instanceof InputStream stream) {
      return bytes(stream);
    }
    if (x instanceof Reader reader) {
      return text(reader);
    }
    if (x instanceof List<?> list) {
      return list(list);
    }
    if (x instanceof Map<?, ?> map) {
      return map(map);
    }
    if (x instanceof Array array && array.getArray() instanceof Object[] elements) {
      return list(Arrays.asList(elements));
    }
    if (x instanceof Object[] elements) {
      return list(Arrays.asList(elements));
    }
    return time(x);
  }

  private static Map<Object, @Nullable Object> map(Map<?, ?> map) throws SQLException {
    Map<Object, @Nullable Object> converted = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      converted.put(entry.getKey(), canonical(entry.getValue()));
    }
    return converted;
  }

  private static List<@Nullable Object> list(List<?> elements) throws SQLException {
    List<@Nullable Object> converted = new ArrayList<>(elements.size());
    for (Object element : elements) {
      converted.add(canonical(element));
    }
    return converted;
  }

  private static Object number(Number x) {
    if (x instanceof Integer || x instanceof Short || x instanceof Byte) {
      return x.longValue();
    }
    if (x instanceof Float) {
      return x.doubleValue();
    }
    if (x instanceof BigInteger integer) {
      return new BigDecimal(integer);
    }
    if (x instanceof AtomicLong || x instanceof AtomicInteger) {
      return x.longValue();
    }
    throw refused(x);
  }

  private static Object time(Object x) {
    if (x instanceof Instant instant) {
      return TimeConversion.inRange(instant);
    }
    if (x instanceof LocalDate date) {
      return TimeConversion.inRange(date);
    }
    if (x instanceof LocalDateTime local) {
      return TimeConversion.inRange(local.toInstant(ZoneOffset.UTC));
    }
    if (x instanceof OffsetDateTime offset) {
      return TimeConversion.inRange(offset.toInstant());
    }
    if (x instanceof ZonedDateTime zoned) {
      return TimeConversion.inRange(zoned.toInstant());
    }
    if (x instanceof Timestamp timestamp) {
      return timestamp.toInstant();
    }
    if (x instanceof Date date) {
      return TimeConversion.fromSqlDate(date, null);
    }
    if (x instanceof Time sqlTime) {
      return TimeConversion.fromSqlTime(sqlTime, null);
    }
    if (x instanceof java.util.Date date) {
      return date.toInstant();
    }
    if (x instanceof Calendar calendar) {
      return calendar.toInstant();
    }
    throw refused(x);
  }

  private static SqlFault refused(Object x) {
    return new SqlFault(SqlExceptions.WRONG_TYPE, "klog cannot take a " + x.getClass().getName());
  }

  /**
   * @param type of java.sql.Types
   * @param scale of a decimal; -1 for as it is
   */
  static @Nullable Object to(int type, @Nullable Object x, int scale) throws SQLException {
    for (JDBCType known : JDBCType.values()) {
      if (known.getVendorTypeNumber() == type) {
        return to((SQLType) known, x, scale);
      }
    }
    throw SqlExceptions.invalidArgument(type + " is no type of java.sql.Types");
  }

  static @Nullable Object to(@Nullable SQLType type, @Nullable Object x, int scale)
      throws SQLException {
    if (!(type instanceof JDBCType known)) {
      Integer number = type == null ? null : type.getVendorTypeNumber();
      if (number == null) {
        throw SqlExceptions.invalidArgument("type " + type + " is not known");
      }
      return to(number.intValue(), x, scale);
    }
    Object value = canonical(x);
    return value == null ? null : convert(known, value, scale);
  }

  private static Object convert(JDBCType type, Object value, int scale) {
    return switch (ColumnKind.of(type, "")) {
      case BOOLEAN -> NumberConversion.toBoolean(value);
      case INT, LONG -> toInteger(type, value);
      case DECIMAL -> {
        BigDecimal number = NumberConversion.toDecimal(value);
        yield scale < 0 ? number : number.setScale(scale, RoundingMode.HALF_UP);
      }
      case REAL, DOUBLE -> NumberConversion.toDouble(value);
      case TEXT -> TextConversion.toText(value);
      case BYTES -> TextConversion.toBytes(value);
      case TIMESTAMP -> TimeConversion.toInstant(value);
      case DATE -> TimeConversion.toLocalDate(value);
      case TIME -> TimeConversion.toLocalTime(value);
      case ARRAY -> ObjectConversion.toList(value);
      case MAP, OTHER -> value;
    };
  }

  private static Long toInteger(JDBCType type, Object value) {
    return switch (type) {
      case TINYINT -> NumberConversion.toLong(value, Byte.MIN_VALUE, Byte.MAX_VALUE, "TINYINT");
      case SMALLINT -> NumberConversion.toLong(value, Short.MIN_VALUE, Short.MAX_VALUE, "SMALLINT");
      case INTEGER ->
          NumberConversion.toLong(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "INTEGER");
      default -> NumberConversion.toLong(value);
    };
  }

  // Streams are read when they are set: that is the one moment at which they are known to be open.

  static byte @Nullable [] bytes(@Nullable InputStream stream) {
    try {
      return stream == null ? null : stream.readAllBytes();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw unreadable(e);
    }
  }

  static byte @Nullable [] bytes(@Nullable InputStream stream, long length) {
    if (stream == null) {
      return null;
    }
    int wanted = checked(length);
    byte[] bytes;
    try {
      bytes = stream.readNBytes(wanted);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw unreadable(e);
    }
    checkLength(wanted, bytes.length);
    return bytes;
  }

  static @Nullable String ascii(@Nullable InputStream stream) {
    return decoded(bytes(stream), StandardCharsets.US_ASCII);
  }

  static @Nullable String ascii(@Nullable InputStream stream, long length) {
    return decoded(bytes(stream, length), StandardCharsets.US_ASCII);
  }

  static @Nullable String utf8(@Nullable InputStream stream, long length) {
    return decoded(bytes(stream, length), StandardCharsets.UTF_8);
  }

  private static @Nullable String decoded(byte @Nullable [] bytes, Charset charset) {
    return bytes == null ? null : new String(bytes, charset);
  }

  static @Nullable String text(@Nullable Reader reader) {
    if (reader == null) {
      return null;
    }
    try {
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      return text.toString();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw unreadable(e);
    }
  }

  static @Nullable String text(@Nullable Reader reader, long length) {
    if (reader == null) {
      return null;
    }
    int wanted = checked(length);
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[Math.min(Math.max(wanted, 1), 8192)];
    try {
      while (text.length() < wanted) {
        int read = reader.read(buffer, 0, Math.min(buffer.length, wanted - text.length()));
        if (read < 0) {
          break;
        }
        text.append(buffer, 0, read);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw unreadable(e);
    }
    checkLength(wanted, text.length());
    return text.toString();
  }

  private static int checked(long length) {
    if (length < 0 || length > Integer.MAX_VALUE - 8) {
      throw new SqlFault(SqlExceptions.INVALID_ARGUMENT, "a stream of length " + length);
    }
    return (int) length;
  }

  private static void checkLength(int wanted, int found) {
    if (found != wanted) {
      throw new SqlFault(
          SqlExceptions.INVALID_ARGUMENT,
          "the stream ended after " + found + " of " + wanted + " as announced");
    }
  }

  /** Whatever a stream of the caller's throws is the caller's to know; one may have no end. */
  private static SqlFault unreadable(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return new SqlFault("53200", "the stream is too long for the memory there is", e);
    }
    return new SqlFault(SqlExceptions.INVALID_ARGUMENT, "the stream cannot be read: " + e, e);
  }
}
