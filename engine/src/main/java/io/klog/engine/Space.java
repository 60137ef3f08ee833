package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of the file are free. Not kept in the file: free is what nothing refers to. Guarded
 * by the {@link Replica}'s lock; only one who has the writer's lock, too, knows what is free.
 */
final class Space {
  /**
   * Free pages may never have been written, and then need room on the device; others have theirs.
   * So where the device is full, what was allocated is put aside and others are tried, this often.
   */
  static final int FULL_DEVICE_TRIES = 4;

  private static final long LEAST_GROWTH = 64 * 1024;
  private static final long GREATEST_GROWTH = 16L << 20;

  private final StorageFile file;
  // Runs of free pages by position: never adjacent to each other, never reaching up to the end.
  private final TreeMap<Long, Long> free = new TreeMap<>();
  private final List<Retired> retired = new ArrayList<>();
  // What a transaction of this process that has not ended has staged: nothing refers to it. Null
  // where there is no such transaction.
  private @Nullable List<Extent> held;
  // Behind the last page in use.
  private long end;

  /**
   * Dropped from the catalog by a commit; a reader that starts from the checkpoint needs it still.
   */
  record Retired(Extent extent, long commitId) {}

  Space(StorageFile file) {
    this.file = file;
  }

  /**
   * Finds out anew what is free.
   *
   * @param used in any order; the {@linkplain #retired} and {@linkplain #hold held} apart
   * @throws CorruptLogException where two of them overlap: what is written to one of them would
   *     harm the other
   */
  void reset(Collection<Extent> used) {
    free.clear();
    end = 0;
    List<Extent> sorted = new ArrayList<>(used);
    retired.forEach(kept -> sorted.add(kept.extent));
    if (held != null) {
      sorted.addAll(held);
    }
    sorted.sort(Comparator.comparingLong(Extent::position));
    for (Extent extent : sorted) {
      if (extent.position() < end) {
        throw new CorruptLogException(
            file.name(), extent.position(), "pages of one owner", "pages that two refer to");
      }
      if (extent.position() > end) {
        free.put(end, extent.position() - end);
      }
      end = Math.max(end, extent.end());
    }
  }

  /** Behind the last page in use. */
  long end() {
    return end;
  }

  /** The lowest free run that is long enough, else new pages at the end. */
  Extent allocate(long length) throws IOException {
    Extent run = firstFit(length);
    if (run != null) {
      return take(run, length);
    }
    Extent extent = new Extent(end, length);
    grow(extent.end());
    end = extent.end();
    return extent;
  }

  /** Writes an extent that was just allocated. */
  interface Filler {
    void fill(Extent extent) throws IOException;
  }

  /** Allocates an extent and fills it; where the device is full, another. */
  Extent allocate(long length, Filler filler) throws IOException {
    List<Extent> aside = new ArrayList<>(0);
    try {
      while (true) {
        Extent extent = allocate(length);
        boolean filled = false;
        try {
          filler.fill(extent);
          filled = true;
          return extent;
        } catch (StorageFullException e) {
          if (aside.size() == FULL_DEVICE_TRIES) {
            throw e;
          }
        } finally {
          if (!filled) {
            aside.add(extent);
          }
        }
      }
    } finally {
      aside.forEach(this::giveBack);
    }
  }

  /** The lowest free run that is long enough and lies before the position; null when none does. */
  @Nullable Extent allocateBefore(long position, long length) {
    Extent run = firstFit(length);
    return run == null || run.position() > position ? null : take(run, length);
  }

  private Extent take(Extent run, long length) {
    Extent extent = new Extent(run.position(), length);
    free.remove(run.position());
    if (run.length() > length) {
      free.put(extent.end(), run.length() - length);
    }
    return extent;
  }

  /** Bytes of free pages before the last page in use. */
  long freeBytes() {
    long sum = 0;
    for (long length : free.values()) {
      sum += length;
    }
    return sum;
  }

  /** A copy: the map's own entry may be given another's key and value when one is removed. */
  private @Nullable Extent firstFit(long length) {
    for (Map.Entry<Long, Long> run : free.entrySet()) {
      if (run.getValue() >= length) {
        return new Extent(run.getKey(), run.getValue());
      }
    }
    return null;
  }

  /** The file grows in steps, so that what maps it need not map it anew for every extent. */
  private void grow(long needed) throws IOException {
    long size = file.size();
    if (size < needed) {
      long step = Math.min(Math.max(size / 2, LEAST_GROWTH), GREATEST_GROWTH);
      file.resize(Extent.pages(Math.max(needed, size + step)));
    }
  }

  /** For an extent that no durable checkpoint and no commit refers to. */
  void giveBack(Extent extent) {
    long position = extent.position();
    long length = extent.length();
    Map.Entry<Long, Long> before = free.lowerEntry(position);
    if (before != null && before.getKey() + before.getValue() == position) {
      free.remove(before.getKey());
      position = before.getKey();
      length += before.getValue();
    }
    Long after = free.remove(position + length);
    if (after != null) {
      length += after;
    }
    if (position + length == end) {
      end = position;
    } else {
      free.put(position, length);
    }
  }

  /**
   * These, instead of those before, are not free, though nothing refers to them.
   *
   * @param extents null when no transaction has staged anything
   */
  void hold(@Nullable List<Extent> extents) {
    held = extents;
  }

  /** Whether a transaction that has not ended has staged something, be it in committed segments. */
  boolean isStaged() {
    return held != null;
  }

  /** For an extent that this commit dropped: free once a checkpoint that has it is durable. */
  void retire(Extent extent, long commitId) {
    retired.add(new Retired(extent, commitId));
  }

  void retire(Collection<Retired> more) {
    retired.addAll(more);
  }

  boolean hasRetired() {
    return !retired.isEmpty();
  }

  /** A checkpoint with all commits up to this one is durable. {@link #reset} comes next. */
  void release(long commitId) {
    retired.removeIf(r -> r.commitId <= commitId);
  }

  /** Cuts the file behind the last page in use. Only for one who has the file alone. */
  void trim() throws IOException {
    if (file.size() > end) {
      file.resize(end);
    }
  }
}
