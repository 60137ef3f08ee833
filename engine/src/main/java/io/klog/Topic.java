package io.klog;

import java.util.Map;

/**
 * A topic as the catalog has it. Identity is the id: a topic dropped and created anew under the
 * same name is another topic.
 *
 * @param id never reused within a store
 * @param name as written when it was created; looked up without regard to case
 * @param partitions at least 1
 * @param options the options given at creation, by Kafka's config names
 */
public record Topic(long id, String name, int partitions, Map<String, String> options) {
  public Topic {
    options = Map.copyOf(options);
  }
}
