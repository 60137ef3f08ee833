package io.klog.jdbc;

import io.klog.LogStore;
import io.klog.engine.KlogFile;
import io.klog.engine.OpenOptions;

/** The one place that knows which stores there are. */
final class StoreOpener {
  static final int GREATEST_RECORD_BYTES = OpenOptions.GREATEST_RECORD_SIZE;

  private StoreOpener() {}

  /**
   * Opens what the URL names.
   *
   * @throws io.klog.KlogException when it cannot be opened
   */
  static LogStore open(ConnectionSettings settings) {
    return KlogFile.open(
        settings.location(),
        new OpenOptions(
            mode(settings.mode()),
            settings.busyTimeoutMillis(),
            settings.maxRecordBytes(),
            settings.exclusive()));
  }

  private static OpenOptions.Mode mode(OpenMode mode) {
    return switch (mode) {
      case RWC -> OpenOptions.Mode.CREATE;
      case RW -> OpenOptions.Mode.WRITE;
      case RO -> OpenOptions.Mode.READ;
    };
  }
}
