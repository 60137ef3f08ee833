package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Connections that die or are forgotten while a pool has them. */
@Timeout(60)
class HikariRecoveryTest {
  @TempDir Path directory;
  private HikariConfig config = new HikariConfig();

  @BeforeEach
  void ofOneConnection() {
    config = PooledFile.config(directory);
    config.setMaximumPoolSize(1);
  }

  @Test
  void aConnectionThatDiesInUseIsReplaced() throws SQLException {
    try (PooledFile file =
        new PooledFile(
            new HikariDataSource(config),
            "CREATE TOPIC orders",
            "INSERT INTO orders (key) VALUES ('kept')")) {
      Connection dead;
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.executeUpdate("INSERT INTO orders (key) VALUES ('lost')");
        dead = PooledFile.physical(connection);
        dead.abort(Runnable::run);
        assertFalse(connection.isValid(1));
        SQLException refused = assertThrows(SQLException.class, connection::commit);
        assertEquals("08003", refused.getSQLState());
        assertTrue(connection.isClosed(), "the pool has taken it out");
      }
      try (Connection connection = file.connect()) {
        assertNotEquals(dead, PooledFile.physical(connection));
        assertEquals(List.of("kept"), keys(connection));
      }
    }
  }

  @Test
  void aConnectionThatDiesAmidARowIsReplacedAndItsGroupGoesOn() throws SQLException {
    try (PooledFile file =
        new PooledFile(
            new HikariDataSource(config),
            "CREATE TOPIC orders",
            "INSERT INTO orders (key) VALUES ('a'), ('b'), ('c')")) {
      String query = "SELECT key FROM orders FOR CONSUMER GROUP g";
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(query)) {
        assertTrue(rows.next());
        assertTrue(rows.next());
        PooledFile.physical(connection).abort(Runnable::run);
        assertThrows(SQLException.class, rows::next);
      }
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(query)) {
        assertTrue(rows.next());
        assertEquals("b", rows.getString(1), "a was acknowledged, and only that");
      }
    }
  }

  @Test
  void aConnectionThatDiesIdleIsReplacedByTheKeepalive() throws Exception {
    try (PooledFile file = new PooledFile(new ImpatientPool(config), "CREATE TOPIC orders")) {
      Connection dead;
      try (Connection connection = file.connect()) {
        dead = PooledFile.physical(connection);
      }
      try (Capture closed = new Capture("com.zaxxer.hikari.pool.PoolBase", "Closing connection")) {
        dead.abort(Runnable::run);
        assertTrue(closed.await().contains("dead"), "without anybody asking for it");
      }
      try (Connection connection = file.connect()) {
        assertNotEquals(dead, PooledFile.physical(connection));
        assertEquals(List.of(), keys(connection));
      }
    }
  }

  @Test
  void theKeepaliveLeavesASoundConnectionAlone() throws Exception {
    try (PooledFile file = new PooledFile(new ImpatientPool(config), "CREATE TOPIC orders")) {
      Set<Connection> made = file.physical(1);
      try (Capture checked = new Capture("com.zaxxer.hikari.pool.HikariPool", "keepalive")) {
        checked.await();
        checked.await();
      }
      assertEquals(made, file.physical(1));
    }
  }

  @Test
  void aLeakIsReportedAndTheConnectionWorksOn() throws Exception {
    try (PooledFile file = new PooledFile(new ImpatientPool(config), "CREATE TOPIC orders");
        Capture leaks =
            new Capture("com.zaxxer.hikari.pool.ProxyLeakTask", "leak detection triggered");
        Connection connection = file.connect();
        Statement statement = connection.createStatement()) {
      leaks.await();
      statement.executeUpdate("INSERT INTO orders (key) VALUES ('late')");
      assertEquals(List.of("late"), keys(connection));
    }
  }

  @Test
  void anEvictedConnectionIsClosedWhenItComesBackAndReplaced() throws Exception {
    try (PooledFile file = new PooledFile(new HikariDataSource(config), "CREATE TOPIC orders")) {
      Connection old;
      try (Connection connection = file.connect();
          Statement statement = connection.createStatement()) {
        old = PooledFile.physical(connection);
        file.pool().getHikariPoolMXBean().softEvictConnections();
        statement.executeUpdate("INSERT INTO orders (key) VALUES ('a')");
      }
      try (Connection connection = file.connect()) {
        assertNotEquals(old, PooledFile.physical(connection));
        assertEquals(List.of("a"), keys(connection));
      }
      // By another thread of the pool; the test's time limit bounds it.
      while (!old.isClosed()) {
        Thread.sleep(5);
      }
    }
  }

  @Test
  void closingThePoolEndsWhatWaitsAndClosesTheFile() throws Exception {
    PooledFile file = new PooledFile(new HikariDataSource(config), "CREATE TOPIC orders");
    BlockingQueue<Object> ended = new LinkedBlockingQueue<>();
    Connection waiting = file.connect();
    Statement statement = waiting.createStatement();
    ResultSet rows = statement.executeQuery("SELECT STREAM key FROM orders");
    Thread reader =
        new Thread(
            () -> {
              try {
                ended.add(rows.next());
              } catch (SQLException e) {
                ended.add(String.valueOf(e.getSQLState()));
              }
            });
    reader.start();
    file.close();
    Object end = ended.poll(30, TimeUnit.SECONDS);
    assertTrue(
        Set.of("57014", "08003").contains(String.valueOf(end)), "it waited or was to: " + end);
    reader.join();
    try (Connection alone =
        DriverManager.getConnection(config.getJdbcUrl() + "?mode=rw&exclusive=true")) {
      assertEquals(List.of(), keys(alone));
    }
  }

  @Test
  void threadsThatAreInterruptedHarmNoOtherConnection() throws Exception {
    config.setMaximumPoolSize(4);
    try (PooledFile file = new PooledFile(new HikariDataSource(config), "CREATE TOPIC orders")) {
      AtomicInteger acknowledged = new AtomicInteger();
      BlockingQueue<String> faults = new LinkedBlockingQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        boolean isVictim = t % 2 == 0;
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < 100; i++) {
                    try (Connection connection = file.connect();
                        Statement insert = connection.createStatement()) {
                      insert.executeUpdate("INSERT INTO orders (key) VALUES ('x')");
                      acknowledged.incrementAndGet();
                    } catch (SQLException e) {
                      if (!isVictim) {
                        faults.add(e.toString());
                      }
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      while (threads.stream().anyMatch(Thread::isAlive)) {
        threads.get(0).interrupt();
        threads.get(2).interrupt();
        Thread.sleep(1);
      }
      assertEquals(List.of(), List.copyOf(faults));
      assertTrue(acknowledged.get() >= 200);
      try (Connection connection = file.connect()) {
        assertTrue(keys(connection).size() >= acknowledged.get());
      }
    }
  }

  private static List<String> keys(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT key FROM orders")) {
      List<String> keys = new ArrayList<>();
      while (rows.next()) {
        keys.add(String.valueOf(rows.getString(1)));
      }
      return keys;
    }
  }

  /** Times that Hikari would refuse in its configuration: it wants 30 s and 2 s at least. */
  private static final class ImpatientPool extends HikariDataSource {
    ImpatientPool(HikariConfig config) {
      super(config);
    }

    @Override
    public long getKeepaliveTime() {
      return 50;
    }

    @Override
    public long getLeakDetectionThreshold() {
      return 50;
    }
  }

  /** What a logger says that contains some words, and does not print. */
  private static final class Capture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final Logger logger;
    private final String words;

    Capture(String logger, String words) {
      this.logger = (Logger) LoggerFactory.getLogger(logger);
      this.words = words;
      this.logger.setAdditive(false);
      this.logger.setLevel(Level.DEBUG);
      this.logger.addAppender(this);
      start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getFormattedMessage().contains(words)) {
        seen.add(event.getFormattedMessage());
      }
    }

    String await() throws InterruptedException {
      String message = seen.poll(30, TimeUnit.SECONDS);
      assertTrue(message != null, () -> "no log of " + words);
      return String.valueOf(message);
    }

    @Override
    public void close() {
      // Its parents' appenders stay cut off: an event may still be on its way to them.
      logger.setLevel(null);
      logger.detachAppender(this);
    }
  }
}
