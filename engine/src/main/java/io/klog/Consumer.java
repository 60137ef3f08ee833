package io.klog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consumes topics for a group, without SQL. What it read, and what was appended meanwhile to {@link
 * #transaction}, is committed together: once, or not at all.
 *
 * <pre>{@code
 * try (Consumer consumer = Consumer.join(store, "billing", List.of(orders))) {
 *   while (running) {
 *     consumer.handle(Duration.ofSeconds(1), (order, tx) -> tx.append(invoices, ...));
 *   }
 * }
 * }</pre>
 *
 * <p>For one thread at a time, but {@link #wakeUp}.
 */
public final class Consumer implements AutoCloseable {
  /** How many records are read before what was handled is committed, at most. */
  public static final int MAX_POLL_RECORDS = 500;

  private final LogStore store;
  private final SyncLevel sync;
  private final List<GroupReader> readers = new ArrayList<>();
  private @Nullable Transaction transaction;
  // Set by any thread, taken back by who waits.
  private volatile boolean wokenUp;

  private Consumer(LogStore store, SyncLevel sync) {
    this.store = store;
    this.sync = sync;
  }

  /** Joins at the oldest records, with {@link SyncLevel#FULL}. */
  public static Consumer join(LogStore store, String group, Collection<Topic> topics) {
    return join(
        store,
        group,
        topics,
        OffsetReset.EARLIEST,
        SyncLevel.FULL,
        GroupMember.DEFAULT_MAX_POLL_INTERVAL);
  }

  /**
   * Joins a group.
   *
   * @param sync what a commit waits for
   * @param maxPollIntervalMillis see {@link LogStore#join(String, Topic, long, Transaction)}
   * @throws KlogException as joining a group for one topic
   */
  public static Consumer join(
      LogStore store,
      String group,
      Collection<Topic> topics,
      OffsetReset reset,
      SyncLevel sync,
      long maxPollIntervalMillis) {
    Consumer consumer = new Consumer(store, sync);
    boolean joined = false;
    try {
      for (Topic topic : topics) {
        GroupMember member = store.join(group, topic, maxPollIntervalMillis, null);
        consumer.readers.add(new GroupReader(store, member, reset));
      }
      joined = true;
      return consumer;
    } finally {
      if (!joined) {
        consumer.close();
      }
    }
  }

  /** What takes place together with the records read: committed by {@link #commit}. */
  public Transaction transaction() {
    Transaction open = transaction;
    if (open == null) {
      open = store.begin(sync);
      transaction = open;
    }
    return open;
  }

  /**
   * Reads on: what is there, or, where there is nothing, what comes within the timeout.
   *
   * @return at most {@link #MAX_POLL_RECORDS}, in order of offset within each partition; none when
   *     the time was up, or after {@link #wakeUp}
   * @throws KlogException FENCED when the group went on without this consumer: what it did since
   *     its last commit is to be done by others, and it has to join anew
   */
  public List<ConsumedRecord> poll(Duration timeout) {
    List<ConsumedRecord> records = new ArrayList<>();
    if (!await(timeout)) {
      return records;
    }
    boolean read = false;
    try {
      for (GroupReader reader : readers) {
        while (records.size() < MAX_POLL_RECORDS && reader.next()) {
          records.add(record(reader));
        }
      }
      read = true;
      return records;
    } finally {
      readers.forEach(read ? GroupReader::done : GroupReader::undo);
    }
  }

  private boolean await(Duration timeout) {
    boolean any = GroupReader.await(store, readers, timeout.toNanos(), true, () -> wokenUp);
    if (!any) {
      wokenUp = false;
    }
    return any;
  }

  private static ConsumedRecord record(GroupReader reader) {
    RecordCursor record = reader.record();
    return new ConsumedRecord(
        reader.member().topic(),
        reader.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        record.headers());
  }

  /** Does something about a record. */
  public interface Handler {
    /**
     * Handles it.
     *
     * @param transaction what is appended to it is committed with the record's position
     */
    void handle(ConsumedRecord record, Transaction transaction) throws Exception;
  }

  /**
   * One round of the handler's loop: reads on as {@link #poll} does, runs the handler for each
   * record, then commits what was handled. Where the handler throws, what it handled before is
   * committed, and nothing of what it did for that record: the next round begins with it again.
   *
   * @return how many records were handled
   * @throws Exception what the handler threw
   */
  public int handle(Duration timeout, Handler handler) throws Exception {
    int handled = 0;
    if (await(timeout)) {
      for (GroupReader reader : readers) {
        while (handled < MAX_POLL_RECORDS && handleNext(reader, handler)) {
          handled++;
          readers.forEach(GroupReader::touch); // while one is read the others are not hung
        }
      }
      commit();
    }
    return handled;
  }

  private boolean handleNext(GroupReader reader, Handler handler) throws Exception {
    Transaction.Savepoint before = transaction().savepoint();
    try {
      if (!reader.next()) {
        reader.done(); // offsets may have gaps
        return false;
      }
      handler.handle(record(reader), transaction());
      reader.done();
      return true;
    } catch (Exception | Error e) {
      reader.undo();
      commitHandled(before, e);
      throw e;
    }
  }

  private void commitHandled(Transaction.Savepoint before, Throwable failure) {
    try {
      transaction().rollbackTo(before);
      commit();
    } catch (RuntimeException e) {
      failure.addSuppressed(e); // nothing of it is committed: it is read again
      rollback();
    }
  }

  /**
   * Commits what was appended and the positions of all that was read.
   *
   * @throws KlogException FENCED, and whatever else a commit fails with: then nothing of it
   *     happened, unless the outcome is unknown, and it is read again
   */
  public void commit() {
    Transaction ending = transaction();
    transaction = null;
    boolean done = false;
    try (ending) {
      readers.forEach(reader -> reader.addTo(ending, false));
      ending.commit();
      readers.forEach(GroupReader::committed);
      done = true;
    } finally {
      if (!done) {
        readers.forEach(GroupReader::rewind);
      }
    }
  }

  /** Drops what was appended, and reads again what was read since the last commit. */
  public void rollback() {
    Transaction open = transaction;
    transaction = null;
    readers.forEach(GroupReader::rewind);
    if (open != null) {
      open.rollback();
    }
  }

  /** Ends the waiting of another thread, now or when it waits next. */
  public void wakeUp() {
    wokenUp = true;
    store.wake();
  }

  /** Rolls back, and leaves the group. */
  @Override
  public void close() {
    rollback();
    readers.forEach(GroupReader::close);
    readers.clear();
  }
}
