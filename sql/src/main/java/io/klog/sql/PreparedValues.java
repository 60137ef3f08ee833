package io.klog.sql;

import io.klog.Topic;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plan that appends what literals and parameters say: no query is run for it. */
abstract class PreparedValues extends PreparedInsert {
  PreparedValues(Head head, Topic topic) {
    super(head, topic);
  }

  @Override
  final Set<Topic> sources() {
    return Set.of();
  }

  // Texts with their values in them seldom come again, and cost no more than parsing.
  @Override
  final boolean isCheap() {
    return parameters().isEmpty();
  }

  /** As they are given: each is coerced where it goes. */
  @Override
  final @Nullable Object[] arguments(@Nullable Object[] values) {
    checkCount(values.length);
    return values;
  }
}
