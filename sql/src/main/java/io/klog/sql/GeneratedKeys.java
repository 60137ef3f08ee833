package io.klog.sql;

import java.util.Arrays;

/** Partition and offset of each row that a statement inserted, in the order of the rows. */
public final class GeneratedKeys {
  private int[] partitions = new int[1];
  private long[] offsets = new long[1];
  private int size;

  void add(int partition, long offset) {
    if (size == offsets.length) {
      partitions = Arrays.copyOf(partitions, size * 2);
      offsets = Arrays.copyOf(offsets, size * 2);
    }
    partitions[size] = partition;
    offsets[size++] = offset;
  }

  public int size() {
    return size;
  }

  public int partition(int row) {
    return partitions[row];
  }

  public long offset(int row) {
    return offsets[row];
  }
}
