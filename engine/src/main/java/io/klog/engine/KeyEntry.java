package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KeySet;
import io.klog.ScanRange;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * What a key index consists of: which batches of a segment have a record with a key, by a part of
 * the key's hash. The batches are those of an entry of the segment's sparse index, by its number. A
 * number of 40 bits, the hash above: so entries in ascending order are in order of hashes.
 */
final class KeyEntry {
  /** An index has an entry for 4 KiB at least of a segment of 64 MiB at most. */
  private static final int NUMBER_BITS = 14;

  private static final int HASH_BITS = 26;

  static final int BITS = HASH_BITS + NUMBER_BITS;

  static {
    assert Segment.GREATEST_LENGTH / SegmentIndex.SPACING == 1 << NUMBER_BITS;
  }

  /** Added to the first entry that a hash can have: the first of the next hash. */
  static final long HASH_STEP = 1L << NUMBER_BITS;

  /** Bytes of the shortest record: its length, two deltas, two lengths, and a count. */
  private static final int LEAST_RECORD = 6;

  private KeyEntry() {}

  /** The first entry that a key can have. */
  static long first(byte[] array, int start, int length) {
    return Murmur2.hash64(array, start, length) >>> (Long.SIZE - HASH_BITS) << NUMBER_BITS;
  }

  /** The first entries of all the keys, ascending. */
  static long[] firsts(KeySet keys) {
    long[] firsts = new long[keys.size()];
    for (int i = 0; i < firsts.length; i++) {
      byte[] key = keys.key(i);
      firsts[i] = first(key, 0, key.length);
    }
    Arrays.sort(firsts);
    return firsts;
  }

  static int number(long entry) {
    return (int) (entry & (HASH_STEP - 1));
  }

  /**
   * Reads a segment's records from an offset on.
   *
   * @param isGivenUp asked for each batch
   * @return their entries, ascending, each once
   * @throws CorruptLogException where a record cannot be trusted
   */
  static long[] read(
      SegmentSpan span,
      long fromOffset,
      SegmentReader reader,
      ReadBuffers buffers,
      BooleanSupplier isGivenUp)
      throws IOException {
    long most = Math.min(span.endOffset() - fromOffset, span.end() / LEAST_RECORD);
    long[] entries = new long[(int) Math.max(most, 0)];
    SegmentIndex.View index = span.segment().index().covering(span, reader);
    PartitionView alone = PartitionView.EMPTY.withSegment(span.segment()).withLastSpan(span);
    ForwardFeed feed = new ForwardFeed(alone, reader, ScanRange.from(fromOffset), buffers);
    RecordView record = new RecordView();
    int count = 0;
    int number = 0;
    try {
      while (!isGivenUp.getAsBoolean() && feed.next()) {
        while (number + 1 < index.count() && index.position(number + 1) <= feed.batchAt()) {
          number++;
        }
        record.batch(feed.array(), feed.start(), feed.length());
        int records = RecordBatch.count(feed.array(), feed.start());
        if (count + records > entries.length) {
          entries = Arrays.copyOf(entries, count + records); // the offsets have gaps, or overlap
        }
        for (int i = 0; i < records; i++) {
          record.next();
          if (record.keyLength() >= 0) {
            long first = first(record.array(), record.keyStart(), record.keyLength());
            entries[count++] = first | number;
          }
        }
      }
    } catch (RecordView.MalformedRecord e) {
      throw feed.malformed();
    } finally {
      feed.close(true);
    }
    return sorted(entries, count);
  }

  private static long[] sorted(long[] entries, int count) {
    Arrays.sort(entries, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (distinct == 0 || entries[distinct - 1] != entries[i]) {
        entries[distinct++] = entries[i];
      }
    }
    return distinct == entries.length ? entries : Arrays.copyOf(entries, distinct);
  }
}
