package io.klog.jdbc;

import io.klog.KlogException;
import io.klog.LogStore;

/** The one place that knows which stores there are. */
final class StoreOpener {
  private StoreOpener() {}

  /**
   * @throws KlogException when the store cannot be opened
   */
  static LogStore open(ConnectionSettings settings) {
    throw new KlogException(
        KlogException.Reason.CANNOT_OPEN, settings.location() + ": no storage engine yet");
  }
}
