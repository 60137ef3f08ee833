package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;

/** Reads and verifies blocks of segments. Stateless but for the file; safe for many threads. */
final class SegmentReader {
  private final StorageFile file;

  SegmentReader(StorageFile file) {
    this.file = file;
  }

  void read(Segment segment, int at, byte[] target, int start, int length) throws IOException {
    try {
      file.read(segment.position(at), target, start, length);
    } catch (java.io.EOFException e) {
      throw new CorruptLogException(
          file.name(),
          segment.position(at),
          length + " bytes of " + segment,
          "the end of the file at " + file.size());
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "%s: cannot read %d bytes at %d: %s",
              file.name(), length, segment.position(at), e.getMessage()),
          e);
    }
  }

  /**
   * Verifies the header of the block that lies at {@code at} in the segment and at {@code start} in
   * the array, and that the block ends before {@code limit}.
   *
   * @return its length
   */
  int verifyHeader(Segment segment, int at, byte[] bytes, int start, int limit) {
    int length = Block.length(bytes, start);
    if (length < Block.HEADER || length > limit - at) {
      throw corrupt(
          segment, at, "a block of " + Block.HEADER + " to " + (limit - at) + " bytes", length);
    }
    if (!Block.crcHolds(bytes, start, segment.seed())) {
      throw corrupt(segment, at, "a block header of " + segment + " with its checksum", "another");
    }
    byte type = Block.type(bytes, start);
    if (type != Block.BATCH && type != Block.INDEX) {
      throw corrupt(segment, at, "a batch or an index block", "block type " + type);
    }
    if (type == Block.INDEX && length != IndexBlock.LENGTH) {
      throw corrupt(segment, at, "an index block of " + IndexBlock.LENGTH + " bytes", length);
    }
    return length;
  }

  /** Verifies the records of a batch whose header is verified. */
  void verifyBatch(Segment segment, int at, byte[] bytes, int start, int length) {
    byte compression = bytes[start + RecordBatch.COMPRESSION];
    if (compression != RecordBatch.UNCOMPRESSED) {
      throw corrupt(segment, at, "an uncompressed batch", "compression " + compression);
    }
    if (!RecordBatch.bodyCrcHolds(bytes, start, length)) {
      throw corrupt(segment, at, "records with their checksum", "others");
    }
  }

  /** The entries of the index block at {@code at}, and where the one before it starts. */
  byte[] readIndexBlock(Segment segment, int at, int limit) throws IOException {
    if (at < Segment.FIRST_BLOCK || at > limit - IndexBlock.LENGTH) {
      throw corrupt(segment, Math.max(at, 0), "an index block before " + limit, "position " + at);
    }
    byte[] block = new byte[IndexBlock.LENGTH];
    read(segment, at, block, 0, IndexBlock.LENGTH);
    verifyHeader(segment, at, block, 0, limit);
    if (Block.type(block, 0) != Block.INDEX || !IndexBlock.bodyCrcHolds(block, 0)) {
      throw corrupt(segment, at, "an index block with its checksum", "another block");
    }
    if (!IndexBlock.entriesFit(block, at)) {
      throw corrupt(segment, at, "entries for the batches before the block", "others");
    }
    return block;
  }

  CorruptLogException corrupt(Segment segment, int at, String expected, Object found) {
    return new CorruptLogException(
        file.name(), segment.position(at), expected, String.valueOf(found));
  }
}
