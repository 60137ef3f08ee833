package io.klog.clients;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.SQLDataType.BIGINT;
import static org.jooq.impl.SQLDataType.DECIMAL;
import static org.jooq.impl.SQLDataType.JSON;
import static org.jooq.impl.SQLDataType.VARBINARY;
import static org.jooq.impl.SQLDataType.VARCHAR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Index;
import org.jooq.Meta;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Schema;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.SQLStateClass;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * jOOQ, with the dialect whose SQL is nearest: HSQLDB's gives each parameter a type, and asks JDBC
 * for the offsets of what it inserts. What is in the file it finds with its dialect for databases
 * that it does not know, which asks JDBC.
 */
@Timeout(120)
class JooqTest {
  private static final Table<Record> ORDERS = table(name("orders"));
  private static final Field<Long> OFFSET = field(name("offset"), BIGINT);
  private static final Field<String> ID = field(name("id"), VARCHAR);
  private static final Field<BigDecimal> AMOUNT = field(name("amount"), DECIMAL(10, 2));

  static {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
  }

  @TempDir Path directory;
  private Connection connection;
  private DSLContext jooq;
  private DSLContext plain;

  /** An order as a program wants it. */
  public record Order(long offset, String id, BigDecimal amount) {}

  @BeforeEach
  void open() throws SQLException {
    connection = DriverManager.getConnection("jdbc:klog:" + directory.resolve("orders.klog"));
    jooq = DSL.using(connection, SQLDialect.HSQLDB);
    plain = DSL.using(connection, SQLDialect.DEFAULT);
    jooq.execute("CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL)");
    jooq.execute("CREATE TOPIC events");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private void insertThree() {
    jooq.insertInto(ORDERS, ID, AMOUNT)
        .values("o-1", new BigDecimal("9.50"))
        .values("o-2", new BigDecimal("20"))
        .values("o-3", new BigDecimal("30.25"))
        .execute();
  }

  // What jOOQ finds out about the file.

  @Test
  void metaListsSchemasTablesColumnsAndTheKeyOfATopic() {
    jooq.execute("CREATE VIEW large AS SELECT id, amount FROM orders WHERE amount > 10");
    Meta meta = plain.meta();
    assertEquals(List.of("klog", "main"), meta.getSchemas().stream().map(Schema::getName).toList());
    assertEquals(1, meta.getCatalogs().size());
    List<Table<?>> main = meta.getSchemas("main").get(0).getTables();
    assertEquals(List.of("events", "orders", "large"), main.stream().map(Table::getName).toList());
    Table<?> orders = meta.getTables("orders").get(0);
    assertEquals(
        "[offset bigint, partition integer, timestamp timestamp, id varchar, amount numeric,"
            + " headers MAP]",
        orders
            .fieldStream()
            .map(f -> f.getName() + " " + f.getDataType().getTypeName())
            .toList()
            .toString());
    assertEquals(10, column(orders, "amount").getDataType().precision());
    assertEquals(2, column(orders, "amount").getDataType().scale());
    assertEquals(false, column(orders, "amount").getDataType().nullable());
    assertEquals(true, column(orders, "id").getDataType().nullable());
    assertEquals(true, column(orders, "offset").getDataType().identity());
    assertEquals(
        List.of("partition", "offset"),
        orders.getPrimaryKey().getFields().stream().map(Field::getName).toList());
    for (Index index : orders.getIndexes()) {
      assertEquals(
          List.of("partition", "offset"),
          index.getFields().stream().map(f -> f.getName()).toList());
    }
    assertEquals(List.of(), orders.getReferences());
    assertNull(meta.getTables("large").get(0).getPrimaryKey());
    assertTrue(meta.getPrimaryKeys().size() >= 2);
    assertEquals(List.of(), meta.getSequences());
    assertEquals(List.of(), meta.getDomains());
  }

  private static Field<?> column(Table<?> table, String name) {
    Field<?> field = table.field(name);
    assertNotNull(field, name);
    return field;
  }

  @Test
  void aSnapshotHasEveryTableAndSaysItAsDdl() {
    Meta snapshot = plain.meta().filterSchemas(s -> s.getName().equals("main")).snapshot();
    assertEquals(
        List.of("events", "orders"), snapshot.getTables().stream().map(Table::getName).toList());
    String ddl = snapshot.ddl().toString();
    assertTrue(ddl.contains("create table \"main\".\"orders\""), ddl);
    assertTrue(ddl.contains("primary key (\"partition\", \"offset\")"), ddl);
  }

  @Test
  void aTableThatMetaFoundCanBeReadAsItIs() {
    insertThree();
    Table<?> orders = plain.meta().getTables("orders").get(0);
    List<String> ids = jooq.select(orders.field("id")).from(orders).fetchInto(String.class);
    assertEquals(List.of("o-1", "o-2", "o-3"), ids);
    Record first = jooq.selectFrom(orders).fetchAny();
    assertNotNull(first);
    assertEquals(0L, first.get("offset"));
  }

  // Queries.

  @Test
  void queriesOfTheDslBecomeQueriesOfKlog() {
    insertThree();
    assertEquals(
        List.of("o-3", "o-2"),
        jooq.select(ID)
            .from(ORDERS)
            .where(AMOUNT.gt(BigDecimal.TEN))
            .orderBy(OFFSET.desc())
            .fetch(ID));
    assertEquals(
        List.of("o-2"), jooq.select(ID).from(ORDERS).orderBy(OFFSET).limit(1).offset(1).fetch(ID));
    assertEquals(3, jooq.fetchCount(ORDERS));
    assertTrue(jooq.fetchExists(ORDERS, ID.in("o-3", "o-4")));
    assertEquals(
        new BigDecimal("59.75"),
        jooq.select(sum(AMOUNT)).from(ORDERS).fetchOne(0, BigDecimal.class));
    Table<Record> a = ORDERS.as("a");
    Table<Record> b = ORDERS.as("b");
    Field<String> left = DSL.field(name("a", "id"), VARCHAR);
    Field<String> right = DSL.field(name("b", "id"), VARCHAR);
    assertEquals(
        List.of(1, 1, 1),
        jooq.select(count()).from(a).join(b).on(left.eq(right)).groupBy(left).fetch(0, int.class));
    assertEquals(
        List.of("large", "small"),
        jooq.selectDistinct(
                DSL.when(AMOUNT.ge(BigDecimal.TEN), "large").otherwise("small").as("size"))
            .from(ORDERS)
            .orderBy(1)
            .fetchInto(String.class));
  }

  @Test
  void rowsBecomeRecordsOfAProgram() {
    insertThree();
    List<Order> orders =
        jooq.select(OFFSET, ID, AMOUNT).from(ORDERS).orderBy(OFFSET).fetchInto(Order.class);
    assertEquals(new Order(0, "o-1", new BigDecimal("9.50")), orders.get(0));
    assertEquals(
        List.of("o-1", "o-2"),
        jooq.fetch("SELECT offset, id, amount FROM orders WHERE offset < ?", 2)
            .map(r -> r.into(Order.class).id()));
  }

  @Test
  void aCursorAndAStreamReadARowAtATime() {
    insertThree();
    try (Cursor<Record> cursor = jooq.fetchLazy("SELECT id FROM orders ORDER BY offset")) {
      assertEquals("o-1", cursor.fetchNext(1).getValue(0, "id"));
      assertEquals("o-2", cursor.fetchNext(1).getValue(0, "id"));
    }
    try (Stream<Record> rows = jooq.resultQuery("SELECT id FROM orders").fetchSize(2).stream()) {
      assertEquals(
          "o-1o-2o-3", rows.map(r -> r.get(0, String.class)).collect(Collectors.joining()));
    }
  }

  @Test
  void aGroupIsReadThroughPlainSql() {
    insertThree();
    String read = "SELECT id FROM orders FOR CONSUMER GROUP billing";
    assertEquals(List.of("o-1", "o-2", "o-3"), jooq.fetch(read).getValues("id"));
    assertEquals(List.of(), jooq.fetch(read).getValues("id"));
  }

  // Inserting.

  @Test
  void anInsertReturnsTheOffsetsOfItsRecords() {
    insertThree();
    Record one =
        jooq.insertInto(ORDERS, ID, AMOUNT)
            .values("o-4", BigDecimal.ONE)
            .returning(OFFSET)
            .fetchOne();
    assertNotNull(one);
    assertEquals(3, one.get(OFFSET));
    assertEquals(
        List.of(4L, 5L),
        jooq.insertInto(ORDERS, ID, AMOUNT)
            .values("o-5", BigDecimal.ONE)
            .values("o-6", BigDecimal.ONE)
            .returningResult(OFFSET)
            .fetch(OFFSET));
  }

  @Test
  void batchesInsertWhatIsBoundToThem() {
    int[] counts =
        jooq.batch(jooq.insertInto(ORDERS, ID, AMOUNT).values((String) null, null))
            .bind("o-1", new BigDecimal("1"))
            .bind("o-2", new BigDecimal("2"))
            .execute();
    assertArrayEquals(new int[] {1, 1}, counts);
    jooq.batch(
            jooq.query("INSERT INTO events (value) VALUES ('a')"),
            jooq.query("INSERT INTO events (value) VALUES ('b')"))
        .execute();
    jooq.batched(
        c -> {
          c.dsl().insertInto(ORDERS, ID, AMOUNT).values("o-3", BigDecimal.ONE).execute();
          c.dsl().insertInto(ORDERS, ID, AMOUNT).values("o-4", BigDecimal.ONE).execute();
        });
    assertEquals(4, jooq.fetchCount(ORDERS));
    assertEquals(2, jooq.fetchCount(table(name("events"))));
  }

  @Test
  void bytesAndJsonAndTimesAreBoundAndRead() {
    Field<byte[]> key = field(name("key"), VARBINARY);
    Field<byte[]> value = field(name("value"), VARBINARY);
    Field<Instant> timestamp = field(name("timestamp"), org.jooq.impl.SQLDataType.INSTANT);
    Instant at = Instant.parse("2026-11-01T12:00:00.123Z");
    jooq.insertInto(table(name("events")), timestamp, key, value)
        .values(at, new byte[] {0, -1}, "{\"net\": \"ak\"}".getBytes(StandardCharsets.UTF_8))
        .execute();
    Record row = jooq.select(timestamp, key, value).from(table(name("events"))).fetchSingle();
    assertEquals(at, row.get(timestamp));
    assertArrayEquals(new byte[] {0, -1}, row.get(key));
    assertEquals("{\"net\": \"ak\"}", new String(row.get(value), StandardCharsets.UTF_8));
    assertEquals("ak", jooq.fetchValue("SELECT JSON_VALUE(value, '$.net') FROM events"));
    jooq.execute("INSERT INTO events (value) VALUES (?)", org.jooq.JSON.json("{\"net\":\"ci\"}"));
    assertEquals(
        org.jooq.JSON.json("{\"net\":\"ci\"}"),
        jooq.select(field(name("value"), JSON))
            .from(table(name("events")))
            .where(field(name("offset"), BIGINT).eq(1L))
            .fetchSingle()
            .value1());
  }

  @Test
  void theDialectForUnknownDatabasesReadsAndInsertsTooButReturnsNoOffsets() {
    plain.insertInto(ORDERS, ID, AMOUNT).values("o-1", BigDecimal.TEN).execute();
    assertEquals(
        List.of("o-1"),
        plain
            .select(ID)
            .from(ORDERS)
            .where(AMOUNT.eq(BigDecimal.TEN))
            .orderBy(OFFSET)
            .limit(1)
            .fetch(ID));
    DataAccessException refused =
        assertThrows(
            DataAccessException.class,
            () ->
                plain
                    .insertInto(ORDERS, ID, AMOUNT)
                    .values("o-2", BigDecimal.TEN)
                    .returning(OFFSET)
                    .fetch());
    assertEquals("42601", refused.sqlState());
    assertEquals(1, plain.fetchCount(ORDERS));
  }

  // Transactions.

  @Test
  void anInnerTransactionThatFailsTakesBackItsOwnInsertsOnly() {
    jooq.transaction(
        outer -> {
          outer.dsl().insertInto(ORDERS, ID, AMOUNT).values("kept", BigDecimal.ONE).execute();
          assertThrows(
              IllegalStateException.class,
              () ->
                  outer
                      .dsl()
                      .transaction(
                          inner -> {
                            inner
                                .dsl()
                                .insertInto(ORDERS, ID, AMOUNT)
                                .values("lost", BigDecimal.ONE)
                                .execute();
                            throw new IllegalStateException("no");
                          }));
          outer
              .dsl()
              .transaction(
                  inner ->
                      inner
                          .dsl()
                          .insertInto(ORDERS, ID, AMOUNT)
                          .values("kept, too", BigDecimal.ONE)
                          .execute());
        });
    assertEquals(
        List.of("kept", "kept, too"), jooq.select(ID).from(ORDERS).orderBy(OFFSET).fetch(ID));
  }

  @Test
  void aTransactionThatFailsLeavesNothing() {
    assertThrows(
        IllegalStateException.class,
        () ->
            jooq.transaction(
                t -> {
                  t.dsl().insertInto(ORDERS, ID, AMOUNT).values("lost", BigDecimal.ONE).execute();
                  throw new IllegalStateException("no");
                }));
    assertEquals(0, jooq.fetchCount(ORDERS));
  }

  // Errors.

  @Test
  void refusalsHaveTheStateThatJooqSortsThemBy() throws SQLException {
    DataAccessException update =
        assertThrows(
            DataAccessException.class,
            () -> jooq.update(ORDERS).set(AMOUNT, BigDecimal.ONE).execute());
    assertEquals(SQLStateClass.C42_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION, update.sqlStateClass());
    DataAccessException unknown =
        assertThrows(DataAccessException.class, () -> jooq.fetch("SELECT * FROM nowhere"));
    assertEquals("42P01", unknown.sqlState());
    DataAccessException missing =
        assertThrows(
            DataAccessException.class,
            () -> jooq.insertInto(ORDERS, ID).values("no amount").execute());
    assertEquals(SQLStateClass.C23_INTEGRITY_CONSTRAINT_VIOLATION, missing.sqlStateClass());
    assertTrue(connection.isValid(1));
  }
}
