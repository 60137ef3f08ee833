package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads a segment as far as a commit filled it: every block, every record, and whether the index
 * says what the batches do, likewise its key index. A damaged block is stepped over where its
 * length leads to a sound one.
 */
final class SegmentChecker {
  private static final int READ = 128 * 1024;

  private final StorageFile file;
  private final Segment segment;
  private final SegmentSpan span;
  private final String where;
  private final Faults faults;
  private final SegmentReader reader;
  private final BatchChecker batches;

  // What was read of the segment last: from here on, so many bytes.
  private byte[] buffer = {};
  private int bufferAt;
  private int bufferLength;

  private long nextOffset;
  private long minTimestamp = Long.MAX_VALUE;
  private long maxTimestamp = Long.MIN_VALUE;
  private int lastIndex = IndexBlock.NONE;
  // Of the batches since the last index block, unless one of those could not be read.
  private IndexEntries recent = new IndexEntries();
  private boolean complete = true;
  // No block has been lost so far: what is known of the batches is all there is to know.
  private boolean whole = true;

  SegmentChecker(StorageFile file, SegmentSpan span, String where, Faults faults) {
    this.file = file;
    this.segment = span.segment();
    this.span = span;
    this.where = where;
    this.faults = faults;
    this.reader = new SegmentReader(file);
    this.batches = new BatchChecker(file.name(), faults);
    this.nextOffset = segment.baseOffset();
  }

  void check() throws IOException {
    checkBlocks();
    KeyIndex keys = span.keys();
    if (keys != null) {
      checkKeys(keys);
    }
  }

  /** An index is a function of the segment, so it has to be there to the byte. */
  private void checkKeys(KeyIndex keys) throws IOException {
    long position = keys.extent().position();
    String whose = where + ", keys of " + segment;
    byte[] expected;
    try {
      expected =
          KeyIndex.encode(
              KeyEntry.read(span, segment.baseOffset(), reader, new ReadBuffers(), () -> false),
              segment.seed());
    } catch (CorruptLogException e) {
      return; // it has been noted, or the index blocks lead astray: so it has, too
    }
    long length = keys.extent().length();
    if (expected.length != length) {
      faults.add(position, whose, expected.length + " bytes", String.valueOf(length));
      return;
    }
    if (position + length > file.size()) {
      faults.add(position, whose, length + " bytes", "the end of the file at " + file.size());
      return;
    }
    byte[] found = new byte[expected.length];
    file.read(position, found, 0, found.length);
    int differing = Arrays.mismatch(expected, found);
    if (differing >= 0) {
      faults.add(position + differing, whose, "the keys of the segment's records", "others");
    }
    if (Crc.of(expected, 0, expected.length) != keys.digest()) {
      faults.add(position, whose, "the digest that the catalog has", "another");
    }
  }

  private void checkBlocks() throws IOException {
    long size = file.size();
    if (segment.position(span.end()) > size) {
      // Unused space behind the span may be missing: a power cut takes the growth of a file.
      fault(0, span.end() + " bytes of " + segment, "the end of the file at " + size);
    }
    int end = (int) Math.max(0, Math.min(span.end(), size - segment.position(0)));
    if (end < Segment.FIRST_BLOCK) {
      return;
    }
    buffer(0, Segment.FIRST_BLOCK, end);
    byte[] header = Arrays.copyOf(buffer, Segment.FIRST_BLOCK);
    if (!Arrays.equals(header, segment.header())) {
      fault(0, "the header of " + segment + ", from offset " + segment.baseOffset(), "another");
    }
    try {
      blocks(end);
    } catch (CorruptLogException e) {
      faults.add(where, e); // somebody cut the file meanwhile
      return;
    }
    if (whole && end == span.end()) {
      checkSpan();
    }
  }

  private void blocks(int end) throws IOException {
    int at = Segment.FIRST_BLOCK;
    while (at < end) {
      int length = block(at, end);
      if (length == 0) {
        whole = false;
        return;
      }
      at += length;
    }
  }

