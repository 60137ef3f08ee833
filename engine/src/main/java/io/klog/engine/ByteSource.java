package io.klog.engine;

import io.klog.CorruptLogException;
import java.nio.charset.StandardCharsets;

/**
 * Reads structures from an array, front to back, and trusts nothing: whatever runs over the end or
 * is out of bounds is a {@link CorruptLogException} that says where in the file. For one thread.
 */
final class ByteSource {
  private final String file;
  // Position in the file of the array's byte 0.
  private final long origin;
  private final byte[] bytes;
  private final int end;
  private int at;

  ByteSource(String file, long origin, byte[] bytes, int start, int end) {
    this.file = file;
    this.origin = origin;
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  /** Where the next byte is read, in the array. */
  int at() {
    return at;
  }

  int getByte() {
    need(1, "a byte");
    return bytes[at++] & 0xff;
  }

  int getInt() {
    need(Integer.BYTES, "four bytes");
    int value = LittleEndian.getInt(bytes, at);
    at += Integer.BYTES;
    return value;
  }

  long getVarint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int b = getByte();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw corrupt("a varint of at most " + LittleEndian.MAX_VARINT + " bytes", "a longer one");
  }

  long getSignedVarint() {
    return LittleEndian.unzigzag(getVarint());
  }

  /** A varint from 0 to the greatest allowed value. */
  long getVarint(String what, long greatest) {
    long value = getVarint();
    if (value < 0 || value > greatest) {
      throw corrupt(what + " from 0 to " + greatest, Long.toUnsignedString(value));
    }
    return value;
  }

  int getCount(String what, int greatest) {
    return (int) getVarint(what, greatest);
  }

  byte[] getBytes(int length) {
    byte[] copy = peek(length);
    at += length;
    return copy;
  }

  byte[] peek(int length) {
    need(length, length + " bytes");
    byte[] copy = new byte[length];
    System.arraycopy(bytes, at, copy, 0, length);
    return copy;
  }

  void skip(int length) {
    need(length, length + " bytes");
    at += length;
  }

  String getString() {
    int length = getCount("the length of a text", end - at);
    need(length, "a text of " + length + " bytes");
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  CorruptLogException corrupt(String expected, Object found) {
    return new CorruptLogException(file, origin + at, expected, String.valueOf(found));
  }

  /** Bytes to come. */
  int remaining() {
    return end - at;
  }

  private void need(int length, String what) {
    if (length > end - at) {
      throw corrupt(what, "the end of the structure after " + (end - at));
    }
  }
}
