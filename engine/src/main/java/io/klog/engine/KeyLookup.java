package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KeySet;
import io.klog.ScanRange;
import java.io.IOException;

/**
 * Finds the batches of a segment that have a record with one of some keys: by the segment's key
 * index in the file, else by one on the heap. Safe for many threads.
 */
final class KeyLookup {
  private final StorageFile file;
  private final SegmentReader reader;
  private final ReadBuffers buffers;
  private final KeyCache cache;
  private final Request request;

  /** Takes note of a sealed segment that has no index in the file and might have one. */
  interface Request {
    void index(SegmentSpan span);
  }

  KeyLookup(
      StorageFile file,
      SegmentReader reader,
      ReadBuffers buffers,
      KeyCache cache,
      Request request) {
    this.file = file;
    this.reader = reader;
    this.buffers = buffers;
    this.cache = cache;
    this.request = request;
  }

  /** The batches of a partition that may have records of the range, which has these keys. */
  BatchFeed feed(PartitionView view, ScanRange range, KeySet keys) {
    return new KeyFeed(view, reader, range, keys, buffers, this);
  }

  /**
   * Looks keys up.
   *
   * <p>An index that is damaged is not used again, and that is no fault of the lookup: the records
   * are sound, and to be read without it. So is what the file has in its place when the topic was
   * dropped meanwhile; then the records fail. {@link LogChecker} reports damage.
   *
   * @param firsts {@link KeyEntry#firsts} of the keys
   * @param sealed whether the segment will not grow any more
   * @param found takes the numbers of index entries, ascending
   * @return false where nothing is known of the keys, and all batches have to be read
   */
  boolean find(SegmentSpan span, boolean sealed, long[] firsts, BatchNumbers found)
      throws IOException {
    found.clear();
    KeyIndex inFile = span.keys();
    if (inFile != null && !inFile.isDamaged()) {
      try {
        inFile.find(file, firsts, found);
        found.sort();
        return true;
      } catch (CorruptLogException e) {
        inFile.setDamaged();
        found.clear();
        System.getLogger(KeyLookup.class.getName())
            .log(System.Logger.Level.DEBUG, file.name() + ": a key index cannot be used", e);
      }
    }
    if (sealed && inFile == null) {
      request.index(span);
    }
    KeyRuns runs = cache.covering(span, reader, buffers);
    if (runs == null) {
      return false;
    }
    runs.find(firsts, found);
    found.sort();
    return true;
  }
}
