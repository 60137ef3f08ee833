package io.klog.sql;

import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection's view of a store: its transaction, its group cursors, its settings. For one
 * thread at a time.
 *
 * <p>Parameters are canonical values of the package, or one of these, which are coerced to the type
 * that the place wants: {@code Long}, {@code Double}, {@code BigDecimal}, {@code Boolean}, {@code
 * String}, {@code byte[]}, {@code Instant}, {@code LocalDate}, {@code LocalDateTime}, {@code
 * LocalTime}, {@code Map}, null.
 *
 * <p>Every method may throw {@link SqlFault} or {@link io.klog.KlogException}.
 */
public final class Session implements AutoCloseable {
  private static final String CLOSED = "08003";
  private static final String READ_ONLY = "25006";

  private final LogStore store;
  private final SyncLevel sync;
  private final PlanCache plans;
  private final ConsumerGroups groups;
  private SessionSettings settings;
  private @Nullable Transaction transaction;
  // The transaction, while there is one, holds the writer's lock.
  private boolean pinned;
  private boolean autoCommit = true;
  private boolean readOnly;
  private boolean closed;

  /** A session with the settings that hold where nobody says otherwise. */
  public Session(LogStore store, SyncLevel sync) {
    this(store, sync, SessionSettings.DEFAULTS);
  }

  /** The session closes the store when it is closed. */
  public Session(LogStore store, SyncLevel sync, SessionSettings settings) {
    this.store = store;
    this.sync = sync;
    this.settings = settings;
    this.plans = store.shared(PlanCache.class, PlanCache::new);
    this.groups = new ConsumerGroups(store, new GroupCommits());
    WarmUp.sessionOpened();
  }

  public LogStore store() {
    return store;
  }

  /** What holds for the cursors that are opened from now on. */
  SessionSettings settings() {
    return settings;
  }

  /** Parses, validates and plans, or takes the plan from the cache. Changes nothing. */
  public PreparedSql prepare(String sql) {
    checkOpen();
    return plans.plan(sql, store.catalog());
  }

  /** The plan itself, or what it is now that the catalog has changed. */
  private Prepared current(PreparedSql statement) {
    checkOpen();
    Prepared prepared = (Prepared) statement;
    return prepared.catalogVersion() == store.catalog().version()
        ? prepared
        : plans.plan(prepared.sql(), store.catalog());
  }

  /** Runs a query. */
  public Rows query(
      PreparedSql statement, @Nullable Object[] parameters, StatementControl control) {
    if (!(current(statement) instanceof PreparedQuery query)) {
      throw new SqlFault("07005", "the statement is no query");
    }
    Execution execution =
        new Execution(store, groups, query.topics(), query.coerced(parameters), control);
    try {
      return query.open(execution);
    } catch (RuntimeException | Error e) {
      GroupCursor cursor = execution.groupCursorIfAny();
      if (cursor != null) {
        groups.released(cursor);
      }
      throw e;
    }
  }

  /**
   * Runs anything but a query: all of it, or nothing where it fails.
   *
   * @param keys filled with what was inserted where given; inside a transaction this takes the
   *     writer's lock to the transaction's end
   * @return the count of rows
   */
  public long update(
      PreparedSql statement,
      @Nullable Object[] parameters,
      StatementControl control,
      @Nullable GeneratedKeys keys) {
    Prepared prepared = current(statement);
    if (prepared instanceof PreparedInsert insert) {
      checkWritable();
      Execution execution =
          new Execution(store, groups, insert.sources(), insert.arguments(parameters), control);
      return write(
          (into, appended) -> insert.insert(into, execution, appended), keys, insert.isSingle());
    }
    if (prepared instanceof PreparedDdl ddl) {
      checkWritable();
      ddl.checkCount(parameters.length);
      if (pinned && transaction != null) {
        throw new SqlFault(
            "25001",
            "the transaction has taken the writer's lock for its generated keys: commit or roll"
                + " back first");
      }
      ddl.run(store);
      return 0;
    }
    throw new SqlFault("07005", "the statement is a query: it gives rows, not a count");
  }

  /** Writes into a transaction. */
  private interface Write<T> {
    T into(Transaction transaction, @Nullable AppendedKeys appended);
  }

  /**
   * In a transaction of its own with autocommit, else in the session's, of which nothing of a write
   * that fails remains.
   *
   * @param atomic it does all or nothing by itself
   */
  private <T> T write(Write<T> write, @Nullable GeneratedKeys keys, boolean atomic) {
    if (autoCommit) {
      try (Transaction own = store.begin(sync)) {
        return written(write, own, own::commit, keys);
      }
    }
    Transaction open = transaction();
    if (keys == null && atomic) {
      return write.into(open, null);
    }
    if (keys != null) {
      open.pin();
      pinned = true;
    }
    Transaction.Savepoint savepoint = open.savepoint();
    try {
      return written(write, open, () -> {}, keys);
    } catch (RuntimeException | Error e) {
      open.rollbackTo(savepoint);
      throw e;
    }
  }

