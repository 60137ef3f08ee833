package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A value of a scalar type is the same whichever way it goes in (a literal, a parameter, a query),
 * wherever it is kept (in JSON, in the key, as a text of its own), and whichever way it is asked.
 */
class TypedPathsTest {
  private static final int VALUES = 12;
  private static final int BY_PARAMETER = 1000;
  private static final int BY_QUERY = 2000;

  /** Where a column can be, and the statement that makes its topic. */
  private static final Map<String, String> PLACES =
      Map.of(
          "json", "CREATE TOPIC json (id BIGINT KEY, v %s, x INTEGER)",
          "ofkey", "CREATE TOPIC ofkey (v %s KEY, id BIGINT)",
          "string", "CREATE TOPIC string (id BIGINT KEY, v %s) WITH ('format'='string')");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "DECIMAL(38, 10)",
        "REAL",
        "DOUBLE",
        "CHAR(3)",
        "VARCHAR",
        "BINARY(3)",
        "VARBINARY",
        "DATE",
        "TIME(3)",
        "TIMESTAMP(3)"
      })
  void allAgree(String type) {
    SplittableRandom random = Seed.of("TypedPathsTest " + type).random();
    List<Object> values = new ArrayList<>();
    while (values.size() < VALUES) {
      Object value = RandomValues.of(type, random);
      if (literal(type, value) != null) {
        values.add(value);
      }
    }
    try (Sql sql = new Sql()) {
      for (Map.Entry<String, String> place : PLACES.entrySet()) {
        sql.update(String.format(place.getValue(), type));
        insert(sql, place.getKey(), type, values);
        String what = type + " in " + place.getKey();
        getters(sql, place.getKey(), values, what);
        conditions(sql, place.getKey(), type, values, what);
        groups(sql, place.getKey(), values, what);
      }
    }
  }

  private static void insert(Sql sql, String topic, String type, List<Object> values) {
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      String into = "INSERT INTO " + topic + " (id, v) ";
      sql.update(into + "VALUES (" + i + ", " + literal(type, value) + ")");
      sql.update(into + "VALUES (?, ?)", (long) i + BY_PARAMETER, parameter(type, value));
      sql.update(
          into + "SELECT id + " + (BY_QUERY - BY_PARAMETER) + ", v FROM " + topic + " WHERE id = ?",
          (long) i + BY_PARAMETER);
    }
  }

  /** Null for a value that has none. */
  private static @Nullable String literal(String type, Object value) {
    if (value instanceof byte[] bytes) {
      return "X'" + HexFormat.of().formatHex(bytes) + "'";
    }
    if (value instanceof String text) {
      return "'" + text.replace("'", "''") + "'";
    }
    return switch (type) {
      case "DATE" -> quoted("DATE", LocalDate.ofEpochDay((Integer) value).toString());
      case "TIME(3)" -> {
        LocalTime time = LocalTime.ofNanoOfDay((Integer) value * 1_000_000L);
        yield quoted("TIME", time + (time.getSecond() == 0 && time.getNano() == 0 ? ":00" : ""));
      }
      case "TIMESTAMP(3)" -> {
        String iso = Instant.ofEpochMilli((Long) value).toString();
        yield quoted("TIMESTAMP", iso.replace('T', ' ').replace("Z", ""));
      }
      case "DECIMAL(38, 10)" -> ((BigDecimal) value).toPlainString();
      default -> value.toString();
    };
  }

  /** Years of other than four digits have no literal. */
  private static @Nullable String quoted(String word, String text) {
    return text.startsWith("-") || text.startsWith("+") || text.startsWith("0000")
        ? null
        : word + " '" + text + "'";
  }

  /** A number for a DATE would be milliseconds. */
  private static Object parameter(String type, Object value) {
    return type.equals("DATE") ? LocalDate.ofEpochDay((Integer) value) : value;
  }

  private static void getters(Sql sql, String topic, List<Object> values, String what) {
    try (Rows rows = sql.open("SELECT v, id FROM " + topic + " ORDER BY id")) {
      for (int i = 0; i < 3 * VALUES; i++) {
        assertTrue(rows.next(), what);
        assertEquals(i % VALUES + i / VALUES * 1000L, rows.getLong(1), what);
        Object value = values.get(i % VALUES);
        assertEquals(shown(value), shown(rows.getObject(0)), what + ", way " + i / VALUES);
      }
    }
    // Straight from the record, before an object has been made of the column.
    try (Rows rows = sql.open("SELECT v, id FROM " + topic)) {
      while (rows.next()) {
        Object value = values.get((int) (rows.getLong(1) % 1000));
        if (value instanceof Number number) {
          assertEquals(number.doubleValue(), rows.getDouble(0), what);
          assertEquals(number.longValue(), rows.getLong(0), what);
        }
        if (value instanceof Integer number) {
          assertEquals(number, rows.getInt(0), what);
        }
        if (!(value instanceof byte[])) {
          assertEquals(value.toString(), rows.getString(0), what);
        }
      }
    }
  }

  private static void conditions(
      Sql sql, String topic, String type, List<Object> values, String what) {
    for (Object value : values) {
      List<Long> expected = new ArrayList<>();
      for (int i = 0; i < 3 * VALUES; i++) {
        if (shown(values.get(i % VALUES)).equals(shown(value))) {
          expected.add(i % VALUES + i / VALUES * 1000L);
        }
      }
      String query = "SELECT id FROM " + topic + " WHERE v = ? ORDER BY id";
      List<Long> found = new ArrayList<>();
      try (Rows rows = sql.open(query, parameter(type, value))) {
        while (rows.next()) {
          found.add(rows.getLong(0));
        }
      }
      assertEquals(expected, found, what + " = " + shown(value));
    }
  }

  private static void groups(Sql sql, String topic, List<Object> values, String what) {
    Map<String, Long> expected = new LinkedHashMap<>();
    values.forEach(value -> expected.merge(shown(value), 3L, Long::sum));
    Map<String, Long> found = new TreeMap<>();
    try (Rows rows = sql.open("SELECT v, count(*) FROM " + topic + " GROUP BY v")) {
      while (rows.next()) {
        found.put(shown(rows.getObject(0)), rows.getLong(1));
      }
    }
    assertEquals(new TreeMap<>(expected), found, what);
  }

  private static String shown(@Nullable Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }
}
