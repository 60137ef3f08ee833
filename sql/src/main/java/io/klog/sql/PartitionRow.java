package io.klog.sql;

/** A row of which only the partition is known. */
final class PartitionRow extends RowCursor {
  private final int partition;

  PartitionRow(int partition) {
    this.partition = partition;
  }

  @Override
  public boolean next() {
    return false;
  }

  @Override
  public int getInt(int column) {
    return partition;
  }

  @Override
  public boolean isNull(int column) {
    return false;
  }

  @Override
  public Object getObject(int column) {
    return partition;
  }

  @Override
  public void close() {}
}
