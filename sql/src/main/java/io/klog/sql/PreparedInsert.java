package io.klog.sql;

import io.klog.Topic;
import io.klog.Transaction;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plan that appends records to a topic. */
abstract non-sealed class PreparedInsert extends Prepared {
  private final Topic topic;

  PreparedInsert(Head head, Topic topic) {
    super(head);
    this.topic = topic;
  }

  @Override
  public final Kind kind() {
    return Kind.UPDATE;
  }

  final Topic topic() {
    return topic;
  }

  /** The topics that it reads. */
  abstract Set<Topic> sources();

  /** Whether it appends one record at most, and so all or nothing by itself. */
  abstract boolean isSingle();

  /**
   * Appends.
   *
   * @param keys told of each record, or null
   * @return how many
   */
  abstract long insert(Transaction transaction, Execution execution, @Nullable AppendedKeys keys);

  /** The parameters as the insert wants them: coerced here, or by itself. */
  @Nullable Object[] arguments(@Nullable Object[] values) {
    return coerced(values);
  }
}
