package io.klog;

import org.jspecify.annotations.Nullable;

/**
 * Which records of a partition to read, and in which order. Bounds beyond what the partition holds
 * are fine; an empty range gives no records.
 *
 * @param fromOffset the first offset, inclusive
 * @param toOffset the offset to stop before
 * @param fromTimestamp the least create time, inclusive, in ms since the epoch
 * @param toTimestamp the greatest create time, inclusive, in ms since the epoch
 * @param keys records with one of these keys only; null for those with any key, and with none
 * @param reverse newest offset first
 * @param limit how many records the caller will ask for at most: a hint for how much to read ahead
 */
public record ScanRange(
    long fromOffset,
    long toOffset,
    long fromTimestamp,
    long toTimestamp,
    @Nullable KeySet keys,
    boolean reverse,
    long limit) {

  /** Everything, oldest first. */
  public static final ScanRange ALL =
      new ScanRange(0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, null, false, Long.MAX_VALUE);

  /** From this offset on, oldest first. */
  public static ScanRange from(long offset) {
    return ALL.withOffsets(offset, Long.MAX_VALUE);
  }

  public ScanRange withOffsets(long from, long to) {
    return new ScanRange(from, to, fromTimestamp, toTimestamp, keys, reverse, limit);
  }

  public ScanRange withTimestamps(long from, long to) {
    return new ScanRange(fromOffset, toOffset, from, to, keys, reverse, limit);
  }

  /** Records with one of these keys only. */
  public ScanRange withKeys(KeySet wanted) {
    return new ScanRange(fromOffset, toOffset, fromTimestamp, toTimestamp, wanted, reverse, limit);
  }

  public ScanRange reversed() {
    return new ScanRange(fromOffset, toOffset, fromTimestamp, toTimestamp, keys, !reverse, limit);
  }

  public ScanRange withLimit(long newLimit) {
    return new ScanRange(fromOffset, toOffset, fromTimestamp, toTimestamp, keys, reverse, newLimit);
  }

  /** Whether the create time of records matters at all. */
  public boolean boundsTimestamp() {
    return fromTimestamp != Long.MIN_VALUE || toTimestamp != Long.MAX_VALUE;
  }
}
