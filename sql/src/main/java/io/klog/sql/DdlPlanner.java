package io.klog.sql;

import io.klog.Catalog;
import io.klog.Column;
import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.Suggestion;
import io.klog.Topic;
import io.klog.sql.parser.SqlCreateTopic;
import io.klog.sql.parser.SqlDropConsumerGroup;
import io.klog.sql.parser.SqlDropTopic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Plans CREATE TOPIC and all that is dropped; an option without an effect is refused by its name.
 */
final class DdlPlanner {
  static final String PARTITIONS = "partitions";
  static final String CLEANUP_POLICY = "cleanup.policy";

  private static final String COMPACT = "compact";

  /** Those with an effect. */
  private static final List<String> OPTIONS =
      List.of(CLEANUP_POLICY, TopicFormat.OPTION, RecordFields.ON_ERROR, PARTITIONS);

  // Kafka's topic configs, so that people who know these are told what is the matter.
  private static final Set<String> KAFKA_OPTIONS =
      Set.of(
          "compression.type",
          "delete.retention.ms",
          "file.delete.delay.ms",
          "flush.messages",
          "flush.ms",
          "index.interval.bytes",
          "max.compaction.lag.ms",
          "max.message.bytes",
          "message.timestamp.type",
          "min.cleanable.dirty.ratio",
          "min.compaction.lag.ms",
          "min.insync.replicas",
          "preallocate",
          "retention.bytes",
          "retention.ms",
          "segment.bytes",
          "segment.index.bytes",
          "segment.jitter.ms",
          "segment.ms",
          "unclean.leader.election.enable");

  private DdlPlanner() {}

  static Consumer<LogStore> create(SqlCreateTopic create) {
    String name = name(create.name());
    SqlParserPos position = create.getParserPosition();
    int partitions = 1;
    Map<String, String> options = new LinkedHashMap<>();
    for (Map.Entry<String, String> option : create.options().entrySet()) {
      String value = option.getValue().trim();
      switch (option.getKey().toLowerCase(Locale.ROOT)) {
        case PARTITIONS -> partitions = partitions(position, value);
        case TopicFormat.OPTION -> options.put(TopicFormat.OPTION, format(position, value));
        case RecordFields.ON_ERROR -> options.put(RecordFields.ON_ERROR, onError(position, value));
        case CLEANUP_POLICY -> options.put(CLEANUP_POLICY, cleanupPolicy(position, value));
        default -> throw unknownOption(position, option.getKey());
      }
    }
    List<Column> columns = columns(create, options);
    int count = partitions;
    return store -> {
      if (create.ifNotExists() && store.catalog().topic(name) != null) {
        return;
      }
      try {
        store.createTopic(name, count, options, columns);
      } catch (KlogException e) {
        // Somebody else may have been faster.
        if (!create.ifNotExists() || e.reason() != KlogException.Reason.TOPIC_EXISTS) {
          throw e;
        }
      }
    };
  }

  private static int partitions(SqlParserPos position, String value) {
    try {
      int count = Integer.parseInt(value);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw badPartitions(position, value);
    }
    throw badPartitions(position, value);
  }

  private static SqlFault badPartitions(SqlParserPos position, String value) {
    return Faults.at(
        position, "42601", "'partitions' is a whole number from 1 on, not '" + value + "'");
  }

  private static String format(SqlParserPos position, String value) {
    for (TopicFormat format : TopicFormat.values()) {
      if (value.equalsIgnoreCase(format.toString())) {
        return format.toString();
      }
    }
    throw Faults.at(
        position,
        Faults.INVALID_ARGUMENT,
        "'format' is 'raw', 'string' or 'json', not '" + value + "'");
  }

  static String onError(SqlParserPos position, String value) {
    String choice = value.toLowerCase(Locale.ROOT);
    if (!choice.equals("null") && !choice.equals(RecordFields.FAIL)) {
      throw Faults.at(
          position,
          Faults.INVALID_ARGUMENT,
          "'on.error' is 'null' or 'fail', what to do with values that are none of their column's"
              + " type; not '"
              + value
              + "'");
    }
    return choice;
  }

  /**
   * The columns that the topic declares.
   *
   * @param options where no format is given, that of columns is added
   */
  private static List<Column> columns(SqlCreateTopic create, Map<String, String> options) {
    SqlNodeList declared = create.columns();
    if (declared != null) {
      options.putIfAbsent(TopicFormat.OPTION, TopicFormat.JSON.toString());
      return DeclaredColumns.of(declared, TopicFormat.of(options));
    }
    if (TopicFormat.of(options) != TopicFormat.RAW || options.containsKey(RecordFields.ON_ERROR)) {
      throw Faults.at(
          create.getParserPosition(),
          Faults.SYNTAX,
          "a format other than 'raw', and 'on.error', are for topics that declare columns");
    }
    return List.of();
  }

  /** Whether the newest record of a key is what counts, and one without a value deletes it. */
  static boolean isCompacted(Topic topic) {
    return COMPACT.equals(topic.options().get(CLEANUP_POLICY));
  }

  static String cleanupPolicy(SqlParserPos position, String value) {
    String policy = value.trim().toLowerCase(Locale.ROOT);
    if (!policy.equals("delete") && !policy.equals(COMPACT)) {
      throw Faults.at(
          position,
          Faults.INVALID_ARGUMENT,
          "'cleanup.policy' is 'delete' or 'compact', not '" + value + "'");
    }
    return policy;
  }

  static SqlFault unknownOption(SqlParserPos position, String name) {
    if (KAFKA_OPTIONS.contains(name.toLowerCase(Locale.ROOT))) {
      return Faults.at(
          position,
          Faults.NOT_SUPPORTED,
          "the option '" + name + "' of Kafka is not supported yet");
    }
    Set<String> all = new TreeSet<>(KAFKA_OPTIONS);
    all.addAll(OPTIONS);
    String near = Suggestion.of(name, all);
    return Faults.at(
        position,
        Faults.NOT_SUPPORTED,
        "there is no option '"
            + name
            + "'"
            + (near.isEmpty() ? "; there are " + String.join(", ", OPTIONS) : near));
  }

  static Consumer<LogStore> drop(SqlDropTopic drop, Catalog catalog) {
    String name = name(drop.name());
    if (catalog.view(name) != null) {
      throw Faults.at(
          drop.name().getParserPosition(), "42809", name + " is a view: DROP VIEW drops it");
    }
    if (!drop.ifExists()) {
      Topic topic = InsertTarget.topic(drop.name(), catalog);
      return store -> store.dropTopic(topic);
    }
    return store -> {
      Topic topic = store.catalog().topic(name);
      if (topic != null) {
        store.dropTopic(topic);
      }
    };
  }

  static Consumer<LogStore> drop(SqlDropConsumerGroup drop) {
    String group = drop.groupName();
    return store -> {
      try {
        store.dropGroup(group);
      } catch (KlogException e) {
        if (!drop.ifExists() || e.reason() != KlogException.Reason.UNKNOWN_GROUP) {
          throw e;
        }
      }
    };
  }

  /** The name of a topic or view; a schema before it has to be the topics'. */
  static String name(SqlIdentifier name) {
    List<String> parts = name.names;
    if (parts.size() > 2 || (parts.size() == 2 && !parts.get(0).equalsIgnoreCase(Schemas.TOPICS))) {
      throw Faults.at(
          name.getParserPosition(),
          "3F000",
          "topics are in schema " + Schemas.TOPICS + ", not in " + parts.get(0));
    }
    return parts.get(parts.size() - 1);
  }
}
