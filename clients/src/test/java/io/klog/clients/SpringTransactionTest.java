package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

@Timeout(60)
class SpringTransactionTest {
  @TempDir Path directory;
  private PooledFile file;
  private JdbcTemplate jdbc;
  private DataSourceTransactionManager manager;
  private TransactionTemplate transaction;

  @BeforeEach
  void open() throws SQLException {
    HikariConfig config = PooledFile.config(directory);
    config.addDataSourceProperty("busy_timeout", "200");
    file =
        new PooledFile(
            new HikariDataSource(config),
            "CREATE TOPIC orders WITH ('partitions'='2')",
            "CREATE TOPIC done");
    jdbc = new JdbcTemplate(file.pool());
    manager = new DataSourceTransactionManager(file.pool());
    transaction = new TransactionTemplate(manager);
  }

  @AfterEach
  void everyConnectionIsBack() {
    int active = file.pool().getHikariPoolMXBean().getActiveConnections();
    file.close();
    assertEquals(0, active);
  }

  private void insert(String key) {
    jdbc.update("INSERT INTO orders (key) VALUES (?)", key);
  }

  private void insertForItsOffset(String key) {
    jdbc.update(
        connection -> {
          var statement =
              connection.prepareStatement(
                  "INSERT INTO orders (key) VALUES (?)", new String[] {"offset"});
          statement.setString(1, key);
          return statement;
        },
        new GeneratedKeyHolder());
  }

  private Set<String> keys(String topic) {
    return new TreeSet<>(jdbc.queryForList("SELECT key FROM " + topic, String.class));
  }

  private TransactionTemplate with(int propagation) {
    TransactionTemplate template = new TransactionTemplate(manager);
    template.setPropagationBehavior(propagation);
    return template;
  }

  @Test
  void aTransactionCommitsWhenItsEndIsReachedAndRollsBackWhenItThrows() {
    transaction.executeWithoutResult(
        status -> {
          insert("a");
          insert("b");
        });
    assertThrows(
        IllegalStateException.class,
        () ->
            transaction.executeWithoutResult(
                status -> {
                  insert("lost");
                  throw new IllegalStateException("changed its mind");
                }));
    transaction.executeWithoutResult(
        status -> {
          insert("lost");
          status.setRollbackOnly();
        });
    assertEquals(Set.of("a", "b"), keys("orders"));
  }

  @Test
  void aNestedTransactionRollsBackToItsSavepoint() {
    TransactionTemplate nested = with(TransactionDefinition.PROPAGATION_NESTED);
    transaction.executeWithoutResult(
        status -> {
          insert("before");
          assertThrows(
              IllegalStateException.class,
              () ->
                  nested.executeWithoutResult(
                      inner -> {
                        insert("lost");
                        nested.executeWithoutResult(innermost -> insert("lost"));
                        throw new IllegalStateException("the nested one only");
                      }));
          nested.executeWithoutResult(inner -> insert("nested"));
          Object savepoint = status.createSavepoint();
          insert("lost");
          status.rollbackToSavepoint(savepoint);
          status.releaseSavepoint(savepoint);
          insert("behind");
        });
    assertEquals(Set.of("before", "nested", "behind"), keys("orders"));
  }

