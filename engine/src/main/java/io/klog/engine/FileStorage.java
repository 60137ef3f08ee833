package io.klog.engine;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Real files.
 *
 * <p>A thread that is interrupted inside {@link FileChannel}'s read, write, force or map closes the
 * channel under everybody, and closing any descriptor of a file drops all locks this process has on
 * it. So each kind of work goes where an interrupt cannot reach:
 *
 * <ul>
 *   <li>writes and resizes through a {@link RandomAccessFile}, whose file pointer is remembered so
 *       that an append costs one system call and no seek;
 *   <li>syncs ({@code fdatasync} on Linux) and locks through an {@link AsynchronousFileChannel},
 *       which does both in the calling thread;
 *   <li>reads from read-only maps, copied to the caller's array without a system call, a lock or an
 *       allocation; the maps are made by a thread of klog's own that cannot be interrupted.
 * </ul>
 *
 * <p>An opening has up to three descriptors: {@link Descriptors}. {@code StorageSpeed} in the tests
 * prints what each operation costs.
 */
final class FileStorage implements Storage {
  /** A file that is longer has been synced, bytes. */
  private static final long YOUNG = 4L * Extent.PAGE;

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    Path path = path(name);
    synchronized (Descriptors.MONITOR) {
      Object before = identityOf(name);
      Descriptors descriptors =
          before == null ? null : Descriptors.reuse(before, mode != Mode.READ);
      if (descriptors == null) {
        descriptors = openDescriptors(name, path, mode, before);
      }
      Object identity = identityOf(name);
      if (identity == null || (before != null && !before.equals(identity))) {
        FileSystemException replaced =
            new FileSystemException(name, null, "was replaced while it was being opened");
        descriptors.discard(before, replaced);
        throw replaced;
      }
      descriptors.use(identity);
      // The entry of a file just made is not durable before its directory is. One that is short may
      // have been made by a process that was killed before it synced anything.
      boolean entryPending = mode != Mode.READ && descriptors.channel().size() <= YOUNG;
      Path directory = entryPending ? path.toRealPath().getParent() : null;
      return new DiskFile(name, path, identity, descriptors, directory);
    }
  }

  private static Descriptors openDescriptors(
      String name, Path path, Mode mode, @Nullable Object identity) throws IOException {
    AsynchronousFileChannel channel = openChannel(name, path, mode);
    RandomAccessFile reader = null;
    try {
      reader = new RandomAccessFile(path.toFile(), "r");
      RandomAccessFile writer =
          mode == Mode.READ ? null : new RandomAccessFile(path.toFile(), "rw");
      return new Descriptors(channel, reader, writer);
    } catch (IOException | RuntimeException | Error e) {
      Descriptors.discard(identity, e, channel, reader);
      throw e;
    }
  }

  private static AsynchronousFileChannel openChannel(String name, Path path, Mode mode)
      throws IOException {
    Set<? extends OpenOption> options =
        switch (mode) {
          case CREATE ->
              Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
          case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
          case READ -> Set.of(StandardOpenOption.READ);
        };
    try {
      return AsynchronousFileChannel.open(path, options, null);
    } catch (NoSuchFileException e) {
      Path directory = path.getParent();
      if (directory != null && !Files.exists(directory)) {
        throw (IOException)
            new NoSuchFileException(name, null, "there is no directory " + directory).initCause(e);
      }
      throw e;
    }
  }

  @Override
  public @Nullable Object identityOf(String name) throws IOException {
    Path path = path(name);
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(
          name, null, attributes.isDirectory() ? "is a directory" : "is not a regular file");
    }
    Object key = attributes.fileKey();
    return key != null ? key : path.toRealPath();
  }

  private static Path path(String name) throws IOException {
    if (name.isEmpty()) {
      throw new FileSystemException(name, null, "the file's name is empty");
    }
    try {
      // Absolute, for NIO and RandomAccessFile need not agree on the working directory.
      return Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw (IOException) new FileSystemException(name, null, e.getReason()).initCause(e);
    }
  }

  /**
   * By a second name for the file, where the file system can give one: a move would take the place
   * of a file that another has made meanwhile.
   */
  @Override
  public void rename(String from, String to) throws IOException {
    Path old = path(from);
    Path name = path(to);
    try {
      Files.createLink(name, old);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(to);
      }
      Files.move(old, name, StandardCopyOption.ATOMIC_MOVE);
    }
    Path directory = name.getParent();
    try {
      if (directory != null) {
        DiskFile.syncDirectory(directory);
      }
    } catch (IOException e) {
      if (Files.exists(old)) {
        Files.deleteIfExists(name);
      }
      throw e;
    }
    Files.deleteIfExists(old);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(path(name));
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void pause(long nanos) {
    park(nanos);
  }

  static void park(long nanos) {
    boolean interrupted = Thread.interrupted();
    LockSupport.parkNanos(nanos);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Straight from the kernel where it has such a file: the first SecureRandom takes 20 ms. */
  @Override
  public long randomLong() {
    byte[] bytes = new byte[Long.BYTES];
    try (InputStream random = new FileInputStream("/dev/urandom")) {
      if (random.readNBytes(bytes, 0, bytes.length) == bytes.length) {
        return (long) LONG.get(bytes, 0);
      }
    } catch (IOException e) {
      // Not here: Windows.
    }
    return new SecureRandom().nextLong();
  }

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Closes all of them, whatever fails; the failures are added to {@code problem}. */
  static void closeAll(Throwable problem, @Nullable Closeable... resources) {
    for (Closeable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (IOException e) {
        problem.addSuppressed(e);
      }
    }
  }

  /**
   * Whether a write failed for want of room. The system's messages come in the user's language, so
   * they decide only when they are the English ones; else the room that is left does.
   */
  static boolean isFull(IOException problem, Path path, long wanted) {
    String message = String.valueOf(problem.getMessage()).toLowerCase(Locale.ROOT);
    for (String full : FULL) {
      if (message.contains(full)) {
        return true;
      }
    }
    try {
      return Files.getFileStore(path).getUsableSpace() < wanted;
    } catch (IOException e) {
      return false;
    }
  }

  private static final String[] FULL = {
    "no space left on device",
    "disk quota exceeded",
    "file too large",
    "not enough space on the disk",
    "not enough disk space"
  };
}
