package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ends a next() that waits for a row, and that nothing is lost by it. */
// In threads of their own, because the limit's interrupt ends no spinning.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingNextTest {
  private static final String STREAM = "SELECT STREAM value FROM t FOR CONSUMER GROUP g";

  @TempDir Path folder;
  private Connection writer;
  private Connection reader;
  private Statement statement;
  private ResultSet rows;

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:klog:" + folder.resolve("t.klog"));
  }

  @BeforeEach
  void open() throws SQLException {
    writer = connect();
    writer.createStatement().execute("CREATE TOPIC t");
    insert("first");
    reader = connect();
    statement = reader.createStatement();
    rows = statement.executeQuery(STREAM);
    assertTrue(rows.next());
  }

  @AfterEach
  void close() throws SQLException {
    reader.close();
    writer.close();
  }

  private void insert(String value) throws SQLException {
    writer.createStatement().execute("INSERT INTO t (value) VALUES ('" + value + "')");
  }

  /** A call of next() in a thread of its own, which has acknowledged the row before. */
  private CompletableFuture<Boolean> waiting() throws Exception {
    CountDownLatch calling = new CountDownLatch(1);
    CompletableFuture<Boolean> next =
        CompletableFuture.supplyAsync(
            () -> {
              calling.countDown();
              try {
                return rows.next();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    calling.await();
    while (lag() > 0) {
      Thread.onSpinWait(); // it acknowledges before it waits
    }
    return next;
  }

  private long lag() throws SQLException {
    try (ResultSet lag =
        writer.createStatement().executeQuery("SELECT records_lag FROM klog.consumer_lag")) {
      return lag.next() && lag.getObject(1) != null ? lag.getLong(1) : 1;
    }
  }

  private static SQLException failure(CompletableFuture<Boolean> next) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> next.get(30, TimeUnit.SECONDS));
    Throwable cause = assertInstanceOf(IllegalStateException.class, e.getCause()).getCause();
    return assertInstanceOf(SQLException.class, cause);
  }

  /** What a connection that comes now is given. */
  private void requireNext(String value) throws SQLException {
    insert(value);
    try (Connection another = connect();
        ResultSet next =
            another.createStatement().executeQuery("SELECT value FROM t FOR CONSUMER GROUP g")) {
      assertTrue(next.next());
      assertEquals(value, next.getString(1));
    }
  }

  @Test
  void aRowThatIsCommitted() throws Exception {
    CompletableFuture<Boolean> next = waiting();
    insert("second");
    assertTrue(next.get(30, TimeUnit.SECONDS));
    assertEquals("second", rows.getString(1));
  }

  @Test
  void cancel() throws Exception {
    CompletableFuture<Boolean> next = waiting();
    statement.cancel();
    assertEquals("57014", failure(next).getSQLState());
    statement.close();
    requireNext("second");
  }

  @Test
  void closingTheResult() throws Exception {
    CompletableFuture<Boolean> next = waiting();
    rows.close();
    assertTrue(failure(next).getSQLState().matches("57014|24000"));
    requireNext("second");
  }

  @Test
  void closingTheStatement() throws Exception {
    CompletableFuture<Boolean> next = waiting();
    statement.close();
    failure(next);
    requireNext("second");
  }

  @Test
  void closingTheConnection() throws Exception {
    CompletableFuture<Boolean> next = waiting();
    reader.close();
    failure(next);
    requireNext("second");
  }

  @Test
  void abortingTheConnection() throws Exception {
    CompletableFuture<Boolean> next = waiting();
    reader.abort(Runnable::run);
    failure(next);
    requireNext("second");
  }

  @Test
  void aQueryTimeout() throws Exception {
    try (Connection other = connect();
        Statement timed = other.createStatement()) {
      timed.setQueryTimeout(1);
      ResultSet late = timed.executeQuery("SELECT STREAM value FROM t FOR CONSUMER GROUP another");
      assertTrue(late.next());
      assertThrows(SQLTimeoutException.class, late::next);
    }
  }

  @Test
  void thePollTimeoutAfterWhichItGoesOn() throws Exception {
    try (Connection other = connect();
        Statement patient = other.createStatement()) {
      patient.execute("SET poll.timeout = 1");
      ResultSet late =
          patient.executeQuery("SELECT STREAM value FROM t FOR CONSUMER GROUP another");
      assertTrue(late.next());
      assertFalse(late.next());
      insert("second");
      assertTrue(late.next());
      assertEquals("second", late.getString(1));
      assertFalse(late.next());
    }
  }

  @Test
  void aCursorThatWasCancelledLeavesItsGroup() throws Exception {
    CompletableFuture<Boolean> next = waiting();
    statement.cancel();
    failure(next);
    requireNext("second");
  }
}
