package io.klog.engine;

import io.klog.Headers;
import io.klog.Headers.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of a batch in place, one at a time. The batch's checksums have been verified,
 * so a length that does not fit is a writer's mistake or a forgery; it is noticed all the same. For
 * one thread.
 */
final class RecordView {
  /** Six varints: a record of nulls. */
  private static final int LEAST_RECORD = 6;

  /** Two varints: an empty name and a null. */
  private static final int LEAST_HEADER = 2;

  private byte[] array = {};
  private long baseOffset;
  private long baseTimestamp;
  private int end;

  private int p;
  private long offset;
  private long timestamp;
  private int keyStart;
  private int keyLength;
  private int valueStart;
  private int valueLength;
  private int headersStart;
  // Nothing of the record is behind it; while its length is read, nothing of the batch.
  private int bodyEnd;

  /**
   * Stands before the first record of the batch.
   *
   * @throws MalformedRecord when it cannot hold as many records as it says
   */
  void batch(byte[] bytes, int at, int length) {
    int count = RecordBatch.count(bytes, at);
    if (count < 0 || count > (length - RecordBatch.RECORDS) / LEAST_RECORD) {
      throw new MalformedRecord();
    }
    array = bytes;
    baseOffset = RecordBatch.baseOffset(bytes, at);
    baseTimestamp = LittleEndian.getLong(bytes, at + RecordBatch.BASE_TIMESTAMP);
    bodyEnd = at + RecordBatch.RECORDS;
    end = at + length;
  }

  /** Where the record behind the current one starts; for {@link #moveTo}. */
  int nextStart() {
    return bodyEnd;
  }

  /** Steps to the record that starts there. */
  void moveTo(int start) {
    bodyEnd = start;
    next();
  }

  /**
   * Steps to the next record; the caller knows from the batch's count that there is one.
   *
   * @throws MalformedRecord when it does not fit
   */
  void next() {
    p = bodyEnd;
    bodyEnd = end;
    long bodyLength = varint();
    if (bodyLength < 0 || bodyLength > end - p) {
      throw new MalformedRecord();
    }
    bodyEnd = p + (int) bodyLength;
    offset = baseOffset + varint();
    timestamp = baseTimestamp + LittleEndian.unzigzag(varint());
    keyLength = length();
    keyStart = p;
    p += Math.max(keyLength, 0);
    valueLength = length();
    valueStart = p;
    headersStart = p + Math.max(valueLength, 0);
  }

  private int length() {
    long length = varint() - 1;
    if (length < -1 || length > bodyEnd - p) {
      throw new MalformedRecord();
    }
    return (int) length;
  }

  private long varint() {
    int at = p;
    if (at < bodyEnd && array[at] >= 0) {
      p = at + 1;
      return array[at];
    }
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at < bodyEnd; shift += 7) {
      byte b = array[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        p = at;
        return value;
      }
    }
    throw new MalformedRecord();
  }

  byte[] array() {
    return array;
  }

  long offset() {
    return offset;
  }

  long timestamp() {
    return timestamp;
  }

  int keyStart() {
    return keyStart;
  }

  int keyLength() {
    return keyLength;
  }

  int valueStart() {
    return valueStart;
  }

  int valueLength() {
    return valueLength;
  }

  int headersStart() {
    return headersStart;
  }

  int bodyEnd() {
    return bodyEnd;
  }

  Headers headers() {
    if (headersStart < bodyEnd && array[headersStart] == 0) {
      return Headers.NONE;
    }
    p = headersStart;
    long count = varint();
    if (count < 0 || count > (bodyEnd - p) / LEAST_HEADER) {
      throw new MalformedRecord();
    }
    List<Header> list = new ArrayList<>((int) count);
    for (long i = 0; i < count; i++) {
      long nameLength = varint();
      if (nameLength < 0 || nameLength > bodyEnd - p) {
        throw new MalformedRecord();
      }
      String name = new String(array, p, (int) nameLength, StandardCharsets.UTF_8);
      p += (int) nameLength;
      int length = length();
      byte @Nullable [] value = null;
      if (length >= 0) {
        value = new byte[length];
        System.arraycopy(array, p, value, 0, length);
        p += length;
      }
      list.add(new Header(name, value));
    }
    return new Headers(list);
  }

  /** A record that does not fit its batch. */
  static final class MalformedRecord extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedRecord() {
      super("malformed record", null, false, false);
    }
  }
}
