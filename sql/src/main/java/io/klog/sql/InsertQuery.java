package io.klog.sql;

import io.klog.Topic;
import io.klog.Transaction;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** INSERT of what a query gives, in the order in which it gives it. */
final class InsertQuery extends PreparedInsert {
  private static final int CONTROL_MASK = 0xff;

  private final Operator source;
  private final Set<Topic> sources;
  private final boolean withPartition;
  private final boolean withTimestamp;

  /**
   * @param source rows of all the topic's columns
   * @param withPartition whether the statement names the partition; else the source has a stand-in
   */
  InsertQuery(
      Head head,
      Topic topic,
      Operator source,
      Set<Topic> sources,
      boolean withPartition,
      boolean withTimestamp) {
    super(head, topic);
    this.source = source;
    this.sources = sources;
    this.withPartition = withPartition;
    this.withTimestamp = withTimestamp;
  }

  @Override
  Set<Topic> sources() {
    return sources;
  }

  @Override
  boolean isSingle() {
    return false;
  }

  @Override
  long insert(Transaction transaction, Execution execution, @Nullable AppendedKeys keys) {
    long count = 0;
    try (RowCursor rows = source.open(execution)) {
      while (rows.next()) {
        if ((++count & CONTROL_MASK) == 0) {
          execution.control().check();
        }
        InsertRow.append(
            transaction,
            topic(),
            withPartition ? rows.getObject(Columns.PARTITION) : null,
            withTimestamp ? rows.getObject(Columns.TIMESTAMP) : null,
            rows.isNull(Columns.KEY) ? null : rows.getBytes(Columns.KEY),
            rows.isNull(Columns.VALUE) ? null : rows.getBytes(Columns.VALUE),
            rows.getObject(Columns.HEADERS),
            execution.now(),
            keys);
      }
    }
    return count;
  }
}
