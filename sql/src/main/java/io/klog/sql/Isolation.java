package io.klog.sql;

/** What a transaction sees of others. None sees its own inserts before it commits. */
public enum Isolation {
  /** Each statement sees one commit, the newest when it began. */
  READ_COMMITTED,
  /** All statements see one commit, the newest when the first of them began. */
  REPEATABLE_READ,
  /**
   * The same, and nobody else commits until the transaction ends: it has the writer's lock from its
   * first statement on, unless the session only reads.
   */
  SERIALIZABLE
}
