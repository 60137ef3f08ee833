package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.engine.OpenOptions.Mode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Opens klog files. A file that is open in this JVM already is shared, not opened again: one store
 * for those who write, and those who read beside them; another for those who read when nobody wrote
 * yet. One that failed for good is shared with nobody who comes later: it cannot be opened again
 * until all have closed it, because to close one descriptor drops all locks of the process.
 */
public final class KlogFile {
  /** What a location in memory begins with; it is gone when the last who has it open closes it. */
  public static final String MEMORY_PREFIX = "mem:";

  /** How long to wait for another thread that opens or closes a file, in seconds. */
  private static final long PATIENCE = 60;

  private static final KlogFile FILES = new KlogFile(new FileStorage());
  private static final KlogFile MEMORY =
      new KlogFile(new MemoryStorage(), Limits.DEFAULT, FILES.storage);

  private final Storage storage;
  private final Limits limits;
  // Where backups go.
  private final Storage copies;
  // Held while names are looked up and files opened and listed; not while they are read or written.
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Map<Key, Opening> open = new HashMap<>();

  KlogFile(Storage storage) {
    this(storage, Limits.DEFAULT);
  }

  KlogFile(Storage storage, Limits limits) {
    this(storage, limits, storage);
  }

  KlogFile(Storage storage, Limits limits, Storage copies) {
    this.storage = storage;
    this.limits = limits;
    this.copies = copies;
  }

  private record Key(Object identity, boolean reads) {}

  /** A file and those who have it open. */
  private static final class Opening {
    final StorageFile file;
    final Key key;
    // Held while the file is recovered, checkpointed for the last time and closed; taken after the
    // files' lock, and never waited for while that is held.
    final ReentrantLock lock = new ReentrantLock();
    // The rest is guarded by lock. The store is null before recovery.
    @Nullable Store store;
    int users;
    boolean gone;

    Opening(StorageFile file, Key key) {
      this.file = file;
      this.key = key;
    }
  }

  /**
   * Opens a store; close it when it is not needed any more.
   *
   * @param location a path, or {@code mem:} and a name for one that lives in this JVM's memory
   * @throws KlogException CANNOT_OPEN, CORRUPT, IN_USE, IO, DISK_FULL
   */
  public static LogStore open(String location, OpenOptions options) {
    return location.startsWith(MEMORY_PREFIX)
        ? MEMORY.openFile(location, options)
        : FILES.openFile(location, options);
  }

  LogStore openFile(String name, OpenOptions options) {
    try {
      while (true) {
        Opening opening = find(name, options.mode());
        try {
          if (!opening.gone) {
            return join(opening, options);
          }
        } finally {
          opening.lock.unlock();
        }
      }
    } catch (IOException e) {
      throw cannotOpen(name, e);
    }
  }

  /** The file of that name, opened if need be, and locked. It may be gone by then. */
  private Opening find(String name, Mode mode) throws IOException {
    Opening opening;
    acquire(lock, name);
    try {
      Object identity = storage.identityOf(name);
      boolean reads = mode == Mode.READ;
      opening = identity == null ? null : open.get(new Key(identity, false));
      if (opening == null && reads && identity != null) {
        opening = open.get(new Key(identity, true));
      }
      if (opening == null) {
        StorageFile file = storage.open(name, storageMode(mode));
        opening = new Opening(file, new Key(file.identity(), reads));
        open.put(opening.key, opening);
        opening.lock.lock(); // nobody else has seen it
        return opening;
      }
    } finally {
      lock.unlock();
    }
    acquire(opening.lock, name);
    return opening;
  }

  /** Under the opening's lock. */
  private LogStore join(Opening opening, OpenOptions options) throws IOException {
    Store store = opening.store;
    if (store == null) {
      store = start(opening, options);
    } else if (store.failure() != null) {
      throw failed(opening, store.failure());
    } else if (options.exclusive() && !store.isReadOnly() && !store.isExclusive()) {
      throw new KlogException(
          Reason.IN_USE,
          opening.file.name()
              + " is open in this process, and not exclusively: others may open it too");
    }
    opening.users++;
    return new StoreHandle(store, options, copies, () -> leave(opening, options));
  }

  private static KlogException failed(Opening opening, @Nullable String why) {
    return new KlogException(
        Reason.CANNOT_OPEN,
        "cannot open "
            + opening.file.name()
            + ": it failed while it was open in this process, "
            + why
            + ". It can be opened again when all who had it open have closed it; by now "
            + opening.users
            + (opening.users == 1 ? " has not" : " have not"));
  }

  private Store start(Opening opening, OpenOptions options) throws IOException {
    try {
      Store store = new StoreOpener(storage, opening.file, options, limits).open();
      opening.store = store;
      return store;
    } finally {
      if (opening.store == null) {
        abandon(opening);
      }
    }
  }

  /** It could not be opened: that is what the user is told, whether it can be closed or not. */
  private void abandon(Opening opening) {
    try {
      opening.file.close();
    } catch (IOException e) {
      System.getLogger(KlogFile.class.getName())
          .log(System.Logger.Level.DEBUG, opening.file.name() + ": cannot close", e);
    } finally {
      forget(opening);
    }
  }

  /** The file is closed. Under the opening's lock. */
  private void forget(Opening opening) {
    opening.gone = true;
    lock.lock(); // held by others for a look-up only
    try {
      open.remove(opening.key);
    } finally {
      lock.unlock();
    }
  }

  private void leave(Opening opening, OpenOptions options) {
    acquire(opening.lock, opening.file.name());
    try {
      Store store = opening.store;
      if (--opening.users == 0 && store != null) {
        try {
          store.close(options.busyTimeoutMillis());
        } finally {
          forget(opening);
          if (storage instanceof MemoryStorage memory) {
            memory.delete(opening.file.name());
          }
        }
      }
    } finally {
      opening.lock.unlock();
    }
  }

  private static void acquire(ReentrantLock wanted, String name) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (!wanted.tryLock(PATIENCE, TimeUnit.SECONDS)) {
            throw new KlogException(
                Reason.BUSY,
                name + " has been opening or closing elsewhere for " + PATIENCE + " s");
          }
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Storage.Mode storageMode(Mode mode) {
    return switch (mode) {
      case CREATE -> Storage.Mode.CREATE;
      case WRITE -> Storage.Mode.WRITE;
      case READ -> Storage.Mode.READ;
    };
  }

  private static KlogException cannotOpen(String name, IOException e) {
    String why = reason(e);
    if (e instanceof StorageFullException) {
      return new KlogException(Reason.DISK_FULL, "cannot open " + name + ": " + why, e);
    }
    boolean unopenable = e instanceof FileSystemException || e instanceof FileNotFoundException;
    return new KlogException(
        unopenable ? Reason.CANNOT_OPEN : Reason.IO, "cannot open " + name + ": " + why, e);
  }

  static @Nullable String reason(IOException e) {
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e.getMessage();
  }
}