  /** Returns the length of the block, or 0 where nothing leads on from there. */
  private int block(int at, int end) throws IOException {
    if (end - at < Block.HEADER) {
      fault(at, "a block of at least " + Block.HEADER + " bytes", end - at + " bytes");
      return 0;
    }
    buffer(at, Block.HEADER, end);
    int length;
    try {
      length = reader.verifyHeader(segment, at, buffer, at - bufferAt, end);
    } catch (CorruptLogException e) {
      faults.add(where, e);
      complete = false;
      whole = false;
      return lengthOfDamaged(at, end);
    }
    buffer(at, length, end);
    if (Block.type(buffer, at - bufferAt) == Block.INDEX) {
      index(at);
    } else {
      batch(at, length);
    }
    return length;
  }

  /** Trusted when a sound block, or the end, is where it says. */
  private int lengthOfDamaged(int at, int end) throws IOException {
    int length = Block.length(buffer, at - bufferAt);
    if (length < Block.HEADER || length > end - at) {
      return 0;
    }
    int next = at + length;
    if (next == end) {
      return length;
    }
    if (end - next < Block.HEADER) {
      return 0;
    }
    buffer(next, Block.HEADER, end);
    return Block.crcHolds(buffer, next - bufferAt, segment.seed()) ? length : 0;
  }

  private void batch(int at, int length) {
    int start = at - bufferAt;
    long base = RecordBatch.baseOffset(buffer, start);
    if (base < nextOffset || (whole && base != nextOffset)) {
      fault(at, "a batch at offset " + nextOffset, "one at offset " + base);
    }
    batches.check(buffer, start, length, segment.position(at), where);
    nextOffset = RecordBatch.lastOffset(buffer, start) + 1;
    long min = RecordBatch.minTimestamp(buffer, start);
    long max = RecordBatch.maxTimestamp(buffer, start);
    minTimestamp = Math.min(minTimestamp, min);
    maxTimestamp = Math.max(maxTimestamp, max);
    if (recent.isFullFor(at)) {
      if (complete) {
        fault(at, "an index block after " + recent.count() + " entries", "a batch");
      }
      complete = false;
      recent = new IndexEntries();
    }
    recent.addBatch(at, (int) (base - segment.baseOffset()), min, max);
  }

  private void index(int at) {
    int start = at - bufferAt;
    byte[] found = Arrays.copyOfRange(buffer, start, start + IndexBlock.LENGTH);
    if (!IndexBlock.bodyCrcHolds(found, 0)) {
      fault(at, "an index block with its checksum", "another block");
    } else if (complete && recent.count() != IndexBlock.ENTRIES) {
      String expected = "an index block after " + IndexBlock.ENTRIES + " entries";
      fault(at, expected, "one after " + recent.count());
    } else if (complete
        && !Arrays.equals(found, IndexBlock.encode(recent, lastIndex, segment.seed()))) {
      fault(at, "the index of the batches before it", "another");
    }
    lastIndex = at;
    recent = new IndexEntries();
    complete = true;
  }

  private void checkSpan() {
    if (nextOffset != span.endOffset()) {
      fault(span.end(), "records up to offset " + span.endOffset(), "up to " + nextOffset);
    }
    if (minTimestamp != span.minTimestamp() || maxTimestamp != span.maxTimestamp()) {
      fault(
          0,
          "timestamps from " + span.minTimestamp() + " to " + span.maxTimestamp(),
          minTimestamp + " to " + maxTimestamp);
    }
    if (lastIndex != span.lastIndex()) {
      fault(span.lastIndex(), "the last index block, which is at " + lastIndex, "none");
    }
  }

  /** Has these bytes in the buffer; reads on ahead, but not beyond the end. */
  private void buffer(int at, int needed, int end) throws IOException {
    if (at >= bufferAt && at + needed <= bufferAt + bufferLength) {
      return;
    }
    int size = Math.max(needed, Math.min(READ, end - at));
    if (size > buffer.length) {
      buffer = new byte[size];
    }
    bufferLength = 0;
    reader.read(segment, at, buffer, 0, size);
    bufferAt = at;
    bufferLength = size;
  }

  private void fault(int at, String expected, String found) {
    faults.add(segment.position(at), where, expected, found);
  }
}
