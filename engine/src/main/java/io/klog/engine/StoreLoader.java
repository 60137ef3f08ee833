package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Makes a state of a checkpoint and of the commit log behind it. Writes nothing. */
final class StoreLoader {
  /** A checkpoint that is overtaken by another while it is loaded is loaded anew, this often. */
  private static final int LOADS = 1000;

  private final StorageFile file;
  private final Superblock superblock;
  private final StoreState state = new StoreState();
  // Extents of segments that replayed commits dropped: the checkpoint still refers to them.
  private final List<Space.Retired> dropped = new ArrayList<>();

  private StoreLoader(StorageFile file, Superblock superblock) {
    this.file = file;
    this.superblock = superblock;
  }

  /** What was loaded, and from where to where. */
  record Loaded(
      StoreState state, Superblock superblock, LogReplay replay, List<Space.Retired> dropped) {
    /** All that the state and the checkpoint refer to. */
    List<Extent> extents() {
      List<Extent> all = new ArrayList<>(state.places().extents());
      dropped.forEach(retired -> all.add(retired.extent()));
      all.add(Superblock.RESERVED);
      all.add(superblock.log().extent());
      all.addAll(replay.extents());
      if (superblock.snapshot() != null) {
        all.add(superblock.snapshot());
      }
      return all;
    }
  }

  /**
   * Loads what a crash may have left: a commit counts when the ranges it names hold what it says.
   */
  static Loaded recover(StorageFile file) throws IOException {
    Superblock superblock = newest(file);
    Loaded loaded = new StoreLoader(file, superblock).load(LogReplay.recovering(file, superblock));
    new Space(file).reset(loaded.extents()); // no two may overlap
    return loaded;
  }

  /** Makes what was loaded durable. */
  interface Sync {
    void sync() throws IOException;
  }

  /**
   * Loads a file that others write to meanwhile, and makes it durable: those who wrote it may not
   * have got so far. When a checkpoint is overtaken by another, its pages may be used otherwise:
   * loads the other.
   */
  static Loaded follow(StorageFile file, SharedPage page, Sync sync) throws IOException {
    for (int i = 0; ; i++) {
      long before = page.sequence();
      try {
        Superblock superblock = newestDurable(file, page);
        Loaded loaded =
            new StoreLoader(file, superblock).load(LogReplay.following(file, superblock));
        sync.sync();
        if (page.sequence() == before) {
          return loaded;
        }
      } catch (CorruptLogException e) {
        if (page.sequence() == before || i == LOADS) {
          throw e;
        }
      }
    }
  }

  /** The superblock with the greater sequence of the two. */
  static Superblock newest(StorageFile file) throws IOException {
    byte[] pages = new byte[(int) Math.min(file.size(), 2L * Extent.PAGE)];
    file.read(0, pages, 0, pages.length);
    Superblock superblock = Superblock.choose(file.name(), pages);
    if (file.size() < superblock.fileLength()) {
      throw new CorruptLogException(
          file.name(),
          file.size(),
          "a file of at least " + superblock.fileLength() + " bytes",
          "its end");
    }
    return superblock;
  }

  /** Of the two, the one that those who have the file open say to be durable. */
  static Superblock newestDurable(StorageFile file, SharedPage page) throws IOException {
    if (page.opening() == 0) {
      return newest(file); // all have closed it, and made it durable
    }
    while (true) {
      long sequence = page.sequence();
      Superblock found = Superblock.find(file, sequence);
      if (found != null) {
        return found;
      }
      if (page.sequence() == sequence) { // else others have written two more meanwhile
        if (page.opening() == 0) {
          return newest(file);
        }
        throw new CorruptLogException(
            file.name(), Superblock.position(sequence), "superblock " + sequence, "another");
      }
    }
  }

  private Loaded load(LogReplay replay) throws IOException {
    loadSnapshot();
    state.checkpointed();
    replay.run(state, (commitId, changes, position) -> apply(changes, position, commitId));
    return new Loaded(state, superblock, replay, dropped);
  }

  private void loadSnapshot() throws IOException {
    Extent extent = superblock.snapshot();
    if (extent == null) {
      return;
    }
    long length = superblock.snapshotLength();
    if (length < 0 || length > extent.length() || extent.end() > file.size()) {
      throw new CorruptLogException(
          file.name(),
          extent.position(),
          "a snapshot within its extent of " + extent.length() + " bytes and the file",
          length + " bytes");
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    file.read(extent.position(), bytes, 0, bytes.length);
    int crc = Crc.of(bytes, 0, bytes.length);
    if (crc != superblock.snapshotCrc()) {
      throw new CorruptLogException(
          file.name(),
          extent.position(),
          "a snapshot with the checksum " + Integer.toHexString(superblock.snapshotCrc()),
          Integer.toHexString(crc));
    }
    ByteSource source = new ByteSource(file.name(), extent.position(), bytes, 0, bytes.length);
    List<Change> changes = new ArrayList<>();
    while (source.hasMore()) {
      changes.add(Change.read(source));
    }
    apply(changes, extent.position(), superblock.log().commitId());
  }

  private void apply(List<Change> changes, long position, long commitId) {
    List<Extent> extents = new ArrayList<>(0);
    try {
      state.apply(changes, new Effect(commitId), extents);
      extents.forEach(extent -> dropped.add(new Space.Retired(extent, commitId)));
    } catch (StoreState.IllegalChange e) {
      throw new CorruptLogException(file.name(), position, e.expected(), e.found());
    }
  }
}
