package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * Copies segments and key indexes from one file into another, and verifies all that it copies:
 * their pages may be used otherwise by now. For one thread.
 */
final class SegmentCopy {
  /** What is read at once, unless a batch is longer: bytes. */
  private static final int PIECE = 1 << 20;

  private final StorageFile source;
  private final SegmentReader reader;
  private final StorageFile target;
  private final BooleanSupplier isGivenUp;
  private byte[] buffer = new byte[PIECE];

  SegmentCopy(StorageFile source, StorageFile target, BooleanSupplier isGivenUp) {
    this.source = source;
    this.reader = new SegmentReader(source);
    this.target = target;
    this.isGivenUp = isGivenUp;
  }

  /**
   * Copies a segment as far as the span says.
   *
   * @throws CorruptLogException where it is not what was written
   */
  void copy(SegmentSpan span, Extent to) throws IOException {
    Segment segment = span.segment();
    target.write(to.position(), segment.header(), 0, Segment.FIRST_BLOCK);
    int at = Segment.FIRST_BLOCK;
    while (at < span.end()) {
      requireWanted();
      int length = Math.min(span.end() - at, buffer.length);
      reader.read(segment, at, buffer, 0, length);
      int sound = verify(segment, at, length, span.end());
      target.write(to.position() + at, buffer, 0, sound);
      at += sound;
    }
  }

  /**
   * Verifies what was read from there on. Where not even the first block is whole, makes room for
   * it.
   *
   * @return the bytes of the blocks that are whole
   */
  private int verify(Segment segment, int at, int length, int end) throws CorruptLogException {
    int done = 0;
    while (length - done >= Block.HEADER) {
      int block = reader.verifyHeader(segment, at + done, buffer, done, end);
      if (block > length - done) {
        break;
      }
      if (Block.type(buffer, done) == Block.BATCH) {
        reader.verifyBatch(segment, at + done, buffer, done, block);
      } else if (!IndexBlock.bodyCrcHolds(buffer, done)) {
        throw reader.corrupt(segment, at + done, "an index block with its checksum", "another");
      }
      done += block;
    }
    if (done == 0) {
      if (length < Block.HEADER) {
        throw reader.corrupt(
            segment, at, "a block of at least " + Block.HEADER + " bytes", length + " bytes");
      }
      buffer = new byte[Block.length(buffer, 0)];
    }
    return done;
  }

  /** Copies a key index; false where it is not what was written: there is no need of it. */
  boolean copy(KeyIndex keys, Extent to) throws IOException {
    Extent from = keys.extent();
    CRC32C digest = new CRC32C();
    try {
      for (long at = 0; at < from.length(); ) {
        requireWanted();
        int piece = (int) Math.min(from.length() - at, buffer.length);
        source.read(from.position() + at, buffer, 0, piece);
        digest.update(buffer, 0, piece);
        target.write(to.position() + at, buffer, 0, piece);
        at += piece;
      }
    } catch (EOFException e) {
      return false;
    }
    return (int) digest.getValue() == keys.digest();
  }

  private void requireWanted() {
    if (isGivenUp.getAsBoolean()) {
      throw new KlogException(Reason.CANCELLED, source.name() + ": its backup was given up");
    }
  }
}
