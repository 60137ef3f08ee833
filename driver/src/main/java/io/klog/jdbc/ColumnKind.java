package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the sql module's canonical values a column has, and what Java and JDBC make of them. The
 * <em>natural</em> value is the Java class that says what it is: conversions start from it.
 */
enum ColumnKind {
  BOOLEAN(Boolean.class),
  INT(Integer.class),
  LONG(Long.class),
  DECIMAL(BigDecimal.class),
  REAL(Float.class),
  DOUBLE(Double.class),
  TEXT(String.class),
  BYTES(byte[].class),
  TIMESTAMP(Timestamp.class),
  DATE(Date.class),
  TIME(Time.class),
  ARRAY(Array.class),
  MAP(Map.class),
  OTHER(Object.class);

  private final Class<?> jdbcClass;

  ColumnKind(Class<?> jdbcClass) {
    this.jdbcClass = jdbcClass;
  }

  static ColumnKind of(ColumnInfo column) {
    return of(column.type(), column.typeName());
  }

  static ColumnKind of(JDBCType type, String typeName) {
    return switch (type) {
      case BIT, BOOLEAN -> BOOLEAN;
      case TINYINT, SMALLINT, INTEGER -> INT;
      case BIGINT -> LONG;
      case DECIMAL, NUMERIC -> DECIMAL;
      case REAL -> REAL;
      case FLOAT, DOUBLE -> DOUBLE;
      case CHAR, VARCHAR, LONGVARCHAR, NCHAR, NVARCHAR, LONGNVARCHAR, CLOB, NCLOB -> TEXT;
      case BINARY, VARBINARY, LONGVARBINARY, BLOB -> BYTES;
      case TIMESTAMP, TIMESTAMP_WITH_TIMEZONE -> TIMESTAMP;
      case DATE -> DATE;
      case TIME, TIME_WITH_TIMEZONE -> TIME;
      case ARRAY -> ARRAY;
      default -> typeName.startsWith("MAP") ? MAP : OTHER;
    };
  }

  /** The class of what getObject gives. */
  Class<?> jdbcClass() {
    return jdbcClass;
  }

  /**
   * A value as the Java class that says what it is: a TIMESTAMP as an Instant, and so the elements
   * of an array and the values of a map.
   *
   * @param info of its column, which is of this kind
   */
  @Nullable Object natural(@Nullable Object value, ColumnInfo info) {
    if (value == null) {
      return null;
    }
    return switch (this) {
      case TIMESTAMP -> value instanceof Long millis ? Instant.ofEpochMilli(millis) : value;
      case DATE -> value instanceof Integer days ? LocalDate.ofEpochDay(days) : value;
      case TIME ->
          value instanceof Integer millis ? LocalTime.ofNanoOfDay(millis * 1_000_000L) : value;
      case REAL -> value instanceof Double number ? Float.valueOf(number.floatValue()) : value;
      case ARRAY, MAP -> each(value, info, ColumnKind::natural);
      default -> value;
    };
  }

  private interface Conversion {
    @Nullable Object convert(ColumnKind kind, @Nullable Object value, ColumnInfo info);
  }

  /** The same collection where nobody knows of what. */
  private static Object each(Object value, ColumnInfo info, Conversion conversion) {
    ColumnInfo element = info.element();
    if (element == null) {
      return value;
    }
    ColumnKind kind = of(element);
    if (value instanceof List<?> list) {
      List<@Nullable Object> converted = new ArrayList<>(list.size());
      list.forEach(each -> converted.add(conversion.convert(kind, each, element)));
      return converted;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> converted = new LinkedHashMap<>();
      map.forEach((key, each) -> converted.put(key, conversion.convert(kind, each, element)));
      return converted;
    }
    return value;
  }

  /** A value as getObject gives it. */
  @Nullable Object jdbc(@Nullable Object canonical, ColumnInfo info) {
    if (canonical instanceof List<?> elements) {
      return new KlogArray(elements, info.element());
    }
    if (canonical instanceof Map) {
      return each(canonical, info, ColumnKind::jdbc);
    }
    Object value = natural(canonical, info);
    if (value instanceof Instant instant) {
      return TimeConversion.toTimestamp(instant);
    }
    if (value instanceof LocalDate date) {
      return Date.valueOf(date);
    }
    if (value instanceof LocalTime time) {
      return TimeConversion.toSqlTime(time, null);
    }
    return value;
  }
}
