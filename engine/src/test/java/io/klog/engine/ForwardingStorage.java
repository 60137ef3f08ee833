package io.klog.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Hands everything on, for doubles that change one thing. */
abstract class ForwardingStorage implements Storage {
  final Storage delegate;

  ForwardingStorage(Storage delegate) {
    this.delegate = delegate;
  }

  @Override
  public @Nullable Object identityOf(String name) throws IOException {
    return delegate.identityOf(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    delegate.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    delegate.delete(name);
  }

  @Override
  public long currentTimeMillis() {
    return delegate.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return delegate.nanoTime();
  }

  @Override
  public void pause(long nanos) {
    delegate.pause(nanos);
  }

  @Override
  public long randomLong() {
    return delegate.randomLong();
  }

  /** Hands everything on, likewise. */
  abstract static class ForwardingFile implements StorageFile {
    final StorageFile file;

    ForwardingFile(StorageFile file) {
      this.file = file;
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public Object identity() {
      return file.identity();
    }

    @Override
    public @Nullable String untrustedLocks() {
      return file.untrustedLocks();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void read(long position, byte[] target, int start, int length) throws IOException {
      file.read(position, target, start, length);
    }

    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      file.write(position, source, start, length);
    }

    @Override
    public void sync() throws IOException {
      file.sync();
    }

    @Override
    public void resize(long size) throws IOException {
      file.resize(size);
    }

    @Override
    public @Nullable StorageLock tryLock(long position, long length, boolean shared)
        throws IOException {
      return file.tryLock(position, length, shared);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
