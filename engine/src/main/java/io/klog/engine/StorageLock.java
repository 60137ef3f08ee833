package io.klog.engine;

import java.io.Closeable;
import java.io.IOException;

/** A lock on bytes of a file; gone when closed, when the file is closed, or the process dies. */
interface StorageLock extends Closeable {
  @Override
  void close() throws IOException;
}
