package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Threads that share one connection and do what comes to their minds: insert, read, ask for
 * metadata, and cancel and close each other's statements. What a thread is given is right, or it is
 * told that somebody cancelled or closed it; and the connection is as good as before.
 */
@Timeout(120)
class SharedConnectionStressTest {
  private static final int THREADS = 5;
  private static final int STEPS = Integer.getInteger("klog.steps", 400);

  /** What others' cancels and closes come to. */
  private static final Set<String> DISTURBED = Set.of("57014", "HY010", "24000");

  private final TestDatabase database;
  private final Connection connection;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  /** The statement that each thread uses at the moment: the others disturb it. */
  private final AtomicReferenceArray<Statement> inUse = new AtomicReferenceArray<>(THREADS);

  /** How many rows each thread knows to be there. */
  private final AtomicInteger[] inserted = new AtomicInteger[THREADS];

  SharedConnectionStressTest() throws SQLException {
    database = new TestDatabase("CREATE TOPIC t");
    connection = database.connect();
    for (int i = 0; i < THREADS; i++) {
      inserted[i] = new AtomicInteger();
    }
  }

  @AfterEach
  void close() throws SQLException, InterruptedException {
    threads.shutdownNow();
    assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    connection.close();
    database.close();
  }

  @Test
  void whoIsNotDisturbedIsRight() throws Exception {
    SplittableRandom random = Seed.of("SharedConnectionStressTest").random();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int me = i;
      SplittableRandom own = random.split();
      running.add(
          threads.submit(
              () -> {
                for (int step = 0; step < STEPS; step++) {
                  step(me, own);
                }
                return null;
              }));
    }
    for (Future<?> thread : running) {
      thread.get();
    }
    assertTrue(connection.isValid(1));
    for (int i = 0; i < THREADS; i++) {
      assertEquals(
          List.of("" + inserted[i].get()),
          database.rows("SELECT count(*) FROM t WHERE key = 't" + i + "'"),
          "of thread " + i);
    }
    assertEquals(List.of(), database.rows("CALL klog.check()"));
  }

  private void step(int me, SplittableRandom random) throws SQLException {
    switch (random.nextInt(8)) {
      case 0, 1 -> insert(me, 1 + random.nextInt(3));
      case 2 -> readOwn(me);
      case 3 -> insertAndFindByKey(me);
      case 4 -> count(me);
      case 5 -> metadata();
      default -> disturb(random.nextInt(THREADS), random);
    }
  }

  private void disturb(int whom, SplittableRandom random) throws SQLException {
    Statement statement = inUse.get(whom);
    if (statement == null) {
      return;
    }
    try {
      if (random.nextInt(3) == 0) {
        statement.close();
      } else {
        statement.cancel();
      }
    } catch (SQLException e) {
      assertEquals("HY010", e.getSQLState());
    }
  }

  private interface Work<S extends Statement> {
    void with(S statement) throws SQLException;
  }

  /** Does something with a statement that others may disturb. */
  private <S extends Statement> boolean undisturbed(int me, S statement, Work<S> work)
      throws SQLException {
    try (statement) {
      inUse.set(me, statement);
      work.with(statement);
      return true;
    } catch (SQLException e) {
      if (!DISTURBED.contains(e.getSQLState())) {
        throw e;
      }
      return false;
    } finally {
      inUse.set(me, null);
    }
  }

  /** All of the rows, or none of them; an insert that was cancelled may be there, or not. */
  private void insert(int me, int rows) throws SQLException {
    int before = inserted[me].get();
    boolean returned =
        undisturbed(
            me,
            connection.prepareStatement("INSERT INTO t (key, value) VALUES (?, ?)"),
            insert -> {
              for (int i = 0; i < rows; i++) {
                insert.setString(1, "t" + me);
                insert.setString(2, "v" + (inserted[me].get() + i));
                insert.addBatch();
              }
              assertEquals(rows, insert.executeBatch().length);
            });
    int now = present(me);
    assertTrue(
        now == before + rows || (!returned && now == before), before + " + " + rows + " != " + now);
    inserted[me].set(now);
  }

  /** Read by a connection of its own, which nobody disturbs. */
  private int present(int me) throws SQLException {
    return Integer.parseInt(
        database.rows("SELECT count(*) FROM t WHERE key = 't" + me + "'").get(0));
  }

  private void readOwn(int me) throws SQLException {
    undisturbed(
        me,
        connection.prepareStatement("SELECT value FROM t WHERE key = ? ORDER BY offset"),
        query -> {
          query.setString(1, "t" + me);
          try (ResultSet rows = query.executeQuery()) {
            int found = 0;
            while (rows.next()) {
              assertEquals("v" + found, rows.getString(1));
              found++;
            }
            assertEquals(inserted[me].get(), found);
          }
        });
  }

  private void insertAndFindByKey(int me) throws SQLException {
    int before = inserted[me].get();
    boolean returned =
        undisturbed(
            me,
            connection.prepareStatement(
                "INSERT INTO t (key, value) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS),
            insert -> {
              insert.setString(1, "t" + me);
              insert.setString(2, "v" + before);
              assertEquals(1, insert.executeUpdate());
              inserted[me].incrementAndGet();
              try (ResultSet keys = insert.getGeneratedKeys();
                  PreparedStatement query =
                      connection.prepareStatement("SELECT key, value FROM t WHERE offset = ?")) {
                assertTrue(keys.next());
                query.setLong(1, keys.getLong(1));
                try (ResultSet rows = query.executeQuery()) {
                  assertTrue(rows.next());
                  assertEquals("t" + me, rows.getString(1));
                  assertEquals("v" + before, rows.getString(2));
                  assertFalse(rows.next());
                }
              }
            });
    int now = present(me);
    assertTrue(now == before + 1 || (!returned && now == before), before + " + 1 != " + now);
    inserted[me].set(now);
  }

  private void count(int me) throws SQLException {
    undisturbed(
        me,
        connection.createStatement(),
        statement -> {
          try (ResultSet rows =
              statement.executeQuery("SELECT key, count(*) AS n FROM t GROUP BY key")) {
            int own = 0;
            while (rows.next()) {
              if (rows.getString(1).equals("t" + me)) {
                own = rows.getInt("n");
              }
            }
            assertEquals(inserted[me].get(), own);
          }
        });
  }

  private void metadata() throws SQLException {
    try (ResultSet columns = connection.getMetaData().getColumns(null, "main", "t", "%")) {
      assertEquals(6, TestDatabase.rows(columns).size());
    }
    try (ResultSet procedures = connection.getMetaData().getProcedures(null, "klog", "check")) {
      assertEquals(1, TestDatabase.rows(procedures).size());
    }
    assertTrue(connection.getAutoCommit());
    assertFalse(connection.isClosed());
  }
}
