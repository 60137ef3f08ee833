package io.klog.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array that structures are written into, front to back. For one thread at a time. */
final class ByteSink {
  private byte[] bytes;
  private int size;

  ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Makes room for that many bytes, zeroed, and returns where they start. */
  int skip(int length) {
    ensure(length);
    int at = size;
    Arrays.fill(bytes, at, at + length, (byte) 0);
    size += length;
    return at;
  }

  void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  void putInt(int value) {
    ensure(Integer.BYTES);
    LittleEndian.putInt(bytes, size, value);
    size += Integer.BYTES;
  }

  void putVarint(long value) {
    ensure(LittleEndian.MAX_VARINT);
    size = LittleEndian.putVarint(bytes, size, value);
  }

  void putSignedVarint(long value) {
    putVarint(LittleEndian.zigzag(value));
  }

  void putBytes(byte[] source, int start, int length) {
    ensure(length);
    System.arraycopy(source, start, bytes, size, length);
    size += length;
  }

  /** Length as a varint, then UTF-8. */
  void putString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putVarint(utf8.length);
    putBytes(utf8, 0, utf8.length);
  }

  private void ensure(int length) {
    if (length > bytes.length - size) {
      int needed = Math.addExact(size, length);
      bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(size * 2L, 1 << 30)));
    }
  }
}
