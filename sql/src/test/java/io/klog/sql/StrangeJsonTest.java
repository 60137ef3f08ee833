package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever bytes are in a typed topic: NULL, or an error that says where, and nothing worse. */
class StrangeJsonTest {
  private static final int DOCUMENTS = 150;

  private static final List<String> TYPES =
      List.of(
          "BOOLEAN",
          "TINYINT",
          "BIGINT",
          "DECIMAL(5, 2)",
          "DECIMAL(38, 38)",
          "REAL",
          "DOUBLE",
          "CHAR(2)",
          "VARCHAR",
          "VARBINARY",
          "DATE",
          "TIME(0)",
          "TIMESTAMP(1)",
          "VARCHAR ARRAY",
          "MAP<VARCHAR, INTEGER>",
          "MAP<DATE, DOUBLE ARRAY> ARRAY");

  private final SplittableRandom random = Seed.of("StrangeJsonTest").random();

  @Test
  void isNullOrAnErrorWithItsPlace() {
    int values = 0;
    int faults = 0;
    try (Sql sql = new Sql()) {
      for (int i = 0; i < TYPES.size(); i++) {
        String columns =
            " (k INTEGER KEY, a " + TYPES.get(i) + ", \"b\u00e9\" " + TYPES.get(i) + ")";
        sql.update("CREATE TOPIC n" + i + columns);
        sql.update("CREATE TOPIC f" + i + columns + " WITH ('on.error'='fail')");
        for (int n = 0; n < DOCUMENTS; n++) {
          byte[] value = RandomJson.text(random).getBytes(StandardCharsets.UTF_8);
          value = random.nextInt(4) == 0 ? RandomJson.damaged(value, random) : value;
          byte[] key =
              random.nextInt(4) == 0 ? RandomJson.damaged(value, random) : new byte[] {'7'};
          sql.update("INSERT INTO n" + i + " (key, value) VALUES (?, ?)", key, value);
          sql.update("INSERT INTO f" + i + " (key, value) VALUES (?, ?)", key, value);
        }
        List<String> lenient = sql.rows("SELECT k, a, \"b\u00e9\" FROM n" + i);
        assertEquals(DOCUMENTS, lenient.size());
        for (int n = 0; n < DOCUMENTS; n++) {
          String row = strict(sql, i, n);
          if (row == null) {
            faults++;
          } else {
            assertEquals(lenient.get(n), row, TYPES.get(i));
            values += row.endsWith("NULL NULL") ? 0 : 1;
          }
        }
      }
    }
    assertTrue(values > DOCUMENTS / 4, values + " values");
    assertTrue(faults > DOCUMENTS, faults + " faults");
  }

  /** The row where errors fail; null where it did. */
  private static @Nullable String strict(Sql sql, int topic, int offset) {
    try {
      return sql.rows("SELECT k, a, \"b\u00e9\" FROM f" + topic + " WHERE offset = ?", offset)
          .get(0);
    } catch (SqlFault e) {
      assertEquals("22", e.sqlState().substring(0, 2), e.toString());
      assertTrue(
          String.valueOf(e.getMessage())
              .startsWith("topic f" + topic + ", partition 0, offset " + offset + ", column "),
          e.toString());
      return null;
    }
  }
}
