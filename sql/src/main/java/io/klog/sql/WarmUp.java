package io.klog.sql;

import io.klog.Catalog;
import io.klog.Topic;
import io.klog.View;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads Calcite while the program is still busy connecting: its static initialisers take most of a
 * second, more than all planning a short program ever does. Runs once a JVM, in a daemon thread
 * that stops between two statements when no session is left.
 */
final class WarmUp {
  private static final String TOPIC = "warm_up";

  private static final List<String> PARSED = List.of("INSERT INTO warm_up VALUES (?, ?)");

  private static final List<String> DIRECT =
      List.of(
          // The plainest query first: whoever waits for the gate seldom needs more than that.
          "SELECT * FROM warm_up WHERE offset > ?",
          "SELECT * FROM warm_up ORDER BY offset DESC LIMIT 10",
          "SELECT count(*) FROM warm_up",
          "SELECT key, count(*) FROM warm_up GROUP BY key ORDER BY 2 DESC",
          "SELECT topic FROM klog.topics WHERE topic LIKE ? ORDER BY topic");

  private static final List<String> COMPILED =
      List.of(
          "SELECT initcap(value) FROM warm_up WHERE key = 'k'",
          "SELECT key FROM warm_up WHERE offset IN (SELECT max(offset) FROM warm_up GROUP BY key)");

  private static final long BREATHER_NANOS = 500_000_000;

  private static final AtomicInteger SESSIONS = new AtomicInteger();
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  // Calcite's classes initialise each other in circles: two threads that begin at different ends
  // may wait for each other for ever. Hence one at a time until the first ones are through: for
  // what is only parsed, for klog's own plans, and for what Calcite compiles. Always entered in
  // this order.
  private static final Gate PARSER = new Gate();

  private static final Gate PLANNER = new Gate();
  private static final Gate COMPILER = new Gate();

  private WarmUp() {}

  static void sessionOpened() {
    SESSIONS.incrementAndGet();
    if (!COMPILER.open && STARTED.compareAndSet(false, true)) {
      Thread thread = new Thread(WarmUp::run, "klog-warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  static void sessionClosed() {
    SESSIONS.decrementAndGet();
  }

  private static void run() {
    if (planAll(PARSED, PARSER) && planAll(DIRECT, PLANNER)) {
      // A short program is better off with the processor for itself, and seldom needs the rest.
      LockSupport.parkNanos(BREATHER_NANOS);
      planAll(COMPILED, COMPILER);
    }
  }

  /** The first statement of its kind loads nearly all; then others may come in. */
  private static boolean planAll(List<String> statements, Gate gate) {
    Catalog catalog = new OneTopic();
    for (String statement : statements) {
      if (SESSIONS.get() == 0) {
        STARTED.set(false);
        return false;
      }
      try {
        parsed(() -> StatementPlanner.plan(statement, catalog));
        gate.open = true;
      } catch (RuntimeException | Error e) {
        // Whoever plans next will fail too, and can be told. Nobody need queue for that.
        PARSER.open = true;
        PLANNER.open = true;
        COMPILER.open = true;
        return false;
      }
    }
    return true;
  }

  static <T> T parsed(Supplier<T> parse) {
    return PARSER.through(parse);
  }

  static <T> T planned(Supplier<T> plan) {
    return PLANNER.through(plan);
  }

  static <T> T compiled(Supplier<T> compile) {
    return COMPILER.through(compile);
  }

  /** Lets one thread through at a time, until it is open. */
  private static final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean open;

    <T> T through(Supplier<T> work) {
      if (open) {
        return work.get();
      }
      lock.lock();
      try {
        return work.get();
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class OneTopic implements Catalog {
    private static final Topic ONLY = new Topic(0, TOPIC, 1, Map.of());

    @Override
    public long version() {
      return 0;
    }

    @Override
    public Collection<Topic> topics() {
      return List.of(ONLY);
    }

    @Override
    public @Nullable Topic topic(String name) {
      return name.equalsIgnoreCase(TOPIC) ? ONLY : null;
    }

    @Override
    public Collection<View> views() {
      return List.of();
    }

    @Override
    public @Nullable View view(String name) {
      return null;
    }
  }
}
