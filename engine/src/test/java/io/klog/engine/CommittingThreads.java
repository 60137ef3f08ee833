package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Threads that commit at once, each to a topic of its own, so that what each was told can be held
 * against what is there. A thread goes on after a refusal and ends when an outcome is unknown.
 */
final class CommittingThreads {
  /** So long nobody waits who does not wait for ever, in seconds. */
  private static final long PATIENCE = 40;

  private static final int ROWS = 2;

  private final LogStore store;
  private final int commits;
  private final List<Worker> workers = new ArrayList<>();

  CommittingThreads(LogStore store, List<Topic> topics, int commits) {
    this.store = store;
    this.commits = commits;
    topics.forEach(topic -> workers.add(new Worker(topic)));
  }

  /** What one thread did. Read by others when it has ended. */
  private final class Worker {
    final Topic topic;
    final List<List<StoreModel.Row>> acknowledged = new ArrayList<>();
    final List<Throwable> problems = new ArrayList<>();
    @Nullable List<StoreModel.Row> doubtful;

    Worker(Topic topic) {
      this.topic = topic;
    }

    void work() {
      SplittableRandom random = new SplittableRandom(topic.id());
      for (int i = 0; i < commits && doubtful == null; i++) {
        List<StoreModel.Row> rows = new ArrayList<>();
        for (int n = 0; n < ROWS; n++) {
          rows.add(StoreModel.Row.random(random, 100));
        }
        commit(rows);
      }
    }

    private void commit(List<StoreModel.Row> rows) {
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        for (StoreModel.Row row : rows) {
          tx.append(topic, 0, row.timestamp(), row.key(), row.value(), row.headers());
        }
        tx.commit();
        acknowledged.add(rows);
      } catch (KlogException e) {
        problems.add(e);
        doubtful = e.reason() == Reason.OUTCOME_UNKNOWN ? rows : null;
      } catch (RuntimeException | Error e) {
        problems.add(e);
        doubtful = rows;
      }
    }

    private void take(List<StoreModel.Row> rows, StoreModel model) {
      StoreModel.Change change = model.new Change();
      rows.forEach(row -> change.append(topic, 0, row));
      change.commit();
    }
  }

  /** Returns what went wrong. */
  List<Throwable> run(ExecutorService threads) {
    List<Future<?>> running = new ArrayList<>();
    for (Worker worker : workers) {
      running.add(threads.submit(worker::work));
    }
    running.forEach(CommittingThreads::get);
    return workers.stream().flatMap(worker -> worker.problems.stream()).toList();
  }

  static <T extends @Nullable Object> T get(Future<T> future) {
    try {
      return future.get(PATIENCE, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("a thread waits for ever", e);
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Tells the model what has to be there. */
  void takeAcknowledged(StoreModel model) {
    for (Worker worker : workers) {
      worker.acknowledged.forEach(rows -> worker.take(rows, model));
    }
  }

  /** Whose outcome was not known was not committed. */
  void forgetDoubtful() {
    workers.forEach(worker -> worker.doubtful = null);
  }

  /** Tells the model what turned out to be there. */
  void takeDoubtful(LogStore reopened, StoreModel model) {
    for (Worker worker : workers) {
      List<StoreModel.Row> rows = worker.doubtful;
      Snapshot snapshot = reopened.snapshot(List.of(worker.topic));
      if (rows != null
          && snapshot.endOffset(worker.topic, 0) > (long) ROWS * worker.acknowledged.size()) {
        worker.take(rows, model);
      }
    }
    forgetDoubtful();
  }
}
