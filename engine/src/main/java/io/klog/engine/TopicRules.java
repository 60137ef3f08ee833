package io.klog.engine;

import io.klog.Column;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Suggestion;
import io.klog.Topic;
import io.klog.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a topic may be called and which options have an effect: Kafka's rules, where it has them.
 */
final class TopicRules {
  static final int MAX_COLUMNS = 1_000;

  private static final int MAX_NAME = 249;
  // Of a column: in characters.
  private static final int MAX_COLUMN_NAME = 128;
  private static final int MAX_COLUMN_TYPE = 1_000;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1," + MAX_NAME + "}");

  /** Options with an effect, and the values they take. */
  private static final Map<String, Set<String>> OPTIONS =
      Map.of(
          "cleanup.policy",
          Set.of("delete", "compact"),
          "format",
          Set.of("raw", "string", "json"),
          "on.error",
          Set.of("null", "fail"));

  /** Those that say what the records are: they cannot change once there are some. */
  private static final Set<String> FIXED = Set.of("format");

  /** Of a view, in characters. */
  private static final int MAX_VIEW = 1 << 20;

  private TopicRules() {}

  static void check(String name, int partitions, Map<String, String> options) {
    checkName("topic", name);
    if (partitions < 1 || partitions > TopicState.MAX_PARTITIONS) {
      throw new KlogException(
          Reason.INVALID_OPTION,
          "a topic has 1 to " + TopicState.MAX_PARTITIONS + " partitions, not " + partitions);
    }
    new TreeMap<>(options).forEach(TopicRules::checkOption);
  }

  static void checkView(View view) {
    checkName("view", view.name());
    if (view.sql().length() > MAX_VIEW) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "view " + view.name() + " is of more than " + MAX_VIEW + " characters");
    }
  }

  private static void checkName(String what, String name) {
    if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "'"
              + name
              + "' cannot be a "
              + what
              + "'s name: 1 to "
              + MAX_NAME
              + " of the letters a-z and A-Z, digits, '.', '_' and '-'");
    }
  }

  /**
   * The topic with these changes.
   *
   * @throws KlogException COLUMN_EXISTS, INVALID_OPTION, INVALID_ARGUMENT
   */
  static Topic altered(
      Topic topic, List<Column> added, Map<String, String> set, Set<String> reset) {
    Map<String, String> options = new TreeMap<>(topic.options());
    new TreeMap<>(set)
        .forEach(
            (option, value) -> {
              checkOption(option, value);
              checkMayChange(option, topic);
              options.put(option, value);
            });
    for (String option : new TreeSet<>(reset)) {
      requireKnown(option);
      checkMayChange(option, topic);
      options.remove(option);
    }
    List<Column> columns = new ArrayList<>(topic.columns());
    for (Column column : added) {
      for (Column known : columns) {
        if (known.name().equalsIgnoreCase(column.name())) {
          throw new KlogException(
              Reason.COLUMN_EXISTS, "topic " + topic.name() + " has a column " + known.name());
        }
      }
      columns.add(column);
    }
    checkColumns(topic.name(), columns);
    return new Topic(topic.id(), topic.name(), topic.partitions(), options, columns);
  }

  private static void checkMayChange(String option, Topic topic) {
    if (FIXED.contains(option)) {
      throw new KlogException(
          Reason.INVALID_OPTION,
          "topic option '"
              + option
              + "' cannot change: the records of topic "
              + topic.name()
              + " are written so");
    }
  }

  /** What columns mean is not known here; that they can be told apart and kept is. */
  static void checkColumns(String topic, List<Column> columns) {
    if (columns.size() > MAX_COLUMNS) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "topic " + topic + " has " + columns.size() + " columns; at most " + MAX_COLUMNS);
    }
    Set<String> names = new HashSet<>();
    int keys = 0;
    for (Column column : columns) {
      if (column.name().isEmpty()
          || column.name().length() > MAX_COLUMN_NAME
          || column.type().isEmpty()
          || column.type().length() > MAX_COLUMN_TYPE) {
        throw new KlogException(
            Reason.INVALID_ARGUMENT,
            "column '" + column.name() + "' has a name or a type that is empty or too long");
      }
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new KlogException(
            Reason.INVALID_ARGUMENT, "column '" + column.name() + "' is there twice");
      }
      keys += column.isKey() ? 1 : 0;
    }
    if (keys > 1) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT, "topic " + topic + " has " + keys + " key columns; at most one");
    }
  }

  /**
   * @throws KlogException INVALID_ARGUMENT
   */
  static void checkPartition(Topic topic, int partition) {
    if (partition < 0 || partition >= topic.partitions()) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "topic "
              + topic.name()
              + " has partitions 0 to "
              + (topic.partitions() - 1)
              + ", not "
              + partition);
    }
  }

  private static Set<String> requireKnown(String option) {
    Set<String> values = OPTIONS.get(option);
    if (values == null) {
      throw new KlogException(
          Reason.INVALID_OPTION,
          "topic option '"
              + option
              + "' has no effect in klog; there are "
              + new TreeSet<>(OPTIONS.keySet())
              + Suggestion.of(option, OPTIONS.keySet()));
    }
    return values;
  }

  private static void checkOption(String option, String value) {
    Set<String> values = requireKnown(option);
    if (!values.contains(value)) {
      throw new KlogException(
          Reason.INVALID_OPTION,
          "topic option '"
              + option
              + "' takes one of "
              + new TreeSet<>(values)
              + ", not '"
              + value
              + "'");
    }
  }
}
