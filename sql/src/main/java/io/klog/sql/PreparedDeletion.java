package io.klog.sql;

import io.klog.Topic;

/** A statement that deletes a topic's oldest records, at once, whatever transaction is open. */
final class PreparedDeletion extends Prepared {
  private final Topic topic;
  private final DeletionBounds bounds;

  PreparedDeletion(Head head, Topic topic, DeletionBounds bounds) {
    super(head);
    this.topic = topic;
    this.bounds = bounds;
  }

  @Override
  public Kind kind() {
    return Kind.UPDATE;
  }

  /** Returns how many records are gone by it, as far as the store knows. */
  long run(Execution execution) {
    return execution.store().deleteRecords(topic, bounds.beforeOffsets(topic, execution));
  }
}
