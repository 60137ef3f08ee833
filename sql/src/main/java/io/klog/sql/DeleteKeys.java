package io.klog.sql;

import io.klog.Transaction;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * DELETE of keys from a compacted topic: a record without a value for each, which says that there
 * is none of that key any more.
 */
final class DeleteKeys extends PreparedValues {
  /** In the place of a column: the key's bytes themselves. */
  static final int BYTES = -1;

  // Null where the keys are given as bytes.
  private final @Nullable RecordLayout layout;
  private final int keyColumn;
  private final List<InsertValues.Slot> keys;
  private final InsertValues.Slot partition;

  /**
   * A plan.
   *
   * @param keyColumn which of the declared columns is given, or BYTES
   */
  DeleteKeys(
      Head head,
      InsertTarget target,
      int keyColumn,
      List<InsertValues.Slot> keys,
      InsertValues.Slot partition) {
    super(head, target.topic());
    this.layout = keyColumn == BYTES ? null : target.recordLayout();
    this.keyColumn = keyColumn;
    this.keys = keys;
    this.partition = partition;
  }

  @Override
  boolean isSingle() {
    return keys.size() == 1;
  }

  @Override
  long insert(Transaction transaction, Execution execution, @Nullable AppendedKeys appended) {
    boolean given = partition != InsertValues.ABSENT;
    Long to = given ? InsertValues.partition(partition, execution) : null;
    if (given && to == null) {
      return 0; // no partition equals NULL
    }
    Set<ByteBuffer> done = new HashSet<>();
    for (InsertValues.Slot slot : keys) {
      byte[] key = key(slot, execution);
      if (key != null && done.add(ByteBuffer.wrap(key))) {
        InsertRow.append(
            transaction, topic(), to, null, key, null, null, execution.now(), appended);
      }
    }
    return done.size();
  }

  private byte @Nullable [] key(InsertValues.Slot slot, Execution execution) {
    if (layout == null) {
      return InsertValues.bytes(slot, execution);
    }
    Object value = InsertValues.value(slot, execution);
    if (value == null) {
      return null; // no key equals NULL
    }
    RecordWriter writer = execution.recordWriter(layout);
    writer.begin();
    if (slot instanceof InsertValues.Constant) {
      writer.setFitted(keyColumn, value);
      return writer.key();
    }
    try {
      writer.setExact(keyColumn, value);
    } catch (SqlFault e) {
      throw InsertValues.of(slot, e);
    }
    return writer.key();
  }
}