  @Test
  void aNewTransactionWithinOneCommitsBeforeIt() {
    TransactionTemplate separate = with(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    assertThrows(
        IllegalStateException.class,
        () ->
            transaction.executeWithoutResult(
                status -> {
                  insert("lost");
                  separate.executeWithoutResult(inner -> insert("kept"));
                  throw new IllegalStateException("the outer one only");
                }));
    assertEquals(Set.of("kept"), keys("orders"));
  }

  @Test
  void aNewTransactionWithinOneThatHoldsTheWritersLockFailsAndSaysWhoHasIt() {
    TransactionTemplate separate = with(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    // The base manager knows no DataAccessException; the one that Spring Boot makes does.
    for (DataSourceTransactionManager each :
        List.of(manager, new JdbcTransactionManager(file.pool()))) {
      transaction.setTransactionManager(each);
      separate.setTransactionManager(each);
      transaction.executeWithoutResult(
          status -> {
            insertForItsOffset("outer");
            RuntimeException refused =
                assertThrows(
                    RuntimeException.class,
                    () -> separate.executeWithoutResult(inner -> insert("lost")));
            assertEquals(
                each == manager
                    ? TransactionSystemException.class
                    : CannotAcquireLockException.class,
                refused.getClass());
            SQLException cause = assertInstanceOf(SQLException.class, refused.getCause());
            assertEquals("40001", cause.getSQLState());
            assertTrue(
                String.valueOf(cause.getMessage())
                    .contains("thread " + Thread.currentThread().getName()),
                cause.getMessage());
          });
    }
    assertEquals(Set.of("outer"), keys("orders"));
  }

  @Test
  void aReadOnlyTransactionRefusesToWriteAndLeavesTheConnectionAsItWas() {
    transaction.setReadOnly(true);
    UncategorizedSQLException refused =
        assertThrows(
            UncategorizedSQLException.class,
            () -> transaction.executeWithoutResult(status -> insert("lost")));
    SQLException cause = assertInstanceOf(SQLException.class, refused.getCause());
    assertEquals("25006", cause.getSQLState());
    assertEquals(Set.of(), transaction.execute(status -> keys("orders")));
    transaction.setReadOnly(false);
    transaction.executeWithoutResult(status -> insert("a"));
    assertEquals(Set.of("a"), keys("orders"));
  }

  @Test
  void aWorkerThatFollowsTheTopicTakesWhatComesInTransactions() {
    TransactionTemplate separate = with(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    String next = "SELECT STREAM key FROM orders LIMIT 2 FOR CONSUMER GROUP followers";
    Set<String> taken = new TreeSet<>();
    insert("a");
    transaction.executeWithoutResult(
        status -> {
          jdbc.execute("SET poll.timeout = 50");
          taken.addAll(jdbc.queryForList(next, String.class));
          assertEquals(Set.of("a"), taken, "when nothing came for the poll timeout");
          for (String key : List.of("b", "c", "d")) {
            separate.executeWithoutResult(inner -> insert(key));
          }
          taken.addAll(jdbc.queryForList(next, String.class));
          assertEquals(3, taken.size());
        });
    transaction.executeWithoutResult(
        status -> {
          jdbc.execute("SET poll.timeout = 50");
          taken.addAll(jdbc.queryForList(next, String.class));
        });
    assertEquals(Set.of("a", "b", "c", "d"), taken);
  }

  @Test
  void theIsolationLevelSaysWhatIsSeen() {
    TransactionTemplate separate = with(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    insert("a");
    transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
    transaction.executeWithoutResult(
        status -> {
          assertEquals(Set.of("a"), keys("orders"));
          separate.executeWithoutResult(inner -> insert("b"));
          assertEquals(Set.of("a", "b"), keys("orders"));
        });
    transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    transaction.executeWithoutResult(
        status -> {
          assertEquals(Set.of("a", "b"), keys("orders"));
          separate.executeWithoutResult(inner -> insert("c"));
          assertEquals(Set.of("a", "b"), keys("orders"));
        });
    transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
    transaction.executeWithoutResult(
        status -> {
          assertEquals(Set.of("a", "b", "c"), keys("orders"));
          assertThrows(
              TransactionSystemException.class,
              () -> separate.executeWithoutResult(inner -> insert("lost")));
        });
    assertEquals(Set.of("a", "b", "c"), keys("orders"));
  }

  @Test
  void aTransactionThatTakesTooLongEndsItsWait() {
    transaction.setTimeout(1);
    assertThrows(
        QueryTimeoutException.class,
        () ->
            transaction.executeWithoutResult(
                status -> {
                  insert("lost");
                  jdbc.queryForList("SELECT STREAM key FROM orders");
                }));
    assertEquals(Set.of(), keys("orders"));
  }

  @Test
  void workersOfAGroupDoEachOrderOnceAlthoughSomeOfTheirTransactionsFail() throws Exception {
    int orders = 120;
    for (int i = 0; i < orders; i++) {
      insert("o" + i);
    }
    manager = new JdbcTransactionManager(file.pool());
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> workers = new ArrayList<>();
      for (int w = 0; w < 3; w++) {
        workers.add(threads.submit(() -> workUntil(orders)));
      }
      int failures = 0;
      for (Future<Integer> worker : workers) {
        failures += worker.get();
      }
      assertTrue(failures > 0);
    } finally {
      threads.shutdownNow();
    }
    List<String> done = jdbc.queryForList("SELECT key FROM done", String.class);
    assertEquals(orders, done.size());
    assertEquals(keys("orders"), new TreeSet<>(done));
    assertEquals(
        0L, jdbc.queryForObject("SELECT sum(records_lag) FROM klog.consumer_lag", Long.class));
  }

  private int workUntil(long orders) {
    TransactionTemplate each = new TransactionTemplate(manager);
    int failures = 0;
    for (int round = 0; done() < orders; round++) {
      boolean fails = round % 3 == 0;
      try {
        each.executeWithoutResult(
            status -> {
              List<String> some =
                  jdbc.queryForList(
                      "SELECT key FROM orders LIMIT 7 FOR CONSUMER GROUP workers", String.class);
              some.forEach(key -> jdbc.update("INSERT INTO done (key) VALUES (?)", key));
              if (fails) {
                throw new IllegalStateException("poison");
              }
            });
      } catch (IllegalStateException | ConcurrencyFailureException e) {
        // Its inserts are dropped, and the group is where it was before.
        failures++;
      }
    }
    return failures;
  }

  private long done() {
    Long count = jdbc.queryForObject("SELECT count(*) FROM done", Long.class);
    return count == null ? 0 : count;
  }
}
