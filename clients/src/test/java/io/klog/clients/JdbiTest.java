package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.BeanMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.result.ResultBearing;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jdbi, whose every handle is a connection of its own. */
@Timeout(120)
class JdbiTest {
  private static final String INSERT = "INSERT INTO orders (id, amount) VALUES (:id, :amount)";

  @TempDir Path directory;
  private Jdbi jdbi;

  /** An order as a program wants it. */
  public record Order(long offset, String id, BigDecimal amount) {}

  /** The same with setters. */
  public static final class OrderBean {
    private @Nullable String id;
    private @Nullable BigDecimal amount;

    public @Nullable String getId() {
      return id;
    }

    public void setId(@Nullable String id) {
      this.id = id;
    }

    public @Nullable BigDecimal getAmount() {
      return amount;
    }

    public void setAmount(@Nullable BigDecimal amount) {
      this.amount = amount;
    }
  }

  enum Status {
    OPEN,
    PAID
  }

  @BeforeEach
  void create() {
    jdbi = Jdbi.create("jdbc:klog:" + directory.resolve("orders.klog"));
    jdbi.useHandle(
        handle ->
            handle
                .createScript(
                    """
                    CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2) NOT NULL);
                    CREATE TOPIC events;
                    CREATE TOPIC invoices (status VARCHAR, due DATE, sent TIMESTAMP(3));
                    """)
                .execute());
  }

  private void insert(Handle handle, String id, String amount) {
    handle.createUpdate(INSERT).bind("id", id).bind("amount", new BigDecimal(amount)).execute();
  }

  private List<String> ids() {
    return jdbi.withHandle(
        handle ->
            handle.createQuery("SELECT id FROM orders ORDER BY offset").mapTo(String.class).list());
  }

  @Test
  void rowsBecomeRecordsBeansAndMaps() {
    jdbi.useHandle(
        handle -> {
          insert(handle, "o-1", "9.5");
          OrderBean bean = new OrderBean();
          bean.setId("o-2");
          bean.setAmount(BigDecimal.TEN);
          assertEquals(1, handle.createUpdate(INSERT).bindBean(bean).execute());
          handle
              .createUpdate(INSERT)
              .bindMap(Map.of("id", "o-3", "amount", BigDecimal.ONE))
              .execute();
          String read = "SELECT offset, id, amount FROM orders WHERE offset = ?";
          assertEquals(
              new Order(0, "o-1", new BigDecimal("9.50")),
              handle.createQuery(read).bind(0, 0L).map(ConstructorMapper.of(Order.class)).one());
          OrderBean found =
              handle.createQuery(read).bind(0, 1).map(BeanMapper.of(OrderBean.class)).one();
          assertEquals("o-2", found.getId());
          assertEquals(new BigDecimal("10.00"), found.getAmount());
          Map<String, Object> map = handle.createQuery(read).bind(0, 2).mapToMap().one();
          assertEquals(2L, map.get("offset"));
          assertEquals(
              List.of("o-1", "o-3"),
              handle
                  .createQuery("SELECT id FROM orders WHERE id IN (<ids>) ORDER BY offset")
                  .bindList("ids", List.of("o-1", "o-3", "o-9"))
                  .mapTo(String.class)
                  .list());
          assertEquals(3, handle.createQuery("SELECT count(*) FROM orders").mapTo(int.class).one());
          assertTrue(handle.createQuery(read).bind(0, 9).mapToMap().findOne().isEmpty());
        });
  }

  @Test
  void aBatchGivesTheOffsetsOfItsRecords() {
    jdbi.useHandle(
        handle -> {
          PreparedBatch batch = handle.prepareBatch(INSERT);
          for (int i = 0; i < 3; i++) {
            batch.bind("id", "o-" + i).bind("amount", i).add();
          }
          ResultBearing keys = batch.executePreparedBatch("offset");
          assertEquals(List.of(0L, 1L, 2L), keys.mapTo(Long.class).list());
          assertEquals(
              List.of(3L),
              handle
                  .createUpdate(INSERT)
                  .bind("id", "o-3")
                  .bind("amount", 3)
                  .executeAndReturnGeneratedKeys("offset")
                  .mapTo(Long.class)
                  .list());
          assertArrayEquals(
              new int[] {1, 1},
              handle
                  .createBatch()
                  .add("INSERT INTO events (value) VALUES ('a')")
                  .add("INSERT INTO events (value) VALUES ('b')")
                  .execute());
        });
    assertEquals(List.of("o-0", "o-1", "o-2", "o-3"), ids());
  }

  @Test
  void aStreamReadsARowAtATimeAndMayEndEarly() {
    jdbi.useHandle(
        handle -> {
          for (int i = 0; i < 10; i++) {
            insert(handle, "o-" + i, "1");
          }
          try (Stream<String> rows =
              handle
                  .createQuery("SELECT id FROM orders ORDER BY offset")
                  .setFetchSize(2)
                  .mapTo(String.class)
                  .stream()) {
            assertEquals(List.of("o-0", "o-1"), rows.limit(2).toList());
          }
        });
  }

