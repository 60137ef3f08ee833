package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a file ready for use: creates an empty one, recovers any other. Writes nothing to the
 * latter.
 */
final class StoreOpener {
  private final Storage storage;
  private final StorageFile file;
  private final boolean readOnly;
  private final Limits limits;
  // Extents of segments that replayed commits dropped: the checkpoint may still refer to them.
  private final List<Extent> dropped = new ArrayList<>();

  StoreOpener(Storage storage, StorageFile file, boolean readOnly, Limits limits) {
    this.storage = storage;
    this.file = file;
    this.readOnly = readOnly;
    this.limits = limits;
  }

  Store open() throws IOException {
    if (isUnfinished()) {
      if (readOnly) {
        throw new KlogException(
            Reason.CANNOT_OPEN, file.name() + " is empty: nothing was ever written to it");
      }
      create();
    }
    OwnerNote owner = new OwnerNote(file, storage.randomLong());
    Superblock superblock = superblock();
    if (!readOnly) {
      owner.write(); // from here on whoever had the file before notices
      superblock = superblock();
    }
    StoreState state = new StoreState();
    Publisher publisher = new Publisher();
    loadSnapshot(superblock, state, publisher);
    LogReplay replay = replay(superblock, state, publisher);
    boolean torn = !superblock.closed() || !replay.end().equals(superblock.log());
    if (!readOnly && torn) {
      // A process that was killed leaves what it did not sync, the superblock perhaps, to the
      // operating system. It has to be durable before anybody sees it, and before what only the
      // superblock before it refers to is overwritten.
      file.sync();
    }
    publisher.publish(Long.MAX_VALUE);

    Space space = new Space(file, used(superblock, state, replay));
    dropped.forEach(extent -> space.retire(extent, replay.end().commitId()));
    GroupCommit groupCommit = new GroupCommit(file, publisher);
    CommitLog log = new CommitLog(file, space, replay, groupCommit);
    Writer writer = new Writer(storage, file, space, state, log, publisher, groupCommit, limits);
    return new Store(storage, file, readOnly, owner, writer, publisher, groupCommit, superblock);
  }

  /** A file of no bytes, or one whose creation ended before its first superblock was whole. */
  private boolean isUnfinished() throws IOException {
    long size = file.size();
    long made = Superblock.RESERVED.end() + CommitLog.LEAST_EXTENT;
    if (size > made) {
      return false;
    }
    byte[] bytes = new byte[(int) size];
    file.read(0, bytes, 0, bytes.length);
    int superblock = size == made ? Superblock.LENGTH : 0; // it is begun when all else is there
    for (int i = superblock; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return superblock == 0 || Superblock.isUnfinished(bytes);
  }

  /** The superblock comes last, when all it speaks of is durable. */
  private void create() throws IOException {
    Extent log = new Extent(Superblock.RESERVED.end(), CommitLog.LEAST_EXTENT);
    byte[] zeros = new byte[(int) log.end()];
    file.write(0, zeros, 0, zeros.length);
    file.sync();
    Superblock superblock =
        new Superblock(
            storage.randomLong(),
            storage.randomLong(),
            0,
            0,
            true,
            new LogPosition(log, 0, 0, 0, 0),
            null,
            0,
            0,
            log.end());
    byte[] bytes = superblock.encode();
    file.write(Superblock.position(superblock.sequence()), bytes, 0, bytes.length);
    file.sync();
  }

  private Superblock superblock() throws IOException {
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

  private void loadSnapshot(Superblock superblock, StoreState state, Publisher publisher)
      throws IOException {
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
    apply(changes, extent.position(), superblock.log().commitId(), state, publisher);
  }

  private LogReplay replay(Superblock superblock, StoreState state, Publisher publisher)
      throws IOException {
    LogReplay replay = new LogReplay(file, superblock.epoch(), superblock.log());
    replay.run(
        state,
        changes ->
            apply(changes, replay.position(), replay.end().commitId() + 1, state, publisher));
    return replay;
  }

  private void apply(
      List<Change> changes, long position, long commitId, StoreState state, Publisher publisher) {
    Effect effect = new Effect(commitId);
    try {
      state.apply(changes, effect, dropped);
    } catch (StoreState.IllegalChange e) {
      throw new CorruptLogException(file.name(), position, e.expected(), e.found());
    }
    publisher.enqueue(effect);
  }

  /** All that the state refers to, and all that a recovery from the same checkpoint would read. */
  private List<Extent> used(Superblock superblock, StoreState state, LogReplay replay) {
    List<Extent> used = new ArrayList<>(state.segmentExtents());
    used.addAll(dropped);
    used.add(Superblock.RESERVED);
    used.addAll(replay.extents());
    if (superblock.snapshot() != null) {
      used.add(superblock.snapshot());
    }
    return used;
  }
}
