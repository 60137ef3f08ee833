package io.klog;

/** Where a consumer group begins to read a partition in which it has no position. */
public enum OffsetReset {
  /** At the oldest record. */
  EARLIEST,
  /** At the end as of then: only what comes later is read. */
  LATEST,
  /** Nowhere: that is an error. */
  NONE
}
