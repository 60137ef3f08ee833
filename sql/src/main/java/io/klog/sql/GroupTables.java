package io.klog.sql;

import static org.apache.calcite.sql.type.SqlTypeName.BIGINT;
import static org.apache.calcite.sql.type.SqlTypeName.INTEGER;
import static org.apache.calcite.sql.type.SqlTypeName.VARCHAR;

import io.klog.GroupPosition;
import io.klog.Membership;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.sql.SystemTable.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The system tables about consumer groups, with the columns that kafka-consumer-groups prints. */
final class GroupTables {
  private GroupTables() {}

  /** A group and a topic that it has a position or a member in. */
  private record Reading(String group, Topic topic) {
    static final Comparator<Reading> ORDER =
        Comparator.comparing(Reading::group)
            .thenComparing(r -> r.topic.name())
            .thenComparing(r -> r.topic.id());
  }

  /** Where a group stands in a partition; null for what there is none of. */
  private record Lag(
      Reading reading,
      int partition,
      @Nullable Long current,
      long end,
      @Nullable Long lag,
      @Nullable String member) {}

  /** Every partition of every topic that a group reads, in order. */
  private static List<Lag> lags(Execution execution) {
    Snapshot snapshot = execution.snapshotOfAll();
    SortedMap<Reading, Map<Integer, Long>> positions = new TreeMap<>(Reading.ORDER);
    Map<Reading, Map<Integer, String>> members = new LinkedHashMap<>();
    for (GroupPosition at : execution.groupPositions()) {
      positions
          .computeIfAbsent(new Reading(at.group(), at.topic()), r -> new LinkedHashMap<>())
          .put(at.partition(), at.offset());
    }
    for (Membership member : execution.memberships()) {
      Reading reading = new Reading(member.group(), member.topic());
      positions.computeIfAbsent(reading, r -> new LinkedHashMap<>());
      for (int partition : member.partitions()) {
        members
            .computeIfAbsent(reading, r -> new LinkedHashMap<>())
            .put(partition, member.memberId());
      }
    }
    List<Lag> lags = new ArrayList<>();
    positions.forEach(
        (reading, offsets) -> {
          for (int p = 0; p < reading.topic.partitions(); p++) {
            String member = members.getOrDefault(reading, Map.of()).get(p);
            lags.add(lag(snapshot, reading, p, offsets.get(p), member));
          }
        });
    return lags;
  }

  private static Lag lag(
      Snapshot snapshot,
      Reading reading,
      int partition,
      @Nullable Long current,
      @Nullable String member) {
    long start = snapshot.startOffset(reading.topic, partition);
    long end = snapshot.endOffset(reading.topic, partition);
    // A position may be newer than the snapshot, or older than what is still there.
    Long lag = current == null ? null : Math.max(0, end - Math.max(current, start));
    return new Lag(reading, partition, current, end, lag, member);
  }

  static SystemTable consumerLag() {
    return new SystemTable(
        "consumer_lag",
        List.of(
            new Field("group_id", VARCHAR, false),
            new Field("topic", VARCHAR, false),
            new Field("partition_id", INTEGER, false),
            new Field("current_offset", BIGINT, true),
            new Field("log_end_offset", BIGINT, false),
            new Field("records_lag", BIGINT, true),
            new Field("member_id", VARCHAR, true)),
        execution -> {
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Lag at : lags(execution)) {
            rows.add(
                new @Nullable Object[] {
                  at.reading.group,
                  at.reading.topic.name(),
                  at.partition,
                  at.current,
                  at.end,
                  at.lag,
                  at.member
                });
          }
          return rows;
        });
  }

  static SystemTable consumerGroups() {
    return new SystemTable(
        "consumer_groups",
        List.of(
            new Field("group_id", VARCHAR, false),
            new Field("state", VARCHAR, false),
            new Field("members", INTEGER, false),
            new Field("topics", INTEGER, false),
            new Field("partitions", INTEGER, false),
            new Field("records_lag", BIGINT, true)),
        execution -> {
          Map<String, List<Lag>> groups =
              lags(execution).stream()
                  .collect(
                      Collectors.groupingBy(
                          at -> at.reading.group, LinkedHashMap::new, Collectors.toList()));
          Map<String, Integer> members = new LinkedHashMap<>();
          execution.memberships().forEach(m -> members.merge(m.group(), 1, Integer::sum));
          List<@Nullable Object[]> rows = new ArrayList<>();
          groups.forEach(
              (group, lags) -> rows.add(group(group, members.getOrDefault(group, 0), lags)));
          return rows;
        });
  }

  private static @Nullable Object[] group(String group, int members, List<Lag> lags) {
    Set<Topic> topics = new HashSet<>();
    Long sum = null;
    for (Lag at : lags) {
      topics.add(at.reading.topic);
      if (at.lag != null) {
        sum = (sum == null ? 0 : sum) + at.lag;
      }
    }
    return new @Nullable Object[] {
      group, members == 0 ? "Empty" : "Stable", members, topics.size(), lags.size(), sum
    };
  }

  static SystemTable consumerMembers() {
    return new SystemTable(
        "consumer_members",
        List.of(
            new Field("group_id", VARCHAR, false),
            new Field("topic", VARCHAR, false),
            new Field("member_id", VARCHAR, false),
            new Field("partitions", INTEGER, false),
            new Field("assignment", VARCHAR, false)),
        execution -> {
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Membership member : execution.memberships()) {
            rows.add(
                new @Nullable Object[] {
                  member.group(),
                  member.topic().name(),
                  member.memberId(),
                  member.partitions().size(),
                  member.partitions().stream().map(String::valueOf).collect(Collectors.joining(","))
                });
          }
          return rows;
        });
  }
}
