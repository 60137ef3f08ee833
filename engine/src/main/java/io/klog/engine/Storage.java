package io.klog.engine;

import java.io.IOException;

/**
 * Where files live. All I/O, locks, time and randomness of the engine go through here, so that a
 * test can fail, tear, cut or replay any of it. Safe for use by many threads.
 */
interface Storage {
  /** How a file is opened. */
  enum Mode {
    /** Read and write; made when it is not there. */
    CREATE,
    /** Read and write; it has to be there. */
    WRITE,
    /** Read only; it has to be there, and nothing of it or beside it is changed. */
    READ
  }

  /**
   * Opens a file.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there and the mode does not make it
   */
  StorageFile open(String name, Mode mode) throws IOException;

  /** Ms since the epoch; may jump. */
  long currentTimeMillis();

  /** For measuring how long something took: ns from an arbitrary start, never backwards. */
  long nanoTime();

  /** 64 random bits: file ids, epochs' salts. */
  long randomLong();
}