  /**
   * @param thenCommit after which the offsets are known
   */
  private static <T> T written(
      Write<T> write, Transaction into, Runnable thenCommit, @Nullable GeneratedKeys keys) {
    AppendedKeys appended = keys == null ? null : new AppendedKeys();
    T result = write.into(into, appended);
    thenCommit.run();
    if (keys != null && appended != null) {
      appended.resolve(into, keys);
    }
    return result;
  }

  /**
   * Runs an UPDATE statement once for each row of parameters, in one transaction: with autocommit
   * on, all of the batch is committed, or nothing.
   *
   * @return the count of each row
   * @throws BatchFault which row failed; nothing of the batch remains
   */
  public long[] updateBatch(
      PreparedSql statement,
      List<@Nullable Object[]> rows,
      StatementControl control,
      @Nullable GeneratedKeys keys) {
    if (!(current(statement) instanceof PreparedInsert insert)) {
      throw new SqlFault("07005", "a batch is made of INSERT, not of this statement");
    }
    checkWritable();
    return write((into, appended) -> insertAll(into, insert, rows, control, appended), keys, false);
  }

  private long[] insertAll(
      Transaction into,
      PreparedInsert insert,
      List<@Nullable Object[]> rows,
      StatementControl control,
      @Nullable AppendedKeys keys) {
    long[] counts = new long[rows.size()];
    Execution execution = new Execution(store, groups, insert.sources(), new Object[0], control);
    for (int i = 0; i < counts.length; i++) {
      try {
        control.check();
        execution.rebind(insert.arguments(rows.get(i)));
        counts[i] = insert.insert(into, execution, keys);
      } catch (RuntimeException e) {
        throw new BatchFault(i, e);
      }
    }
    return counts;
  }

  public boolean isAutoCommit() {
    return autoCommit;
  }

  /** Turning it on commits. */
  public void setAutoCommit(boolean on) {
    checkOpen();
    if (on && !autoCommit) {
      commit();
    }
    autoCommit = on;
  }

  /** Commits inserts and the positions of all rows read so far, atomically. Cursors go on. */
  public void commit() {
    checkOpen();
    if (transaction == null && !groups.isMoved(null)) {
      return;
    }
    Transaction open = transaction();
    transaction = null;
    commitWithPositions(open, null);
  }

  /**
   * @param of the cursor whose positions to commit, or null for all
   */
  private void commitWithPositions(Transaction ending, @Nullable GroupCursor of) {
    try (ending) {
      groups.addTo(ending, of);
      ending.commit();
    } catch (RuntimeException | Error e) {
      groups.abandon("the cursor was closed: a commit failed: " + e.getMessage());
      throw e;
    }
    groups.committed(of);
  }

  /** Drops inserts, rewinds groups and closes their cursors. */
  public void rollback() {
    checkOpen();
    dropTransaction("the cursor was closed by a rollback");
  }

  private void dropTransaction(String why) {
    Transaction open = transaction;
    transaction = null;
    groups.abandon(why);
    if (open != null) {
      open.rollback();
    }
  }

  /** A write fails with 25006 from now on, or no longer. */
  public void setReadOnly(boolean readOnly) {
    checkOpen();
    this.readOnly = readOnly;
  }

  /** Rolls back. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    WarmUp.sessionClosed();
    try (store) {
      dropTransaction("the connection was closed");
    }
  }

  private Transaction transaction() {
    Transaction open = transaction;
    if (open == null) {
      open = store.begin(sync);
      transaction = open;
      pinned = false;
    }
    return open;
  }

  private void checkOpen() {
    if (closed) {
      throw new SqlFault(CLOSED, "the connection is closed");
    }
  }

  private void checkWritable() {
    if (readOnly) {
      throw new SqlFault(READ_ONLY, "the connection is read-only");
    }
  }

  private final class GroupCommits implements ConsumerGroups.Committer {
    @Override
    public SessionSettings settings() {
      return settings;
    }

    @Override
    public @Nullable Transaction pinned() {
      return pinned ? transaction : null;
    }

    @Override
    public void checkWritable() {
      Session.this.checkWritable();
    }

    @Override
    public boolean isAutoCommit() {
      return autoCommit;
    }

    // An acknowledgement between rows is visible at once and outlives the process, but does not
    // wait for the device: what a power cut can undo is the acknowledgement of rows that will then
    // be delivered again, as any row may be that was not acknowledged in time. The one at the end
    // of the rows waits, and with it all before.
    @Override
    public void acknowledge(GroupCursor cursor, boolean durably) {
      if (groups.isMoved(cursor)) {
        commitWithPositions(
            store.begin(durably || sync != SyncLevel.FULL ? sync : SyncLevel.NORMAL), cursor);
      }
    }
  }
}
