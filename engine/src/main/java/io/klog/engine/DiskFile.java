package io.klog.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** An open file of a {@link FileStorage}, which says why its I/O is done the way it is. */
final class DiskFile implements StorageFile {
  private static final int WINDOW_BITS = 26;
  private static final int WINDOW_SIZE = 1 << WINDOW_BITS;

  /** A map is made or replaced for so many bytes more; fewer are read by system calls. */
  private static final int WORTH_MAPPING = 64 << 10;

  /** So many reads past the mapped part make a map worth it after all. */
  private static final int PATIENCE = 256;

  /**
   * Reads this short are not served from maps: ByteBuffer makes them of single loads, after whose
   * faults it cannot be seen what is missing.
   */
  private static final int TINY = 6;

  /**
   * RandomAccessFile copies through native memory of the size of the array, on the stack up to 8
   * KiB, else from malloc: larger pieces make malloc slower than a further system call is.
   */
  private static final int PIECE = 256 << 10;

  private static final ByteBuffer UNMAPPED = ByteBuffer.allocateDirect(0);

  private final String name;
  private final Path path;
  private final Object identity;
  private final Descriptors descriptors;

  /** Those not released yet, which is up to us when the descriptors stay open. */
  private final Set<FileLock> locks = ConcurrentHashMap.newKeySet();

  /** For syncs, locks and the size; has its own guard against use while it closes. */
  private final AsynchronousFileChannel channel;

  /** Held while writing or resizing; taken before {@link #reading}. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Guarded by {@link #writing}; null when open for reading only. */
  private final @Nullable RandomAccessFile writer;

  /** The writer's file pointer, -1 when not known. Guarded by {@link #writing}. */
  private long pointer = -1;

  /** Held while reading what is not mapped, and while changing the maps. */
  private final ReentrantLock reading = new ReentrantLock();

  /** Guarded by {@link #reading}. */
  private final RandomAccessFile reader;

  /**
   * Window i maps the file from i * WINDOW_SIZE, as far as it has been needed. Replaced as a whole,
   * under {@link #reading}; an array once published is never changed.
   */
  private volatile ByteBuffer[] windows = {};

  /** Reads past the mapped part since the last map. Guarded by {@link #reading}. */
  private int unmappedReads;

  /** Whether the file system cannot map, or the address space is used up. As {@link #reader}. */
  private boolean unmappable;

  /** The directory to be synced with the file the first time; null when done. */
  private volatile @Nullable Path pendingDirectory;

  /** Changed under both locks. */
  private volatile boolean closed;

