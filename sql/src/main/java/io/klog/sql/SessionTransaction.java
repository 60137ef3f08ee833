package io.klog.sql;

import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Transaction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of a session: when it begins and ends, what its statements see, and what is
 * written in it. With autocommit each statement has one of its own. For one thread at a time.
 */
final class SessionTransaction {
  private static final String TOO_LATE = "25001";
  private static final String NONE_OPEN = "25000";

  private final LogStore store;
  private final SyncLevel sync;
  private final ConsumerGroups groups;
  private final Savepoints savepoints = new Savepoints();
  private Isolation isolation = Isolation.READ_COMMITTED;
  private boolean autoCommit = true;
  // Whether autocommit is off for this transaction only.
  private boolean autoCommitAfterwards;
  // Null until something is to be kept in it.
  private @Nullable Transaction open;
  // Whether it has had its first statement.
  private boolean begun;
  // What its statements see, where they all see the same.
  private @Nullable TransactionView view;

  SessionTransaction(LogStore store, SyncLevel sync, ConsumerGroups groups) {
    this.store = store;
    this.sync = sync;
    this.groups = groups;
  }

  boolean isAutoCommit() {
    return autoCommit;
  }

  void setAutoCommit(boolean on, BooleanSupplier isGivenUp) {
    if (on && !autoCommit) {
      commit(isGivenUp);
    }
    autoCommit = on;
    autoCommitAfterwards = false;
  }

  Isolation isolation() {
    return isolation;
  }

  void setIsolation(Isolation level) {
    if (level != isolation && isOpen()) {
      throw new SqlFault(
          TOO_LATE, "the transaction has begun: its isolation level cannot change any more");
    }
    isolation = level;
  }

  /** Whether something was done in it that its end has yet to settle. */
  boolean isOpen() {
    return !autoCommit && (begun || open != null || groups.isMoved(null));
  }

  /** The transaction if there is something in it, or it has the writer's lock. */
  @Nullable Transaction present() {
    return open;
  }

  boolean isPinned() {
    Transaction present = open;
    return present != null && present.isPinned();
  }

  /** What all of its statements see; null where each sees what is there when it begins. */
  @Nullable TransactionView view() {
    return view;
  }

  /** Turns autocommit off until the transaction ends. */
  void begin() {
    if (isOpen() || autoCommitAfterwards) {
      throw new SqlFault(TOO_LATE, "a transaction has begun already");
    }
    if (autoCommit) {
      autoCommit = false;
      autoCommitAfterwards = true;
    }
  }

  /**
   * Before each statement: does at the first of them what the isolation level wants.
   *
   * @param mayWrite whether statements may follow that write; others need not be kept from it else
   */
  void beginStatement(boolean mayWrite, StatementControl control) {
    if (autoCommit || begun) {
      return;
    }
    if (isolation == Isolation.SERIALIZABLE && mayWrite) {
      pin(open(), control);
    }
    if (isolation != Isolation.READ_COMMITTED) {
      view = TransactionView.of(store);
    }
    begun = true;
  }

  private Transaction open() {
    Transaction present = open;
    if (present == null) {
      present = store.begin(sync);
      open = present;
    }
    return present;
  }

  /** Writes into a transaction. */
  interface Write<T> {
    T into(Transaction transaction, @Nullable AppendedKeys appended);

    /** Whether it does all or nothing by itself. */
    default boolean isAtomic() {
      return false;
    }

    /** Whether what it writes depends on what it reads. */
    default boolean reads() {
      return false;
    }
  }

  /**
   * Writes in a transaction of its own with autocommit, else in this one, of which nothing of a
   * write that fails remains.
   *
   * @param keys filled with what was inserted where given
   */
  <T> T write(Write<T> write, StatementControl control, @Nullable GeneratedKeys keys) {
    if (autoCommit) {
      return writeAlone(write, control, keys);
    }
    Transaction into = open();
    if (keys == null && write.isAtomic()) {
      return write.into(into, null);
    }
    if (keys != null) {
      pin(into, control);
    }
    Transaction.Savepoint savepoint = into.savepoint();
    try {
      return written(write, into, () -> {}, keys);
    } catch (RuntimeException | Error e) {
      into.rollbackTo(savepoint);
      throw e;
    }
  }

