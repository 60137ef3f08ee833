package io.klog.sql;

import io.klog.Headers;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Appends one row of values to a topic, the way all inserts do. */
final class InsertRow {
  private InsertRow() {}

  /**
   * @param partition or null for any
   * @param timestamp in ms since the epoch, or null for the execution's time
   */
  static void append(
      Transaction transaction,
      Topic topic,
      @Nullable Object partition,
      @Nullable Object timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      @Nullable Object headers,
      long now,
      @Nullable AppendedKeys keys) {
    int to =
        transaction.append(
            topic,
            partition == null
                ? Transaction.ANY_PARTITION
                : partition(topic, ((Number) partition).longValue()),
            timestamp == null ? now : ((Number) timestamp).longValue(),
            key,
            value,
            headers == null ? Headers.NONE : headers(headers));
    if (keys != null) {
      keys.appended(transaction, topic, to);
    }
  }

  static int partition(Topic topic, long partition) {
    if (partition < 0 || partition >= topic.partitions()) {
      throw new SqlFault(
          Faults.INVALID_ARGUMENT,
          "topic "
              + topic.name()
              + " has partitions 0 to "
              + (topic.partitions() - 1)
              + ", not "
              + partition);
    }
    return (int) partition;
  }

  private static Headers headers(Object map) {
    List<Headers.Header> headers = new ArrayList<>();
    for (Map.Entry<String, byte @Nullable []> e : Coercion.headers(map).entrySet()) {
      headers.add(new Headers.Header(e.getKey(), e.getValue()));
    }
    return headers.isEmpty() ? Headers.NONE : new Headers(headers);
  }
}
