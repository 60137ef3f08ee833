package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.dao.IncorrectResultSizeDataAccessException;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.BeanPropertyRowMapper;
import org.springframework.jdbc.core.ColumnMapRowMapper;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SimplePropertySqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSourceUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.support.SqlBinaryValue;
import org.springframework.jdbc.core.support.SqlCharacterValue;

@Timeout(60)
class SpringTemplateTest {
  @TempDir static Path directory;

  private PooledFile file;
  private JdbcTemplate jdbc;

  /** What a row of the topic is to an application. */
  record Order(
      long offset,
      String id,
      BigDecimal amount,
      @Nullable Boolean paid,
      int units,
      @Nullable LocalDate due,
      @Nullable Instant placedAt) {}

  /** The same as a bean. */
  static class OrderBean {
    private long offset;
    private String id = "";
    private BigDecimal amount = BigDecimal.ZERO;
    private @Nullable Instant placedAt;

    public long getOffset() {
      return offset;
    }

    public void setOffset(long offset) {
      this.offset = offset;
    }

    public String getId() {
      return id;
    }

    public void setId(String id) {
      this.id = id;
    }

    public BigDecimal getAmount() {
      return amount;
    }

    public void setAmount(BigDecimal amount) {
      this.amount = amount;
    }

    public @Nullable Instant getPlacedAt() {
      return placedAt;
    }

    public void setPlacedAt(@Nullable Instant placedAt) {
      this.placedAt = placedAt;
    }
  }

  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00.250Z");
  private static final Order TEA =
      new Order(0, "tea", new BigDecimal("9.99"), true, 3, LocalDate.of(2026, 12, 24), NOON);
  private static final Order MILK =
      new Order(1, "milk", new BigDecimal("0.50"), null, 1, null, null);

  @BeforeEach
  void twoOrders() throws SQLException {
    file =
        new PooledFile(
            directory,
            "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2), paid BOOLEAN,"
                + " units INTEGER, due DATE, placed_at TIMESTAMP)",
            "CREATE TOPIC raw");
    jdbc = new JdbcTemplate(file.pool());
    for (Order order : List.of(TEA, MILK)) {
      assertEquals(
          1,
          jdbc.update(
              "INSERT INTO orders (id, amount, paid, units, due, placed_at)"
                  + " VALUES (?, ?, ?, ?, ?, ?)",
              order.id(),
              order.amount(),
              order.paid(),
              order.units(),
              order.due(),
              order.placedAt()));
    }
  }

  @AfterEach
  void everyConnectionIsBack() {
    int active = file.pool().getHikariPoolMXBean().getActiveConnections();
    jdbc.execute("DROP TOPIC orders");
    jdbc.execute("DROP TOPIC raw");
    file.close();
    assertEquals(0, active);
  }

  @Test
  void rowsBecomeRecordsAndBeans() {
    String query = "SELECT * FROM orders ORDER BY offset";
    assertEquals(List.of(TEA, MILK), jdbc.query(query, new DataClassRowMapper<>(Order.class)));
    assertEquals(List.of(TEA, MILK), jdbc.query(query, new SimplePropertyRowMapper<>(Order.class)));
    List<OrderBean> beans = jdbc.query(query, new BeanPropertyRowMapper<>(OrderBean.class));
    assertEquals(List.of("tea", "milk"), beans.stream().map(OrderBean::getId).toList());
    assertEquals(1, beans.get(1).getOffset());
    assertEquals(TEA.amount(), beans.get(0).getAmount());
    assertEquals(NOON, beans.get(0).getPlacedAt());
    assertNull(beans.get(1).getPlacedAt());
  }

  @Test
  void rowsBecomeValuesListsAndMaps() {
    assertEquals(2L, jdbc.queryForObject("SELECT count(*) FROM orders", Long.class));
    assertEquals(
        "milk", jdbc.queryForObject("SELECT id FROM orders WHERE offset = ?", String.class, 1));
    assertEquals(List.of("tea", "milk"), jdbc.queryForList("SELECT id FROM orders", String.class));
    assertEquals(TEA.due(), jdbc.queryForObject("SELECT due FROM orders LIMIT 1", LocalDate.class));
    Map<String, Object> row =
        jdbc.queryForMap("SELECT offset, id, amount AS price FROM orders WHERE id = ?", "tea");
    assertEquals(Map.of("offset", 0L, "id", "tea", "price", TEA.amount()), row);
    assertEquals(
        List.of(0, 0),
        jdbc.query("SELECT * FROM orders", new ColumnMapRowMapper()).stream()
            .map(map -> map.get("PARTITION"))
            .toList());
    assertThrows(
        EmptyResultDataAccessException.class,
        () -> jdbc.queryForObject("SELECT id FROM orders WHERE offset = 9", String.class));
    assertThrows(
        IncorrectResultSizeDataAccessException.class,
        () -> jdbc.queryForObject("SELECT id FROM orders", String.class));
  }

