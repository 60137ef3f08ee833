package io.klog.sql;

/** A row of a batch failed; the cause says why. */
public final class BatchFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int row;

  BatchFault(int row, RuntimeException cause) {
    super("row " + (row + 1) + " of the batch: " + cause.getMessage(), cause);
    this.row = row;
  }

  /** The failed row, from 0. */
  public int row() {
    return row;
  }
}
