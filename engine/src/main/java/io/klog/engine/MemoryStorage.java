package io.klog.engine;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Files in the heap. They outlive their openings and end with the storage or with {@link #delete};
 * whoever has a deleted file open keeps it until it is closed.
 */
final class MemoryStorage implements Storage {
  private final ConcurrentHashMap<String, Content> files = new ConcurrentHashMap<>();

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    Content content =
        mode == Mode.CREATE ? files.computeIfAbsent(name, n -> new Content()) : files.get(name);
    if (content == null) {
      throw new NoSuchFileException(name, null, "there is no such file in memory");
    }
    return new OpenFile(name, content, mode != Mode.READ);
  }

  @Override
  public @Nullable Object identityOf(String name) {
    return files.get(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Content content = files.get(from);
    if (content == null) {
      throw new NoSuchFileException(from, null, "there is no such file in memory");
    }
    if (files.putIfAbsent(to, content) != null) {
      throw new FileAlreadyExistsException(to);
    }
    files.remove(from);
  }

  @Override
  public void delete(String name) {
    files.remove(name);
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
    FileStorage.park(nanos);
  }

  @Override
  public long randomLong() {
    return ThreadLocalRandom.current().nextLong();
  }

  /**
   * The bytes of a file. Reads take no lock: a write ends with storing {@link #size}, and a read
   * begins with loading it, so that it sees all of every write that returned before.
   */
  private static final class Content {
    private static final int CHUNK_BITS = 16;
    private static final int CHUNK_SIZE = 1 << CHUNK_BITS;

    /** Stands for a chunk nobody has written to yet; never written to itself. */
    private static final byte[] HOLE = new byte[CHUNK_SIZE];

    /** What lies beyond {@link #size} is zeros. Changed by holders of this object's monitor. */
    private volatile byte[][] chunks = {};

    /** Stored by holders of this object's monitor, after the bytes. */
    private volatile long size;

    final LockTable locks = new LockTable();

    long size() {
      return size;
    }

    void read(String name, long position, byte[] target, int start, int length)
        throws EOFException {
      long end = size;
      if (length > 0 && length > end - position) {
        throw new EOFException(
            name + " ends at " + end + ", before " + length + " bytes at " + position);
      }
      byte[][] all = chunks;
      for (int done = 0; done < length; ) {
        int at = (int) (position + done) & CHUNK_SIZE - 1;
        int piece = Math.min(length - done, CHUNK_SIZE - at);
        int index = (int) ((position + done) >>> CHUNK_BITS);
        byte[] chunk = index < all.length ? all[index] : HOLE;
        System.arraycopy(chunk, at, target, start + done, piece);
        done += piece;
      }
    }

    synchronized void write(long position, byte[] source, int start, int length) {
      if (length == 0) {
        return;
      }
      byte[][] all = reaching(position + length);
      for (int done = 0; done < length; ) {
        int at = (int) (position + done) & CHUNK_SIZE - 1;
        int piece = Math.min(length - done, CHUNK_SIZE - at);
        int index = (int) ((position + done) >>> CHUNK_BITS);
        byte[] chunk = all[index];
        if (chunk == HOLE) {
          chunk = new byte[CHUNK_SIZE];
          all[index] = chunk;
        }
        System.arraycopy(source, start + done, chunk, at, piece);
        done += piece;
      }
      size = Math.max(size, position + length);
    }

    /** The chunks, with places for those up to the end. */
    private byte[][] reaching(long end) {
      int count = Math.toIntExact((end + CHUNK_SIZE - 1) >>> CHUNK_BITS);
      byte[][] all = chunks;
      if (count > all.length) {
        int old = all.length;
        all = Arrays.copyOf(all, Math.max(count, old + (old >> 1)));
        Arrays.fill(all, old, all.length, HOLE);
        chunks = all;
      }
      return all;
    }

    synchronized void resize(long wanted) {
      if (wanted < size) {
        int whole = (int) (wanted >>> CHUNK_BITS);
        byte[][] all = chunks;
        int at = (int) wanted & CHUNK_SIZE - 1;
        if (whole < all.length && at > 0) {
          // A copy: whoever is reading the old bytes goes on reading them.
          byte[] last = new byte[CHUNK_SIZE];
          System.arraycopy(all[whole], 0, last, 0, at);
          all[whole] = last;
          whole++;
        }
        chunks = Arrays.copyOf(all, Math.min(whole, all.length));
      }
      size = wanted;
    }
  }

  /** Who has locked which bytes of a file. */
  private static final class LockTable {
    /** Guarded by this object's monitor. */
    private final List<HeldLock> held = new ArrayList<>();

    synchronized @Nullable HeldLock tryLock(
        OpenFile owner, long position, long length, boolean shared) {
      for (HeldLock other : held) {
        boolean apart = other.position >= position + length || other.end() <= position;
        if (!apart && (other.owner == owner || !shared || !other.shared)) {
          return null;
        }
      }
      HeldLock lock = new HeldLock(this, owner, position, length, shared);
      held.add(lock);
      return lock;
    }

    synchronized void release(HeldLock lock) {
      held.remove(lock);
    }

    synchronized void releaseAll(OpenFile owner) {
      held.removeIf(lock -> lock.owner == owner);
    }
  }

  private static final class HeldLock implements StorageLock {
    private final LockTable table;
    final OpenFile owner;
    final long position;
    final long length;
    final boolean shared;

    HeldLock(LockTable table, OpenFile owner, long position, long length, boolean shared) {
      this.table = table;
      this.owner = owner;
      this.position = position;
      this.length = length;
      this.shared = shared;
    }

    long end() {
      return position + length;
    }

    @Override
    public void close() {
      table.release(this);
    }
  }

  private static final class OpenFile implements StorageFile {
    private final String name;
    private final Content content;
    private final boolean writable;
    private volatile boolean closed;

    OpenFile(String name, Content content, boolean writable) {
      this.name = name;
      this.content = content;
      this.writable = writable;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Object identity() {
      return content;
    }

    @Override
    public @Nullable String untrustedLocks() {
      return null;
    }

    @Override
    public long size() throws IOException {
      requireOpen();
      return content.size();
    }

    @Override
    public void read(long position, byte[] target, int start, int length) throws IOException {
      check(position, target, start, length);
      requireOpen();
      content.read(name, position, target, start, length);
    }

    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      check(position, source, start, length);
      requireWritable();
      try {
        content.write(position, source, start, length);
      } catch (OutOfMemoryError | ArithmeticException e) {
        throw new StorageFullException(name + ": the heap has no room", e);
      }
    }

    @Override
    public void sync() throws IOException {
      requireOpen();
    }

    @Override
    public void resize(long size) throws IOException {
      if (size < 0) {
        throw new IllegalArgumentException("negative size " + size);
      }
      requireWritable();
      content.resize(size);
    }

    @Override
    public @Nullable StorageLock tryLock(long position, long length, boolean shared)
        throws IOException {
      if (position < 0 || length <= 0) {
        throw new IllegalArgumentException("position " + position + ", length " + length);
      }
      if (!shared) {
        requireWritable();
      }
      synchronized (this) {
        requireOpen();
        return content.locks.tryLock(this, position, length, shared);
      }
    }

    @Override
    public void close() {
      synchronized (this) {
        closed = true;
        content.locks.releaseAll(this);
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
        throw new IOException(name + " is closed");
      }
    }

    private void requireWritable() throws IOException {
      requireOpen();
      if (!writable) {
        throw new IOException(name + " is open for reading only");
      }
    }
  }
}
