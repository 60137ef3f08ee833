package io.klog;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records to append and group positions to move, all or nothing. They are buffered, encoded, until
 * the commit, which takes the writer's lock; rollback consumes no offset. For one thread at a time.
 *
 * <p>A transaction whose records take more than 16 MiB does not keep them in memory: it takes the
 * writer's lock before its commit, as by {@link #pin}, and keeps other writers out until it ends.
 * Nobody sees what it has written before it commits.
 */
public interface Transaction extends AutoCloseable {
  /** For {@link #append}: by the key's murmur2 as Kafka does; without a key, one for all. */
  int ANY_PARTITION = -1;

  /**
   * Appends a record. The arrays are copied at once. When the buffer is full this may have to wait
   * for the writer's lock, as long as a commit does; nobody can give up that wait.
   *
   * @param partition or {@link #ANY_PARTITION}
   * @param timestamp the create time in ms since the epoch
   * @return the partition it went to
   * @throws KlogException TOO_LARGE, UNKNOWN_TOPIC, INVALID_ARGUMENT, READ_ONLY, BUSY, DISK_FULL,
   *     IO, OUTCOME_UNKNOWN; the transaction is as it was before the call. Where the device cannot
   *     even be read it may be over, all of it dropped: then whatever follows is refused as CLOSED
   */
  int append(
      Topic topic,
      int partition,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers);

  /** How many records this transaction has appended to the partition so far. */
  long appended(Topic topic, int partition);

  /**
   * Moves the member's group to this offset in the partition when the transaction commits; that
   * fails as FENCED when the member does not have the partition any more by then, as
   * INVALID_ARGUMENT when the partition, with the transaction's own records, ends before the
   * offset, and nothing of the transaction happens.
   *
   * @throws KlogException FENCED, INVALID_ARGUMENT
   */
  void position(GroupMember member, int partition, long offset);

  /**
   * Takes the writer's lock now and keeps it to the end, so that {@link #baseOffset} is known
   * before the commit, and whatever was committed before can be seen. Idempotent. Where it fails
   * the transaction is as it was.
   *
   * @param isGivenUp asked again and again: whether to wait no more for the lock
   * @throws KlogException BUSY, CANCELLED
   */
  void pin(BooleanSupplier isGivenUp);

  /** The same for one who does not give up. */
  default void pin() {
    pin(() -> false);
  }

  /** Whether it has the writer's lock: nobody else can commit until it is over. */
  boolean isPinned();

  /**
   * The offset of the first record that this transaction appended to the partition; the others
   * follow without gaps. Known once the transaction is pinned or committed.
   */
  long baseOffset(Topic topic, int partition);

  /** A point to go back to: {@link #rollbackTo}. Cheap. */
  Savepoint savepoint();

  /**
   * Drops what was appended and which positions were moved since the savepoint was taken; later
   * savepoints are gone, this one stays. The writer's lock is kept.
   *
   * @throws KlogException IO, CORRUPT when of a transaction that is not in memory what was to be
   *     kept cannot be read; it is over then, all of it dropped
   */
  void rollbackTo(Savepoint savepoint);

  /** A point within one transaction. */
  interface Savepoint {}

  /** Whether nothing has been appended and no position moved. */
  boolean isEmpty();

  /**
   * Commits. On return the records are visible to everybody and as durable as the sync level says.
   * On failure nothing happened, unless the reason is OUTCOME_UNKNOWN. The transaction is over
   * either way.
   *
   * @param isGivenUp asked again and again: whether to wait no more for the writer's lock
   * @throws KlogException BUSY, CANCELLED, FENCED, OUTCOME_UNKNOWN, IO, DISK_FULL, UNKNOWN_TOPIC,
   *     INVALID_ARGUMENT
   */
  void commit(BooleanSupplier isGivenUp);

  /** The same for one who does not give up. */
  default void commit() {
    commit(() -> false);
  }

  /** Drops everything. A no-op when the transaction is over. */
  void rollback();

  /** Rolls back if the transaction is not over. */
  @Override
  default void close() {
    rollback();
  }
}
