package io.klog.engine;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Files in the heap that may begin as copies of others, and share with them what stays alike. */
final class ImageStorage extends ForwardingStorage {
  /** By the file's identity. */
  private final Map<Object, SharedPages> contents = new ConcurrentHashMap<>();

  /** Whether time does. */
  private final boolean standsStill;

  ImageStorage() {
    this(false);
  }

  private ImageStorage(boolean standsStill) {
    super(new MemoryStorage()); // its files stay empty: they have the identities and the locks
    this.standsStill = standsStill;
  }

  /**
   * With one file, and with a clock that stands still, so that what is done again is the same bytes
   * again.
   *
   * @param content the caller's: it is not changed
   */
  ImageStorage(String name, SharedPages content) throws IOException {
    this(true);
    try (StorageFile file = delegate.open(name, Mode.CREATE)) {
      contents.put(file.identity(), content.copy());
    }
  }

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    StorageFile file = delegate.open(name, mode);
    return new ImageFile(
        file, contents.computeIfAbsent(file.identity(), identity -> new SharedPages()));
  }

  @Override
  public long currentTimeMillis() {
    return standsStill ? 1_700_000_000_000L : super.currentTimeMillis();
  }

  static final class ImageFile extends ForwardingStorage.ForwardingFile {
    private final SharedPages content;

    private ImageFile(StorageFile file, SharedPages content) {
      super(file);
      this.content = content;
    }

    SharedPages copy() {
      return content.copy();
    }

    @Override
    public long size() throws IOException {
      file.size(); // is it open?
      return content.size();
    }

    @Override
    public void read(long position, byte[] target, int start, int length) throws IOException {
      Objects.checkFromIndexSize(start, length, target.length);
      file.read(position, target, start, 0); // is it open?
      content.read(name(), position, target, start, length);
    }

    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      Objects.checkFromIndexSize(start, length, source.length);
      file.write(position, source, start, 0); // is it open, and for writing?
      content.write(position, source, start, length);
    }

    @Override
    public void resize(long size) throws IOException {
      file.resize(Math.min(size, 0)); // is it open, and for writing?
      content.resize(size);
    }
  }
}
