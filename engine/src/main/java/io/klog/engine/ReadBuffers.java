package io.klog.engine;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A few buffers for scans, so that a short one need not allocate and zero as much memory as it
 * reads. Safe for many threads; nobody waits.
 */
final class ReadBuffers {
  private static final int LENGTH = 128 * 1024;
  private static final int KEPT = 16;

  private final AtomicReferenceArray<byte @Nullable []> kept = new AtomicReferenceArray<>(KEPT);

  byte[] take() {
    for (int i = 0; i < KEPT; i++) {
      if (kept.getPlain(i) != null) {
        byte[] buffer = kept.getAndSet(i, null);
        if (buffer != null) {
          return buffer;
        }
      }
    }
    return new byte[LENGTH];
  }

  /** Not to be used by the caller any more. */
  void giveBack(byte[] buffer) {
    if (buffer.length != LENGTH) {
      return;
    }
    for (int i = 0; i < KEPT; i++) {
      if (kept.getPlain(i) == null && kept.compareAndSet(i, null, buffer)) {
        return;
      }
    }
  }
}
