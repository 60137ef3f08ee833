package io.klog;

import org.jspecify.annotations.Nullable;

/** Anything a log store refuses or fails at, with a {@link Reason} that callers can act on. */
public class KlogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is. The JDBC driver gives each its SQLState. */
  public enum Reason {
    /** The file does not exist, is no klog file, or is of a newer format. */
    CANNOT_OPEN,
    /** Bytes that contradict the format; see {@link CorruptLogException}. */
    CORRUPT,
    /** Another process, or another class loader of this one, has the file open. */
    IN_USE,
    /** A lock was not granted within the busy timeout. */
    BUSY,
    /** The caller gave up waiting. */
    CANCELLED,
    /** There is a file already where one is to be made. */
    FILE_EXISTS,
    /** A write to a store that was opened read-only. */
    READ_ONLY,
    /** No room on the device. */
    DISK_FULL,
    /** The device or file system failed; what was asked for did not happen. */
    IO,
    /** A sync failed: whether the commit survives is not known. */
    OUTCOME_UNKNOWN,
    /**
     * The store failed before, for good: what was asked for was not done, and nothing will be
     * before all who have it open have closed it.
     */
    FAILED,
    /** A record, key or value beyond the limit. */
    TOO_LARGE,
    /** No such topic, or it was dropped meanwhile. */
    UNKNOWN_TOPIC,
    /** A topic of that name exists, perhaps in another case. */
    TOPIC_EXISTS,
    /** A view of that name exists, perhaps in another case. */
    VIEW_EXISTS,
    /** No such view, or it was dropped meanwhile. */
    UNKNOWN_VIEW,
    /** The topic has a column of that name, perhaps in another case. */
    COLUMN_EXISTS,
    /** A topic option that is unknown, has no effect here, or has a bad value. */
    INVALID_OPTION,
    /** A bad argument: a partition that does not exist, for instance. */
    INVALID_ARGUMENT,
    /** The position asked for is before the log start. */
    OFFSET_OUT_OF_RANGE,
    /** The consumer group has live members, which what was asked for would disturb. */
    GROUP_IN_USE,
    /** No such consumer group. */
    UNKNOWN_GROUP,
    /** The member was evicted from its group; its positions are not taken any more. */
    FENCED,
    /** The store, transaction or cursor is closed. */
    CLOSED
  }

  private final Reason reason;

  public KlogException(Reason reason, String message) {
    this(reason, message, null);
  }

  public KlogException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
