package io.klog.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets tasks run one at a time, and simulated time pass. Each task has a thread of its own; control
 * changes hands only where a task asks for it, so that one seed always gives one sequence of
 * events. What one task writes, the next sees: no field that tasks share needs a lock.
 */
final class Scheduler {
  /** How long a simulation may take, in seconds of real time: nobody waits for ever. */
  private static final long PATIENCE = 120;

  /** Kept from one simulation to the next, for a thread costs more than a simulated process. */
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "simulated");
            thread.setDaemon(true);
            return thread;
          });

  /** Somebody who takes turns. */
  static final class Task {
    private volatile @Nullable Thread thread;
    private volatile boolean turn;
    private long wakeAt;
    private boolean done;
  }

  /** Thrown into a task when another has failed. */
  private static final class Halted extends Error {
    private static final long serialVersionUID = 1L;

    Halted() {
      super("the simulation is over", null, false, false);
    }
  }

  private final SplittableRandom random;
  private final List<Task> tasks = new ArrayList<>();
  private final List<Task> ready = new ArrayList<>();
  private long now;
  private long switches;
  private @Nullable Throwable failure;

  Scheduler(SplittableRandom random) {
    this.random = random;
  }

  /** Simulated time, ns. */
  long now() {
    return now;
  }

  long switches() {
    return switches;
  }

  void advance(long nanos) {
    now += nanos;
  }

  /** Runs them all to their end; throws what the first that failed threw. */
  void run(List<? extends Consumer<Task>> bodies) {
    CountDownLatch running = new CountDownLatch(bodies.size());
    for (int i = 0; i < bodies.size(); i++) {
      tasks.add(new Task());
    }
    for (int i = 0; i < bodies.size(); i++) {
      Task task = tasks.get(i);
      Consumer<Task> body = bodies.get(i);
      THREADS.execute(
          () -> {
            runTask(task, body);
            running.countDown();
          });
    }
    give(requireNonNull(choose()));
    await(running);
    Throwable thrown = failure;
    tasks.clear();
    if (thrown != null) {
      throw new AssertionError(thrown.toString(), thrown);
    }
  }

  private void runTask(Task task, Consumer<Task> body) {
    task.thread = Thread.currentThread();
    awaitTurn(task);
    try {
      if (failure == null) {
        body.accept(task);
      }
    } catch (Throwable thrown) {
      if (failure == null) {
        failure = thrown;
        wakeAll();
      }
    }
    task.done = true;
    Task next = choose();
    if (next != null) {
      give(next);
    }
  }

  private void await(CountDownLatch running) {
    try {
      if (!running.await(PATIENCE, TimeUnit.SECONDS)) {
        StringBuilder stacks = new StringBuilder("no end within " + PATIENCE + " s");
        for (Task task : tasks) {
          Thread thread = task.thread;
          if (!task.done && thread != null) {
            stacks.append('\n').append(List.of(thread.getStackTrace()));
          }
        }
        throw new AssertionError(stacks);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Lets anybody go on, perhaps the same task. */
  void handOver(Task me) {
    Task next = choose();
    if (next != null && next != me) {
      switches++;
      give(next);
      awaitTurn(me);
    }
    requireRunning();
  }

  /** Lets others go on for this long, or until {@link #wakeAll}. */
  void sleep(Task me, long nanos) {
    me.wakeAt = now + nanos;
    handOver(me);
  }

  void wakeAll() {
    for (Task task : tasks) {
      task.wakeAt = Math.min(task.wakeAt, now);
    }
  }

  /** Ends a task when another has failed. */
  void requireRunning() {
    if (failure != null) {
      throw new Halted();
    }
  }

  /** Where all sleep, time passes until the first wakes. Null when all are done. */
  private @Nullable Task choose() {
    ready.clear();
    long first = Long.MAX_VALUE;
    for (Task task : tasks) {
      if (!task.done && task.wakeAt <= now) {
        ready.add(task);
      } else if (!task.done) {
        first = Math.min(first, task.wakeAt);
      }
    }
    if (ready.isEmpty() && first != Long.MAX_VALUE) {
      now = first;
      return choose();
    }
    return ready.isEmpty() ? null : ready.get(ready.size() == 1 ? 0 : random.nextInt(ready.size()));
  }

  private static void give(Task next) {
    next.turn = true;
    LockSupport.unpark(next.thread);
  }

  private static void awaitTurn(Task me) {
    while (!me.turn) {
      LockSupport.park();
    }
    me.turn = false;
  }
}
