package io.klog.engine;

import java.util.Arrays;

/**
 * Index entries in ascending order, at most an {@link IndexBlock}'s. For one thread while it grows;
 * once published in a {@link SegmentIndex.View} it is not changed any more.
 */
final class IndexEntries {
  private int[] positions = new int[8];
  private int[] relativeOffsets = new int[8];
  private long[] minTimestamps = new long[8];
  private long[] maxTimestamps = new long[8];
  private int count;

  void add(int position, int relativeOffset, long minTimestamp, long maxTimestamp) {
    if (count == positions.length) {
      grow();
    }
    positions[count] = position;
    relativeOffsets[count] = relativeOffset;
    minTimestamps[count] = minTimestamp;
    maxTimestamps[count++] = maxTimestamp;
  }

  /** Lets a batch belong to the last entry when it starts near enough, else to a new one. */
  void addBatch(int position, int relativeOffset, long minTimestamp, long maxTimestamp) {
    if (belongsToLast(position)) {
      minTimestamps[count - 1] = Math.min(minTimestamps[count - 1], minTimestamp);
      maxTimestamps[count - 1] = Math.max(maxTimestamps[count - 1], maxTimestamp);
    } else {
      add(position, relativeOffset, minTimestamp, maxTimestamp);
    }
  }

  /** Whether a batch that starts here needs a new entry and there is no room for one. */
  boolean isFullFor(int position) {
    return count == IndexBlock.ENTRIES && !belongsToLast(position);
  }

  private boolean belongsToLast(int position) {
    return count > 0 && position - positions[count - 1] < SegmentIndex.SPACING;
  }

  /** A copy that nobody else appends to. */
  IndexEntries copy() {
    IndexEntries copy = new IndexEntries();
    copy.positions = Arrays.copyOf(positions, Math.max(8, count * 2));
    copy.relativeOffsets = Arrays.copyOf(relativeOffsets, copy.positions.length);
    copy.minTimestamps = Arrays.copyOf(minTimestamps, copy.positions.length);
    copy.maxTimestamps = Arrays.copyOf(maxTimestamps, copy.positions.length);
    copy.count = count;
    return copy;
  }

  int count() {
    return count;
  }

  int position(int i) {
    return positions[i];
  }

  int relativeOffset(int i) {
    return relativeOffsets[i];
  }

  long minTimestamp(int i) {
    return minTimestamps[i];
  }

  long maxTimestamp(int i) {
    return maxTimestamps[i];
  }

  /** The last entry whose offset is not greater, or -1. Offsets compare unsigned. */
  int floor(long relativeOffset) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Integer.toUnsignedLong(relativeOffsets[middle]) <= relativeOffset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private void grow() {
    positions = Arrays.copyOf(positions, count * 2);
    relativeOffsets = Arrays.copyOf(relativeOffsets, count * 2);
    minTimestamps = Arrays.copyOf(minTimestamps, count * 2);
    maxTimestamps = Arrays.copyOf(maxTimestamps, count * 2);
  }
}
