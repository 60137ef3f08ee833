package io.klog.engine;

import java.io.IOException;

/**
 * Writes once more what a failed sync may have left in the operating system's memory only. After a
 * sync that failed, Linux takes the pages for clean: they read as they were written, and the next
 * sync succeeds without writing them. What is recovered from such a file has to be made durable by
 * being written again.
 */
final class Rewriting {
  private static final int PIECE = 1 << 20;

  private final StorageFile file;

  Rewriting(StorageFile file) {
    this.file = file;
  }

  /** All that a recovery would read, and what it would show. */
  void rewrite(StoreLoader.Loaded loaded) throws IOException {
    for (Extent extent : loaded.extents()) {
      rewrite(extent);
    }
  }

  private void rewrite(Extent extent) throws IOException {
    byte[] bytes = new byte[(int) Math.min(PIECE, extent.length())];
    long end = Math.min(extent.end(), file.size()); // the rest was not written to
    for (long at = extent.position(); at < end; at += bytes.length) {
      int piece = (int) Math.min(bytes.length, end - at);
      file.read(at, bytes, 0, piece);
      file.write(at, bytes, 0, piece);
    }
  }
}
