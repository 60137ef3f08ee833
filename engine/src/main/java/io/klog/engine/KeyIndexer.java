package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KlogException;
import io.klog.SyncLevel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes key indexes of sealed segments, when this process has sealed one or a lookup has met one
 * without. A segment does not change, so that it is read and sorted without a lock; only to write
 * the index, some percent of the segment, and its commit take the writer's. A thread of its own
 * does it, which is there as long as there is something to do; in a store without threads, whoever
 * sealed the segment. What goes wrong harms nobody: it is tried again later.
 */
final class KeyIndexer {
  /** After a failure, a full device say, a lookup does not have it tried again for so long, ns. */
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

  /** How long it waits for the writer's lock, ms. */
  private static final long LOCK_TIMEOUT = 5_000;

  /** How long {@link #stop} waits for a thread that reads or writes, ns. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  /** A segment is left alone if its entries take more than this part of the heap. */
  private static final int HEAP_PART = 8;

  private final StorageFile file;
  private final Limits limits;
  private final boolean readOnly;
  private final Replica replica;
  private final Writer writer;
  private final WritePath path;
  private final Publisher publisher;
  private final SegmentReader reader;
  private final ReadBuffers buffers;
  private final KeyCache cache;
  // Generations of segments of which none can be made. Safe for many threads.
  private final Set<Long> hopeless = ConcurrentHashMap.newKeySet();
  // Null when there is none. Guarded by this.
  private @Nullable Thread thread;
  // Whether there may be more to do than the thread has seen. Guarded by this.
  private boolean more;
  // Until when lookups do not have it tried again, ns; meaningful if it failed. Written by who
  // makes
  // indexes, read by anybody.
  private volatile long notBefore;
  private volatile boolean failed;
  private volatile boolean stopped;

  KeyIndexer(
      StorageFile file,
      Limits limits,
      boolean readOnly,
      Replica replica,
      Writer writer,
      WritePath path,
      Publisher publisher,
      SegmentReader reader,
      ReadBuffers buffers,
      KeyCache cache) {
    this.file = file;
    this.limits = limits;
    this.readOnly = readOnly;
    this.replica = replica;
    this.writer = writer;
    this.path = path;
    this.publisher = publisher;
    this.reader = reader;
    this.buffers = buffers;
    this.cache = cache;
  }

  /** This process has sealed a segment, perhaps. By one who has no lock. */
  void sealed() {
    if (limits.threads()) {
      start();
    } else if (!stopped) {
      indexAll();
    }
  }

  /** A lookup has met a sealed segment without an index. */
  void want(SegmentSpan span) {
    if (limits.threads()
        && !readOnly
        && !isPausing()
        && span.end() >= limits.keyIndex()
        && !hopeless.contains(span.segment().generation())) {
      start();
    }
  }

  private boolean isPausing() {
    return failed && System.nanoTime() - notBefore < 0;
  }

  private synchronized void start() {
    if (stopped) {
      return;
    }
    more = true;
    if (thread != null) {
      return;
    }
    try {
      Thread started = new Thread(null, this::run, "klog-key-indexer", 0, false);
      started.setDaemon(true);
      started.setContextClassLoader(null);
      started.start();
      thread = started;
    } catch (RuntimeException | VirtualMachineError e) {
      // No more threads: later, perhaps.
      pause(e);
    }
  }

  private void run() {
    try {
      while (takeMore()) {
        indexAll();
      }
    } finally {
      ended();
    }
  }

  private synchronized boolean takeMore() {
    boolean taken = more && !stopped;
    more = false;
    if (!taken) {
      thread = null; // under the same lock: who comes now starts another
    }
    return taken;
  }

  private synchronized void ended() {
    if (thread == Thread.currentThread()) {
      thread = null;
    }
    notifyAll();
  }

  /** Has no index made any more, and nothing read for one. By one who has no lock. */
  synchronized void stop() {
    stopped = true;
    boolean interrupted = false;
    long deadline = System.nanoTime() + PATIENCE;
    for (long left = PATIENCE; thread != null && left > 0; left = deadline - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void indexAll() {
    try {
      for (Due due : due()) {
        if (stopped || !index(due)) {
          return;
        }
      }
      failed = false;
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      pause(e);
    }
  }

  private void pause(Throwable e) {
    notBefore = System.nanoTime() + PAUSE;
    failed = true;
    System.getLogger(KeyIndexer.class.getName())
        .log(System.Logger.Level.DEBUG, file.name() + ": key index put off", e);
  }

  private record Due(PartitionState partition, SegmentSpan span) {}

  private List<Due> due() {
    List<Due> due = new ArrayList<>();
    replica.lock();
    try {
      for (SegmentPlaces.Place place : replica.state().places().withoutKeys(limits.keyIndex())) {
        if (!hopeless.contains(place.get().segment().generation())) {
          due.add(new Due(place.partition(), place.get()));
        }
      }
    } finally {
      replica.unlock();
    }
    return due;
  }

  /** Returns whether to go on with the next. */
  private boolean index(Due due) throws IOException {
    Segment segment = due.span.segment();
    long[] entries = entries(due.span);
    if (entries == null || stopped) { // stopped: it was not read to its end
      return !stopped;
    }
    byte[] index = KeyIndex.encode(entries, segment.seed());
    if (!lock()) {
      return false;
    }
    path.commitLocked(
        "index keys",
        () -> {
          boolean shown = !publisher.isWaiting();
          long commitId = writer.commitKeys(due.partition, segment, index, shown);
          return commitId == 0
              ? WritePath.Committed.NOTHING
              : new WritePath.Committed(commitId, shown ? SyncLevel.NORMAL : SyncLevel.FULL);
        },
        false);
    cache.forget(segment);
    return true;
  }

  /**
   * Of a segment that cannot be read there are none, nor of one that takes too much of the heap.
   */
  private long @Nullable [] entries(SegmentSpan span) throws IOException {
    long[] known = cache.entries(span);
    if (known != null) {
      return known;
    }
    long generation = span.segment().generation();
    long bytes = (span.endOffset() - span.segment().baseOffset()) * Long.BYTES;
    if (bytes > Runtime.getRuntime().maxMemory() / HEAP_PART) {
      hopeless.add(generation);
      return null;
    }
    try {
      return KeyEntry.read(span, span.segment().baseOffset(), reader, buffers, () -> stopped);
    } catch (CorruptLogException e) {
      hopeless.add(generation); // or its topic was dropped meanwhile, and there is nothing to index
      return null;
    }
  }

  /** Who seals a segment does not wait for others; a thread of its own does. */
  private boolean lock() {
    if (!limits.threads()) {
      return path.tryLockForWriting();
    }
    try {
      path.lockForWriting(LOCK_TIMEOUT, () -> stopped);
      return true;
    } catch (KlogException e) {
      if (stopped) {
        return false;
      }
      throw e;
    }
  }
}
