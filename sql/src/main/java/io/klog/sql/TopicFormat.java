package io.klog.sql;

import io.klog.Topic;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is in the values of a topic's records: its option {@code format}. */
enum TopicFormat {
  /** Bytes. */
  RAW,
  /** The text of one scalar value. */
  STRING,
  /** An object of the columns that are not in the key. */
  JSON;

  static final String OPTION = "format";

  /**
   * The format of a topic.
   *
   * @throws SqlFault 42000 when it is none of these: a later version of klog may have written it
   */
  static TopicFormat of(Topic topic) {
    String name = nameOf(topic);
    TopicFormat known = named(name);
    if (known == null) {
      throw new SqlFault(
          Faults.NOT_SUPPORTED,
          "topic "
              + topic.name()
              + " has the format '"
              + name
              + "', which this version of klog does not know: it knows "
              + Arrays.toString(values()));
    }
    return known;
  }

  /** The name of a topic's format, whether that is known or not. */
  static String nameOf(Topic topic) {
    return topic.options().getOrDefault(OPTION, RAW.toString());
  }

  /** The format of options that have been checked. */
  static TopicFormat of(Map<String, String> options) {
    TopicFormat known = named(options.getOrDefault(OPTION, RAW.toString()));
    if (known == null) {
      throw new AssertionError(options);
    }
    return known;
  }

  private static @Nullable TopicFormat named(String name) {
    for (TopicFormat format : values()) {
      if (format.toString().equalsIgnoreCase(name)) {
        return format;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
