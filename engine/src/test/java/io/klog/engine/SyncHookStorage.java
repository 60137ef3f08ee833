package io.klog.engine;

import java.io.IOException;

/**
 * Runs something of the test's before and after every sync, in its thread: what others do while a
 * sync lasts, without others. Not while it runs already.
 */
final class SyncHookStorage extends ForwardingStorage {
  private final Runnable meanwhile;

  // For one thread.
  private boolean running;

  SyncHookStorage(Storage delegate, Runnable meanwhile) {
    super(delegate);
    this.meanwhile = meanwhile;
  }

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    return new HookedFile(delegate.open(name, mode));
  }

  private void runMeanwhile() {
    if (running) {
      return;
    }
    running = true;
    try {
      meanwhile.run();
    } finally {
      running = false;
    }
  }

  private final class HookedFile extends ForwardingFile {
    HookedFile(StorageFile file) {
      super(file);
    }

    @Override
    public void sync() throws IOException {
      runMeanwhile();
      file.sync();
      runMeanwhile();
    }
  }
}
