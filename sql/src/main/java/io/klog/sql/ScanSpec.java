package io.klog.sql;

import com.google.common.collect.ImmutableList;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rex.RexBiVisitor;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexVariable;
import org.apache.calcite.rex.RexVisitor;
import org.apache.calcite.util.ImmutableIntList;
import org.jspecify.annotations.Nullable;

/**
 * What has been pushed into the scan of a topic. Conditions are over all columns of the topic,
 * whatever the scan gives. They are applied before skip and limit.
 *
 * @param columns the columns of the topic that the rows have
 * @param skip how many rows to leave out first, or null
 * @param limit how many rows to give at most, or null
 * @param driving how the scan drives a query that reads on, or null where it is an ordinary one
 */
record ScanSpec(
    Topic topic,
    ImmutableList<RexNode> conditions,
    ImmutableIntList columns,
    Order order,
    @Nullable RexNode skip,
    @Nullable RexNode limit,
    @Nullable Driving driving) {

  /** Of the rows, by offset. */
  enum Order {
    NONE,
    ASC,
    DESC
  }

  /** A consumer group's name, or the parameter that has it, which is -1 where there is a name. */
  record GroupRef(@Nullable String name, int parameter) {
    @Override
    public String toString() {
      return name != null ? name : "?" + parameter;
    }
  }

  /**
   * Of the scans that a query's cursor goes by, where that reads for a group, or follows.
   *
   * @param group that reads, or null
   * @param follows whether the cursor waits for more at the end
   */
  record Driving(@Nullable GroupRef group, boolean follows) {
    Driving {
      if (group == null && !follows) {
        throw new IllegalArgumentException("an ordinary scan");
      }
    }
  }

  static ScanSpec of(Topic topic) {
    return new ScanSpec(
        topic,
        ImmutableList.of(),
        ImmutableIntList.identity(Columns.names(topic).size()),
        Order.NONE,
        null,
        null,
        null);
  }

  ScanSpec withConditions(List<RexNode> more) {
    return new ScanSpec(
        topic,
        ImmutableList.<RexNode>builder().addAll(conditions).addAll(more).build(),
        columns,
        order,
        skip,
        limit,
        driving);
  }

  ScanSpec withColumns(ImmutableIntList newColumns) {
    return new ScanSpec(topic, conditions, newColumns, order, skip, limit, driving);
  }

  ScanSpec withOrder(Order newOrder) {
    return new ScanSpec(topic, conditions, columns, newOrder, skip, limit, driving);
  }

  ScanSpec withLimit(@Nullable RexNode newSkip, @Nullable RexNode newLimit) {
    return new ScanSpec(topic, conditions, columns, order, newSkip, newLimit, driving);
  }

  ScanSpec withDriving(Driving newDriving) {
    return new ScanSpec(topic, conditions, columns, order, skip, limit, newDriving);
  }

  /** The consumer group that reads, or null. */
  @Nullable GroupRef group() {
    return driving == null ? null : driving.group();
  }

  private boolean ofGroup() {
    return group() != null;
  }

  /** Whether rows are left out by count, after which no condition may be added. */
  boolean isLimited() {
    return skip != null || limit != null;
  }

  /**
   * The conditions that bound the column's values. A group's reader consumes what it filters, so
   * nothing is bounded there; one that follows reads on from one place.
   */
  List<RexNode> bounds(int column) {
    List<RexNode> found = new ArrayList<>();
    for (RexNode condition : conditions) {
      boolean bounds =
          driving == null
              ? Bounds.limits(condition, column)
              : !ofGroup() && Bounds.isInterval(condition, column);
      if (bounds && !isOfPartition(condition)) {
        found.add(condition);
      }
    }
    return found;
  }

  KeyBounds.Places keys() {
    return KeyBounds.Places.of(topic);
  }

  /** The conditions that bound the keys. */
  List<RexNode> keyBounds() {
    List<RexNode> found = new ArrayList<>();
    for (RexNode condition : conditions) {
      if (!ofGroup() && KeyBounds.limits(condition, keys())) {
        found.add(condition);
      }
    }
    return found;
  }

  /** The conditions that look at the partition only: evaluated once a partition, not a row. */
  List<RexNode> partitionConditions() {
    List<RexNode> found = new ArrayList<>();
    for (RexNode condition : conditions) {
      if (isOfPartition(condition)) {
        found.add(condition);
      }
    }
    return found;
  }

  private boolean isOfPartition(RexNode condition) {
    return !ofGroup() && Bounds.isOfPartition(condition);
  }

  /** The conditions that remain to be evaluated for each record. */
  List<RexNode> residual() {
    List<RexNode> found = new ArrayList<>();
    for (RexNode condition : conditions) {
      boolean pushed =
          !ofGroup()
              && (isOfPartition(condition)
                  || (driving == null && Bounds.isExact(condition, Columns.OFFSET))
                  || Bounds.isInterval(condition, Columns.OFFSET)
                  // Several intervals of time may be read as one, see ScanBounds.
                  || Bounds.isInterval(condition, Columns.TIMESTAMP)
                  || KeyBounds.isExact(condition, keys()));
      if (!pushed) {
        found.add(condition);
      }
    }
    return found;
  }

  void explain(RelWriter writer) {
    explainReading(writer);
    List<String> names = Columns.names(topic);
    writer.item("columns", columns.stream().map(names::get).collect(Collectors.joining(", ")));
  }

  /** All but the columns. */
  void explainReading(RelWriter writer) {
    writer.item("topic", topic.name());
    writer.itemIf("group", group(), ofGroup());
    writer.itemIf("follows", true, driving != null && driving.follows());
    explainBounds(writer, "offset", Columns.OFFSET);
    explainBounds(writer, "timestamp", Columns.TIMESTAMP);
    explainPartitions(writer);
    List<RexNode> keyBounds = keyBounds();
    writer.itemIf("key", KeyBounds.explain(keyBounds, keys()), !keyBounds.isEmpty());
    List<RexNode> residual = residual();
    writer.itemIf("filter", inWords(residual), !residual.isEmpty());
    writer.itemIf("order", "offset " + order, order != Order.NONE);
    writer.itemIf("skip", skip, skip != null);
    writer.itemIf("limit", limit, limit != null);
  }

  private void explainPartitions(RelWriter writer) {
    List<String> words = new ArrayList<>();
    List<RexNode> all = partitionConditions();
    if (!all.isEmpty()) {
      boolean simple = all.stream().allMatch(c -> Bounds.isExact(c, Columns.PARTITION));
      words.add(simple ? BoundsText.of(all, Columns.PARTITION, topic) : inWords(all));
    }
    List<RexNode> limiting = bounds(Columns.PARTITION);
    limiting.removeIf(c -> Bounds.limits(c, Columns.OFFSET)); // which say it already
    if (!limiting.isEmpty()) {
      words.add(BoundsText.of(limiting, Columns.PARTITION, topic));
    }
    writer.itemIf("partition", String.join(" and ", words), !words.isEmpty());
  }

  private void explainBounds(RelWriter writer, String name, int column) {
    List<RexNode> bounds = bounds(column);
    writer.itemIf(name, BoundsText.of(bounds, column, topic), !bounds.isEmpty());
  }

  private String inWords(List<RexNode> conditions) {
    return conditions.stream()
        .map(condition -> inWords(condition, topic))
        .collect(Collectors.joining(" AND "));
  }

  /** A condition over the topic's columns, with their names instead of Calcite's numbers. */
  static String inWords(RexNode condition, Topic topic) {
    List<String> names = Columns.names(topic);
    return condition
        .accept(
            new RexShuttle() {
              @Override
              public RexNode visitInputRef(RexInputRef ref) {
                return new NamedColumn(names.get(ref.getIndex()), ref);
              }
            })
        .toString();
  }

  /** Is there to be printed only. */
  private static final class NamedColumn extends RexVariable {
    NamedColumn(String name, RexInputRef ref) {
      super(name, ref.getType());
    }

    @Override
    public <R> R accept(RexVisitor<R> visitor) {
      throw new AssertionError("visited a column's name");
    }

    @Override
    public <R, P> R accept(RexBiVisitor<R, P> visitor, P argument) {
      throw new AssertionError("visited a column's name");
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof NamedColumn named && named.getName().equals(getName());
    }

    @Override
    public int hashCode() {
      return getName().hashCode();
    }
  }
}
