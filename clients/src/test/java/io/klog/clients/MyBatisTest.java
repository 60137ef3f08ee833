package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.datasource.unpooled.UnpooledDataSource;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.executor.BatchResult;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.apache.ibatis.type.BaseTypeHandler;
import org.apache.ibatis.type.JdbcType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MyBatis, by annotated mappers. */
@Timeout(120)
class MyBatisTest {
  @TempDir Path directory;
  private SqlSessionFactory sessions;

  enum Status {
    OPEN,
    PAID
  }

  /** An order, whose offset MyBatis sets. */
  static final class Order {
    private @Nullable Long offset;
    private @Nullable UUID id;
    private @Nullable BigDecimal amount;
    private @Nullable Status status;
    private @Nullable Instant placed;
    private byte @Nullable [] scan;

    Order() {}

    Order(UUID id, @Nullable BigDecimal amount, @Nullable Status status, @Nullable Instant placed) {
      this.id = id;
      this.amount = amount;
      this.status = status;
      this.placed = placed;
    }
  }

  /** The statements. */
  interface Orders {
    @Update(
        "CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2), status VARCHAR,"
            + " placed TIMESTAMP(3), scan VARBINARY)")
    void create();

    @Insert(
        "INSERT INTO orders (id, amount, status, placed, scan)"
            + " VALUES (#{id}, #{amount}, #{status}, #{placed}, #{scan})")
    @Options(useGeneratedKeys = true, keyProperty = "offset", keyColumn = "offset")
    int insert(Order order);

    @Insert("INSERT INTO orders (id, amount) VALUES (#{id}, #{amount})")
    int insertPlain(Order order);

    @Insert(
        "<script>INSERT INTO orders (id, amount) VALUES"
            + " <foreach collection='orders' item='o' separator=','>(#{o.id}, #{o.amount})</foreach>"
            + "</script>")
    @Options(useGeneratedKeys = true, keyProperty = "orders.offset", keyColumn = "offset")
    int insertAll(@Param("orders") List<Order> orders);

    @Select("SELECT offset, id, amount, status, placed, scan FROM orders WHERE id = #{id}")
    @Nullable Order find(@Nullable UUID id);

    @Select("SELECT offset, id, amount, status, placed, scan FROM orders ORDER BY offset")
    @Options(fetchSize = 2)
    Cursor<Order> all();

    @Select("SELECT count(*) FROM orders")
    int count();

    @Update("UPDATE orders SET amount = 1")
    int change();
  }

  /** MyBatis leaves UUIDs to the program. */
  static final class UuidHandler extends BaseTypeHandler<UUID> {
    @Override
    public void setNonNullParameter(PreparedStatement s, int i, UUID id, @Nullable JdbcType type)
        throws SQLException {
      s.setObject(i, id);
    }

    @Override
    public @Nullable UUID getNullableResult(ResultSet rows, String column) throws SQLException {
      return rows.getObject(column, UUID.class);
    }

    @Override
    public @Nullable UUID getNullableResult(ResultSet rows, int column) throws SQLException {
      return rows.getObject(column, UUID.class);
    }

    @Override
    public UUID getNullableResult(CallableStatement s, int column) {
      throw new AssertionError("nothing here is called");
    }
  }

  @BeforeEach
  void create() {
    String url = "jdbc:klog:" + directory.resolve("orders.klog");
    sessions = sessions(url);
    try (SqlSession session = sessions.openSession(true)) {
      session.getMapper(Orders.class).create();
    }
  }

  private static SqlSessionFactory sessions(String url) {
    Configuration configuration =
        new Configuration(
            new Environment(
                "test",
                new JdbcTransactionFactory(),
                new UnpooledDataSource("io.klog.jdbc.KlogDriver", url, null, null)));
    configuration.getTypeHandlerRegistry().register(UUID.class, new UuidHandler());
    configuration.addMapper(Orders.class);
    return new SqlSessionFactoryBuilder().build(configuration);
  }

