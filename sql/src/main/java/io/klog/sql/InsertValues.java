package io.klog.sql;

import io.klog.Transaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * INSERT of parameters and literals, straight to the store: no types to infer, no plan to run, no
 * array to copy.
 */
final class InsertValues extends PreparedValues {
  /** A value of a row: a constant, a parameter, or a map of these. */
  sealed interface Slot permits Constant, Parameter, MapOf {}

  record Constant(@Nullable Object value) implements Slot {}

  record Parameter(int index) implements Slot {}

  record MapOf(List<Slot> names, List<Slot> values) implements Slot {}

  static final Constant ABSENT = new Constant(null);

  /**
   * The values of a row.
   *
   * @param key a constant here is bytes already
   * @param declared those of the columns that the topic declares; constants are fitted already
   */
  record Row(
      Slot partition, Slot timestamp, Slot key, Slot value, Slot headers, List<Slot> declared) {}

  // Null for a topic that declares no columns.
  private final @Nullable RecordLayout layout;
  private final Row[] rows;

  InsertValues(Head head, InsertTarget target, List<Row> rows) {
    super(head, target.topic());
    this.layout = target.recordLayout();
    this.rows = rows.toArray(new Row[0]);
  }

  @Override
  boolean isSingle() {
    return rows.length == 1;
  }

  @Override
  long insert(Transaction transaction, Execution execution, @Nullable AppendedKeys keys) {
    RecordWriter writer = layout == null ? null : execution.recordWriter(layout);
    for (Row row : rows) {
      if (writer != null) {
        setDeclared(row, writer, execution);
      }
      byte[] key = writer != null && row.key == ABSENT ? writer.key() : bytes(row.key, execution);
      Object timestamp = value(row.timestamp, execution);
      InsertRow.append(
          transaction,
          topic(),
          partition(row.partition, execution),
          timestamp instanceof Long || timestamp == null
              ? timestamp
              : timestamp(row.timestamp, timestamp),
          key,
          writer != null && row.value == ABSENT
              ? writer.value(key != null)
              : bytes(row.value, execution),
          headers(row.headers, execution),
          execution.now(),
          keys);
    }
    return rows.length;
  }

  private static void setDeclared(Row row, RecordWriter writer, Execution execution) {
    writer.begin();
    for (int i = 0; i < row.declared.size(); i++) {
      Slot slot = row.declared.get(i);
      if (slot == ABSENT) {
        continue;
      }
      try {
        if (slot instanceof Constant constant) {
          writer.setFitted(i, constant.value);
        } else {
          writer.set(i, value(slot, execution));
        }
      } catch (SqlFault e) {
        throw of(slot, e);
      }
    }
  }

  static @Nullable Object value(Slot slot, Execution execution) {
    return slot instanceof Parameter parameter
        ? execution.parameter(parameter.index)
        : slot instanceof Constant constant ? constant.value : null;
  }

  static byte @Nullable [] bytes(Slot slot, Execution execution) {
    Object value = value(slot, execution);
    if (value == null || value instanceof byte[]) {
      return (byte[]) value;
    }
    try {
      return Coercion.bytes(value);
    } catch (SqlFault e) {
      throw of(slot, e);
    }
  }

  static @Nullable Long partition(Slot slot, Execution execution) {
    Object value = value(slot, execution);
    try {
      return value == null ? null : Coercion.integer(value);
    } catch (SqlFault e) {
      throw of(slot, e);
    }
  }

  private static Long timestamp(Slot slot, Object value) {
    try {
      return Coercion.timestamp(value);
    } catch (SqlFault e) {
      throw of(slot, e);
    }
  }

  private static @Nullable Object headers(Slot slot, Execution execution) {
    try {
      if (!(slot instanceof MapOf map)) {
        Object value = value(slot, execution);
        return value == null ? null : Coercion.headers(value);
      }
      Map<@Nullable Object, @Nullable Object> headers = new LinkedHashMap<>();
      for (int i = 0; i < map.names.size(); i++) {
        headers.put(value(map.names.get(i), execution), value(map.values.get(i), execution));
      }
      return headers;
    } catch (SqlFault e) {
      throw of(slot, e);
    }
  }

  static SqlFault of(Slot slot, SqlFault e) {
    return slot instanceof Parameter parameter
        ? new SqlFault(
            e.sqlState(), "parameter " + (parameter.index + 1) + ": " + e.getMessage(), e)
        : e;
  }
}
