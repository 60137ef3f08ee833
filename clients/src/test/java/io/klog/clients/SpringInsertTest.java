package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlParameter;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SimplePropertySqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.SimpleJdbcCall;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;

/** Inserts that Spring writes, and the offsets that they give. */
@Timeout(60)
class SpringInsertTest {
  private static final String INSERT = "INSERT INTO orders (id, amount) VALUES (?, ?)";

  @TempDir Path directory;
  private PooledFile file;
  private JdbcTemplate jdbc;

  record Order(String id, BigDecimal amount) {}

  @BeforeEach
  void open() throws SQLException {
    file =
        new PooledFile(
            directory,
            "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2), note VARCHAR)",
            "CREATE TOPIC raw");
    jdbc = new JdbcTemplate(file.pool());
  }

  @AfterEach
  void close() {
    file.close();
  }

  @Test
  void aKeyHolderHasTheOffsetOfTheRow() {
    for (long offset = 0; offset < 3; offset++) {
      KeyHolder keys = new GeneratedKeyHolder();
      jdbc.update(
          connection -> {
            PreparedStatement statement =
                connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS);
            statement.setString(1, "a");
            statement.setInt(2, 1);
            return statement;
          },
          keys);
      assertEquals(offset, keys.getKey());
      assertEquals(offset, keys.getKeyAs(Long.class));
    }
  }

  @Test
  void aKeyHolderHasTheColumnsThatWereAskedFor() {
    KeyHolder keys = new GeneratedKeyHolder();
    MapSqlParameterSource order = new MapSqlParameterSource("id", "a").addValue("amount", 2);
    NamedParameterJdbcTemplate named = new NamedParameterJdbcTemplate(jdbc);
    String insert = "INSERT INTO orders (id, amount) VALUES (:id, :amount)";
    named.update(insert, order, keys, new String[] {"partition", "offset"});
    assertEquals(Map.of("partition", 0, "offset", 0L), keys.getKeys());
    named.update(insert, order, keys);
    assertEquals(1L, keys.getKey());
    JdbcClient.create(jdbc).sql(insert).paramSource(order).update(keys, "offset");
    assertEquals(2L, keys.getKey());
  }

  @Test
  void aKeyHolderHasTheOffsetsOfABatch() {
    KeyHolder keys = new GeneratedKeyHolder();
    jdbc.batchUpdate(
        connection -> connection.prepareStatement(INSERT, new String[] {"offset"}),
        new BatchPreparedStatementSetter() {
          @Override
          public void setValues(PreparedStatement statement, int row) throws SQLException {
            statement.setString(1, "row " + row);
            statement.setInt(2, row);
          }

          @Override
          public int getBatchSize() {
            return 3;
          }
        },
        keys);
    assertEquals(
        List.of(Map.of("offset", 0L), Map.of("offset", 1L), Map.of("offset", 2L)),
        keys.getKeyList());
    NamedParameterJdbcTemplate named = new NamedParameterJdbcTemplate(jdbc);
    named.batchUpdate(
        "INSERT INTO orders (id, amount) VALUES (:id, :amount)",
        new MapSqlParameterSource[] {
          new MapSqlParameterSource("id", "a").addValue("amount", 1),
          new MapSqlParameterSource("id", "b").addValue("amount", 2)
        },
        keys);
    assertEquals(List.of(Map.of("offset", 3L), Map.of("offset", 4L)), keys.getKeyList());
  }

  @Test
  void insertsByTheColumnsThatItNames() {
    SimpleJdbcInsert insert =
        new SimpleJdbcInsert(file.pool())
            .withTableName("orders")
            .usingColumns("id", "amount")
            .usingGeneratedKeyColumns("offset");
    assertEquals(
        0L,
        insert.executeAndReturnKey(
            new SimplePropertySqlParameterSource(new Order("a", new BigDecimal("1.50")))));
    assertEquals(1L, insert.executeAndReturnKey(Map.of("id", "b", "amount", 2)));
    assertEquals(List.of("a", "b"), jdbc.queryForList("SELECT id FROM orders", String.class));
  }

  @Test
  void insertsByTheColumnsThatTheMetadataNames() {
    SimpleJdbcInsert insert =
        new SimpleJdbcInsert(file.pool())
            .withTableName("orders")
            .usingGeneratedKeyColumns("offset");
    assertEquals(0L, insert.executeAndReturnKey(Map.of("id", "a", "amount", "1.50")));
    assertEquals(
        1L,
        insert.executeAndReturnKey(
            new SimplePropertySqlParameterSource(new Order("b", new BigDecimal("2")))));
    assertEquals(
        "{\"amount\":1.50}",
        jdbc.queryForObject("SELECT value FROM orders WHERE id = 'a'", String.class));
    assertEquals(
        2,
        jdbc.queryForObject(
            "SELECT count(*) FROM orders WHERE timestamp > TIMESTAMP '2026-01-01 00:00:00'",
            Integer.class));
    SimpleJdbcInsert raw = new SimpleJdbcInsert(file.pool()).withTableName("raw");
    raw.usingGeneratedKeyColumns("offset", "partition", "timestamp");
    assertEquals(1, raw.execute(Map.of("key", "k", "value", "v")));
  }

  @Test
  void insertsABatchByTheMetadata() {
    SimpleJdbcInsert insert =
        new SimpleJdbcInsert(file.pool())
            .withSchemaName("main")
            .withTableName("orders")
            .usingGeneratedKeyColumns("offset");
    assertArrayEquals(
        new int[] {1, 1},
        insert.executeBatch(
            new SimplePropertySqlParameterSource(new Order("a", BigDecimal.ONE)),
            new SimplePropertySqlParameterSource(new Order("b", BigDecimal.TEN))));
    assertEquals(List.of("a", "b"), jdbc.queryForList("SELECT id FROM orders", String.class));
  }

  @Test
  void insertsIntoATopicThatIsNotThereAreRefusedByName() {
    SimpleJdbcInsert insert = new SimpleJdbcInsert(file.pool()).withTableName("nowhere");
    InvalidDataAccessApiUsageException refused =
        assertThrows(
            InvalidDataAccessApiUsageException.class, () -> insert.execute(Map.of("id", "a")));
    assertNotNull(refused.getMessage());
    assertTrue(refused.getMessage().contains("nowhere"), refused.getMessage());
  }

  @Test
  void proceduresAreCalledByAStatementOrByTheirParameters() {
    String consume = "SELECT id FROM orders FOR CONSUMER GROUP g";
    jdbc.update(INSERT, "a", 1);
    assertEquals(List.of("a"), jdbc.queryForList(consume, String.class));
    jdbc.queryForList("CALL klog.reset_offsets('g', 'orders', 'earliest')");
    assertEquals(List.of("a"), jdbc.queryForList(consume, String.class));
    assertEquals(List.of(), jdbc.queryForList(consume, String.class));
    SimpleJdbcCall call =
        new SimpleJdbcCall(file.pool())
            .withSchemaName("klog")
            .withProcedureName("reset_offsets")
            .withoutProcedureColumnMetaDataAccess()
            .declareParameters(
                new SqlParameter("group", Types.VARCHAR),
                new SqlParameter("topic", Types.VARCHAR),
                new SqlParameter("position", Types.VARCHAR));
    Map<String, Object> result = call.execute("g", "orders", "earliest");
    assertEquals(1, assertInstanceOf(List.class, result.get("#result-set-1")).size());
    assertEquals(List.of("a"), jdbc.queryForList(consume, String.class));
  }
}
