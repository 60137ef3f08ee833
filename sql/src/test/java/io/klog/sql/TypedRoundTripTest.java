package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is inserted into columns of all types comes back the same. */
class TypedRoundTripTest {
  private static final int ROWS = 300;

  private static final List<String> TYPES =
      List.of(
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
          "TIMESTAMP(3)",
          "VARCHAR ARRAY",
          "MAP<VARCHAR, BIGINT>",
          "MAP<INTEGER, TIMESTAMP(3) ARRAY> ARRAY",
          "DECIMAL(5, 0) ARRAY ARRAY");

  private static Object value(String type, SplittableRandom random) {
    return switch (type) {
      case "BOOLEAN" -> random.nextBoolean();
      case "TINYINT" -> (int) (byte) random.nextInt();
      case "SMALLINT" -> (int) (short) random.nextInt();
      case "INTEGER" -> random.nextInt() >> random.nextInt(32);
      case "BIGINT" -> random.nextLong() >> random.nextInt(64);
      case "DECIMAL(38, 10)" ->
          new BigDecimal(
              BigInteger.valueOf(random.nextLong()).multiply(BigInteger.valueOf(random.nextLong())),
              10);
      case "REAL" -> (double) (float) (random.nextDouble() * Math.pow(10, random.nextInt(-30, 30)));
      case "DOUBLE" -> -random.nextDouble() * Math.pow(10, random.nextInt(-300, 300));
      case "CHAR(3)" -> text(random, 3).replaceAll(" +$", "");
      case "VARCHAR" -> random.nextInt(20) == 0 ? "long ".repeat(5000) : text(random, 12);
      case "BINARY(3)" -> bytes(random, 3);
      case "VARBINARY" -> bytes(random, random.nextInt(40));
      case "DATE" -> random.nextInt(-800_000, 3_000_000);
      case "TIME(3)" -> random.nextInt(86_400_000);
      case "TIMESTAMP(3)" -> random.nextLong(-70_000_000_000_000L, 300_000_000_000_000L);
      case "VARCHAR ARRAY" -> list(random, () -> text(random, 5));
      case "MAP<VARCHAR, BIGINT>" -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        list(random, () -> text(random, 5)).forEach(k -> map.put(k + "", random.nextLong()));
        map.replaceAll((k, v) -> random.nextInt(5) == 0 ? null : v);
        yield map;
      }
      case "MAP<INTEGER, TIMESTAMP(3) ARRAY> ARRAY" ->
          list(
              random,
              () -> Map.of(random.nextInt(), list(random, () -> value("TIMESTAMP(3)", random))));
      default -> list(random, () -> list(random, () -> new BigDecimal(random.nextInt(-99999, 9))));
    };
  }

  private static List<@Nullable Object> list(SplittableRandom random, Supplier<Object> element) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      list.add(random.nextInt(6) == 0 ? null : element.get());
    }
    return list;
  }

  /** Of all planes, with what JSON escapes, and surrogates that have no other half. */
  private static String text(SplittableRandom random, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      switch (random.nextInt(6)) {
        case 0 -> text.append((char) random.nextInt(0x20));
        case 1 -> text.append("\"\\/\uFEFF\u2028".charAt(random.nextInt(5)));
        case 2 -> text.append((char) random.nextInt(0x80, 0xD800));
        default -> text.append((char) random.nextInt(0x20, 0x7F));
      }
    }
    return text.toString();
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  @Test
  void allTypesThroughTheModel() {
    roundTrip(new ModelLogStore(), Seed.of("TypedRoundTripTest.allTypesThroughTheModel").random());
  }

  @Test
  void allTypesThroughAFile() throws Exception {
    try (LogStore store = KlogFile.open("mem:typed-round-trip", OpenOptions.DEFAULT)) {
      roundTrip(store, Seed.of("TypedRoundTripTest.allTypesThroughAFile").random());
    }
  }

  private static void roundTrip(LogStore store, SplittableRandom random) {
    StringBuilder columns = new StringBuilder("id BIGINT KEY");
    for (int i = 0; i < TYPES.size(); i++) {
      columns.append(", c").append(i).append(' ').append(TYPES.get(i));
    }
    try (Session session = new Session(store, SyncLevel.OFF)) {
      update(session, "CREATE TOPIC t (" + columns + ")");
      String insert = "INSERT INTO t VALUES (?" + ", ?".repeat(TYPES.size()) + ")";
      List<@Nullable Object[]> rows = new ArrayList<>();
      for (int n = 0; n < ROWS; n++) {
        @Nullable Object[] row = new Object[TYPES.size() + 1];
        row[0] = (long) n;
        for (int i = 0; i < TYPES.size(); i++) {
          row[i + 1] = random.nextInt(8) == 0 ? null : value(TYPES.get(i), random);
        }
        rows.add(row);
        update(session, insert, asParameters(row));
      }
      update(session, "CREATE TOPIC copy (" + columns + ")");
      update(session, "INSERT INTO copy SELECT " + names() + " FROM t ORDER BY offset");
      for (String from : List.of("t", "copy", "(SELECT DISTINCT " + names() + " FROM t)")) {
        compare(session, "SELECT " + names() + " FROM " + from + " AS x ORDER BY id", rows);
      }
    }
  }

  /** A date and a time as a number would be milliseconds. */
  private static @Nullable Object[] asParameters(@Nullable Object[] row) {
    @Nullable Object[] parameters = row.clone();
    for (int i = 0; i < TYPES.size(); i++) {
      if (TYPES.get(i).equals("DATE") && row[i + 1] instanceof Integer days) {
        parameters[i + 1] = LocalDate.ofEpochDay(days);
      }
    }
    return parameters;
  }

  private static String names() {
    StringBuilder names = new StringBuilder("id");
    for (int i = 0; i < TYPES.size(); i++) {
      names.append(", c").append(i);
    }
    return names.toString();
  }

  private static void update(Session session, String sql, @Nullable Object... parameters) {
    session.update(session.prepare(sql), parameters, StatementControl.unlimited(), null);
  }

  private static void compare(Session session, String sql, List<@Nullable Object[]> expected) {
    try (Rows rows =
        session.query(session.prepare(sql), new Object[0], StatementControl.unlimited())) {
      for (@Nullable Object[] row : expected) {
        rows.next();
        for (int i = 0; i < row.length; i++) {
          String what = sql + ": " + (i == 0 ? "id" : TYPES.get(i - 1)) + " of " + row[0];
          Object found = rows.getObject(i);
          if (row[i] == null) {
            assertNull(found, what);
          } else if (row[i] instanceof byte[] bytes) {
            assertArrayEquals(bytes, (byte[]) found, what + Arrays.toString(bytes));
          } else {
            assertEquals(row[i], found, what);
          }
        }
      }
      assertEquals(false, rows.next());
    }
  }
}