  @Test
  void aStreamForAGroupEndsWithItsPollTimeoutAndRemembersWhereItWas() {
    jdbi.useHandle(
        handle -> {
          insert(handle, "o-1", "1");
          insert(handle, "o-2", "2");
          handle.execute("SET poll.timeout = 1");
          String read = "SELECT STREAM id FROM orders FOR CONSUMER GROUP billing";
          assertEquals(List.of("o-1", "o-2"), handle.createQuery(read).mapTo(String.class).list());
          insert(handle, "o-3", "3");
          assertEquals(List.of("o-3"), handle.createQuery(read).mapTo(String.class).list());
        });
  }

  // Transactions.

  @Test
  void aTransactionCommitsAndOneThatThrowsDoesNot() {
    jdbi.useTransaction(handle -> insert(handle, "kept", "1"));
    assertThrows(
        IllegalStateException.class,
        () ->
            jdbi.useTransaction(
                handle -> {
                  insert(handle, "lost", "1");
                  throw new IllegalStateException("no");
                }));
    jdbi.useTransaction(
        TransactionIsolationLevel.SERIALIZABLE, handle -> insert(handle, "kept, too", "1"));
    assertEquals(List.of("kept", "kept, too"), ids());
  }

  @Test
  void savepointsTakeBackWhatCameAfterThem() {
    jdbi.useTransaction(
        handle -> {
          insert(handle, "kept", "1");
          handle.savepoint("before");
          insert(handle, "lost", "1");
          handle.rollbackToSavepoint("before");
          insert(handle, "kept, too", "1");
          handle.inTransaction(inner -> inner.execute("INSERT INTO events (value) VALUES ('x')"));
        });
    assertEquals(List.of("kept", "kept, too"), ids());
  }

  // Types.

  @Test
  void timesAreTheSameInstantHoweverTheyAreBoundAndRead() {
    Instant at = Instant.parse("2026-11-01T12:00:00.123Z");
    OffsetDateTime offset = at.atOffset(ZoneOffset.ofHours(2));
    LocalDateTime local = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
    String insert = "INSERT INTO events (timestamp, value) VALUES (?, 'x')";
    jdbi.useHandle(
        handle -> {
          handle.execute(insert, at);
          handle.execute(insert, offset);
          handle.execute(insert, local);
          String read = "SELECT timestamp FROM events ORDER BY offset";
          assertEquals(
              List.of(at, at), handle.createQuery(read).mapTo(Instant.class).list().subList(0, 2));
          assertEquals(
              List.of(at.atOffset(ZoneOffset.UTC).toInstant(), at),
              handle.createQuery(read).mapTo(OffsetDateTime.class).list().subList(0, 2).stream()
                  .map(OffsetDateTime::toInstant)
                  .toList());
          assertEquals(3, handle.createQuery(read).mapTo(LocalDateTime.class).list().size());
        });
  }

  @Test
  void enumsDatesAndBytesAreBoundAndRead() {
    jdbi.useHandle(
        handle -> {
          handle
              .createUpdate(
                  "INSERT INTO invoices (status, due, sent) VALUES (:status, :due, :sent)")
              .bind("status", Status.PAID)
              .bind("due", LocalDate.of(2026, 11, 28))
              .bindNull("sent", java.sql.Types.TIMESTAMP)
              .execute();
          assertEquals(
              Status.PAID,
              handle.createQuery("SELECT status FROM invoices").mapTo(Status.class).one());
          assertEquals(
              LocalDate.of(2026, 11, 28),
              handle.createQuery("SELECT due FROM invoices").mapTo(LocalDate.class).one());
          assertTrue(
              handle
                  .createQuery("SELECT sent FROM invoices")
                  .mapTo(Instant.class)
                  .findOne()
                  .isEmpty());
          handle.execute(
              "INSERT INTO events (key, value) VALUES (?, ?)", "text", new byte[] {1, 2});
          assertArrayEquals(
              new byte[] {1, 2},
              handle.createQuery("SELECT value FROM events").mapTo(byte[].class).one());
          assertEquals(
              "text", handle.createQuery("SELECT key FROM events").mapTo(String.class).one());
        });
  }

  @Test
  void aRefusalNamesTheStatementAndLeavesTheHandleUsable() {
    jdbi.useHandle(
        handle -> {
          StatementException refused =
              assertThrows(
                  StatementException.class, () -> handle.execute("UPDATE orders SET amount = 1"));
          SQLException cause = assertInstanceOf(SQLException.class, refused.getCause());
          assertEquals("42000", cause.getSQLState());
          insert(handle, "o-1", "1");
        });
    assertEquals(List.of("o-1"), ids());
  }
}
