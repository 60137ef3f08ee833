package io.klog.engine;

import io.klog.Topic;
import io.klog.engine.Change.BatchInlined;
import io.klog.engine.Change.Counters;
import io.klog.engine.Change.GroupDropped;
import io.klog.engine.Change.KeysIndexed;
import io.klog.engine.Change.MembersAssigned;
import io.klog.engine.Change.PositionMoved;
import io.klog.engine.Change.RangeWritten;
import io.klog.engine.Change.RecordsDeleted;
import io.klog.engine.Change.SegmentAdded;
import io.klog.engine.Change.TopicAltered;
import io.klog.engine.Change.TopicCreated;
import io.klog.engine.Change.TopicDropped;
import io.klog.engine.Change.ViewCreated;
import io.klog.engine.Change.ViewDropped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store after the newest commit that this process knows of: what replay makes, and what every
 * commit goes through, by the same {@link #apply}. Guarded by the {@link Replica}'s lock.
 */
final class StoreState implements LogReplay.RangeCheck.Segments {
  private CatalogVersion catalog = CatalogVersion.EMPTY;
  private final TreeMap<PositionKey, Long> positions = new TreeMap<>();
  private final TreeMap<GroupKey, GroupAssignment> groups = new TreeMap<>();
  private long nextTopicId = 1;
  private long nextGeneration = BlockSeed.INLINE + 1;
  // Partitions with a tail, and the tails' bytes.
  private final Set<PartitionState> tails = new LinkedHashSet<>();
  private long tailBytes;
  // Of batches that were dropped since the last checkpoint, before they were folded.
  private long droppedTailBytes;
  // Bytes that commits since the last checkpoint have in segments.
  private long segmentBytes;

  CatalogVersion catalog() {
    return catalog;
  }

  long nextTopicId() {
    return nextTopicId;
  }

  /** Takes a generation; one that no commit uses in the end is lost, which does no harm. */
  long takeGeneration() {
    return nextGeneration++;
  }

  Collection<PartitionState> tails() {
    return tails;
  }

  /** Bytes of inline batches that are not folded yet. */
  long tailBytes() {
    return tailBytes;
  }

  /** Bytes of the commit log that nobody needs but to recover from the last checkpoint. */
  long droppedTailBytes() {
    return droppedTailBytes;
  }

  /** Bytes that commits since the last checkpoint have in segments. */
  long segmentBytes() {
    return segmentBytes;
  }

  /** A checkpoint starts from here. */
  void checkpointed() {
    segmentBytes = 0;
    droppedTailBytes = 0;
  }

  /**
   * Applies a commit's changes in order.
   *
   * @param dropped takes the extents that nothing refers to any more
   * @throws IllegalChange when a change does not fit the state
   */
  void apply(List<Change> changes, Effect effect, List<Extent> dropped) {
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      if (change instanceof BatchInlined inlined) {
        apply(inlined, effect);
      } else if (change instanceof PositionMoved moved) {
        apply(moved, effect);
      } else if (change instanceof RangeWritten range) {
        apply(range, effect);
      } else if (change instanceof SegmentAdded added) {
        apply(added, effect);
      } else if (change instanceof TopicCreated) {
        i = applyCreated(changes, i, effect);
      } else if (change instanceof TopicDropped gone) {
        apply(gone, effect, dropped);
      } else if (change instanceof Counters counters) {
        apply(counters, effect);
      } else if (change instanceof MembersAssigned assigned) {
        apply(assigned, effect);
      } else if (change instanceof GroupDropped gone) {
        apply(gone, effect);
      } else if (change instanceof KeysIndexed indexed) {
        apply(indexed, effect);
      } else if (change instanceof RecordsDeleted deleted) {
        apply(deleted, effect, dropped);
      } else if (change instanceof TopicAltered altered) {
        apply(altered, effect);
      } else if (change instanceof ViewCreated created) {
        apply(created, effect);
      } else if (change instanceof ViewDropped gone) {
        apply(gone, effect);
      }
    }
  }

  private void apply(BatchInlined inlined, Effect effect) {
    PartitionState partition = partition(inlined.topicId(), inlined.partition());
    PartitionView view = partition.staged();
    if (inlined.batch().baseOffset() != view.endOffset()) {
      throw new IllegalChange(
          "a batch at offset " + view.endOffset(), "one at " + inlined.batch().baseOffset());
    }
    stage(partition, view.withTailBatch(inlined.batch()), effect);
    tailBytes += inlined.batch().length();
    if (view.tailCount() == 0) {
      tails.add(partition);
    }
  }

  private void apply(SegmentAdded added, Effect effect) {
    Segment segment = added.segment();
    PartitionState partition = partition(segment.topicId(), segment.partition());
    PartitionView view = partition.staged();
    if (view.spanCount() > 0
        && view.span(view.spanCount() - 1).endOffset() > segment.baseOffset()) {
      throw new IllegalChange(
          "a segment from offset " + view.span(view.spanCount() - 1).endOffset(),
          "one from " + segment.baseOffset());
    }
    nextGeneration = Math.max(nextGeneration, segment.generation() + 1);
    stage(partition, view.withSegment(segment), effect);
  }

  private void apply(RangeWritten range, Effect effect) {
    PartitionState partition = partition(range.topicId(), range.partition());
    PartitionView view = partition.staged();
    SegmentSpan last = view.spanCount() == 0 ? null : view.span(view.spanCount() - 1);
    if (last == null
        || last.segment().generation() != range.generation()
        || last.end() != range.from()
        || range.to() < range.from()
        || range.to() > last.segment().extent().length()
        || range.endOffset() < last.endOffset()) {
      throw new IllegalChange("a range that goes on from " + last, range.toString());
    }
    SegmentSpan grown =
        new SegmentSpan(
            last.segment(),
            range.to(),
            range.endOffset(),
            Math.min(last.minTimestamp(), range.minTimestamp()),
            Math.max(last.maxTimestamp(), range.maxTimestamp()),
            range.lastIndex(),
            null);
    segmentBytes += range.to() - range.from();
    PartitionView folded = view.withLastSpan(grown);
    stage(partition, folded, effect);
    for (int i = 0; i < view.tailCount() - folded.tailCount(); i++) {
      tailBytes -= view.tail(i).length();
    }
    if (folded.tailCount() == 0) {
      tails.remove(partition);
    }
  }

  private void apply(KeysIndexed indexed, Effect effect) {
    PartitionState partition = partition(indexed.topicId(), indexed.partition());
    PartitionView view = partition.staged();
    int i = view.spanOf(indexed.generation());
    if (i < 0 || i == view.spanCount() - 1 || view.span(i).keys() != null) {
      throw new IllegalChange(
          "a sealed segment without a key index", "segment " + indexed.generation());
    }
    SegmentSpan span = view.span(i);
    KeyIndex keys = new KeyIndex(span.segment(), indexed.extent(), indexed.digest());
    segmentBytes += indexed.extent().length();
    stage(partition, view.withSpan(i, span.with(keys)), effect);
  }

  /** Takes all that follow each other at once: a catalog is copied for each change of it. */
  private int applyCreated(List<Change> changes, int first, Effect effect) {
    List<TopicState> states = new ArrayList<>();
    Set<Long> ids = new HashSet<>();
    Set<String> names = new HashSet<>();
    int i = first;
    while (i < changes.size() && changes.get(i) instanceof TopicCreated created) {
      Topic topic = created.topic();
      boolean isThere =
          catalog.topic(topic.name()) != null
              || catalog.view(topic.name()) != null
              || catalog.state(topic.id()) != null
              || !ids.add(topic.id())
              || !names.add(topic.name().toLowerCase(Locale.ROOT));
      if (isThere || topic.partitions() < 1) {
        throw new IllegalChange("a topic that is not there yet", topic.toString());
      }
      nextTopicId = Math.max(nextTopicId, topic.id() + 1);
      states.add(new TopicState(topic));
      i++;
    }
    catalog = catalog.with(states);
    effect.show(catalog);
    return i - 1;
  }

  private void apply(TopicDropped gone, Effect effect, List<Extent> dropped) {
    TopicState state = topic(gone.topicId());
    for (int p = 0; p < state.topic().partitions(); p++) {
      PartitionState partition = state.partition(p);
      PartitionView view = partition.staged();
      view.addExtents(dropped);
      dropTail(partition, view, 0);
    }
    positions.keySet().removeIf(key -> key.topicId() == gone.topicId());
    groups.keySet().removeIf(key -> key.topicId() == gone.topicId());
    catalog = catalog.without(state.topic());
    effect.show(catalog);
  }

  private void apply(TopicAltered altered, Effect effect) {
    Topic topic = altered.topic();
    TopicState state = topic(topic.id());
    if (!state.topic().name().equals(topic.name())
        || state.topic().partitions() != topic.partitions()) {
      throw new IllegalChange("a topic like " + state.topic(), topic.toString());
    }
    catalog = catalog.with(List.of(state.as(topic)));
    effect.show(catalog);
  }

  private void apply(ViewCreated created, Effect effect) {
    if (catalog.topic(created.view().name()) != null) {
      throw new IllegalChange("a view with a name of its own", created.view().name());
    }
    catalog = catalog.with(created.view());
    effect.show(catalog);
  }

  private void apply(ViewDropped gone, Effect effect) {
    if (catalog.view(gone.name()) == null) {
      throw new IllegalChange("a view that is there", gone.name());
    }
    catalog = catalog.withoutView(gone.name());
    effect.show(catalog);
  }

  private void apply(RecordsDeleted deleted, Effect effect, List<Extent> dropped) {
    PartitionState partition = partition(deleted.topicId(), deleted.partition());
    PartitionView view = partition.staged();
    if (view == PartitionView.EMPTY) {
      stage(partition, PartitionView.startingAt(deleted.offset()), effect);
      return;
    }
    if (deleted.offset() < view.startOffset() || deleted.offset() > view.endOffset()) {
      throw new IllegalChange(
          "a start from " + view.startOffset() + " to " + view.endOffset(), "" + deleted.offset());
    }
    PartitionView left = view.withStart(deleted.offset());
    for (int i = 0; i < view.spanCount() - left.spanCount(); i++) {
      view.span(i).addExtents(dropped);
    }
    dropTail(partition, view, left.tailCount());
    stage(partition, left, effect);
  }

  /** Without folding them: all of its batches but the last so many. */
  private void dropTail(PartitionState partition, PartitionView view, int left) {
    for (int i = 0; i < view.tailCount() - left; i++) {
      tailBytes -= view.tail(i).length();
      droppedTailBytes += view.tail(i).length();
    }
    if (left == 0) {
      tails.remove(partition);
    }
  }

  private void apply(PositionMoved moved, Effect effect) {
    partition(moved.topicId(), moved.partition());
    PositionKey key = new PositionKey(moved.group(), moved.topicId(), moved.partition());
    positions.put(key, moved.offset());
    effect.show(key, moved.offset());
  }

  private void apply(MembersAssigned assigned, Effect effect) {
    GroupKey key = assigned.key();
    int partitions = topic(key.topicId()).topic().partitions();
    if (assigned.assignment().owners().length != partitions) {
      throw new IllegalChange(
          "owners of " + partitions + " partitions",
          String.valueOf(assigned.assignment().owners().length));
    }
    if (assigned.assignment().isEmpty()) {
      groups.remove(key);
    } else {
      groups.put(key, assigned.assignment());
    }
    effect.show(key, assigned.assignment());
  }

  private void apply(GroupDropped gone, Effect effect) {
    positions.keySet().removeIf(key -> key.group().equals(gone.group()));
    groups.keySet().removeIf(key -> key.group().equals(gone.group()));
    effect.showDropped(gone.group());
  }

  private void apply(Counters counters, Effect effect) {
    nextTopicId = counters.nextTopicId();
    nextGeneration = counters.nextGeneration();
    catalog = catalog.withVersion(counters.catalogVersion());
    effect.show(catalog);
  }

  /**
   * The group's members that read the topic.
   *
   * @throws IllegalChange when there is no such topic
   */
  GroupAssignment group(GroupKey key) {
    GroupAssignment known = groups.get(key);
    return known == null ? GroupAssignment.none(topic(key.topicId()).topic().partitions()) : known;
  }

  /** All that a group of this name has, by topic: none where it is not there. */
  Map<GroupKey, GroupAssignment> groupsOf(String name) {
    Map<GroupKey, GroupAssignment> found = new TreeMap<>();
    positions.keySet().stream()
        .filter(key -> key.group().equals(name))
        .map(key -> new GroupKey(name, key.topicId()))
        .forEach(key -> found.put(key, group(key)));
    groups.forEach(
        (key, assignment) -> {
          if (key.group().equals(name)) {
            found.put(key, assignment);
          }
        });
    return found;
  }

  /** Nobody has the file open any more. */
  void forgetMembers() {
    groups.clear();
  }

  private static void stage(PartitionState partition, PartitionView view, Effect effect) {
    partition.stage(view);
    effect.show(partition, view);
  }

  private PartitionState partition(long topicId, int partition) {
    TopicState state = topic(topicId);
    if (partition >= state.topic().partitions()) {
      throw new IllegalChange(
          "a partition below " + state.topic().partitions(), String.valueOf(partition));
    }
    return state.partition(partition);
  }

  private TopicState topic(long topicId) {
    TopicState state = catalog.state(topicId);
    if (state == null) {
      throw new IllegalChange("a topic that is there", "topic " + topicId);
    }
    return state;
  }

  @Override
  public @Nullable Segment find(long topicId, int partition, long generation) {
    TopicState state = catalog.state(topicId);
    if (state == null || partition >= state.topic().partitions()) {
      return null;
    }
    PartitionView view = state.partition(partition).staged();
    SegmentSpan last = view.spanCount() == 0 ? null : view.span(view.spanCount() - 1);
    return last != null && last.segment().generation() == generation ? last.segment() : null;
  }

  /** Where all segments lie. */
  SegmentPlaces places() {
    return new SegmentPlaces(this);
  }

  /**
   * Becomes the other state, which is not to be used any more. Topics that both have stay the same
   * objects here: transactions and readers hold on to them.
   */
  void become(StoreState other) {
    tails.clear();
    List<TopicState> states = new ArrayList<>();
    for (TopicState theirs : other.catalog.states()) {
      TopicState ours = catalog.state(theirs.topic().id());
      TopicState kept = ours == null ? theirs : ours.as(theirs.topic());
      states.add(kept);
      for (int p = 0; p < kept.topic().partitions(); p++) {
        PartitionState partition = kept.partition(p);
        partition.stage(theirs.partition(p).staged());
        if (partition.staged().tailCount() > 0) {
          tails.add(partition);
        }
      }
    }
    tailBytes = other.tailBytes;
    segmentBytes = other.segmentBytes;
    droppedTailBytes = other.droppedTailBytes;
    catalog = other.catalog.with(states).withVersion(other.catalog.version());
    positions.clear();
    positions.putAll(other.positions);
    groups.clear();
    groups.putAll(other.groups);
    nextTopicId = other.nextTopicId;
    nextGeneration = Math.max(nextGeneration, other.nextGeneration);
  }

  /** Shows all of it, instead of what was shown before. */
  void show(Effect effect) {
    eachPartition(partition -> effect.show(partition, partition.staged()));
    effect.show(catalog);
    effect.showOnly(positions, groups);
  }

  /** The changes that make this state from nothing. No partition may have a tail. */
  List<Change> snapshot() {
    assert tails.isEmpty();
    List<Change> changes = new ArrayList<>();
    for (TopicState state : catalog.states()) {
      changes.add(new TopicCreated(state.topic()));
    }
    catalog.views().forEach(view -> changes.add(new ViewCreated(view)));
    eachPartition(partition -> partition.addChanges(changes));
    positions.forEach(
        (key, offset) ->
            changes.add(new PositionMoved(key.group(), key.topicId(), key.partition(), offset)));
    groups.forEach((key, assignment) -> changes.add(new MembersAssigned(key, assignment)));
    changes.add(counters());
    return changes;
  }

  /** What is never given out twice, as of now. */
  Counters counters() {
    return new Counters(nextTopicId, nextGeneration, catalog.version());
  }

  void eachPartition(Consumer<PartitionState> action) {
    for (TopicState state : catalog.states()) {
      for (int p = 0; p < state.topic().partitions(); p++) {
        action.accept(state.partition(p));
      }
    }
  }

  /** A change that does not fit the state it is applied to. */
  static final class IllegalChange extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String found;

    IllegalChange(String expected, String found) {
      super("expected " + expected + ", found " + found);
      this.expected = expected;
      this.found = found;
    }

    String expected() {
      return expected;
    }

    String found() {
      return found;
    }
  }
}
