package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
          row[i + 1] = random.nextInt(8) == 0 ? null : RandomValues.of(TYPES.get(i), random);
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
