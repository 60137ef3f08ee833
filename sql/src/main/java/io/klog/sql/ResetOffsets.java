package io.klog.sql;

import static org.apache.calcite.sql.type.SqlTypeName.BIGINT;
import static org.apache.calcite.sql.type.SqlTypeName.INTEGER;
import static org.apache.calcite.sql.type.SqlTypeName.VARCHAR;

import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.sql.SystemTable.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code klog.reset_offsets}: moves a group's positions in all partitions of a topic, at once. What
 * lies outside a partition is moved to its nearest end, as Kafka's kafka-consumer-groups does.
 */
final class ResetOffsets {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final String group;
  private final Topic topic;
  private final Snapshot snapshot;

  private ResetOffsets(String group, Topic topic, Snapshot snapshot) {
    this.group = group;
    this.topic = topic;
    this.snapshot = snapshot;
  }

  static Procedure procedure() {
    return new Procedure(
        "reset_offsets",
        List.of("group", "topic", "to", "force"),
        3,
        List.of(
            new Field("topic", VARCHAR, false),
            new Field("partition_id", INTEGER, false),
            new Field("old_offset", BIGINT, true),
            new Field("new_offset", BIGINT, false)),
        true,
        ResetOffsets::run);
  }

  private static List<@Nullable Object[]> run(
      Execution execution, List<@Nullable String> arguments) {
    String group = given(arguments, 0, "group");
    String to = given(arguments, 2, "to");
    boolean force = arguments.size() > 3 && isForced(arguments.get(3));
    LogStore store = execution.store();
    Topic topic = topic(store, given(arguments, 1, "topic"));
    ResetOffsets reset = new ResetOffsets(group, topic, store.snapshot(List.of(topic)));
    long[] offsets = reset.offsets(to);
    @Nullable Long[] before = reset.positions(store);
    try {
      store.resetPositions(group, topic, offsets, force);
    } catch (KlogException e) {
      throw e.reason() == KlogException.Reason.GROUP_IN_USE ? inUse(e) : e;
    }
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int p = 0; p < offsets.length; p++) {
      rows.add(new @Nullable Object[] {topic.name(), p, before[p], offsets[p]});
    }
    return rows;
  }

  private static String given(List<@Nullable String> arguments, int index, String name) {
    return Procedures.given(arguments, index, "klog.reset_offsets: " + name).strip();
  }

  /** NULL is as good as nothing: a caller that has a place for every parameter gives that. */
  private static boolean isForced(@Nullable String text) {
    if (text == null) {
      return false;
    }
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "force" -> true;
      case "false" -> false;
      default ->
          throw new SqlFault(
              Faults.INVALID_ARGUMENT,
              "klog.reset_offsets: force is '" + text + "': expected TRUE, FALSE or 'force'");
    };
  }

  private static Topic topic(LogStore store, String name) {
    Topic topic = store.catalog().topic(name);
    if (topic == null) {
      throw new SqlFault(Faults.UNKNOWN_TABLE, "there is no topic '" + name + "'");
    }
    return topic;
  }

  /** Where to, by partition. */
  private long[] offsets(String to) {
    String[] each = to.split("\\s*,\\s*", -1);
    if (each.length != 1 && each.length != topic.partitions()) {
      throw new SqlFault(
          Faults.INVALID_ARGUMENT,
          "klog.reset_offsets: to is '"
              + to
              + "', which is for "
              + each.length
              + " partitions; topic "
              + topic.name()
              + " has "
              + topic.partitions());
    }
    long[] offsets = new long[topic.partitions()];
    for (int p = 0; p < offsets.length; p++) {
      offsets[p] = offset(p, each[each.length == 1 ? 0 : p]);
    }
    return offsets;
  }

  private long offset(int partition, String to) {
    long start = snapshot.startOffset(topic, partition);
    long end = snapshot.endOffset(topic, partition);
    if (NUMBER.matcher(to).matches()) {
      return Math.min(Math.max(Long.parseLong(to), start), end);
    }
    return switch (to.toLowerCase(Locale.ROOT)) {
      case "earliest" -> start;
      case "latest" -> end;
      default -> at(partition, time(to));
    };
  }

  /** The first record made then or later, or the end. */
  private long at(int partition, long time) {
    ScanRange range = ScanRange.ALL.withTimestamps(time, Long.MAX_VALUE);
    try (RecordCursor record = snapshot.scan(topic, partition, range)) {
      return record.next() ? record.offset() : snapshot.endOffset(topic, partition);
    }
  }

  private @Nullable Long[] positions(LogStore store) {
    @Nullable Long[] positions = new Long[topic.partitions()];
    for (GroupPosition at : store.groupPositions()) {
      if (at.group().equals(group) && at.topic().equals(topic)) {
        positions[at.partition()] = at.offset();
      }
    }
    return positions;
  }

  /** The store says who they are. */
  private static SqlFault inUse(KlogException refused) {
    return new SqlFault(
        "55006",
        refused.getMessage()
            + "; close their cursors, or give TRUE as the fourth argument to evict them",
        refused);
  }

  private static long time(String text) {
    try {
      return Coercion.parseTimestamp(text);
    } catch (SqlFault e) {
      throw new SqlFault(
          Faults.INVALID_ARGUMENT,
          "klog.reset_offsets: to is '"
              + text
              + "': expected 'earliest', 'latest', an offset, or a time as in"
              + " '2026-11-01T00:00:00Z', or one of these for each partition, as in '3, 17'",
          e);
    }
  }
}
