package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of offsets, partitions, times and keys: the plan has them, and nothing else is read. */
class ScanBoundsTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void twelveRecordsInEach() {
    sql.update("CREATE TOPIC t");
    sql.update("CREATE TOPIC p WITH ('partitions'='3')");
    for (int i = 0; i < 12; i++) {
      sql.update(
          "INSERT INTO t (timestamp, key, value) VALUES (?, ?, 'v')", 1000L * i, "k" + i % 4);
      sql.update(
          "INSERT INTO p (partition, timestamp, key) VALUES (?, ?, ?)",
          i % 3,
          1000L * (i * 5 % 12),
          i == 7 ? null : "k" + i % 4);
    }
  }

  @AfterEach
  void close() {
    sql.close();
  }

  private long readBy(Runnable work) {
    long before = sql.store.recordsRead;
    work.run();
    return sql.store.recordsRead - before;
  }

  private String offsets(String where, @Nullable Object... parameters) {
    return String.join(" ", sql.rows("SELECT offset FROM t WHERE " + where, parameters));
  }

  private void isRead(String where, String bounds, String offsets, @Nullable Object... parameters) {
    String query = "SELECT offset FROM t WHERE " + where;
    assertEquals("KlogScan(topic=[t], " + bounds + ", columns=[offset])", sql.plan(query));
    long read = readBy(() -> assertEquals(offsets, offsets(where, parameters), where));
    assertEquals(offsets.isEmpty() ? 0 : offsets.split(" ").length, read, where);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "offset IN (7, 2, 3) | offset=[{7, 2, 3}] | 2 3 7",
        "offset = 2 OR 4 = offset | offset=[{2, 4}] | 2 4",
        "offset NOT IN (1, 2, 99) AND offset < 6 | offset=[not {1, 2, 99} and (-inf, 6)] | 0 3 4 5",
        "offset <> 3 AND offset <= 4 | offset=[<> 3 and (-inf, 4]] | 0 1 2 4",
        "offset BETWEEN 2 AND 3 OR offset > 9 | offset=[[2, 3] or (9, +inf)] | 2 3 10 11",
        "offset < 2 OR offset < 4 OR offset IN (3, 4) | offset=[(-inf, 2) or (-inf, 4) or 3 or 4] | 0 1 2 3 4",
        "offset NOT BETWEEN 1 AND 10 | offset=[not [1, 10]] | 0 11",
        "NOT (offset < 3 OR offset >= 5) | offset=[not (-inf, 3) or [5, +inf)] | 3 4",
        "offset IN (1, 2, 3) AND offset IN (3, 4) | offset=[{1, 2, 3} and {3, 4}] | 3",
        "offset > 9.5 | offset=[(9.5, +inf)] | 10 11",
        "offset <= 1.9 | offset=[(-inf, 1.9]] | 0 1",
        "offset = 2.0 | offset=[2.0] | 2",
        "offset < 99999999999999999999 AND offset > 10 | offset=[(10, 99999999999999999999)] | 11",
        "key = 'k1' | key=[X'6b31'] | 1 5 9",
        "key = X'6b32' AND offset > 2 | offset=[(2, +inf)], key=[X'6b32'] | 6 10",
        "key IN ('k1', X'6b33') OR key = 'no' | key=[{X'6b31', X'6b33', X'6e6f'}] | 1 3 5 7 9 11",
        "key IN ('k1', 'k2') AND key IN ('k2', 'k3') | key=[{X'6b31', X'6b32'} and {X'6b32', X'6b33'}] | 2 6 10",
      })
  void setsAreReadAlone(String where, String bounds, String expected) {
    isRead(where, bounds, expected);
  }

  @Test
  void nothingIsReadWhereNothingCanBe() {
    for (String where :
        List.of(
            "offset = 1.5",
            "offset IN (1, 2) AND offset > 2",
            "offset > 99999999999999999999",
            "offset IN (-1, 12, 9223372036854775807)",
            "key = 'k1' AND key = 'k2'",
            "partition = 99",
            "offset IN (3) AND partition <> 0")) {
      assertEquals(0, readBy(() -> assertEquals("", offsets(where), where)), where);
    }
  }

  @Test
  void parametersThatAreNullAreInNoSet() {
    isRead("offset IN (?, ?, ?)", "offset=[{?0, ?1, ?2}]", "2 5", 5, null, 2L);
    isRead("offset IN (?, ?)", "offset=[{?0, ?1}]", "", null, null);
    isRead("offset NOT IN (?, ?)", "offset=[not {?0, ?1}]", "", null, 5);
    isRead("offset <> ?", "offset=[<> ?0]", "", (Object) null);
    isRead("key IN (?, ?)", "key=[{?0, ?1}]", "1 5 9", "k1", null);
    isRead("key = ?", "key=[?0]", "", (Object) null);
    isRead("key = ?", "key=[?0]", "0 4 8", (Object) new byte[] {'k', '0'});
    isRead("key = ? OR key = ?", "key=[{?0, ?1}]", "", "", "K1");
    isRead(
        "offset > ? AND offset < '4'", "offset=[(?0, CAST(_UTF-8'4'):BIGINT NOT NULL)]", "3", "2");
  }

  @Test
  void textThatIsNoNumberIsRefused() {
    assertEquals("22018", Fault.of(() -> offsets("offset > 'ten'")).sqlState());
    assertEquals("0 1", offsets("offset < 2"));
  }

  @Test
  void theTextOfAKeyIsLookedUpAndComparedOnceMore() {
    sql.update("INSERT INTO t (key, value) VALUES (X'6bff', 'v'), (X'6bfe', 'v')");
    String plan = sql.plan("SELECT offset FROM t WHERE CAST(key AS VARCHAR) = 'k2'");
    assertTrue(plan.contains("key=['k2'], filter="), plan);
    assertEquals(3, readBy(() -> assertEquals("2 6 10", offsets("CAST(key AS VARCHAR) = 'k2'"))));
    // Malformed bytes read as U+FFFD, whatever they are.
    assertEquals("12 13", offsets("CAST(key AS VARCHAR) = ?", "k\ufffd"));
  }

  @Test
  void theKeyColumnOfATypedTopicIsLookedUp() {
    sql.update("CREATE TOPIC u (id VARCHAR(4) KEY, n INTEGER) WITH ('format'='json')");
    sql.update("INSERT INTO u (id, n) VALUES ('a', 1), ('b', 2), ('a', 3), ('c', 4)");
    sql.update("INSERT INTO u (key, value) VALUES ('longer', '{}')");
    String query = "SELECT n FROM u WHERE id = ?";
    assertTrue(sql.plan(query).contains("key=[?0]"), sql.plan(query));
    assertEquals(2, readBy(() -> assertEquals(List.of("1", "3"), sql.rows(query, "a"))));
    assertEquals(List.of(), sql.rows(query, (Object) null));
    // What is no VARCHAR(4) is no id, though it is a key.
    assertEquals(List.of(), sql.rows(query, "longer"));
    assertEquals(List.of("NULL longer"), sql.rows("SELECT id, key FROM u WHERE key = 'longer'"));
    assertEquals(
        3,
        readBy(
            () ->
                assertEquals(
                    List.of("1", "3", "4"), sql.rows("SELECT n FROM u WHERE id IN ('a', 'c')"))));
    assertEquals(List.of("2"), sql.rows("SELECT count(*) FROM u WHERE id = 'a'"));
  }

  @Test
  void aKeyIsLookedForInAllPartitions() {
    assertEquals(
        List.of("0 0", "1 1", "2 2"),
        sql.rows("SELECT partition, offset FROM p WHERE key = 'k0' ORDER BY 1"));
    assertEquals(List.of("3"), sql.rows("SELECT count(*) FROM p WHERE key = 'k0' AND offset < 3"));
    assertEquals(
        List.of("0 2"), sql.rows("SELECT min(offset), max(offset) FROM p WHERE key = 'k0'"));
  }

  @Test
  void setsOfTimesAreReadAtOneGoAndInTheOrderOfTheLog() {
    String where =
        "timestamp < TIMESTAMP '1970-01-01 00:00:02' OR timestamp IN"
            + " (TIMESTAMP '1970-01-01 00:00:05', TIMESTAMP '1970-01-01 00:00:09')";
    assertEquals(10, readBy(() -> assertEquals("0 1 5 9", offsets(where))));
    assertEquals("9 5 1 0", offsets(where + " ORDER BY offset DESC"));
    String but1 = "timestamp <> TIMESTAMP '1970-01-01 00:00:01'";
    assertEquals("0 2", offsets(but1 + " AND offset < 3"));
    // Times that go down: the interval of the earlier would come first.
    sql.update("CREATE TOPIC down");
    for (int i = 3; i > 0; i--) {
      sql.update("INSERT INTO down (timestamp, key) VALUES (?, 'k')", 1000L * i);
    }
    String query = "SELECT offset FROM down WHERE timestamp <> TIMESTAMP '1970-01-01 00:00:02'";
    assertEquals(List.of("0", "2"), sql.rows(query));
    sql.update("CREATE TOPIC copy");
    sql.update(
        "INSERT INTO copy (key, value) SELECT key, CAST(offset AS VARCHAR) FROM down WHERE"
            + " timestamp <> TIMESTAMP '1970-01-01 00:00:02'");
    assertEquals(List.of("0", "2"), sql.rows("SELECT value FROM copy"));
  }

  @Test
  void manySetsWithLittleBetweenThemAreReadAtOneGo() {
    sql.update("CREATE TOPIC many");
    sql.session.setAutoCommit(false);
    for (int i = 0; i < 200; i++) {
      sql.update("INSERT INTO many (key) VALUES ('k')");
    }
    sql.session.commit();
    sql.session.setAutoCommit(true);
    List<String> odd = new ArrayList<>();
    List<String> even = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      (i % 2 == 0 ? even : odd).add("" + i);
    }
    String from = " FROM many WHERE offset ";
    String notOdd = "NOT IN (" + String.join(", ", odd) + ")";
    long scans = sql.store.scans;
    assertEquals(even, sql.rows("SELECT offset" + from + notOdd));
    assertEquals(scans + 1, sql.store.scans);
    String inOdd = "IN (" + String.join(", ", odd) + ", 5000, 9000)";
    assertEquals(odd, sql.rows("SELECT offset" + from + inOdd));
    assertEquals(scans + 4, sql.store.scans, "what is far away is read apart");

    assertEquals(
        List.of("198", "196", "194"),
        sql.rows("SELECT offset" + from + notOdd + " ORDER BY offset DESC LIMIT 3"));
    assertEquals(
        List.of("3", "5"),
        sql.rows("SELECT offset" + from + inOdd + " ORDER BY offset LIMIT 2 OFFSET 1"));
    String counts = "SELECT count(*), min(offset), max(offset)" + from;
    assertEquals(List.of("100 1 199"), sql.rows(counts + inOdd));
    assertEquals(List.of("100 0 198"), sql.rows(counts + notOdd));
  }

  @Test
  void aPartitionThatIsDrawnIsDrawnForEachRow() {
    sql.update("CREATE TOPIC drawn");
    sql.session.setAutoCommit(false);
    for (int i = 0; i < 200; i++) {
      sql.update("INSERT INTO drawn (key) VALUES ('k')");
    }
    sql.session.commit();
    int given = sql.rows("SELECT key FROM drawn WHERE partition = RAND_INTEGER(2)").size();
    assertTrue(given > 0 && given < 200, "given: " + given);
  }

  @Test
  void partitionAndOffsetAreAPlace() {
    String query = "SELECT partition, offset FROM p WHERE (partition, offset) > (?, ?)";
    assertEquals(
        "KlogScan(topic=[p], offset=[>(partition, ?0) or =(partition, ?0) and (?1, +inf)],"
            + " columns=[partition, offset])",
        sql.plan(query));
    assertEquals(
        5,
        readBy(
            () -> assertEquals(List.of("1 3", "2 0", "2 1", "2 2", "2 3"), sql.rows(query, 1, 2))));
    assertEquals(List.of(), sql.rows(query, null, 2));
    assertEquals(List.of(), sql.rows(query, 2, null));
    assertEquals(
        2,
        readBy(
            () ->
                assertEquals(
                    List.of("0 1", "2 3"),
                    sql.rows(
                        "SELECT partition, offset FROM p WHERE (partition, offset) IN"
                            + " ((0, 1), (2, 3), (4, 1))"))));
    assertEquals(
        List.of("0 0", "0 1", "0 2", "0 3", "1 0"),
        sql.rows("SELECT partition, offset FROM p WHERE (partition, offset) <= (1, 0)"));
  }

  @Test
  void partitionsOfAlternativesAreTheOnlyOnesRead() {
    String query =
        "SELECT offset FROM p WHERE (partition = 0 AND key > 'k0') OR (partition = 2 AND key > 'k1')";
    String plan = sql.plan(query);
    assertTrue(plan.contains("partition=[within OR(AND(=(partition, 0), "), plan);
    assertEquals(8, readBy(() -> assertEquals(5, sql.rows(query).size())));
  }

  @Test
  void countsOfSetsAreOfWhatIsInThem() {
    assertEquals(
        List.of("4 1 11"),
        sql.rows("SELECT count(*), min(offset), max(offset) FROM t WHERE offset IN (4, 1, 5, 11)"));
    assertEquals(
        List.of("11 0 10"),
        sql.rows("SELECT count(*), min(offset), max(offset) FROM t WHERE offset <> 11"));
    assertEquals(
        0,
        readBy(
            () ->
                assertEquals(List.of("12"), sql.rows("SELECT count(*) FROM p WHERE offset >= 0"))));
  }

  @Test
  void ordersMergeSets() {
    assertEquals(
        List.of("3 0", "3 1", "3 2", "1 0", "1 1"),
        sql.rows(
            "SELECT offset, partition FROM p WHERE offset IN (0, 1, 3)"
                + " ORDER BY offset DESC, partition LIMIT 5"));
    assertEquals(
        1,
        readBy(
            () ->
                assertEquals(
                    List.of("2"),
                    sql.rows(
                        "SELECT offset FROM t WHERE offset IN (2, 5, 9) ORDER BY offset LIMIT 1"
                            + " OFFSET 0"))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyConditionHoldsForWhatAFilterWouldLetThrough(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      List<@Nullable Object> parameters = new ArrayList<>();
      String where = condition(random, 3, parameters);
      String rest = random.nextBoolean() ? "" : " ORDER BY offset DESC, partition";
      Object[] given = parameters.toArray();
      // A CASE is no bound.
      String filtered = "CASE WHEN " + literally(where, parameters) + " THEN 'yes' END = 'yes'";
      String message = "seed " + seed + ": " + where + " with " + parameters;
      List<String> expected = rows(filtered, rest, new Object[0]);
      assertEquals(expected, rows(where, rest, given), message);
      assertEquals(
          List.of("" + expected.size()),
          sql.rows("SELECT count(*) FROM p WHERE " + where, given),
          message);
    }
  }

  /** With values for the parameters, which Calcite does not take within a CASE. */
  private static String literally(String where, List<@Nullable Object> parameters) {
    String text = where;
    for (Object value : parameters) {
      String literal =
          value instanceof String
              ? "'" + value + "'"
              : value == null ? "CAST(NULL AS BIGINT)" : value.toString();
      text = text.replaceFirst("\\?", literal);
    }
    return text.replace("key = CAST(NULL AS BIGINT)", "key = CAST(NULL AS VARBINARY)");
  }

  private List<String> rows(String where, String rest, @Nullable Object[] parameters) {
    List<String> rows =
        new ArrayList<>(
            sql.rows(
                "SELECT offset, partition, timestamp, key FROM p WHERE " + where + rest,
                parameters));
    if (rest.isEmpty()) {
      rows.sort(null);
    }
    return rows;
  }

  private static String condition(Random random, int depth, List<@Nullable Object> parameters) {
    if (depth > 0 && random.nextInt(3) > 0) {
      String left = condition(random, depth - 1, parameters);
      return switch (random.nextInt(5)) {
        case 0 -> "NOT (" + left + ")";
        case 1, 2 -> "(" + left + ") AND (" + condition(random, depth - 1, parameters) + ")";
        default -> "(" + left + ") OR (" + condition(random, depth - 1, parameters) + ")";
      };
    }
    String operator = List.of("=", "<>", "<", "<=", ">", ">=").get(random.nextInt(6));
    int number = random.nextInt(6) - 1;
    return switch (random.nextInt(9)) {
      case 0 -> {
        parameters.add(random.nextInt(6) == 0 ? null : (long) number);
        yield "offset " + operator + " ?";
      }
      case 1 -> "offset IN (" + number + ", " + random.nextInt(5) + ")";
      case 2 -> "partition " + operator + " " + random.nextInt(4);
      case 3 ->
          "timestamp " + operator + " TIMESTAMP '1970-01-01 00:00:0" + random.nextInt(9) + "'";
      case 4 -> {
        parameters.add(random.nextInt(6) == 0 ? null : "k" + random.nextInt(5));
        yield "key = ?";
      }
      case 5 -> "key IN ('k1', 'k" + random.nextInt(4) + "')";
      case 6 -> "(partition, offset) " + operator + " (1, " + number + ")";
      case 7 -> "CAST(key AS VARCHAR) = 'k" + random.nextInt(4) + "'";
      default -> "offset " + operator + " " + number + ".5";
    };
  }
}
