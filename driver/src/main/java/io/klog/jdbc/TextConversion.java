package io.klog.jdbc;

import io.klog.sql.SqlFault;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Natural values as text and as bytes. */
final class TextConversion {
  /** As SQL writes it, in UTC, whatever zone the JVM is in. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private static final int QUOTED = 40;

  private TextConversion() {}

  static String toText(Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Instant instant) {
      return TIMESTAMP.format(instant);
    }
    if (value instanceof LocalTime time) {
      return (time.equals(time.truncatedTo(ChronoUnit.SECONDS)) ? SECONDS : MILLIS).format(time);
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner text = new StringJoiner(", ", "{", "}");
      map.forEach((key, element) -> text.add(element(key) + "=" + element(element)));
      return text.toString();
    }
    if (value instanceof List<?> list) {
      StringJoiner text = new StringJoiner(", ", "[", "]");
      list.forEach(element -> text.add(element(element)));
      return text.toString();
    }
    return value.toString();
  }

  private static String element(@Nullable Object value) {
    return value == null ? "null" : toText(value);
  }

  static byte[] toBytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    throw wrongType(value, "bytes");
  }

  static SqlFault wrongType(Object value, String wanted) {
    return new SqlFault(
        SqlExceptions.WRONG_TYPE, "a " + typeName(value) + " cannot be read as " + wanted);
  }

  /** A value's start, for messages. */
  static String quote(String text) {
    return text.length() <= QUOTED ? "'" + text + "'" : "'" + text.substring(0, QUOTED) + "...'";
  }

  private static String typeName(Object value) {
    if (value instanceof byte[]) {
      return "VARBINARY";
    }
    return value instanceof Map ? "MAP" : value.getClass().getSimpleName();
  }
}
