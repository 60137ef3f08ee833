package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ends a wait for the writer's lock, and what becomes of a member that is too slow. */
// In threads of their own, because the limit's interrupt ends no spinning.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockWaitTest {
  private static final String INSERT = "INSERT INTO t (value) VALUES ('x')";

  @TempDir Path folder;
  private Connection holder;
  private Connection waiter;

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:klog:" + folder.resolve("t.klog") + "?busy_timeout=600000");
  }

  @BeforeEach
  void open() throws SQLException {
    holder = connect();
    holder.createStatement().execute("CREATE TOPIC t");
    waiter = connect();
  }

  @AfterEach
  void close() throws SQLException {
    waiter.close();
    holder.close();
  }

  private void hold() throws SQLException {
    holder.setAutoCommit(false);
    holder.createStatement().executeUpdate(INSERT, Statement.RETURN_GENERATED_KEYS);
  }

  /** Something that does not end by itself. */
  private static FutureTask<Boolean> start(FutureTask<Boolean> waiting) {
    Thread thread = new Thread(waiting);
    thread.start();
    while (!waiting.isDone() && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return waiting;
  }

  private static String state(FutureTask<Boolean> waiting) {
    ExecutionException e = assertThrows(ExecutionException.class, waiting::get);
    return assertInstanceOf(SQLException.class, e.getCause()).getSQLState();
  }

  @Test
  void cancelAndTimeoutEndAStatementsWait() throws Exception {
    hold();
    try (Statement statement = waiter.createStatement()) {
      FutureTask<Boolean> waiting = start(new FutureTask<>(() -> statement.execute(INSERT)));
      statement.cancel();
      assertEquals("57014", state(waiting));
      statement.setQueryTimeout(1);
      assertThrows(SQLTimeoutException.class, () -> statement.execute(INSERT));
    }
    holder.commit();
    try (ResultSet count = waiter.createStatement().executeQuery("SELECT count(*) FROM t")) {
      assertTrue(count.next());
      assertEquals(1, count.getLong(1), "nothing of what was given up");
    }
  }

  @Test
  void closingTheConnectionEndsACommitsWait() throws Exception {
    waiter.setAutoCommit(false);
    waiter.createStatement().execute(INSERT);
    hold();
    FutureTask<Boolean> waiting =
        start(
            new FutureTask<>(
                () -> {
                  waiter.commit();
                  return true;
                }));
    waiter.close();
    assertEquals("57014", state(waiting));
  }

  @Test
  void aMemberThatIsTooSlowIsFencedAndAnotherGoesOn() throws Exception {
    holder.createStatement().execute(INSERT);
    for (Connection member : new Connection[] {holder, waiter}) {
      member.setAutoCommit(false);
      member.createStatement().execute("SET max.poll.interval.ms = 300");
    }
    String stream = "SELECT STREAM value FROM t FOR CONSUMER GROUP g";
    ResultSet slow = holder.createStatement().executeQuery(stream);
    assertTrue(slow.next());
    ResultSet other = waiter.createStatement().executeQuery(stream);
    assertTrue(other.next(), "it takes over, and reads the row again");
    SQLException fenced = assertThrows(SQLException.class, holder::commit);
    assertEquals("40001", fenced.getSQLState());
    assertTrue(String.valueOf(fenced.getMessage()).contains("fenced"), fenced.toString());
    waiter.commit();
  }
}
