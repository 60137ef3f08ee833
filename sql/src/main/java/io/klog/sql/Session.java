package io.klog.sql;

import io.klog.LogStore;
import io.klog.SyncLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection's view of a store: its transaction, its group cursors, its settings. For one
 * thread at a time.
 *
 * <p>Parameters are canonical values of the package, or one of these, which are coerced to the type
 * that the place wants: {@code Long}, {@code Double}, {@code BigDecimal}, {@code Boolean}, {@code
 * String}, {@code byte[]}, {@code Instant}, {@code LocalDate}, {@code LocalTime}, {@code Map},
 * null.
 *
 * <p>Every method may throw {@link SqlFault} or {@link io.klog.KlogException}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Session implements AutoCloseable {
  private final LogStore store;
  private final SyncLevel sync;

  /** The session closes the store when it is closed. */
  public Session(LogStore store, SyncLevel sync) {
    this.store = store;
    this.sync = sync;
  }

  public LogStore store() {
    return store;
  }

  /** Parses, validates and plans, or takes the plan from the cache. Changes nothing. */
  public PreparedSql prepare(String sql) {
    throw new AssertionError(sql + sync);
  }

  /** Runs a query. */
  public Rows query(
      PreparedSql statement, @Nullable Object[] parameters, StatementControl control) {
    throw new AssertionError();
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
    throw new AssertionError();
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
    throw new AssertionError();
  }

  public boolean isAutoCommit() {
    throw new AssertionError();
  }

  /** Turning it on commits. */
  public void setAutoCommit(boolean on) {
    throw new AssertionError();
  }

  /** Commits inserts and the positions of all rows read so far, atomically. Cursors go on. */
  public void commit() {
    throw new AssertionError();
  }

  /** Drops inserts, rewinds groups and closes their cursors. */
  public void rollback() {
    throw new AssertionError();
  }

  /** A write fails with 25006 from now on, or no longer. */
  public void setReadOnly(boolean readOnly) {
    throw new AssertionError();
  }

  /** Rolls back. Idempotent. */
  @Override
  public void close() {
    store.close();
  }
}
