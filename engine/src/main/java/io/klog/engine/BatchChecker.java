package io.klog.engine;

import io.klog.CorruptLogException;

/** Reads batches record by record, and notes whatever contradicts the format or the header. */
final class BatchChecker {
  private final String file;
  private final Faults faults;

  // Of the batch that is being read.
  private long minTimestamp;
  private long maxTimestamp;

  BatchChecker(String file, Faults faults) {
    this.file = file;
    this.faults = faults;
  }

  /**
   * Checks a batch whose header has its checksum.
   *
   * @param position in the file, of the batch
   */
  void check(byte[] bytes, int start, int length, long position, String where) {
    byte compression = bytes[start + RecordBatch.COMPRESSION];
    if (compression != RecordBatch.UNCOMPRESSED) {
      faults.add(position, where, "an uncompressed batch", "compression " + compression);
      return;
    }
    if (!RecordBatch.bodyCrcHolds(bytes, start, length)) {
      faults.add(position, where, "records with their checksum", "others");
      return;
    }
    int count = RecordBatch.count(bytes, start);
    long lastDelta = RecordBatch.lastOffset(bytes, start) - RecordBatch.baseOffset(bytes, start);
    if (count < 1 || lastDelta != count - 1) {
      String found = Integer.toUnsignedString(count) + " and " + lastDelta;
      faults.add(position, where, "at least one record, offsets without gaps", found);
      return;
    }
    ByteSource source =
        new ByteSource(file, position - start, bytes, start + RecordBatch.RECORDS, start + length);
    try {
      records(source, count, LittleEndian.getLong(bytes, start + RecordBatch.BASE_TIMESTAMP));
    } catch (CorruptLogException e) {
      faults.add(where, e);
      return;
    }
    long min = RecordBatch.minTimestamp(bytes, start);
    long max = RecordBatch.maxTimestamp(bytes, start);
    if (min != minTimestamp || max != maxTimestamp) {
      String expected = "timestamps from " + minTimestamp + " to " + maxTimestamp;
      faults.add(position, where, expected, min + " to " + max);
    }
  }

  private void records(ByteSource source, int count, long baseTimestamp) {
    minTimestamp = Long.MAX_VALUE;
    maxTimestamp = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      long length = source.getVarint("the length of a record", Integer.MAX_VALUE);
      int start = source.at();
      record(source, i, baseTimestamp);
      if (source.at() - start != length) {
        throw source.corrupt("a record of " + length + " bytes", source.at() - start + " bytes");
      }
    }
    if (source.hasMore()) {
      throw source.corrupt("the end of the batch after " + count + " records", "more bytes");
    }
  }

  private void record(ByteSource source, int index, long baseTimestamp) {
    long delta = source.getVarint();
    if (delta != index) {
      throw source.corrupt("a record with the offset delta " + index, delta);
    }
    long timestamp = baseTimestamp + source.getSignedVarint();
    minTimestamp = Math.min(minTimestamp, timestamp);
    maxTimestamp = Math.max(maxTimestamp, timestamp);
    skipNullable(source); // the key
    skipNullable(source); // the value
    long headers = source.getVarint();
    // Each takes bytes, or the source ends: a wild count does not make this a long loop.
    for (long i = 0; i != headers; i++) {
      source.skip(source.getCount("the length of a header's name", Integer.MAX_VALUE));
      skipNullable(source);
    }
  }

  private static void skipNullable(ByteSource source) {
    int length = source.getCount("a length", Integer.MAX_VALUE);
    source.skip(Math.max(length - 1, 0));
  }
}
