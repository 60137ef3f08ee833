package io.klog.sql;

import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Transaction;
import java.util.List;
import java.util.Objects;
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
  private SessionSettings settings;
  private Isolation isolation = Isolation.READ_COMMITTED;
  private @Nullable Transaction transaction;
  // Whether the transaction has had its first statement.
  private boolean begun;
  // What the transaction's statements see, where they all see the same.
  private @Nullable TransactionView view;
  private final Savepoints savepoints = new Savepoints();
  private boolean autoCommit = true;
  // Whether autocommit is off for this transaction only.
  private boolean autoCommitAfterwards;
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
    this.connectionSettings = settings;
    this.settings = settings;
    this.plans = store.shared(PlanCache.class, PlanCache::new);
    this.groups = new ConsumerGroups(store, new GroupCommits());
    WarmUp.sessionOpened();
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

  // Settings.

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
    control.wakeBy(wake);
    if (query.actsAtOnce()) {
      checkMayAct();
      return open(query, null, parameters, control);
    }
    begin(control);
    return open(query, view, parameters, control);
  }

  /** Runs a query that takes no part in the transaction and sees what is there by now. */
  public Rows queryOutsideTransaction(PreparedSql statement, StatementControl control) {
    return open((PreparedQuery) current(statement), null, new Object[0], control);
  }

  private Rows open(
      PreparedQuery query,
      @Nullable TransactionView seen,
      @Nullable Object[] parameters,
      StatementControl control) {
    Execution execution =
        new Execution(this, seen, query.topics(), query.coerced(parameters), control);
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
      control.wakeBy(wake);
      begin(control);
      Execution execution =
          new Execution(this, view, insert.sources(), insert.arguments(parameters), control);
      return write(
          (into, appended) -> insert.insert(into, execution, appended), insert, control, keys);
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
    if (isPinned()) {
      throw new SqlFault(
          "25001",
          "the transaction has the writer's lock, for generated keys, because it is serializable,"
              + " or because it is large: commit or roll back first");
    }
  }

  private boolean isPinned() {
    Transaction open = transaction;
    return open != null && open.isPinned();
  }

  /** Writes into a transaction. */
  private interface Write<T> {
    T into(Transaction transaction, @Nullable AppendedKeys appended);
  }

  /**
   * In a transaction of its own with autocommit, else in the session's, of which nothing of a write
   * that fails remains.
   *
   * @param insert what writes; null for a batch
   */
  private <T> T write(
      Write<T> write,
      @Nullable PreparedInsert insert,
      StatementControl control,
      @Nullable GeneratedKeys keys) {
    if (autoCommit) {
      return writeAlone(write, insert, control, keys);
    }
    Transaction open = transaction();
    if (keys == null && insert != null && insert.isSingle()) {
      return write.into(open, null);
    }
    if (keys != null) {
      pin(open, control);
    }
    Transaction.Savepoint savepoint = open.savepoint();
    try {
      return written(write, open, () -> {}, keys);
    } catch (RuntimeException | Error e) {
      open.rollbackTo(savepoint);
      throw e;
    }
  }

  private <T> T writeAlone(
      Write<T> write,
      @Nullable PreparedInsert insert,
      StatementControl control,
      @Nullable GeneratedKeys keys) {
    try (Transaction own = store.begin(sync)) {
      if (isolation == Isolation.SERIALIZABLE && insert != null && !insert.sources().isEmpty()) {
        own.pin(control::isGivenUp);
      }
      return written(write, own, () -> own.commit(control::isGivenUp), keys);
    } catch (KlogException e) {
      throw toldBy(control, e);
    }
  }

  private void pin(Transaction open, StatementControl control) {
    try {
      open.pin(control::isGivenUp);
    } catch (KlogException e) {
      throw toldBy(control, e);
    }
  }

  /** Who gave up waiting is told why by what made him: it was cancelled, or its time was up. */
  private static KlogException toldBy(StatementControl control, KlogException e) {
    if (e.reason() == KlogException.Reason.CANCELLED) {
      control.check();
    }
    return e;
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
    control.wakeBy(wake);
    begin(control);
    return write(
        (into, appended) -> insertAll(into, insert, rows, control, appended), null, control, keys);
  }

  private long[] insertAll(
      Transaction into,
      PreparedInsert insert,
      List<@Nullable Object[]> rows,
      StatementControl control,
      @Nullable AppendedKeys keys) {
    long[] counts = new long[rows.size()];
    Execution execution = new Execution(this, view, insert.sources(), new Object[0], control);
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

  // The transaction.

  public boolean isAutoCommit() {
    return autoCommit;
  }

  /** Turning it on commits. */
  public void setAutoCommit(boolean on, BooleanSupplier isGivenUp) {
    checkOpen();
    if (on && !autoCommit) {
      commit(isGivenUp);
    }
    autoCommit = on;
    autoCommitAfterwards = false;
  }

  /** The same for one who does not give up. */
  public void setAutoCommit(boolean on) {
    setAutoCommit(on, () -> false);
  }

  public Isolation isolation() {
    return isolation;
  }

  /**
   * For the transactions from now on; with autocommit, for each statement.
   *
   * @throws SqlFault 25001 when one has begun
   */
  public void setIsolation(Isolation level) {
    checkOpen();
    if (level != isolation && isInTransaction()) {
      throw new SqlFault(
          "25001", "the transaction has begun: its isolation level cannot change any more");
    }
    isolation = level;
  }

  private boolean isInTransaction() {
    return begun || transaction != null || groups.isMoved(null);
  }

  /** Autocommit is off until the transaction ends. */
  void begin() {
    if (isInTransaction() || autoCommitAfterwards) {
      throw new SqlFault("25001", "a transaction has begun already");
    }
    if (autoCommit) {
      autoCommit = false;
      autoCommitAfterwards = true;
    }
  }

  /** Does at a transaction's first statement what the isolation level wants. */
  private void begin(StatementControl control) {
    if (autoCommit || begun) {
      return;
    }
    if (isolation == Isolation.SERIALIZABLE && !readOnly && !store.isReadOnly()) {
      pin(transaction(), control);
    }
    if (isolation != Isolation.READ_COMMITTED) {
      view = TransactionView.of(store);
    }
    begun = true;
  }

  /** What the transaction saw and set goes with it. */
  private void ended() {
    begun = false;
    view = null;
    savepoints.forgetAll();
    autoCommit |= autoCommitAfterwards;
    autoCommitAfterwards = false;
  }

  /**
   * Commits inserts and the positions of all rows read so far, atomically. Cursors go on. Where
   * that fails the transaction is over, rolled back.
   *
   * @param isGivenUp asked while it waits for the writer's lock: whether to wait no more
   */
  public void commit(BooleanSupplier isGivenUp) {
    checkOpen();
    try {
      if (transaction != null || groups.isMoved(null)) {
        Transaction open = transaction();
        transaction = null;
        commitWithPositions(open, null, isGivenUp);
      }
    } finally {
      ended();
    }
  }

  /** The same for one who does not give up. */
  public void commit() {
    commit(() -> false);
  }

  /** As SQL. */
  void commit(StatementControl control) {
    checkNoAutoCommit("COMMIT");
    try {
      commit(control::isGivenUp);
    } catch (KlogException e) {
      throw toldBy(control, e);
    }
  }

  /**
   * @param of the cursor whose positions to commit, or null for all
   */
  private void commitWithPositions(
      Transaction ending, @Nullable GroupCursor of, BooleanSupplier isGivenUp) {
    try (ending) {
      groups.addTo(ending, of);
      ending.commit(isGivenUp);
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
    ended();
    groups.abandon(why);
    if (open != null) {
      open.rollback();
    }
  }

  /**
   * @throws SqlFault 25000
   */
  void checkNoAutoCommit(String what) {
    if (autoCommit) {
      throw new SqlFault(
          "25000",
          what + " has no meaning while autocommit is on: there is no transaction; BEGIN one");
    }
  }

  /**
   * A point of the transaction to go back to.
   *
   * @param name to find it by in SQL, or null
   */
  public SessionSavepoint savepoint(@Nullable String name) {
    checkOpen();
    checkNoAutoCommit("a savepoint");
    SessionSavepoint savepoint =
        new SessionSavepoint(name, transaction().savepoint(), groups.mark());
    savepoints.add(savepoint);
    return savepoint;
  }

  /** The newest savepoint of that name. */
  SessionSavepoint savepointNamed(String name) {
    checkNoAutoCommit("a savepoint");
    return savepoints.named(name);
  }

  /**
   * Drops what was inserted since, rewinds groups to where they were, and closes the cursors that
   * have read since. Later savepoints are gone, this one stays.
   *
   * @throws SqlFault 3B001 when the savepoint is gone
   */
  public void rollbackTo(SessionSavepoint savepoint) {
    checkOpen();
    savepoints.forgetAfter(savepoint);
    transaction().rollbackTo(savepoint.appended());
    groups.rewindTo(savepoint.consumed(), "the cursor was closed by a rollback to a savepoint");
  }

  /**
   * Forgets the savepoint and those set after it.
   *
   * @throws SqlFault 3B001 when it is gone already
   */
  public void release(SessionSavepoint savepoint) {
    checkOpen();
    savepoints.forgetFrom(savepoint);
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
    public @Nullable Transaction transaction() {
      return transaction;
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
            store.begin(durably || sync != SyncLevel.FULL ? sync : SyncLevel.NORMAL),
            cursor,
            () -> false);
      }
    }
  }
}
