package io.klog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A topic as the catalog has it. Identity is the id, and by that alone topics are equal: one
 * dropped and created anew under the same name is another topic, one that was altered is the same.
 *
 * @param id never reused within a store
 * @param name as written when it was created; looked up without regard to case
 * @param partitions at least 1
 * @param options those that were given, by Kafka's config names
 * @param columns what it declares beside the columns that every topic has, in order
 */
public record Topic(
    long id, String name, int partitions, Map<String, String> options, List<Column> columns) {
  public Topic {
    options = Map.copyOf(options);
    columns = List.copyOf(columns);
  }

  /** A topic without columns of its own. */
  public Topic(long id, String name, int partitions, Map<String, String> options) {
    this(id, name, partitions, options, List.of());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Topic topic && topic.id == id;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }
}
