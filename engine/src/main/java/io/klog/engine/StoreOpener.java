package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.engine.OpenOptions.Mode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a process into a file. The first one creates it, or recovers what a crash left; those that
 * come while it is open join. Under the opening's lock.
 */
final class StoreOpener {
  private final Storage storage;
  private final StorageFile file;
  private final OpenOptions options;
  private final Limits limits;
  private final FileLocks locks;
  private final SharedPage page;

  StoreOpener(Storage storage, StorageFile file, OpenOptions options, Limits limits) {
    this.storage = storage;
    this.file = file;
    this.options = options;
    this.limits = limits;
    this.locks = new FileLocks(storage, file);
    this.page = new SharedPage(file);
  }

  Store open() throws IOException {
    String type = options.exclusive() ? null : file.untrustedLocks();
    if (type != null) {
      throw new KlogException(
          Reason.CANNOT_OPEN,
          file.name()
              + " is on a file system of type "
              + type
              + ", whose locks do not keep other machines' processes out; one process that has the"
              + " file alone can open it with exclusive=true");
    }
    return options.mode() == Mode.READ ? openForReading() : openForWriting();
  }

  private Store openForReading() throws IOException {
    StorageLock opening = lockForReading();
    boolean kept = false;
    try {
      if (isUnfinished()) {
        throw new KlogException(
            Reason.CANNOT_OPEN, file.name() + " is empty: nothing was ever written to it");
      }
      boolean live = opening != null && locks.isOpenForWriting();
      if (live && options.exclusive()) {
        throw new KlogException(
            Reason.IN_USE,
            file.name() + " is in use by " + page.owners() + ", and wanted alone (exclusive=true)");
      }
      if (opening != null) {
        locks.reader(); // let go of with the file
      }
      StoreLoader.Loaded loaded = live ? load() : StoreLoader.recover(file);
      kept = options.exclusive(); // nobody opens it for writing as long as the file is open
      return store(loaded, null, live);
    } finally {
      if (opening != null && !kept) {
        opening.close();
      }
    }
  }

  /** Null where the file system has no locks, as read-only ones may: then nobody writes, either. */
  private @Nullable StorageLock lockForReading() throws IOException {
    StorageLock opening;
    try {
      opening = locks.opening(true, options.busyTimeoutMillis());
    } catch (IOException e) {
      System.getLogger(StoreOpener.class.getName())
          .log(System.Logger.Level.DEBUG, file.name() + ": read without locks", e);
      return null;
    }
    if (opening == null) {
      throw opensElsewhere();
    }
    return opening;
  }

  private KlogException opensElsewhere() {
    return new KlogException(
        Reason.BUSY,
        file.name()
            + " is being opened or closed by another process; waited "
            + options.busyTimeoutMillis()
            + " ms (busy_timeout)");
  }

  private Store openForWriting() throws IOException {
    StorageLock opening = locks.opening(false, options.busyTimeoutMillis());
    if (opening == null) {
      throw opensElsewhere();
    }
    FileLocks.Slot slot = null;
    boolean opened = false;
    try {
      StorageLock all = locks.allSlots();
      boolean first = all != null;
      if (all != null && options.exclusive()) {
        slot = new FileLocks.Slot(0, all, true);
      } else {
        if (all != null) {
          all.close();
        }
        slot = requireSlot();
      }
      Store store = first ? first(slot) : join(slot);
      opened = true;
      return store;
    } finally {
      if (!opened && slot != null) {
        slot.lock().close(); // before the opening's lock: who comes next must not find it taken
      }
      opening.close();
    }
  }

  private FileLocks.Slot requireSlot() throws IOException {
    FileLocks.Slot slot = options.exclusive() ? null : locks.takeSlot();
    if (slot == null) {
      throw new KlogException(
          Reason.IN_USE,
          file.name()
              + " is in use by "
              + page.owners()
              + (options.exclusive()
                  ? ", and wanted alone (exclusive=true)"
                  : ", either alone (exclusive=true) or as many as there can be"));
    }
    return slot;
  }

  private Store join(FileLocks.Slot slot) throws IOException {
    StoreLoader.newest(file); // before anything is written: it may be no klog file
    if (page.opening() == 0) {
      throw new KlogException(
          Reason.BUSY, file.name() + " is being recovered by a process that has lost its locks");
    }
    if (page.hasFailed()) {
      throw page.failedElsewhere();
    }
    page.enter(slot.number(), storage.randomLong() | 1); // not 0
    StoreLoader.Loaded loaded = load();
    page.join(loaded.replay().end().commitId());
    return store(loaded, slot, true);
  }

  private StoreLoader.Loaded load() throws IOException {
    return StoreLoader.follow(file, page, file::sync);
  }

  private Store first(FileLocks.Slot slot) throws IOException {
    // One who lost his locks without knowing may be writing just now.
    StorageLock writer = locks.writer(options.busyTimeoutMillis());
    if (writer == null) {
      throw new KlogException(Reason.IN_USE, file.name() + " is in use by " + page.owners());
    }
    try {
      if (isUnfinished()) {
        create();
      }
      long token = storage.randomLong() | 1; // not 0
      StoreLoader.Loaded loaded = recover();
      LogPosition end = loaded.replay().end();
      page.create(
          slot.number(), token, loaded.superblock(), loaded.replay().epoch(), end.commitId());
      return store(loaded, slot, true);
    } finally {
      writer.close();
    }
  }

  private StoreLoader.Loaded recover() throws IOException {
    StoreLoader.newest(file); // before anything is written: it may be no klog file
    boolean failed = page.hasFailed();
    page.seize();
    StoreLoader.Loaded loaded = StoreLoader.recover(file);
    Superblock superblock = loaded.superblock();
    if (failed) {
      new Rewriting(file).rewrite(loaded);
    }
    LogPosition end = loaded.replay().end();
    CommitLog.cut(file, end);
    boolean young = superblock.sequence() == 0; // who made the file may not have got to sync it
    if (failed || young || !superblock.closed() || !end.equals(superblock.log())) {
      // A process that was killed leaves what it did not sync, the superblock perhaps, to the
      // operating system. It has to be durable before anybody sees it, and before what only the
      // superblock before it refers to is overwritten.
      file.sync();
    }
    return loaded;
  }

  private Store store(StoreLoader.Loaded loaded, FileLocks.@Nullable Slot slot, boolean live)
      throws IOException {
    return new Store(storage, file, limits, locks, page, slot, loaded, live);
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
}
