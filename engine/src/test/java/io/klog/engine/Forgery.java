package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** Changes what a checksum guards, and the checksum with it. */
final class Forgery {
  // All checksums of a block are in its header.
  private static final int BODY_CRC = RecordBatch.BODY_CRC;

  private final SplittableRandom random;
  private final byte[] bytes;
  private final Superblock newest;

  private Forgery(SplittableRandom random, byte[] bytes) {
    this.random = random;
    this.bytes = bytes;
    this.newest = Superblock.choose("", bytes);
  }

  /** Returns what was forged, for messages. */
  static String apply(SplittableRandom random, byte[] bytes) throws IOException {
    Forgery forgery = new Forgery(random, bytes);
    return switch (random.nextInt(8)) {
      case 0 -> forgery.superblock();
      case 1, 2, 3 -> forgery.snapshot();
      case 4, 5 -> forgery.commit();
      default -> forgery.block();
    };
  }

  /** A number where one may be, or noise; in the range. Fixed-width fields lie on words. */
  private String change(int from, int to) {
    int at = from + random.nextInt(to - from);
    int word = (at - from) / Integer.BYTES * Integer.BYTES + from;
    int kind = random.nextInt(5);
    if (kind == 0 && word + Integer.BYTES <= to) {
      int[] values = {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 1 << 30, random.nextInt()};
      int value = values[random.nextInt(values.length)];
      LittleEndian.putInt(bytes, word, value);
      return "at " + word + " the int " + value;
    }
    if (kind == 1 && word + Long.BYTES <= to) {
      long[] values = {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, random.nextLong()};
      long value = values[random.nextInt(values.length)];
      LittleEndian.putLong(bytes, word, value);
      return "at " + word + " the long " + value;
    }
    if (kind == 2 && at + LittleEndian.MAX_VARINT <= to) {
      long value = 1L << random.nextInt(Long.SIZE);
      LittleEndian.putVarint(bytes, at, value);
      return "at " + at + " the varint " + Long.toUnsignedString(value);
    }
    bytes[at] = (byte) random.nextInt(256);
    return "at " + at + " the byte " + bytes[at];
  }

  private String superblock() {
    int at = (int) Superblock.position(newest.sequence());
    String what = change(at + 16, at + Superblock.LENGTH);
    sealSuperblock(at);
    return "superblock " + what;
  }

  /** Magic and version, then what follows the checksum. */
  private void sealSuperblock(int at) {
    byte[] head = new byte[12];
    System.arraycopy(bytes, at, head, 0, head.length);
    LittleEndian.putInt(bytes, at + 12, Crc.of(head, bytes, at + 16, Superblock.LENGTH - 16));
  }

  private String snapshot() {
    Extent extent = newest.snapshot();
    if (extent == null) {
      return superblock();
    }
    int from = (int) extent.position();
    int length = (int) newest.snapshotLength();
    String what = change(from, from + length);
    Superblock forged =
        new Superblock(
            newest.fileIdHigh(),
            newest.fileIdLow(),
            newest.sequence(),
            newest.epoch(),
            newest.closed(),
            newest.log(),
            extent,
            length,
            Crc.of(bytes, from, length),
            newest.fileLength());
    byte[] encoded = forged.encode();
    int at = (int) Superblock.position(newest.sequence());
    System.arraycopy(encoded, 0, bytes, at, encoded.length);
    return "snapshot " + what;
  }

  /** In the first extent of the log; the records behind it get their checksums too. */
  private String commit() {
    List<Integer> records = new ArrayList<>();
    int at = (int) newest.log().position();
    int end = (int) Math.min(newest.log().extent().end(), bytes.length);
    while (at + CommitRecord.PAYLOAD <= end && length(at) >= CommitRecord.PAYLOAD) {
      records.add(at);
      at += length(at);
    }
    if (records.isEmpty()) {
      return snapshot();
    }
    int forged = records.get(random.nextInt(records.size()));
    String what = change(forged + CommitRecord.COMMIT_ID, forged + length(forged));
    int chain = newest.log().chain();
    long epoch = newest.epoch();
    for (int record : records) {
      byte[] copy = new byte[length(record)];
      System.arraycopy(bytes, record, copy, 0, copy.length);
      chain = CommitRecord.crc(copy, copy.length, chain, epoch);
      LittleEndian.putInt(bytes, record + CommitRecord.CRC, chain);
      if (copy[CommitRecord.KIND] == CommitRecord.EPOCH) {
        epoch = LittleEndian.getLong(copy, CommitRecord.NEW_EPOCH);
      }
    }
    return "commit record at " + forged + ", " + what;
  }

  private int length(int record) {
    return LittleEndian.getInt(bytes, record + CommitRecord.LENGTH);
  }

  private String block() throws IOException {
    List<SegmentSpan> spans = new ArrayList<>();
    try (StorageFile file = SmallFile.storage(bytes).open("small.klog", Storage.Mode.READ)) {
      new StoredState(file, newest, new Faults())
          .read()
          .views()
          .values()
          .forEach(
              views -> {
                for (PartitionView view : views) {
                  for (int i = 0; i < view.spanCount(); i++) {
                    spans.add(view.span(i));
                  }
                }
              });
    }
    SegmentSpan span = spans.get(random.nextInt(spans.size()));
    int end = (int) span.segment().position(span.end());
    List<Integer> blocks = new ArrayList<>();
    for (int at = (int) span.segment().position(0); at < end; at += Block.length(bytes, at)) {
      blocks.add(at);
    }
    int block = blocks.get(random.nextInt(blocks.size()));
    int length = Block.length(bytes, block);
    boolean inHeader = random.nextBoolean() || length == Block.HEADER;
    String what =
        inHeader
            ? change(block + Block.TYPE, block + Block.HEADER)
            : change(block + Block.HEADER, block + length);
    if (Block.type(bytes, block) == Block.BATCH) {
      int crc = Crc.of(bytes, block + Block.HEADER, length - Block.HEADER);
      LittleEndian.putInt(bytes, block + BODY_CRC, crc);
    }
    byte[] seed = Objects.requireNonNull(span.segment().seed());
    Block.putCrc(bytes, block, seed);
    return "block at " + block + ", " + what;
  }
}
