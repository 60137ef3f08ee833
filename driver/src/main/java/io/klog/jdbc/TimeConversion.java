package io.klog.jdbc;

import io.klog.sql.SqlFault;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Natural values as times. A TIMESTAMP is an instant, so a Calendar changes nothing of it; the wall
 * clock of a TIMESTAMP is that of UTC. A DATE or TIME has no zone: as java.sql.Date or
 * java.sql.Time, which are instants, it is that of the Calendar's zone, or of the JVM's.
 */
final class TimeConversion {
  // Text is read as the sql module reads it where a TIMESTAMP is wanted: a date; or a date, a blank
  // or T, a time and, for another zone than UTC, Z or +HH:MM.
  private static final Pattern ZONED = Pattern.compile(".*T.*(?:[zZ]|[+-]\\d\\d:\\d\\d)");

  private TimeConversion() {}

  static Instant toInstant(Object value) {
    return inRange(instant(value));
  }

  /** A TIMESTAMP is a long of milliseconds. */
  static Instant inRange(Instant instant) {
    try {
      long unused = instant.toEpochMilli();
      return instant;
    } catch (ArithmeticException e) {
      throw outOfRange(instant, e);
    }
  }

  static LocalDate inRange(LocalDate date) {
    inRange(date.atStartOfDay().toInstant(ZoneOffset.UTC));
    return date;
  }

  private static SqlFault outOfRange(Object time, ArithmeticException e) {
    return new SqlFault(
        SqlExceptions.TIME_OUT_OF_RANGE, time + " is out of the range of TIMESTAMP", e);
  }

  private static Instant instant(Object value) {
    if (value instanceof Instant instant) {
      return instant;
    }
    if (value instanceof LocalDate date) {
      return date.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    if (value instanceof Long millis) {
      return Instant.ofEpochMilli(millis);
    }
    if (value instanceof String || value instanceof byte[]) {
      String text = text(value);
      try {
        if (isDate(text)) {
          return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        String iso = text.replace(' ', 'T');
        return ZONED.matcher(iso).matches()
            ? OffsetDateTime.parse(iso).toInstant()
            : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        throw notA("timestamp", text);
      }
    }
    throw TextConversion.wrongType(value, "a timestamp");
  }

  static LocalDateTime toLocalDateTime(Object value) {
    return LocalDateTime.ofInstant(toInstant(value), ZoneOffset.UTC);
  }

  static LocalDate toLocalDate(Object value) {
    if (value instanceof LocalDate date) {
      return date;
    }
    if (value instanceof String || value instanceof byte[]) {
      String text = text(value);
      if (isDate(text)) {
        try {
          return LocalDate.parse(text);
        } catch (DateTimeException e) {
          throw notA("date", text);
        }
      }
    }
    return toLocalDateTime(value).toLocalDate();
  }

  static LocalTime toLocalTime(Object value) {
    if (value instanceof LocalTime time) {
      return time;
    }
    if (value instanceof String || value instanceof byte[]) {
      String text = text(value);
      if (text.indexOf('-') < 0) {
        try {
          return LocalTime.parse(text);
        } catch (DateTimeException e) {
          throw notA("time", text);
        }
      }
    }
    if (value instanceof LocalDate) {
      throw TextConversion.wrongType(value, "a time");
    }
    return toLocalDateTime(value).toLocalTime();
  }

  @SuppressWarnings("JavaInstantGetSecondsGetNano") // the milliseconds carry the second
  static Timestamp toTimestamp(Object value) {
    Instant instant = toInstant(value);
    // Not Timestamp.from: that refuses the earliest of the instants that fit.
    Timestamp timestamp = new Timestamp(instant.toEpochMilli());
    timestamp.setNanos(instant.getNano());
    return timestamp;
  }

  static Date toSqlDate(Object value, @Nullable Calendar calendar) {
    LocalDate date = toLocalDate(value);
    return calendar == null
        ? Date.valueOf(date)
        : new Date(date.atStartOfDay(zone(calendar)).toInstant().toEpochMilli());
  }

  static Time toSqlTime(Object value, @Nullable Calendar calendar) {
    LocalTime time = toLocalTime(value);
    ZoneId zone = calendar == null ? ZoneId.systemDefault() : zone(calendar);
    return new Time(time.atDate(LocalDate.EPOCH).atZone(zone).toInstant().toEpochMilli());
  }

  /** Without a calendar the reverse of {@link Date#valueOf(LocalDate)}, before 1582 as well. */
  static LocalDate fromSqlDate(Date date, @Nullable Calendar calendar) {
    return calendar == null ? date.toLocalDate() : wallClock(date, calendar).toLocalDate();
  }

  static LocalTime fromSqlTime(java.util.Date time, @Nullable Calendar calendar) {
    return wallClock(time, calendar).toLocalTime();
  }

  @SuppressWarnings("JavaUtilDate") // JDBC's classes extend it
  private static LocalDateTime wallClock(java.util.Date date, @Nullable Calendar calendar) {
    // Not toInstant(): java.sql.Date and Time refuse that.
    return LocalDateTime.ofInstant(
        Instant.ofEpochMilli(date.getTime()),
        calendar == null ? ZoneId.systemDefault() : zone(calendar));
  }

  private static ZoneId zone(Calendar calendar) {
    return calendar.getTimeZone().toZoneId();
  }

  private static boolean isDate(String text) {
    return text.length() <= "uuuu-MM-dd".length();
  }

  private static String text(Object value) {
    return (value instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.UTF_8)
            : value.toString())
        .trim();
  }

  private static SqlFault notA(String type, String text) {
    return new SqlFault(
        SqlExceptions.NOT_CONVERTIBLE, TextConversion.quote(text) + " is no " + type);
  }
}
