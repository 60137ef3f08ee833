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
 * Opens klog files. A file that is open in this JVM already is shared, not opened again: the
 * operating system would drop the locks of the first opening with the second.
 */
public final class KlogFile {
  /** What a location in memory begins with; it is gone when the last who has it open closes it. */
  public static final String MEMORY_PREFIX = "mem:";

  /** How long to wait for another thread that opens or closes a file, in seconds. */
  private static final long PATIENCE = 60;

  /**
   * The byte that whoever has the file open keeps locked: the writer for himself, readers together.
   */
  private static final long OWNER_BYTE = 1L << 62;

  private static final KlogFile FILES = new KlogFile(new FileStorage());
  private static final MemoryStorage MEMORY_STORAGE = new MemoryStorage();
  private static final KlogFile MEMORY = new KlogFile(MEMORY_STORAGE);

  private final Storage storage;
  private final Limits limits;
  // Held while a file is opened, recovered, checkpointed for the last time and closed: of all files
  // of
  // the JVM one at a time, so that nobody meets a file half open.
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Map<Object, Opening> open = new HashMap<>();

  KlogFile(Storage storage) {
    this(storage, Limits.DEFAULT);
  }

  KlogFile(Storage storage, Limits limits) {
    this.storage = storage;
    this.limits = limits;
  }

  /** A store and those who have it open. Guarded by the lock. */
  private static final class Opening {
    final Store store;
    final StorageFile file;

    // Let go of with the file. The JDK knows of it only as long as somebody refers to it.
    @SuppressWarnings("UnusedVariable")
    final StorageLock owner;

    final Mode mode;
    int users;

    Opening(Store store, StorageFile file, StorageLock owner, Mode mode) {
      this.store = store;
      this.file = file;
      this.owner = owner;
      this.mode = mode;
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
    acquire(name);
    try {
      Object identity = storage.identityOf(name);
      Opening opening = identity == null ? null : open.get(identity);
      if (opening == null) {
        opening = openNew(name, identity, options);
      } else if (opening.mode == Mode.READ && options.mode() != Mode.READ) {
        throw new KlogException(
            Reason.IN_USE,
            name + " is open for reading only in this process; close that before writing to it");
      }
      opening.users++;
      Opening used = opening;
      return new StoreHandle(used.store, options, () -> leave(used));
    } catch (IOException e) {
      throw cannotOpen(name, e);
    } finally {
      lock.unlock();
    }
  }

  private Opening openNew(String name, @Nullable Object identity, OpenOptions options)
      throws IOException {
    boolean onDisk = storage instanceof FileStorage;
    if (onDisk && identity != null && OpenFiles.contains(identity)) {
      throw openElsewhere(name);
    }
    StorageFile file = storage.open(name, storageMode(options.mode()));
    boolean listed = false;
    boolean ready = false;
    try {
      listed = onDisk && OpenFiles.add(file.identity());
      if (onDisk && !listed) {
        throw openElsewhere(name);
      }
      boolean reads = options.mode() == Mode.READ;
      StorageLock owner = file.tryLock(OWNER_BYTE, reads);
      if (owner == null) {
        throw new KlogException(Reason.IN_USE, name + " is in use by " + OwnerNote.read(file));
      }
      Store store = new StoreOpener(storage, file, reads, limits).open();
      Opening opening = new Opening(store, file, owner, options.mode());
      open.put(file.identity(), opening);
      ready = true;
      return opening;
    } finally {
      if (!ready) {
        file.close();
        if (listed) {
          OpenFiles.remove(file.identity());
        }
      }
    }
  }

  private static KlogException openElsewhere(String name) {
    return new KlogException(
        Reason.IN_USE, name + " is in use by this process, under another class loader");
  }

  private void leave(Opening opening) {
    acquire(opening.file.name());
    try {
      if (--opening.users > 0) {
        return;
      }
      open.remove(opening.file.identity());
      opening.store.close();
    } finally {
      if (opening.users == 0) {
        if (storage instanceof MemoryStorage memory) {
          memory.delete(opening.file.name());
        } else {
          OpenFiles.remove(opening.file.identity());
        }
      }
      lock.unlock();
    }
  }

  private void acquire(String name) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (!lock.tryLock(PATIENCE, TimeUnit.SECONDS)) {
            throw new KlogException(
                Reason.BUSY, name + ": another file has been opening for " + PATIENCE + " s");
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

  private static @Nullable String reason(IOException e) {
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
