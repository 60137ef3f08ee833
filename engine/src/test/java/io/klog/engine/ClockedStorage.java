package io.klog.engine;

import java.io.IOException;
import java.time.Duration;

/** A storage whose time goes on as the test says, in addition to what passes. */
final class ClockedStorage extends ForwardingStorage {
  // Moved by the test's thread, read by any.
  private volatile long ahead;

  ClockedStorage(Storage delegate) {
    super(delegate);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
  void advance(Duration time) {
    ahead += time.toNanos();
  }

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    return delegate.open(name, mode);
  }

  @Override
  public long nanoTime() {
    return delegate.nanoTime() + ahead;
  }
}