  DiskFile(
      String name,
      Path path,
      Object identity,
      Descriptors descriptors,
      @Nullable Path pendingDirectory) {
    this.name = name;
    this.path = path;
    this.identity = identity;
    this.descriptors = descriptors;
    this.channel = descriptors.channel();
    this.reader = descriptors.reader();
    this.writer = descriptors.writer();
    this.pendingDirectory = pendingDirectory;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Object identity() {
    return identity;
  }

  @Override
  public @Nullable String untrustedLocks() {
    return FileSystemType.untrustedLocks(path);
  }

  @Override
  public long size() throws IOException {
    try {
      return channel.size();
    } catch (ClosedChannelException e) {
      throw closed(e);
    }
  }

  @Override
  public void read(long position, byte[] target, int start, int length) throws IOException {
    check(position, target, start, length);
    long from = position;
    int to = start;
    int left = length;
    while (left > 0) {
      int at = (int) from & WINDOW_SIZE - 1;
      int piece = Math.min(left, WINDOW_SIZE - at);
      ByteBuffer window = window(from);
      if (piece > TINY && piece <= window.capacity() - at) {
        copy(window, from, target, to, piece);
      } else {
        readUnmapped(from, target, to, piece);
      }
      from += piece;
      to += piece;
      left -= piece;
    }
  }

  private ByteBuffer window(long position) {
    ByteBuffer[] all = windows;
    long index = position >>> WINDOW_BITS;
    return index < all.length ? all[(int) index] : UNMAPPED;
  }

  /**
   * Copies from a map. Where its page is not there any more (SIGBUS: the file was cut, or the
   * device failed) the JVM gives up the copy and throws InternalError, but in JDK 17 only at some
   * later transition into the JVM, long after this method. A copy given up leaves the last byte of
   * the target as it was, or the first should it run downwards; so these two tell when to wait.
   */
  private void copy(ByteBuffer window, long position, byte[] target, int start, int length)
      throws IOException {
    byte mark = (byte) (((int) position * 0x9E3779B1) >>> 24);
    int last = start + length - 1;
    target[start] = mark;
    target[last] = mark;
    try {
      window.get((int) position & WINDOW_SIZE - 1, target, start, length);
      if (target[start] == mark || target[last] == mark) {
        letPendingErrorOut();
      }
    } catch (InternalError e) {
      throw lost(position, length, e);
    }
  }

  /**
   * Goes into the JVM on a path that throws what is pending, in the interpreter and behind both
   * compilers: the making of an array of more arrays than they make inline.
   */
  private static void letPendingErrorOut() {
    Object unused = new byte[7][0];
  }

  private IOException lost(long position, int length, InternalError cause) throws IOException {
    long size = size();
    return length > size - position
        ? (IOException)
            new EOFException(ends(position, length, size) + "; it was cut while it was open")
                .initCause(cause)
        : new IOException(
            name + ": cannot read " + length + " bytes at " + position + ": input/output error",
            cause);
  }

  private void readUnmapped(long position, byte[] target, int start, int length)
      throws IOException {
    reading.lock();
    try {
      requireOpen();
      long size = size();
      if (length > size - position) {
        throw new EOFException(ends(position, length, size));
      }
      ByteBuffer window = mapWhereWorth(position, length, size);
      if (length > TINY && length <= window.capacity() - ((int) position & WINDOW_SIZE - 1)) {
        copy(window, position, target, start, length);
      } else {
        readDirectly(position, target, start, length);
      }
    } finally {
      reading.unlock();
    }
  }

  private void readDirectly(long position, byte[] target, int start, int length)
      throws IOException {
    reader.seek(position);
    int done = 0;
    while (done < length) {
      int count = reader.read(target, start + done, Math.min(PIECE, length - done));
      if (count < 0) {
        throw new EOFException(ends(position, length, position + done));
      }
      done += count;
    }
  }

  /** The window of the position, new where so much is not mapped yet that it pays. */
  private ByteBuffer mapWhereWorth(long position, int length, long size) {
    ByteBuffer window = window(position);
    long base = position & -WINDOW_SIZE;
    int mapped = window.capacity();
    if (unmappable || position + length <= base + mapped) {
      return window;
    }
    int exists = (int) Math.min(size - base, WINDOW_SIZE);
    boolean worth = exists - mapped >= Math.max(WORTH_MAPPING, mapped / 8);
    if (!worth && ++unmappedReads < PATIENCE) {
      return window;
    }
    unmappedReads = 0;
    try {
      ByteBuffer made = Mapper.map(reader.getChannel(), base, exists);
      int index = (int) (position >>> WINDOW_BITS);
      ByteBuffer[] all = resized(Math.max(windows.length, index + 1));
      all[index] = made;
      windows = all;
      return made;
    } catch (IOException e) {
      unmappable = true; // Slower, but works.
      return window;
    }
  }

  private ByteBuffer[] resized(int count) {
    ByteBuffer[] old = windows;
    ByteBuffer[] all = Arrays.copyOf(old, count);
    if (count > old.length) {
      Arrays.fill(all, old.length, count, UNMAPPED);
    }
    return all;
  }

  @Override
  public void write(long position, byte[] source, int start, int length) throws IOException {
    check(position, source, start, length);
    writing.lock();
    try {
      RandomAccessFile file = writable();
      if (length == 0) {
        return;
      }
      if (position != pointer) {
        file.seek(position);
      }
      pointer = -1;
      for (int done = 0; done < length; done += PIECE) {
        file.write(source, start + done, Math.min(PIECE, length - done));
      }
      pointer = position + length;
    } catch (IOException e) {
      throw failed("write " + length + " bytes at " + position, e, length);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void resize(long size) throws IOException {
    if (size < 0) {
      throw new IllegalArgumentException("negative size " + size);
    }
    writing.lock();
    try {
      RandomAccessFile file = writable();
      pointer = -1;
      long old = size();
      if (size < old) {
        cut(file, size);
      } else {
        file.setLength(size);
      }
    } catch (IOException e) {
      throw failed("make it " + size + " bytes long", e, 0);
    } finally {
      writing.unlock();
    }
  }

  /** Forgets the maps of what goes, so that nobody reads there, and cuts. */
  private void cut(RandomAccessFile file, long size) throws IOException {
    reading.lock();
    try {
      int whole = (int) Math.min(windows.length, size >>> WINDOW_BITS);
      windows = resized(whole);
      file.setLength(size);
    } catch (IOException e) {
      if (!WINDOWS) {
        throw e;
      }
      // Somebody still has it mapped, and be it our own maps not collected yet: it stays long.
    } finally {
      reading.unlock();
    }
  }

  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  @Override
  public void sync() throws IOException {
    requireOpen();
    try {
      channel.force(false);
      Path directory = pendingDirectory;
      if (directory != null) {
        syncDirectory(directory);
        pendingDirectory = null;
      }
    } catch (ClosedChannelException e) {
      throw closed(e);
    } catch (IOException e) {
      throw new IOException(name + ": cannot sync: " + e.getMessage(), e);
    }
  }

  /** Where directories can be opened: not on Windows, nor without the right to list them. */
  static void syncDirectory(Path directory) throws IOException {
    AsynchronousFileChannel entries;
    try {
      entries = AsynchronousFileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      return;
    }
    try (entries) {
      entries.force(true);
    }
  }

  @Override
  public @Nullable StorageLock tryLock(long position, long length, boolean shared)
      throws IOException {
    requireOpen();
    try {
      FileLock lock = channel.tryLock(position, length, shared);
      if (lock == null) {
        return null;
      }
      locks.add(lock);
      return () -> release(lock);
    } catch (OverlappingFileLockException e) {
      return null; // Somebody in this JVM, be it under another class loader.
    } catch (NonReadableChannelException | NonWritableChannelException e) {
      throw new IOException(name + " is open for reading only: no exclusive lock", e);
    } catch (ClosedChannelException e) {
      throw closed(e);
    }
  }

  private void release(FileLock lock) throws IOException {
    locks.remove(lock);
    try {
      lock.release();
    } catch (ClosedChannelException e) {
      // Released when the file was closed.
    }
  }

  @Override
  public void close() throws IOException {
    writing.lock();
    try {
      reading.lock();
      try {
        if (closed) {
          return;
        }
        closed = true;
        windows = new ByteBuffer[0];
        try {
          for (FileLock lock : locks) {
            release(lock);
          }
        } finally {
          descriptors.close(identity);
        }
      } finally {
        reading.unlock();
      }
    } finally {
      writing.unlock();
    }
  }

  private static void check(long position, byte[] bytes, int start, int length) {
    if (position < 0) {
      throw new IllegalArgumentException("negative position " + position);
    }
    Objects.checkFromIndexSize(start, length, bytes.length);
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw closed(null);
    }
  }

  private IOException closed(@Nullable Throwable cause) {
    return new IOException(name + " is closed", cause);
  }

  private RandomAccessFile writable() throws IOException {
    requireOpen();
    if (writer == null) {
      throw new IOException(name + " is open for reading only");
    }
    return writer;
  }

  private IOException failed(String what, IOException cause, long wanted) {
    String message = name + ": cannot " + what + ": " + cause.getMessage();
    return FileStorage.isFull(cause, path, wanted)
        ? new StorageFullException(message, cause)
        : new IOException(message, cause);
  }

  private String ends(long position, int length, long size) {
    return name + " ends at " + size + ", before " + length + " bytes at " + position;
  }
}
