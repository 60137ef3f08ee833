package io.klog.engine;

import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the records of one partition into batches, one behind the other in one array, ready but
 * for their place: {@link #place} gives each its offset and its seed at commit. For one thread at a
 * time.
 */
final class BatchBuilder {
  /**
   * What a batch grows to, in bytes. A read copies and checks whole batches, so this is what a seek
   * costs at least; a header is under 1 % of it.
   */
  static final int TARGET_LENGTH = 8 * 1024;

  /** What a record takes beside its key, value and headers: lengths, and a batch's header. */
  static final int GREATEST_OVERHEAD = 6 * LittleEndian.MAX_VARINT + Block.HEADER;

  private static final byte[] NONE = {};

  private byte[] bytes;
  private int size;
  private long records;

  private int batches;
  // Where each batch starts, and the number of records before it; for batches and the open one.
  private int[] starts = new int[4];
  private long[] ordinals = new long[4];

  // The open batch; count is 0 when there is none.
  private int count;
  private long baseTimestamp;
  private long minTimestamp;
  private long maxTimestamp;
  // The newest commit among the records, where they come from other batches.
  private long appendTimestamp = Long.MIN_VALUE;

  BatchBuilder(int capacity) {
    bytes = new byte[Math.max(capacity, Block.HEADER + 64)];
  }

  /** Drops all records but the first so many; the batch that ends with them is open again. */
  void cutTo(long kept) {
    if (kept == records) {
      return;
    }
    seal();
    int batch = batches - 1;
    while (ordinals[batch] > kept) {
      batch--;
    }
    int start = starts[batch];
    byte[] cut =
        ordinals[batch] == kept ? NONE : Arrays.copyOfRange(bytes, start, start + length(batch));
    size = start;
    records = ordinals[batch];
    batches = batch;
    if (cut.length > 0) {
      appendFirst(cut, cut.length, (int) (kept - records));
    }
  }

  /** Drops all records, and keeps the array. */
  void clear() {
    size = 0;
    records = 0;
    batches = 0;
    count = 0;
  }

  /** Bytes of the array. */
  int capacity() {
    return bytes.length;
  }

  /** Records appended, in all batches. */
  long records() {
    return records;
  }

  /** Bytes of all batches, headers included. */
  int size() {
    return size;
  }

  boolean isEmpty() {
    return records == 0;
  }

  void append(long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    byte[] k = key == null ? NONE : key;
    byte[] v = value == null ? NONE : value;
    int keyLength = key == null ? -1 : key.length;
    int valueLength = value == null ? -1 : value.length;
    int headersSize = headers.isEmpty() ? 1 : sizeOf(headers);
    int body = begin(timestamp, keyLength, valueLength, headersSize);
    int p = putNullable(body, k, 0, keyLength);
    p = putNullable(p, v, 0, valueLength);
    p = headers.isEmpty() ? LittleEndian.putVarint(bytes, p, 0) : putHeaders(p, headers);
    end(p);
  }

  /** Appends what the view stands on, its headers as they are. */
  void append(RecordView record, long commitTimestamp) {
    int headersLength = record.bodyEnd() - record.headersStart();
    int body = begin(record.timestamp(), record.keyLength(), record.valueLength(), headersLength);
    int p = putNullable(body, record.array(), record.keyStart(), record.keyLength());
    p = putNullable(p, record.array(), record.valueStart(), record.valueLength());
    System.arraycopy(record.array(), record.headersStart(), bytes, p, headersLength);
    appendTimestamp = Math.max(appendTimestamp, commitTimestamp);
    end(p + headersLength);
  }

  /** Appends the first records of a sealed batch, which were not committed before. */
  void appendFirst(byte[] batch, int length, int number) {
    RecordView record = new RecordView();
    record.batch(batch, 0, length);
    for (int i = 0; i < number; i++) {
      record.next();
      append(record, Long.MIN_VALUE);
    }
  }

  /** Writes what comes before the key, in a new batch where the open one is full. */
  private int begin(long timestamp, int keyLength, int valueLength, int headersSize) {
    long payload = sizeOfNullable(keyLength) + (long) sizeOfNullable(valueLength) + headersSize;
    if (count > 0
        && size - starts[batches] + payload + 3 * LittleEndian.MAX_VARINT > TARGET_LENGTH) {
      seal();
    }
    ensure(payload + 3 * LittleEndian.MAX_VARINT + Block.HEADER);
    if (count == 0) {
      open(timestamp);
    }
    long delta = LittleEndian.zigzag(timestamp - baseTimestamp);
    long bodyLength = LittleEndian.sizeOfVarint(count) + LittleEndian.sizeOfVarint(delta) + payload;
    int p = LittleEndian.putVarint(bytes, size, bodyLength);
    p = LittleEndian.putVarint(bytes, p, count);
    p = LittleEndian.putVarint(bytes, p, delta);
    minTimestamp = Math.min(minTimestamp, timestamp);
    maxTimestamp = Math.max(maxTimestamp, timestamp);
    return p;
  }

  private void end(int p) {
    size = p;
    count++;
    records++;
  }

  private void open(long timestamp) {
    if (batches == starts.length) {
      starts = Arrays.copyOf(starts, batches * 2);
      ordinals = Arrays.copyOf(ordinals, batches * 2);
    }
    starts[batches] = size;
    ordinals[batches] = records;
    size += Block.HEADER;
    baseTimestamp = timestamp;
    minTimestamp = timestamp;
    maxTimestamp = timestamp;
  }

  /** Closes the open batch; nothing may be appended to it any more. */
  void seal() {
    if (count == 0) {
      return;
    }
    int at = starts[batches];
    int length = size - at;
    LittleEndian.putInt(bytes, at + Block.LENGTH, length);
    LittleEndian.putInt(bytes, at + Block.TYPE, Block.BATCH); // and compression and reserved, 0
    int bodyCrc = Crc.of(bytes, at + RecordBatch.RECORDS, length - RecordBatch.RECORDS);
    LittleEndian.putInt(bytes, at + RecordBatch.BODY_CRC, bodyCrc);
    LittleEndian.putInt(bytes, at + RecordBatch.COUNT, count);
    LittleEndian.putInt(bytes, at + RecordBatch.LAST_OFFSET_DELTA, count - 1);
    LittleEndian.putLong(bytes, at + RecordBatch.BASE_TIMESTAMP, baseTimestamp);
    LittleEndian.putLong(bytes, at + RecordBatch.MIN_TIMESTAMP, minTimestamp);
    LittleEndian.putLong(bytes, at + RecordBatch.MAX_TIMESTAMP, maxTimestamp);
    LittleEndian.putLong(bytes, at + RecordBatch.APPEND_TIMESTAMP, appendTimestamp);
    appendTimestamp = Long.MIN_VALUE;
    batches++;
    count = 0;
  }

  /** Sealed batches. */
  int batches() {
    return batches;
  }

  byte[] array() {
    return bytes;
  }

  /** Where a sealed batch starts in {@link #array}. */
  int start(int batch) {
    return starts[batch];
  }

  int length(int batch) {
    return Block.length(bytes, starts[batch]);
  }

  long firstOrdinal(int batch) {
    return ordinals[batch];
  }

  /**
   * Gives a sealed batch its place. A batch may be placed again.
   *
   * @param base the offset of the builder's first record
   * @param commitTimestamp for records that were not committed before
   */
  void place(int batch, long base, long commitTimestamp, byte[] seed) {
    int at = starts[batch];
    LittleEndian.putLong(bytes, at + RecordBatch.BASE_OFFSET, base + ordinals[batch]);
    if (RecordBatch.appendTimestamp(bytes, at) == Long.MIN_VALUE) {
      LittleEndian.putLong(bytes, at + RecordBatch.APPEND_TIMESTAMP, commitTimestamp);
    }
    Block.putCrc(bytes, at, seed);
  }

  private static int sizeOfNullable(int length) {
    return LittleEndian.sizeOfVarint(length + 1L) + Math.max(length, 0);
  }

  private int putNullable(int at, byte[] source, int start, int length) {
    int p = LittleEndian.putVarint(bytes, at, length + 1L);
    if (length > 0) {
      System.arraycopy(source, start, bytes, p, length);
      p += length;
    }
    return p;
  }

  static int sizeOf(Headers headers) {
    long sum = LittleEndian.sizeOfVarint(headers.list().size());
    for (Headers.Header header : headers.list()) {
      int name = header.name().getBytes(StandardCharsets.UTF_8).length;
      byte[] value = header.value();
      sum += LittleEndian.sizeOfVarint(name) + name;
      sum += sizeOfNullable(value == null ? -1 : value.length);
    }
    return Math.toIntExact(sum);
  }

  private int putHeaders(int at, Headers headers) {
    int p = LittleEndian.putVarint(bytes, at, headers.list().size());
    for (Headers.Header header : headers.list()) {
      byte[] name = header.name().getBytes(StandardCharsets.UTF_8);
      p = LittleEndian.putVarint(bytes, p, name.length);
      System.arraycopy(name, 0, bytes, p, name.length);
      byte[] value = header.value();
      p =
          putNullable(
              p + name.length, value == null ? NONE : value, 0, value == null ? -1 : value.length);
    }
    return p;
  }

  private void ensure(long room) {
    long needed = size + room;
    if (needed > bytes.length) {
      long grown = Math.min(Math.max(needed, bytes.length * 2L), Integer.MAX_VALUE - 16);
      if (grown < needed) {
        throw new KlogException(
            Reason.TOO_LARGE, "a transaction holds at most 2 GiB for one partition");
      }
      bytes = Arrays.copyOf(bytes, (int) grown);
    }
  }
}
