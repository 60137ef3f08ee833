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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/**
 * Natural values as times. A TIMESTAMP is an instant, so a Calendar changes nothing of it; the wall
 * clock of a TIMESTAMP is that of UTC. A DATE or TIME has no zone: as java.sql.Date or
 * java.sql.Time, which are instants, it is that of the Calendar's zone, or of the JVM's.
 */
final class TimeConversion {
  /** ISO 8601 with T or a blank, and with or without a zone; none means UTC. */
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[' ']['T']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter();

  private TimeConversion() {}

  static Instant toInstant(Object value) {
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
        TemporalAccessor parsed =
            DATE_TIME.parseBest(text, java.time.OffsetDateTime::from, LocalDateTime::from);
        return parsed instanceof LocalDateTime local
            ? local.toInstant(ZoneOffset.UTC)
            : Instant.from(parsed);
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

  static Timestamp toTimestamp(Object value) {
    return Timestamp.from(toInstant(value));
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

  static LocalDate fromSqlDate(java.util.Date date, @Nullable Calendar calendar) {
    return wallClock(date, calendar).toLocalDate();
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
        .strip();
  }

  private static SqlFault notA(String type, String text) {
    return new SqlFault(
        SqlExceptions.NOT_CONVERTIBLE, TextConversion.quote(text) + " is no " + type);
  }
}
