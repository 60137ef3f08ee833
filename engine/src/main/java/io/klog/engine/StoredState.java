package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a file that nobody has open for writing holds: the snapshot as far as it can be read, and
 * the commits behind it, as recovery takes them.
 */
final class StoredState {
  private final StorageFile file;
  private final Superblock superblock;
  private final Faults faults;
  private StoreState state = new StoreState();
  private final Publisher publisher = new Publisher();
  private final List<Extent> dropped = new ArrayList<>();

  StoredState(StorageFile file, Superblock superblock, Faults faults) {
    this.file = file;
    this.superblock = superblock;
    this.faults = faults;
  }

  Publisher.Visible read() throws IOException {
    applySnapshot(SnapshotChecker.changes(file, superblock, faults));
    replay();
    publisher.publish(Long.MAX_VALUE);
    return publisher.visible();
  }

  private void applySnapshot(List<Change> changes) {
    Effect effect = new Effect(superblock.log().commitId());
    try {
      state.apply(changes, effect, dropped);
    } catch (StoreState.IllegalChange e) {
      state = new StoreState();
      effect = new Effect(superblock.log().commitId());
      applyEach(effect, changes);
    }
    publisher.enqueue(effect);
  }

  /** So that one that does not fit spoils no other; slower than all at once. */
  private void applyEach(Effect effect, List<Change> changes) {
    for (Change change : changes) {
      try {
        state.apply(List.of(change), effect, dropped);
      } catch (StoreState.IllegalChange e) {
        Extent extent = superblock.snapshot();
        faults.add(
            extent == null ? 0 : extent.position(), SnapshotChecker.WHERE, e.expected(), e.found());
      }
    }
  }

  private void replay() throws IOException {
    try {
      LogReplay.recovering(file, superblock).run(state, this::apply);
    } catch (CorruptLogException e) {
      faults.add("commit log", e);
    }
  }

  private void apply(long commitId, List<Change> changes, long position) {
    Effect effect = new Effect(commitId);
    try {
      state.apply(changes, effect, dropped);
    } catch (StoreState.IllegalChange e) {
      throw new CorruptLogException(file.name(), position, e.expected(), e.found());
    } finally {
      publisher.enqueue(effect);
    }
  }
}
