package io.klog.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a commit makes visible once it may be seen. Filled under the replica's lock, then fixed. */
final class Effect {
  private final long commitId;
  // The one partition that most commits touch stands by itself; the rest, if any, in the map.
  private @Nullable PartitionState partition;
  private @Nullable PartitionView view;
  private @Nullable Map<PartitionState, PartitionView> more;
  private @Nullable Map<PositionKey, Long> positions;
  private @Nullable Map<GroupKey, GroupAssignment> groups;
  private @Nullable String droppedGroup;
  private boolean onlyThese;
  private @Nullable CatalogVersion catalog;

  Effect(long commitId) {
    this.commitId = commitId;
  }

  long commitId() {
    return commitId;
  }

  void show(PartitionState state, PartitionView newView) {
    if (partition == null || partition == state) {
      partition = state;
      view = newView;
    } else {
      if (more == null) {
        more = new LinkedHashMap<>();
      }
      more.put(state, newView);
    }
  }

  void show(PositionKey key, long offset) {
    if (positions == null) {
      positions = new LinkedHashMap<>();
    }
    positions.put(key, offset);
  }

  void show(GroupKey key, GroupAssignment assignment) {
    if (groups == null) {
      groups = new LinkedHashMap<>();
    }
    groups.put(key, assignment);
  }

  /** No group of that name is there, until another commit. */
  void showDropped(String group) {
    droppedGroup = group;
  }

  /** Shows these positions and members of groups, and no others. */
  void showOnly(Map<PositionKey, Long> all, Map<GroupKey, GroupAssignment> assignments) {
    positions = new LinkedHashMap<>(all);
    groups = new LinkedHashMap<>(assignments);
    onlyThese = true;
  }

  void show(CatalogVersion newCatalog) {
    catalog = newCatalog;
  }

  @Nullable CatalogVersion catalog() {
    return catalog;
  }

  /** Whether positions and members of groups take the place of all others. */
  boolean hasOnlyThese() {
    return onlyThese;
  }

  @Nullable Map<GroupKey, GroupAssignment> groups() {
    return groups;
  }

  @Nullable String droppedGroup() {
    return droppedGroup;
  }

  @Nullable Map<PositionKey, Long> positions() {
    return positions;
  }

  void publishViews() {
    if (partition != null && view != null) {
      partition.publish(view);
    }
    if (more != null) {
      more.forEach(PartitionState::publish);
    }
  }
}
