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
  private final Columns layout;
  // Null for a topic that declares no columns.
  private final @Nullable RecordLayout recordLayout;
  private final boolean withPartition;
  private final boolean withTimestamp;
  private final boolean withKey;
  private final boolean withValue;

  /** The declared columns that the statement names, by their place among these. */
  private final int[] declared;

  /**
   * @param source rows of all the topic's columns; of those that the statement does not name they
   *     have a stand-in
   */
  InsertQuery(Head head, InsertTarget target, Operator source, Set<Topic> sources) {
    super(head, target.topic());
    this.source = source;
    this.sources = sources;
    this.layout = target.layout();
    this.recordLayout = target.recordLayout();
    this.withPartition = target.columns().contains(Columns.PARTITION);
    this.withTimestamp = target.columns().contains(Columns.TIMESTAMP);
    this.withKey = !layout.isTyped() || target.columns().contains(layout.key());
    this.withValue = !layout.isTyped() || target.columns().contains(layout.value());
    this.declared =
        target.columns().stream()
            .filter(layout::isDeclared)
            .mapToInt(column -> column - Columns.FIRST_DECLARED)
            .toArray();
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
    RecordWriter writer = recordLayout == null ? null : execution.recordWriter(recordLayout);
    try (RowCursor rows = source.open(execution)) {
      while (rows.next()) {
        if ((++count & CONTROL_MASK) == 0) {
          execution.control().check();
        }
        if (writer != null) {
          writer.begin();
          for (int field : declared) {
            writer.setCanonical(field, rows.getObject(Columns.FIRST_DECLARED + field));
          }
        }
        byte[] key = withKey ? rows.getBytes(layout.key()) : writer == null ? null : writer.key();
        InsertRow.append(
            transaction,
            topic(),
            withPartition ? rows.getObject(Columns.PARTITION) : null,
            withTimestamp ? rows.getObject(Columns.TIMESTAMP) : null,
            key,
            withValue || writer == null ? rows.getBytes(layout.value()) : writer.value(key != null),
            rows.getObject(layout.headers()),
            execution.now(),
            keys);
      }
    }
    return count;
  }
}
