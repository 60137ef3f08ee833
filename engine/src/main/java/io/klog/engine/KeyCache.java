package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Key indexes of segments that have none in the file: those that still grow, and those whose index
 * was not written yet, or cannot be. Made by the first lookup, continued by the next. Takes a
 * bounded part of the heap. Safe for many threads: who wants what another is reading just now waits
 * for it.
 */
final class KeyCache {
  /** What it takes at most, bytes, and as a part of the heap. */
  private static final long GREATEST = 64L << 20;

  private static final int HEAP_PART = 16;

  /**
   * An index that one of so many lookups in a segment used last is kept, and another not made:
   * where there is not room for all that are in use, some are to be of use, not each for a moment.
   */
  private static final long USES = 1000;

  private final long capacity;
  // By the segments' generations, the least recently used first. Guarded by this.
  private final Map<Long, Cached> segments = new LinkedHashMap<>(16, 0.75f, true);
  // Of all that are in the map. Guarded by this.
  private long bytes;
  // Lookups in a segment so far. Guarded by this.
  private long uses;

  KeyCache() {
    this(Math.min(GREATEST, Runtime.getRuntime().maxMemory() / HEAP_PART));
  }

  KeyCache(long capacity) {
    this.capacity = capacity;
  }

  private static final class Cached {
    // Written under this object's monitor, which is held while the segment is read; read by
    // anybody.
    private volatile KeyRuns runs;
    // Guarded by the cache.
    private long bytes;
    private long lastUse;

    Cached(long baseOffset) {
      runs = KeyRuns.before(baseOffset);
    }
  }

  /**
   * The index of a segment, of the span's records at least.
   *
   * @return null when there is no room for it, or where a record cannot be trusted: to read them
   *     all is left to do
   */
  @Nullable KeyRuns covering(SegmentSpan span, SegmentReader reader, ReadBuffers buffers)
      throws IOException {
    Cached cached = use(span.segment());
    KeyRuns runs = cached.runs;
    if (runs.endOffset() >= span.endOffset()) {
      return runs;
    }
    synchronized (cached) {
      runs = cached.runs;
      if (runs.endOffset() >= span.endOffset()) {
        return runs;
      }
      long generation = span.segment().generation();
      long more = (span.endOffset() - runs.endOffset()) * Long.BYTES;
      if (!reserve(generation, cached, more)) {
        return null;
      }
      try {
        long[] entries = KeyEntry.read(span, runs.endOffset(), reader, buffers, () -> false);
        cached.runs = runs.with(entries, span.endOffset());
        return cached.runs;
      } catch (CorruptLogException e) {
        return null;
      } finally {
        settle(generation, cached);
      }
    }
  }

  /** All entries of the span's records if they are here; else null. */
  long @Nullable [] entries(SegmentSpan span) {
    Cached cached;
    synchronized (this) {
      cached = segments.get(span.segment().generation());
    }
    KeyRuns runs = cached == null ? null : cached.runs;
    return runs == null || runs.endOffset() != span.endOffset() ? null : runs.merged();
  }

  /** The segment has an index in the file now. */
  synchronized void forget(Segment segment) {
    Cached cached = segments.remove(segment.generation());
    if (cached != null) {
      bytes -= cached.bytes;
    }
  }

  private synchronized Cached use(Segment segment) {
    Cached cached =
        segments.computeIfAbsent(segment.generation(), g -> new Cached(segment.baseOffset()));
    cached.lastUse = ++uses;
    return cached;
  }

  /** Sees to it that there is room for so much more of one. */
  private synchronized boolean reserve(long generation, Cached cached, long more) {
    Iterator<Cached> all = segments.values().iterator();
    while (bytes + more > capacity && all.hasNext()) {
      Cached eldest = all.next();
      if (eldest == cached || uses - eldest.lastUse < USES) {
        break;
      }
      bytes -= eldest.bytes;
      all.remove();
    }
    if (segments.get(generation) != cached) {
      return false; // others have used so many since
    }
    if (bytes + more > capacity) {
      if (cached.bytes == 0) {
        segments.remove(generation);
      }
      return false;
    }
    bytes += more;
    cached.bytes += more;
    return true;
  }

  /** It takes what it takes, and no longer what was reserved for it. */
  private synchronized void settle(long generation, Cached cached) {
    if (segments.get(generation) == cached) {
      bytes -= cached.bytes;
      cached.bytes = cached.runs.bytes();
      bytes += cached.bytes;
    }
  }
}
