package io.klog.engine;

import java.io.IOException;

/** The device, or the quota, has no room for a write. */
final class StorageFullException extends IOException {
  private static final long serialVersionUID = 1L;

  StorageFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
