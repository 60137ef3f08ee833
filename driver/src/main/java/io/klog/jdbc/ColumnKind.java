package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import io.klog.sql.Rows;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
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

  /** The column's value as the Java class that says what it is: a TIMESTAMP as an Instant. */
  @Nullable Object natural(Rows rows, int column) {
    Object value = rows.getObject(column);
    if (value == null) {
      return null;
    }
    return switch (this) {
      case TIMESTAMP -> value instanceof Long millis ? Instant.ofEpochMilli(millis) : value;
      case DATE -> value instanceof Integer days ? LocalDate.ofEpochDay(days) : value;
      case TIME ->
          value instanceof Integer millis ? LocalTime.ofNanoOfDay(millis * 1_000_000L) : value;
      case REAL -> value instanceof Double number ? Float.valueOf(number.floatValue()) : value;
      default -> value;
    };
  }

  /** The column's value as getObject gives it. */
  @Nullable Object jdbc(Rows rows, int column) {
    Object value = natural(rows, column);
    if (value instanceof Instant instant) {
      return TimeConversion.toTimestamp(instant);
    }
    if (value instanceof LocalDate date) {
      return Date.valueOf(date);
    }
    if (value instanceof LocalTime time) {
      return TimeConversion.toSqlTime(time, null);
    }
    if (value instanceof List<?> elements) {
      return new KlogArray(elements);
    }
    return value;
  }
}