  private static Order order(int amount) {
    return new Order(UUID.randomUUID(), BigDecimal.valueOf(amount), null, null);
  }

  private int count() {
    try (SqlSession session = sessions.openSession()) {
      return session.getMapper(Orders.class).count();
    }
  }

  @Test
  void anInsertSetsTheOffsetOfTheOrderAndEveryTypeComesBack() {
    Instant placed = Instant.parse("2026-11-01T12:00:00.123Z");
    Order order = new Order(UUID.randomUUID(), new BigDecimal("9.50"), Status.PAID, placed);
    order.scan = new byte[] {0, -1};
    try (SqlSession session = sessions.openSession()) {
      Orders orders = session.getMapper(Orders.class);
      Order before = order(1);
      assertEquals(1, orders.insert(before));
      assertEquals(1, orders.insert(order));
      assertEquals(0L, before.offset);
      assertEquals(1L, order.offset);
      session.commit();
      Order found = orders.find(order.id);
      assertNotNull(found);
      assertEquals(1L, found.offset);
      assertEquals(order.id, found.id);
      assertEquals(order.amount, found.amount);
      assertEquals(Status.PAID, found.status);
      assertEquals(placed, found.placed);
      assertArrayEquals(order.scan, found.scan);
      Order bare = orders.find(before.id);
      assertNotNull(bare);
      assertNull(bare.status);
      assertNull(bare.placed);
      assertNull(bare.scan);
      assertNull(orders.find(UUID.randomUUID()));
    }
  }

  @Test
  void oneInsertOfManyOrdersSetsTheOffsetOfEach() {
    List<Order> orders = List.of(order(1), order(2), order(3));
    try (SqlSession session = sessions.openSession()) {
      assertEquals(3, session.getMapper(Orders.class).insertAll(orders));
      session.commit();
    }
    assertEquals(List.of(0L, 1L, 2L), orders.stream().map(o -> o.offset).toList());
  }

  @Test
  void theBatchExecutorInsertsAllAtOnceAndSetsTheOffsets() {
    List<Order> made = new ArrayList<>();
    try (SqlSession session = sessions.openSession(ExecutorType.BATCH)) {
      Orders orders = session.getMapper(Orders.class);
      for (int i = 0; i < 5; i++) {
        Order order = order(i);
        made.add(order);
        orders.insert(order);
      }
      List<BatchResult> results = session.flushStatements();
      assertEquals(1, results.size());
      assertArrayEquals(new int[] {1, 1, 1, 1, 1}, results.get(0).getUpdateCounts());
      session.commit();
    }
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), made.stream().map(o -> o.offset).toList());
    assertEquals(5, count());
  }

  @Test
  void aCursorReadsARowAtATime() throws IOException {
    try (SqlSession session = sessions.openSession()) {
      Orders orders = session.getMapper(Orders.class);
      for (int i = 0; i < 5; i++) {
        orders.insertPlain(order(i));
      }
      session.commit();
      try (Cursor<Order> all = orders.all()) {
        Iterator<Order> rows = all.iterator();
        assertEquals(0L, rows.next().offset);
        assertEquals(1L, rows.next().offset);
        assertEquals(1, all.getCurrentIndex());
      }
    }
  }

  @Test
  void whatIsNotCommittedIsGone() {
    try (SqlSession session = sessions.openSession()) {
      session.getMapper(Orders.class).insertPlain(order(1));
      session.rollback();
      session.getMapper(Orders.class).insertPlain(order(2));
    }
    assertEquals(0, count());
  }

  @Test
  void aRefusalLeavesTheSessionUsable() {
    try (SqlSession session = sessions.openSession()) {
      Orders orders = session.getMapper(Orders.class);
      PersistenceException refused = assertThrows(PersistenceException.class, orders::change);
      SQLException cause = assertInstanceOf(SQLException.class, refused.getCause());
      assertEquals("42000", cause.getSQLState());
      orders.insertPlain(order(1));
      session.commit();
    }
    assertEquals(1, count());
  }
}
