package io.klog.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where the segments of a state lie, and their key indexes, and where they may lie instead. Guarded
 * as the state is.
 */
final class SegmentPlaces {
  /** A file at rest keeps less than this unused for a partition, bytes. */
  private static final long WORTH_CUTTING = 64 * 1024;

  private final StoreState state;

  SegmentPlaces(StoreState state) {
    this.state = state;
  }

  /** The extents of all segments. */
  List<Extent> extents() {
    List<Extent> extents = new ArrayList<>();
    state.eachPartition(partition -> partition.staged().addExtents(extents));
    return extents;
  }

  /** Cuts each partition's last segment behind its last page in use, where that saves a lot. */
  void cutLastSegments() {
    state.eachPartition(SegmentPlaces::cutLastSegment);
  }

  private static void cutLastSegment(PartitionState partition) {
    PartitionView view = partition.staged();
    SegmentSpan last = view.spanCount() == 0 ? null : view.span(view.spanCount() - 1);
    if (last == null || last.room() < WORTH_CUTTING) {
      return;
    }
    Segment whole = last.segment();
    Extent used = new Extent(whole.extent().position(), Extent.pages(last.end()));
    partition.stage(view.withSpan(view.spanCount() - 1, last.in(whole.in(used))));
  }

  /** A segment of a partition, by its place in the partition's view. */
  record Place(PartitionState partition, int span) {
    SegmentSpan get() {
      return partition.staged().span(span);
    }
  }

  /** Sealed segments of so many bytes at least that have no key index. */
  List<Place> withoutKeys(long leastBytes) {
    List<Place> places = new ArrayList<>();
    state.eachPartition(
        partition -> {
          PartitionView view = partition.staged();
          for (int i = 0; i < view.spanCount() - 1; i++) {
            if (view.span(i).keys() == null && view.span(i).end() >= leastBytes) {
              places.add(new Place(partition, i));
            }
          }
        });
    return places;
  }

  /** What can lie elsewhere: a segment, or its key index. */
  record Movable(Place place, boolean isKeys, Extent extent, int used) {
    void moveTo(Extent to) {
      SegmentSpan span = place.get();
      KeyIndex keys = span.keys();
      SegmentSpan moved =
          isKeys && keys != null ? span.with(keys.in(to)) : span.in(span.segment().in(to));
      place.partition.stage(place.partition.staged().withSpan(place.span, moved));
    }
  }

  /** All segments and key indexes, the last of the file first. */
  List<Movable> movablesFromTheEnd() {
    List<Movable> movables = new ArrayList<>();
    state.eachPartition(
        partition -> {
          for (int i = 0; i < partition.staged().spanCount(); i++) {
            Place place = new Place(partition, i);
            SegmentSpan span = place.get();
            movables.add(new Movable(place, false, span.segment().extent(), span.end()));
            KeyIndex keys = span.keys();
            if (keys != null) {
              movables.add(new Movable(place, true, keys.extent(), (int) keys.extent().length()));
            }
          }
        });
    movables.sort(
        Comparator.comparingLong((Movable movable) -> movable.extent.position()).reversed());
    return movables;
  }
}