  private <T> T writeAlone(Write<T> write, StatementControl control, @Nullable GeneratedKeys keys) {
    try (Transaction own = store.begin(sync)) {
      if (isolation == Isolation.SERIALIZABLE && write.reads()) {
        own.pin(control);
      }
      return written(write, own, () -> own.commit(control), keys);
    } catch (KlogException e) {
      throw control.told(e);
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

  private static void pin(Transaction transaction, StatementControl control) {
    try {
      transaction.pin(control);
    } catch (KlogException e) {
      throw control.told(e);
    }
  }

  /** Commits what was written and read; where that fails it is rolled back. */
  void commit(BooleanSupplier isGivenUp) {
    try {
      if (open != null || groups.isMoved(null)) {
        Transaction ending = open();
        open = null;
        commitWithPositions(ending, null, false, isGivenUp);
      }
    } finally {
      ended();
    }
  }

  /** As a statement. */
  void commitAsStatement(StatementControl control) {
    requireNoAutoCommit("COMMIT");
    try {
      commit(control);
    } catch (KlogException e) {
      throw control.told(e);
    }
  }

  /**
   * Commits the positions of one cursor only, whatever else is open.
   *
   * @param level of durability
   * @param again those, too, that are committed already
   */
  void commitPositions(GroupCursor of, SyncLevel level, boolean again) {
    try {
      commitWithPositions(store.begin(level), of, again, of.control());
    } catch (KlogException e) {
      throw of.control().told(e);
    }
  }

  /**
   * @param of the cursor whose positions to commit, or null for all
   */
  private void commitWithPositions(
      Transaction ending, @Nullable GroupCursor of, boolean again, BooleanSupplier isGivenUp) {
    try (ending) {
      groups.addTo(ending, of, again);
      ending.commit(isGivenUp);
    } catch (RuntimeException | Error e) {
      groups.abandon("the cursor was closed: a commit failed: " + e.getMessage());
      throw e;
    }
    groups.committed(of);
  }

  /**
   * Drops inserts, rewinds groups and ends their cursors.
   *
   * @param why the cursors were ended
   */
  void rollback(String why) {
    Transaction dropped = open;
    open = null;
    ended();
    try {
      if (dropped != null) {
        dropped.rollback(); // first: to leave a group may take the lock that it has
      }
    } finally {
      groups.abandon(why);
    }
  }

  /** What it saw and what was set in it goes with it. */
  private void ended() {
    begun = false;
    view = null;
    savepoints.forgetAll();
    autoCommit |= autoCommitAfterwards;
    autoCommitAfterwards = false;
  }

  /**
   * @param what needs a transaction that goes on
   * @throws SqlFault 25000
   */
  void requireNoAutoCommit(String what) {
    if (autoCommit) {
      throw new SqlFault(
          NONE_OPEN,
          what + " has no meaning while autocommit is on: there is no transaction; BEGIN one");
    }
  }

  SessionSavepoint savepoint(@Nullable String name) {
    requireNoAutoCommit("a savepoint");
    SessionSavepoint savepoint = new SessionSavepoint(name, open().savepoint(), groups.mark());
    savepoints.add(savepoint);
    return savepoint;
  }

  /** The newest savepoint of that name. */
  SessionSavepoint savepointNamed(String name) {
    requireNoAutoCommit("a savepoint");
    return savepoints.named(name);
  }

  void rollbackTo(SessionSavepoint savepoint) {
    savepoints.forgetAfter(savepoint);
    open().rollbackTo(savepoint.appended());
    groups.rewindTo(savepoint.consumed(), "the cursor was closed by a rollback to a savepoint");
  }

  void release(SessionSavepoint savepoint) {
    savepoints.forgetFrom(savepoint);
  }
}
