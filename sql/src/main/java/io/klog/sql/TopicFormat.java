package io.klog.sql;

import io.klog.Topic;
import java.util.Locale;
import java.util.Map;

/** What is in the values of a topic's records: its option {@code format}. */
enum TopicFormat {
  /** Bytes. */
  RAW,
  /** The text of one scalar value. */
  STRING,
  /** An object of the columns that are not in the key. */
  JSON;

  static final String OPTION = "format";

  static TopicFormat of(Topic topic) {
    return of(topic.options());
  }

  static TopicFormat of(Map<String, String> options) {
    String name = options.get(OPTION);
    return name == null ? RAW : valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
