package io.klog.engine;

import static java.util.Objects.requireNonNull;

import io.klog.LogStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One of the processes of a {@link CrashWorkload}, which closes the file or is killed. */
final class CrashingProcess {
  private static final OpenOptions HASTY = new OpenOptions(OpenOptions.Mode.WRITE, 0, 1 << 20);

  private final RecordingStorage recording;
  private final Limits limits;
  private final Runnable meanwhile;
  private KillableStorage storage;
  private @Nullable LogStore store;
  private @Nullable LogStore hasty;

  /**
   * @param meanwhile is done while it syncs
   */
  CrashingProcess(RecordingStorage recording, Limits limits, Runnable meanwhile) {
    this.recording = recording;
    this.limits = limits;
    this.meanwhile = meanwhile;
    this.storage = new KillableStorage(recording);
  }

  /** After the process before was closed or killed. */
  void open() {
    storage = new KillableStorage(recording);
    KlogFile files = new KlogFile(new SyncHookStorage(storage, meanwhile), limits);
    store = files.openFile(CrashWorkload.NAME, CrashWorkload.OPTIONS);
    hasty = files.openFile(CrashWorkload.NAME, HASTY);
  }

  boolean isOpen() {
    return store != null;
  }

  LogStore store() {
    return requireNonNull(store);
  }

  /** The same for one who does not wait for a lock; null while there is none. */
  @Nullable LogStore hasty() {
    return hasty;
  }

  /** The store is closed with the last who has it. */
  void close() {
    LogStore first = requireNonNull(hasty);
    LogStore last = requireNonNull(store);
    hasty = null;
    store = null;
    first.close();
    last.close();
  }

  /** Kills it after so many more writes, resizes and syncs. */
  void killAfter(int changes) {
    storage.killAfter(changes);
  }

  void kill() throws IOException {
    storage.kill();
    store = null;
    hasty = null;
  }
}