  @Test
  void rowsAreReadByExtractorsAndCallbacks() {
    ResultSetExtractor<Integer> units =
        rows -> {
          int sum = 0;
          while (rows.next()) {
            sum += rows.getInt("units");
          }
          return sum;
        };
    assertEquals(4, jdbc.query("SELECT units FROM orders", units));
    List<String> ids = new ArrayList<>();
    jdbc.query(
        "SELECT id FROM orders",
        row -> {
          ids.add(row.getString(1));
        });
    assertEquals(List.of("tea", "milk"), ids);
    jdbc.setMaxRows(1);
    jdbc.setFetchSize(1);
    assertEquals(List.of("tea"), jdbc.queryForList("SELECT id FROM orders", String.class));
  }

  @Test
  void aStreamGivesItsConnectionBackWhenItIsClosed() {
    try (Stream<String> ids =
        jdbc.queryForStream("SELECT id FROM orders", (row, number) -> row.getString(1))) {
      Iterator<String> each = ids.iterator();
      assertEquals("tea", each.next());
      assertEquals(1, file.pool().getHikariPoolMXBean().getActiveConnections());
    }
    assertEquals(0, file.pool().getHikariPoolMXBean().getActiveConnections());
  }

  @Test
  void aStreamFollowsTheTopicAndEndsWithThePollTimeout() {
    jdbc.execute("INSERT INTO raw (value) VALUES ('a')");
    try (Stream<String> values =
        jdbc.queryForStream(
            con -> {
              try (var settings = con.createStatement()) {
                settings.execute("SET poll.timeout = 5000");
              }
              return con.prepareStatement("SELECT STREAM value FROM raw");
            },
            (row, number) -> row.getString(1))) {
      Iterator<String> each = values.iterator();
      assertEquals("a", each.next());
      jdbc.execute("INSERT INTO raw (value) VALUES ('b')");
      assertTrue(each.hasNext());
      assertEquals("b", each.next());
    }
    jdbc.execute("RESET poll.timeout");
  }

  @Test
  void batchesInsertAllRows() {
    String insert = "INSERT INTO orders (id, amount) VALUES (?, ?)";
    assertArrayEquals(
        new int[] {1, 1},
        jdbc.batchUpdate(
            insert,
            List.of(
                new Object[] {"a", new BigDecimal("1.00")},
                new Object[] {"b", new BigDecimal("2.00")})));
    int[][] counts =
        jdbc.batchUpdate(
            insert,
            List.of(TEA, MILK, TEA),
            2,
            (statement, order) -> {
              statement.setString(1, order.id());
              statement.setBigDecimal(2, order.amount());
            });
    assertArrayEquals(new int[][] {{1, 1}, {1}}, counts);
    assertArrayEquals(
        new int[] {1, 1},
        jdbc.batchUpdate(
            insert,
            new BatchPreparedStatementSetter() {
              @Override
              public void setValues(java.sql.PreparedStatement statement, int row)
                  throws SQLException {
                statement.setInt(1, row);
                statement.setInt(2, row);
              }

              @Override
              public int getBatchSize() {
                return 2;
              }
            }));
    assertArrayEquals(
        new int[] {1, 2},
        jdbc.batchUpdate(
            "INSERT INTO raw (key) VALUES ('x')", "INSERT INTO raw (key) VALUES ('y'), ('z')"));
    assertEquals(9, jdbc.queryForObject("SELECT count(*) FROM orders", Integer.class));
    assertEquals(3, jdbc.queryForObject("SELECT count(*) FROM raw", Integer.class));
  }

  @Test
  void parametersAreNamed() {
    NamedParameterJdbcTemplate named = new NamedParameterJdbcTemplate(jdbc);
    String insert =
        "INSERT INTO orders (id, amount, paid, units, due, placed_at)"
            + " VALUES (:id, :amount, :paid, :units, :due, :placedAt)";
    assertEquals(1, named.update(insert, new SimplePropertySqlParameterSource(TEA)));
    assertArrayEquals(
        new int[] {1, 1},
        named.batchUpdate(insert, SqlParameterSourceUtils.createBatch(List.of(TEA, MILK))));
    assertEquals(
        List.of("tea", "milk", "tea", "tea", "milk"),
        named.queryForList(
            "SELECT id FROM orders WHERE id IN (:ids) AND offset >= :from ORDER BY offset",
            Map.of("ids", List.of("tea", "milk", "water"), "from", 0),
            String.class));
    assertEquals(
        List.of(1L),
        named.queryForList(
            "SELECT offset FROM orders WHERE (id, units) IN (:pairs) AND offset < 2",
            Map.of("pairs", List.of(new Object[] {"milk", 1}, new Object[] {"tea", 1})),
            Long.class));
    assertEquals(
        List.of(TEA),
        named.query(
            "SELECT * FROM orders WHERE placed_at = :at AND amount > :least LIMIT :rows",
            new MapSqlParameterSource("at", NOON)
                .addValue("least", "1.5", Types.DECIMAL)
                .addValue("rows", 1),
            new DataClassRowMapper<>(Order.class)));
    try (Stream<String> ids =
        named.queryForStream(
            "SELECT id FROM orders WHERE id = :id",
            Map.of("id", "milk"),
            (row, number) -> row.getString(1))) {
      assertEquals(2, ids.count());
    }
  }

