package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files as one process has them: once it is killed, all its calls fail and its locks are gone,
 * while what it wrote stays, for the next process to go on with.
 */
final class KillableStorage extends ForwardingStorage {

  // All below is guarded by this object's monitor.

  private final List<StorageFile> open = new ArrayList<>();
  private int changesLeft = Integer.MAX_VALUE;
  private boolean killed;

  KillableStorage(Storage delegate) {
    super(delegate);
  }

  synchronized void kill() throws IOException {
    killed = true;
    for (StorageFile file : open) {
      file.close();
    }
  }

  /** Kills after so many more writes, resizes, syncs, renames and deletions. */
  synchronized void killAfter(int changes) {
    changesLeft = changes;
  }

  private synchronized void change() throws IOException {
    if (!killed && changesLeft-- == 0) {
      kill();
    }
    live();
  }

  private synchronized void live() throws IOException {
    if (killed) {
      throw new IOException("the process was killed");
    }
  }

  @Override
  public synchronized StorageFile open(String name, Mode mode) throws IOException {
    live();
    StorageFile file = delegate.open(name, mode);
    open.add(file);
    return new KillableFile(file);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    change();
    delegate.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    change();
    delegate.delete(name);
  }

  private final class KillableFile extends ForwardingFile {
    KillableFile(StorageFile file) {
      super(file);
    }

    @Override
    public long size() throws IOException {
      live();
      return file.size();
    }

    @Override
    public void read(long position, byte[] target, int start, int length) throws IOException {
      live();
      file.read(position, target, start, length);
    }

    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      change();
      file.write(position, source, start, length);
    }

    @Override
    public void sync() throws IOException {
      change();
      file.sync();
    }

    @Override
    public void resize(long size) throws IOException {
      change();
      file.resize(size);
    }

    @Override
    public @Nullable StorageLock tryLock(long position, long length, boolean shared)
        throws IOException {
      live();
      return file.tryLock(position, length, shared);
    }
  }
}
