package io.klog.engine;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An open file. Safe for use by many threads; an interrupt of a thread inside any of these methods
 * neither fails the call nor harms the file, and the thread's interrupt status stays set.
 */
interface StorageFile extends Closeable {
  /** For messages: the path as the user gave it. */
  String name();

  /** Equal for two open files exactly if they are the same file, whatever their names. */
  Object identity();

  /**
   * The name of the file system's type where locks between processes cannot be trusted, or null.
   */
  @Nullable String untrustedLocks();

  /** In bytes. */
  long size() throws IOException;

  /**
   * Reads exactly {@code length} bytes. Sees every write that returned before; of a write in
   * progress, in this process or another, any part. On failure the target may be partly filled.
   *
   * @throws java.io.EOFException where the file ends before
   */
  void read(long position, byte[] target, int start, int length) throws IOException;

  /**
   * Writes all the bytes at the position; the file grows where needed. On failure any part of them
   * may have been written.
   *
   * @throws StorageFullException when the device has no room
   */
  void write(long position, byte[] source, int start, int length) throws IOException;

  /**
   * Returns when every write and resize that returned before this call is durable. After a failure
   * nobody knows what is: the operating system may have dropped the writes, and the next call
   * succeed.
   */
  void sync() throws IOException;

  /**
   * Makes the file this long: cut, or grown with zeros (which may not take room until written). A
   * system that cannot cut a file somebody has mapped (Windows) leaves it as long as it was.
   *
   * @throws StorageFullException when the device has no room
   */
  void resize(long size) throws IOException;

  /**
   * Tries to lock some bytes, which need not exist, against other processes and against other
   * openings of the file. Does not wait. A byte this opening has locked already counts as locked by
   * somebody else; so may, inside one JVM, a shared lock of another opening.
   *
   * @param shared needs no right to write, unlike an exclusive lock
   * @return null when somebody else has one of them
   */
  @Nullable StorageLock tryLock(long position, long length, boolean shared) throws IOException;

  /** The same for one byte. */
  default @Nullable StorageLock tryLock(long position, boolean shared) throws IOException {
    return tryLock(position, 1, shared);
  }

  /** Closes the file and lets go of its locks. Idempotent. */
  @Override
  void close() throws IOException;
}
