package io.klog;

import java.util.List;
import java.util.Map;

/**
 * A topic as the catalog has it. Identity is the id: a topic dropped and created anew under the
 * same name is another topic.
 *
 * @param id never reused within a store
 * @param name as written when it was created; looked up without regard to case
 * @param partitions at least 1
 * @param options the options given at creation, by Kafka's config names
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
}
