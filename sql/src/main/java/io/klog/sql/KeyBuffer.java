package io.klog.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The values of some columns of a row, written one after the other such that equal values give
 * equal bytes, and different ones different bytes. For one thread; used again for each row.
 *
 * <pre>
 * key   := value*
 * value := NULL | NUMBER int64 | BYTES length:int32 byte* | UTF16 length:int32 byte*
 * </pre>
 *
 * ASCII text is written as bytes, any other as UTF-16: a string may hold half a surrogate pair,
 * which UTF-8 could not tell from another.
 */
final class KeyBuffer {
  static final byte NULL = 0;
  static final byte NUMBER = 1;
  static final byte BYTES = 2;
  static final byte UTF16 = 3;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle CHAR =
      MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private byte[] array = new byte[64];
  private int length;

  byte[] array() {
    return array;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  private void ensure(long more) {
    // What hash() reads beyond the end is there, too.
    long needed = length + more + Long.BYTES;
    if (needed > array.length) {
      if (needed > Integer.MAX_VALUE - Long.BYTES) {
        throw new SqlFault("54000", "the values to group or to join by are longer than 2 GiB");
      }
      array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - Long.BYTES, needed * 2));
    }
  }

  void addNull() {
    ensure(1);
    array[length++] = NULL;
  }

  void addNumber(long value) {
    ensure(1 + Long.BYTES);
    array[length] = NUMBER;
    LONG.set(array, length + 1, value);
    length += 1 + Long.BYTES;
  }

  void addBytes(byte[] from, int start, int count) {
    ensure(1L + Integer.BYTES + count);
    array[length] = BYTES;
    INT.set(array, length + 1, count);
    length += 1 + Integer.BYTES;
    System.arraycopy(from, start, array, length, count);
    length += count;
  }

  void addText(String text) {
    int count = text.length();
    ensure(1L + Integer.BYTES + 2L * count);
    INT.set(array, length + 1, count);
    int at = length + 1 + Integer.BYTES;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        addUtf16(text);
        return;
      }
      array[at++] = (byte) c;
    }
    array[length] = BYTES;
    length = at;
  }

  private void addUtf16(String text) {
    array[length] = UTF16;
    INT.set(array, length + 1, 2 * text.length());
    length += 1 + Integer.BYTES;
    for (int i = 0; i < text.length(); i++) {
      CHAR.set(array, length, text.charAt(i));
      length += 2;
    }
  }

  /** The same as {@link #addText} of the text that these bytes are in UTF-8. */
  void addUtf8(byte[] from, int start, int count) {
    if (isAscii(from, start, count)) {
      addBytes(from, start, count);
    } else {
      addText(new String(from, start, count, StandardCharsets.UTF_8));
    }
  }

  private static boolean isAscii(byte[] bytes, int start, int count) {
    int end = start + count;
    int at = start;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      if (((long) LONG.get(bytes, at) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      if (bytes[at] < 0) {
        return false;
      }
    }
    return true;
  }

  int hash() {
    ensure(0);
    LONG.set(array, length, 0L);
    long hash = length;
    for (int at = 0; at < length; at += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(array, at)) * MIX;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  /** Where the value that starts here ends. */
  static int end(byte[] key, int at) {
    return switch (key[at]) {
      case NULL -> at + 1;
      case NUMBER -> at + 1 + Long.BYTES;
      default -> at + 1 + Integer.BYTES + (int) INT.get(key, at + 1);
    };
  }

  static long number(byte[] key, int at) {
    return (long) LONG.get(key, at + 1);
  }

  /** Where the bytes of the value start that starts here; they reach to its end. */
  static int bytesStart(int at) {
    return at + 1 + Integer.BYTES;
  }

  static byte[] bytes(byte[] key, int at) {
    return Arrays.copyOfRange(key, bytesStart(at), end(key, at));
  }

  static String text(byte[] key, int at) {
    return new String(
        key,
        bytesStart(at),
        end(key, at) - bytesStart(at),
        key[at] == BYTES ? StandardCharsets.US_ASCII : StandardCharsets.UTF_16LE);
  }
}
