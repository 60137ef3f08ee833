package io.klog.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

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
   * Opens a file. In one JVM a file must not be opened a second time while it is open: the
   * operating system drops all of a process's locks on a file when any descriptor of it is closed.
   * So ask {@link #identityOf} first.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there and the mode does not make it,
   *     or when the directory to make it in is not there
   */
  StorageFile open(String name, Mode mode) throws IOException;

  /**
   * The {@linkplain StorageFile#identity() identity} of the file of this name, found without
   * opening it.
   *
   * @return null when there is no such file
   */
  @Nullable Object identityOf(String name) throws IOException;

  /**
   * Gives a file that was closed another name, durably.
   *
   * @throws java.nio.file.FileAlreadyExistsException when something has that name; both stay as
   *     they are
   */
  void rename(String from, String to) throws IOException;

  /** Removes a file that was closed, if it is there. */
  void delete(String name) throws IOException;

  /** Ms since the epoch; may jump. */
  long currentTimeMillis();

  /** For measuring how long something took: ns from an arbitrary start, never backwards. */
  long nanoTime();

  /**
   * Lets time pass while waiting for another process: about so long, or less. An interrupt does not
   * end it and stays set.
   */
  void pause(long nanos);

  /** 64 random bits: file ids, epochs' salts. */
  long randomLong();
}
