package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An operating system's cache before a device, as Linux has it: after a sync that failed the pages
 * count as clean, read as they were written, and no later sync writes them.
 */
final class PageCacheStorage extends ForwardingStorage {
  // For one thread.
  private final TreeMap<Long, byte[]> device = new TreeMap<>();
  private final TreeSet<Long> dirty = new TreeSet<>();
  private long size;
  private boolean failing;

  PageCacheStorage(Storage delegate) {
    super(delegate);
  }

  void failNextSync() {
    failing = true;
  }

  /** What is left when the power is cut now, before anything else is written. */
  MemoryStorage afterPowerCut(String name) throws IOException {
    MemoryStorage left = new MemoryStorage();
    try (StorageFile file = left.open(name, Mode.CREATE)) {
      for (Map.Entry<Long, byte[]> page : device.entrySet()) {
        file.write(page.getKey() * Extent.PAGE, page.getValue(), 0, Extent.PAGE);
      }
      file.resize(size);
    }
    return left;
  }

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    return new CachedFile(delegate.open(name, mode));
  }

  private final class CachedFile extends ForwardingFile {
    CachedFile(StorageFile file) {
      super(file);
    }

    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      file.write(position, source, start, length);
      for (long page = position / Extent.PAGE; page * Extent.PAGE < position + length; page++) {
        dirty.add(page);
      }
    }

    @Override
    public void sync() throws IOException {
      List<Long> pages = new ArrayList<>(dirty);
      dirty.clear();
      if (failing) {
        failing = false;
        throw FailingStorage.ioError();
      }
      size = file.size();
      for (long page : pages) {
        byte[] bytes = new byte[Extent.PAGE];
        long there = Math.min(Extent.PAGE, size - page * Extent.PAGE);
        file.read(page * Extent.PAGE, bytes, 0, (int) Math.max(0, there));
        device.put(page, bytes);
      }
    }
  }
}
