package io.klog;

import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of a partition. Nothing is allocated or copied per record: key and value
 * are ranges of arrays that the cursor owns, valid until the next call of {@link #next}, and not to
 * be changed. For one thread at a time.
 */
public interface RecordCursor extends AutoCloseable {
  /**
   * Steps to the next record.
   *
   * @return false at the end of the range
   * @throws CorruptLogException at the first record that cannot be trusted
   */
  boolean next();

  long offset();

  /**
   * How many offsets were passed over since the last call, because their records were deleted while
   * this read: a cursor goes on at the log's start.
   */
  default long takeSkipped() {
    return 0;
  }

  /** The create time in ms since the epoch. */
  long timestamp();

  byte[] keyArray();

  int keyStart();

  /** In bytes; -1 where the key is null. */
  int keyLength();

  byte[] valueArray();

  int valueStart();

  /** In bytes; -1 where the value is null. */
  int valueLength();

  /** A copy of the key, or null. */
  default byte @Nullable [] key() {
    int length = keyLength();
    return length < 0
        ? null
        : java.util.Arrays.copyOfRange(keyArray(), keyStart(), keyStart() + length);
  }

  /** A copy of the value, or null. */
  default byte @Nullable [] value() {
    int length = valueLength();
    return length < 0
        ? null
        : java.util.Arrays.copyOfRange(valueArray(), valueStart(), valueStart() + length);
  }

  /** The headers, in order, as copies; {@link Headers#NONE} where there are none. */
  Headers headers();

  @Override
  void close();
}
