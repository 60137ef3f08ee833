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
  private boolean onlyPositions;
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

  /** Shows these positions and no others. */
  void showOnly(Map<PositionKey, Long> all) {
    positions = new LinkedHashMap<>(all);
    onlyPositions = true;
  }

  void show(CatalogVersion newCatalog) {
    catalog = newCatalog;
  }

  @Nullable CatalogVersion catalog() {
    return catalog;
  }

  /** Whether the positions take the place of all others. */
  boolean hasOnlyPositions() {
    return onlyPositions;
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
