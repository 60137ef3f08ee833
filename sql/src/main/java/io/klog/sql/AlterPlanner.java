package io.klog.sql;

import io.klog.Catalog;
import io.klog.Column;
import io.klog.LogStore;
import io.klog.Topic;
import io.klog.sql.parser.SqlAlterTopic;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Plans ALTER TOPIC. */
final class AlterPlanner {
  private AlterPlanner() {}

  static Consumer<LogStore> alter(SqlAlterTopic alter, Catalog catalog) {
    Topic topic = InsertTarget.topic(alter.name(), catalog);
    SqlParserPos position = alter.getParserPosition();
    Map<String, String> set = new LinkedHashMap<>();
    alter
        .set()
        .forEach(
            (option, value) -> {
              String name = changeable(position, option, topic);
              set.put(
                  name,
                  name.equals(RecordFields.ON_ERROR)
                      ? DdlPlanner.onError(position, value.trim())
                      : DdlPlanner.cleanupPolicy(position, value));
            });
    Set<String> reset = new LinkedHashSet<>();
    alter.reset().forEach(option -> reset.add(changeable(position, option, topic)));
    List<Column> added = alter.added().isEmpty() ? List.of() : added(alter, topic);
    return store -> store.alterTopic(topic, added, set, reset);
  }

  private static List<Column> added(SqlAlterTopic alter, Topic topic) {
    if (topic.columns().isEmpty()) {
      throw Faults.at(
          alter.added().getParserPosition(),
          Faults.NOT_SUPPORTED,
          "topic "
              + topic.name()
              + " declares no columns: its records are bytes. CREATE another topic that does, then"
              + " INSERT INTO it SELECT from this one");
    }
    List<Column> added =
        DeclaredColumns.added(topic.columns(), alter.added(), TopicFormat.of(topic));
    for (int i = 0; i < added.size(); i++) {
      if (!added.get(i).isNullable()) {
        throw Faults.at(
            alter.added().get(i).getParserPosition(),
            Faults.NOT_SUPPORTED,
            "column '"
                + added.get(i).name()
                + "' cannot be NOT NULL: the records that are there have no value for it");
      }
    }
    return added;
  }

  /** The option as the store knows it. */
  private static String changeable(SqlParserPos position, String option, Topic topic) {
    String name = option.toLowerCase(Locale.ROOT);
    return switch (name) {
      case DdlPlanner.PARTITIONS ->
          throw Faults.at(
              position,
              Faults.NOT_SUPPORTED,
              "the number of partitions cannot change: keys would be looked for where they are not;"
                  + " CREATE another topic, then INSERT INTO it SELECT from this one");
      case TopicFormat.OPTION ->
          throw Faults.at(
              position,
              Faults.NOT_SUPPORTED,
              "the format cannot change: the topic's records are written in it");
      case RecordFields.ON_ERROR -> {
        if (topic.columns().isEmpty()) {
          throw Faults.at(
              position,
              Faults.SYNTAX,
              "'on.error' is for topics that declare columns; topic "
                  + topic.name()
                  + " declares none");
        }
        yield name;
      }
      case DdlPlanner.CLEANUP_POLICY -> name;
      default -> throw DdlPlanner.unknownOption(position, option);
    };
  }
}
