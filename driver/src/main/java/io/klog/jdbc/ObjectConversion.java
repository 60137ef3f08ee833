package io.klog.jdbc;

import io.klog.sql.SqlFault;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import java.util.function.Function;

/** Natural values as the class that getObject was asked for. */
final class ObjectConversion {
  private static final Map<Class<?>, Function<Object, Object>> BY_CLASS = new HashMap<>();

  static {
    BY_CLASS.put(String.class, TextConversion::toText);
    BY_CLASS.put(Boolean.class, NumberConversion::toBoolean);
    BY_CLASS.put(
        Byte.class,
        value -> (byte) NumberConversion.toLong(value, Byte.MIN_VALUE, Byte.MAX_VALUE, "byte"));
    BY_CLASS.put(
        Short.class,
        value -> (short) NumberConversion.toLong(value, Short.MIN_VALUE, Short.MAX_VALUE, "short"));
    BY_CLASS.put(Integer.class, value -> NumberConversion.toInt(NumberConversion.toLong(value)));
    BY_CLASS.put(Long.class, NumberConversion::toLong);
    BY_CLASS.put(Float.class, NumberConversion::toFloat);
    BY_CLASS.put(Double.class, NumberConversion::toDouble);
    BY_CLASS.put(BigDecimal.class, NumberConversion::toDecimal);
    BY_CLASS.put(Number.class, NumberConversion::toDecimal);
    BY_CLASS.put(BigInteger.class, ObjectConversion::toBigInteger);
    BY_CLASS.put(byte[].class, TextConversion::toBytes);
    BY_CLASS.put(UUID.class, ObjectConversion::toUuid);
    BY_CLASS.put(URL.class, ObjectConversion::toUrl);
    BY_CLASS.put(InputStream.class, ObjectConversion::toStream);
    BY_CLASS.put(Reader.class, value -> new StringReader(TextConversion.toText(value)));
    BY_CLASS.put(Blob.class, value -> new MemoryBlob(TextConversion.toBytes(value)));
    BY_CLASS.put(Clob.class, value -> new MemoryClob(TextConversion.toText(value)));
    BY_CLASS.put(NClob.class, value -> new MemoryClob(TextConversion.toText(value)));
    BY_CLASS.put(List.class, ObjectConversion::toList);
    BY_CLASS.put(Instant.class, TimeConversion::toInstant);
    BY_CLASS.put(LocalDateTime.class, TimeConversion::toLocalDateTime);
    BY_CLASS.put(LocalDate.class, TimeConversion::toLocalDate);
    BY_CLASS.put(LocalTime.class, TimeConversion::toLocalTime);
    BY_CLASS.put(
        OffsetDateTime.class, value -> TimeConversion.toInstant(value).atOffset(ZoneOffset.UTC));
    BY_CLASS.put(
        ZonedDateTime.class, value -> TimeConversion.toInstant(value).atZone(ZoneOffset.UTC));
    BY_CLASS.put(
        OffsetTime.class, value -> TimeConversion.toLocalTime(value).atOffset(ZoneOffset.UTC));
    BY_CLASS.put(Timestamp.class, TimeConversion::toTimestamp);
    BY_CLASS.put(java.sql.Date.class, value -> TimeConversion.toSqlDate(value, null));
    BY_CLASS.put(java.sql.Time.class, value -> TimeConversion.toSqlTime(value, null));
    BY_CLASS.put(
        java.util.Date.class, value -> java.util.Date.from(TimeConversion.toInstant(value)));
    BY_CLASS.put(Calendar.class, ObjectConversion::toCalendar);
  }

  private ObjectConversion() {}

  static <T> T to(Class<T> type, Object value) {
    Function<Object, Object> conversion = BY_CLASS.get(type);
    if (conversion != null) {
      return type.cast(conversion.apply(value));
    }
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw TextConversion.wrongType(value, type.getName());
  }

  static URL toUrl(Object value) {
    String text = TextConversion.toText(value);
    try {
      return URI.create(text).toURL();
    } catch (IllegalArgumentException | MalformedURLException e) {
      throw new SqlFault(
          SqlExceptions.NOT_CONVERTIBLE, TextConversion.quote(text) + " is no URL", e);
    }
  }

  static List<?> toList(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw TextConversion.wrongType(value, "an array");
  }

  private static BigInteger toBigInteger(Object value) {
    BigDecimal number = NumberConversion.toDecimal(value);
    // A number of a billion digits fits into a few bytes of text.
    if ((long) number.precision() - number.scale() > 100_000) {
      throw new SqlFault(SqlExceptions.OUT_OF_RANGE, number + " does not fit into a BigInteger");
    }
    return number.toBigInteger();
  }

  private static UUID toUuid(Object value) {
    if (value instanceof UUID uuid) {
      return uuid;
    }
    if (!(value instanceof String) && !(value instanceof byte[])) {
      throw TextConversion.wrongType(value, "a UUID");
    }
    String text = TextConversion.toText(value).strip();
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new SqlFault(
          SqlExceptions.NOT_CONVERTIBLE, TextConversion.quote(text) + " is no UUID", e);
    }
  }

  private static InputStream toStream(Object value) {
    return new ByteArrayInputStream(TextConversion.toBytes(value));
  }

  private static Calendar toCalendar(Object value) {
    Calendar calendar = Calendar.getInstance(TimeZone.getTimeZone(ZoneOffset.UTC));
    calendar.setTimeInMillis(TimeConversion.toInstant(value).toEpochMilli());
    return calendar;
  }
}
