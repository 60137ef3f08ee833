package io.klog.engine;

/**
 * How a file is opened, and what holds for those who opened it so: others may have it open with
 * other options.
 *
 * @param mode whether to create, write or only read
 * @param busyTimeoutMillis how long to wait for a lock, ms
 * @param maxRecordSize the most bytes that key, value and headers of a record may take together
 * @param exclusive whether this process wants the file alone for writing
 */
public record OpenOptions(Mode mode, long busyTimeoutMillis, int maxRecordSize, boolean exclusive) {
  /** Bounded by what fits a segment with room to spare. */
  public static final int GREATEST_RECORD_SIZE = 32 << 20;

  public static final OpenOptions DEFAULT = new OpenOptions(Mode.CREATE, 5_000, 16 << 20);

  /** What the opener may do. */
  public enum Mode {
    /** Read and write; the file is made when it is not there. */
    CREATE,
    /** Read and write a file that is there. */
    WRITE,
    /** Read a file that is there; change nothing of it. */
    READ
  }

  /** Not exclusive. */
  public OpenOptions(Mode mode, long busyTimeoutMillis, int maxRecordSize) {
    this(mode, busyTimeoutMillis, maxRecordSize, false);
  }

  public OpenOptions {
    if (busyTimeoutMillis < 0) {
      throw new IllegalArgumentException("busyTimeoutMillis " + busyTimeoutMillis);
    }
    if (maxRecordSize < 1 || maxRecordSize > GREATEST_RECORD_SIZE) {
      throw new IllegalArgumentException(
          "maxRecordSize " + maxRecordSize + " is not from 1 to " + GREATEST_RECORD_SIZE);
    }
  }
}
