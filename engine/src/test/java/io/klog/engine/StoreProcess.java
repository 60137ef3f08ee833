package io.klog.engine;

import io.klog.LogStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A process with one file, which it may have open, and its successors on the same storage. */
final class StoreProcess {
  private final Storage storage;
  private final Limits limits;
  private final String name;
  private KillableStorage killable;
  private KlogFile files;
  private @Nullable LogStore store;

  StoreProcess(Storage storage, Limits limits, String name) {
    this.storage = storage;
    this.limits = limits;
    this.name = name;
    this.killable = new KillableStorage(storage);
    this.files = new KlogFile(killable, limits);
  }

  /** Null where it is not open. */
  @Nullable LogStore store() {
    return store;
  }

  /** The store, opened if it is not. */
  LogStore open(OpenOptions options) {
    LogStore open = store;
    if (open == null) {
      open = files.openFile(name, options);
      store = open;
    }
    return open;
  }

  /** Opens it once more, for the caller to close. */
  LogStore openBeside(OpenOptions options) {
    return files.openFile(name, options);
  }

  /** It is not open afterwards, whatever is thrown. */
  void close() {
    LogStore closing = store;
    store = null;
    if (closing != null) {
      closing.close();
    }
  }

  /** The next step is that of another process. */
  void kill() {
    try {
      killable.kill();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    killable = new KillableStorage(storage);
    files = new KlogFile(killable, limits);
    store = null;
  }
}
