package io.klog.sql;

import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Transaction;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
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
  private final SessionSettings connectionSettings;
  private final Runnable wake = this::wake;
  private final SessionTransaction transaction;
  // Each execution would make one anew, which costs more than the record that it then writes.
  private final JsonWriter jsonWriter = new JsonWriter();
  private Chores chores = Chores.NONE;
  private SessionSettings settings;
  private boolean readOnly;
  private boolean closed;
  private @Nullable PreparedSql executed;

  /** A session with the settings that hold where nobody says otherwise. */
  public Session(LogStore store, SyncLevel sync) {
    this(store, sync, SessionSettings.DEFAULTS);
  }

  /** The session closes the store when it is closed. */
  public Session(LogStore store, SyncLevel sync, SessionSettings settings) {
    this.store = store;
    this.sync = sync;
    this.connectionSettings = settings;
    this.settings = settings;
    this.plans = store.shared(PlanCache.class, PlanCache::new);
    this.groups = new ConsumerGroups(store, new GroupCommits());
    this.transaction = new SessionTransaction(store, sync, groups);
    WarmUp.sessionOpened();
  }

  /**
   * Says that a store is about to be opened for a session: what planning needs is loaded meanwhile,
   * in another thread. To be followed by {@link #openingEnded}.
   */
  public static void openingBegun() {
    WarmUp.sessionOpened();
  }

  /** The session is there by now, or there will be none. */
  public static void openingEnded() {
    WarmUp.sessionClosed();
  }

  public LogStore store() {
    return store;
  }

  ConsumerGroups groups() {
    return groups;
  }

  /** Has who waits for something look whether he was told to give up. From any thread. */
  public void wake() {
    try {
      store.wake();
    } catch (KlogException e) {
      if (e.reason() != KlogException.Reason.CLOSED) { // nobody waits where all is closed
        throw e;
      }
    }
  }

  /** Set before the session is used. */
  public void setChores(Chores chores) {
    this.chores = chores;
  }

  Chores chores() {
    return chores;
  }

  // Settings.

  JsonWriter jsonWriter() {
    return jsonWriter;
  }

  /** What holds for the cursors that are opened from now on. */
  SessionSettings settings() {
    return settings;
  }

  /** What the session began with. */
  SessionSettings connectionSettings() {
    return connectionSettings;
  }

  /**
   * @param text a value of the setting
   */
  void set(Setting setting, String text) {
    settings = Objects.requireNonNull(setting.set(settings, text));
  }

  void reset(Setting setting) {
    set(setting, setting.text(connectionSettings));
  }

  void resetAll() {
    settings = connectionSettings;
  }

  // Statements.

  /** What CALL can run. */
  public static List<ProcedureInfo> procedures() {
    return Procedures.infos();
  }

  /** Parses, validates and plans, or takes the plan from the cache. Changes nothing. */
  public PreparedSql prepare(String sql) {
    checkOpen();
    return plans.plan(sql, store.catalog());
  }

  /** The plan itself, or what it is now that the catalog has changed. */
  public PreparedSql current(PreparedSql statement) {
    return planned(statement);
  }

  private Prepared planned(PreparedSql statement) {
    checkOpen();
    Prepared prepared = (Prepared) statement;
    return prepared.catalogVersion() == store.catalog().version()
        ? prepared
        : plans.plan(prepared.sql(), store.catalog());
  }

  /**
   * What the last {@link #query} ran: its statement, or that planned anew because the catalog had
   * changed. The rows have its columns.
   */
  public PreparedSql executed() {
    return Objects.requireNonNull(executed, "nothing was queried yet");
  }

  /** Runs a query. */
  public Rows query(
      PreparedSql statement, @Nullable Object[] parameters, StatementControl control) {
    if (!(planned(statement) instanceof PreparedQuery query)) {
      throw new SqlFault("07005", "the statement is no query");
    }
    executed = query;
    control.wakeBy(wake);
    if (query.actsAtOnce()) {
      checkMayAct();
      return open(query, null, parameters, control);
    }
    transaction.beginStatement(mayWrite(), control);
    return open(query, transaction.view(), parameters, control);
  }

  /** Runs a query that takes no part in the transaction and sees what is there by now. */
  public Rows queryOutsideTransaction(PreparedSql statement, StatementControl control) {
    return open((PreparedQuery) planned(statement), null, new Object[0], control);
  }

  private Rows open(
      PreparedQuery query,
      @Nullable TransactionView seen,
      @Nullable Object[] parameters,
      StatementControl control) {
    Execution execution =
        new Execution(this, seen, query.topics(), query.arguments(parameters), control);
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
    Prepared prepared = planned(statement);
    if (prepared instanceof PreparedInsert insert) {
      beginWrite(control);
      Execution execution = execution(insert, insert.arguments(parameters), control);
      return transaction.write(new Insert(insert, execution), control, keys);
    }
    if (prepared instanceof PreparedDeletion deletion) {
      checkMayAct();
      control.wakeBy(wake);
      return deletion.run(
          new Execution(this, null, Set.of(), deletion.coerced(parameters), control));
    }
    if (prepared instanceof PreparedDdl ddl) {
      ddl.checkCount(parameters.length);
      checkMayAct();
      ddl.run(store);
      return 0;
    }
    if (prepared instanceof PreparedCommand command) {
      command.checkCount(parameters.length);
      control.wakeBy(wake);
      command.run(this, control);
      return 0;
    }
    throw new SqlFault("07005", "the statement is a query: it gives rows, not a count");
  }

  /**
   * Refuses to do now what takes effect at once, whatever transaction is open.
   *
   * @throws SqlFault 25006; 25001 where it would wait for the session's own lock
   */
  private void checkMayAct() {
    checkWritable();
    if (transaction.isPinned()) {
      throw new SqlFault(
          "25001",
          "the transaction has the writer's lock, for generated keys, because it is serializable,"
              + " or because it is large: commit or roll back first");
    }
  }

  private void beginWrite(StatementControl control) {
    checkWritable();
    control.wakeBy(wake);
    transaction.beginStatement(true, control);
  }

  private Execution execution(
      PreparedInsert insert, @Nullable Object[] arguments, StatementControl control) {
    return new Execution(this, transaction.view(), insert.sources(), arguments, control);
  }

  private record Insert(PreparedInsert plan, Execution execution)
      implements SessionTransaction.Write<Long> {
    @Override
    public Long into(Transaction into, @Nullable AppendedKeys appended) {
      return plan.insert(into, execution, appended);
    }

    @Override
    public boolean isAtomic() {
      return plan.isSingle();
    }

    @Override
    public boolean reads() {
      return !plan.sources().isEmpty();
    }
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
    if (!(planned(statement) instanceof PreparedInsert insert)) {
      throw new SqlFault("07005", "a batch is made of INSERT, not of this statement");
    }
    beginWrite(control);
    Execution execution = execution(insert, new Object[0], control);
    return transaction.write(new Batch(insert, execution, rows), control, keys);
  }

  private record Batch(PreparedInsert plan, Execution execution, List<@Nullable Object[]> rows)
      implements SessionTransaction.Write<long[]> {
    @Override
    public long[] into(Transaction into, @Nullable AppendedKeys appended) {
      long[] counts = new long[rows.size()];
      for (int i = 0; i < counts.length; i++) {
        try {
          execution.control().check();
          execution.rebind(plan.arguments(rows.get(i)));
          counts[i] = plan.insert(into, execution, appended);
        } catch (RuntimeException e) {
          throw new BatchFault(i, e);
        }
      }
      return counts;
    }

    @Override
    public boolean reads() {
      return !plan.sources().isEmpty();
    }
  }

  // The transaction.

  public boolean isAutoCommit() {
    return transaction.isAutoCommit();
  }

  /** Turning it on commits: see {@link #commit(BooleanSupplier)}. */
  public void setAutoCommit(boolean on, BooleanSupplier isGivenUp) {
    checkOpen();
    transaction.setAutoCommit(on, isGivenUp);
  }

  /** The same for one who does not give up. */
  public void setAutoCommit(boolean on) {
    setAutoCommit(on, () -> false);
  }

  public Isolation isolation() {
    return transaction.isolation();
  }

  /**
   * For the transactions from now on; with autocommit, for each statement.
   *
   * @throws SqlFault 25001 when one has begun
   */
  public void setIsolation(Isolation level) {
    checkOpen();
    transaction.setIsolation(level);
  }

  /**
   * Commits inserts and the positions of all rows read so far, atomically. Cursors go on. Where
   * that fails the transaction is over, rolled back.
   *
   * @param isGivenUp asked while it waits for the writer's lock: whether to wait no more
   */
  public void commit(BooleanSupplier isGivenUp) {
    checkOpen();
    transaction.commit(isGivenUp);
  }

  /** The same for one who does not give up. */
  public void commit() {
    commit(() -> false);
  }

  /** Drops inserts, rewinds groups and closes their cursors. */
  public void rollback() {
    checkOpen();
    transaction.rollback("the cursor was closed by a rollback");
  }

  /**
   * A point of the transaction to go back to.
   *
   * @param name to find it by in SQL, or null
   * @throws SqlFault 25000 with autocommit
   */
  public SessionSavepoint savepoint(@Nullable String name) {
    checkOpen();
    return transaction.savepoint(name);
  }

  /**
   * Drops what was inserted since, rewinds groups to where they were, and closes the cursors that
   * have read since. Later savepoints are gone, this one stays.
   *
   * @throws SqlFault 3B001 when the savepoint is gone
   */
  public void rollbackTo(SessionSavepoint savepoint) {
    checkOpen();
    transaction.rollbackTo(savepoint);
  }

  /**
   * Forgets the savepoint and those set after it.
   *
   * @throws SqlFault 3B001 when it is gone already
   */
  public void release(SessionSavepoint savepoint) {
    checkOpen();
    transaction.release(savepoint);
  }

  /** What statements do with it. */
  SessionTransaction transaction() {
    return transaction;
  }

  /** A write fails with 25006 from now on, or no longer. */
  public void setReadOnly(boolean readOnly) {
    checkOpen();
    if (readOnly != this.readOnly && transaction.isOpen()) {
      throw new SqlFault(
          "25001", "the transaction has begun: whether it only reads cannot change any more");
    }
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
      transaction.rollback("the connection was closed");
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new SqlFault(CLOSED, "the connection is closed");
    }
  }

  private boolean mayWrite() {
    return !readOnly && !store.isReadOnly();
  }

  private void checkWritable() {
    if (readOnly) {
      throw new SqlFault(READ_ONLY, "the connection is read-only");
    }
  }

  private final class GroupCommits implements ConsumerGroups.Committer {
    @Override
    public boolean seesOneSnapshot() {
      return transaction.view() != null;
    }

    @Override
    public SessionSettings settings() {
      return settings;
    }

    @Override
    public @Nullable Transaction transaction() {
      return transaction.present();
    }

    @Override
    public void checkWritable() {
      Session.this.checkWritable();
    }

    @Override
    public boolean isAutoCommit() {
      return transaction.isAutoCommit();
    }

    // An acknowledgement between rows is visible at once and outlives the process, but does not
    // wait for the device: what a power cut can undo is the acknowledgement of rows that will then
    // be delivered again, as any row may be that was not acknowledged in time. The one at the end
    // of the rows waits, and with it all before.
    @Override
    public void acknowledge(GroupCursor cursor, boolean durably, boolean again) {
      transaction.commitPositions(
          cursor, durably || sync != SyncLevel.FULL ? sync : SyncLevel.NORMAL, again);
    }
  }
}