  @Test
  void theClientReadsAndWrites() {
    JdbcClient client = JdbcClient.create(file.pool());
    assertEquals(
        1,
        client
            .sql("INSERT INTO orders (id, amount, units) VALUES (:id, :amount, :units)")
            .param("id", "rice")
            .param("amount", 3)
            .param("units", null)
            .update());
    assertEquals(
        List.of(TEA, MILK),
        client.sql("SELECT * FROM orders WHERE offset < ?").param(2).query(Order.class).list());
    assertEquals(
        MILK,
        client
            .sql("SELECT * FROM orders WHERE id = :id")
            .param("id", "milk")
            .query(Order.class)
            .optional()
            .orElseThrow());
    assertFalse(
        client
            .sql("SELECT * FROM orders WHERE id = 'x'")
            .query(Order.class)
            .optional()
            .isPresent());
    assertEquals(3L, client.sql("SELECT count(*) FROM orders").query(Long.class).single());
    assertEquals(
        List.of("rice", "milk", "tea"),
        client.sql("SELECT id FROM orders ORDER BY offset DESC").query().singleColumn());
    try (Stream<Order> all =
        client.sql("SELECT * FROM orders WHERE units > 0").query(Order.class).stream()) {
      assertEquals(2, all.count());
    }
  }

  @Test
  void valuesGoInByTheirSqlTypes() {
    byte[] bytes = {0, 1, (byte) 0xFF};
    jdbc.update(
        "INSERT INTO raw (key, value, timestamp) VALUES (?, ?, ?)",
        new SqlParameterValue(Types.VARBINARY, bytes),
        new SqlParameterValue(Types.VARCHAR, null),
        new SqlParameterValue(Types.TIMESTAMP, java.sql.Timestamp.from(NOON)));
    Map<String, Object> row = jdbc.queryForMap("SELECT * FROM raw");
    assertArrayEquals(bytes, (byte[]) row.get("key"));
    assertNull(row.get("value"));
    assertEquals(NOON, jdbc.queryForObject("SELECT timestamp FROM raw", Instant.class));
    jdbc.update(
        "INSERT INTO orders (id, amount, units, due) VALUES (?, ?, ?, ?)",
        new SqlParameterValue(Types.VARCHAR, "rice"),
        new SqlParameterValue(Types.DECIMAL, 2, "1.005"),
        new SqlParameterValue(Types.INTEGER, "7"),
        new SqlParameterValue(Types.DATE, LocalDate.of(2026, 1, 2)));
    assertEquals(
        new Order(2, "rice", new BigDecimal("1.01"), null, 7, LocalDate.of(2026, 1, 2), null),
        jdbc.queryForObject(
            "SELECT * FROM orders WHERE id = 'rice'", new DataClassRowMapper<>(Order.class)));
    assertEquals(
        3,
        jdbc.queryForObject(
            "SELECT count(*) FROM orders WHERE units >= ?",
            new Object[] {"1"},
            new int[] {Types.INTEGER},
            Integer.class));
  }

  @Test
  void largeValuesGoInAsLobsAndStreams() {
    byte[] bytes = new byte[300_000];
    bytes[299_999] = 7;
    String text = "klög ".repeat(50_000);
    jdbc.update(
        "INSERT INTO raw (key, value) VALUES (?, ?)",
        new SqlBinaryValue(bytes),
        new SqlCharacterValue(text));
    jdbc.query(
        "SELECT key, value FROM raw",
        row -> {
          assertArrayEquals(bytes, row.getBytes(1));
          assertArrayEquals(bytes, row.getBlob(1).getBytes(1, 300_000));
          assertEquals(text, row.getString(2));
          assertEquals(text, row.getClob(2).getSubString(1, text.length()));
        });
    jdbc.update(
        "INSERT INTO raw (key, value) VALUES (?, ?)",
        new SqlParameterValue(Types.BLOB, new SqlBinaryValue(bytes)),
        new SqlParameterValue(Types.CLOB, text));
    assertArrayEquals(
        text.getBytes(StandardCharsets.UTF_8),
        jdbc.queryForObject("SELECT value FROM raw WHERE offset = 1", byte[].class));
  }
}
