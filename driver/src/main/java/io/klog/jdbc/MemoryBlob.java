package io.klog.jdbc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Blob;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes in memory. Positions count from 1, as JDBC's do. */
final class MemoryBlob implements Blob {
  private byte @Nullable [] bytes;

  /**
   * @param bytes not copied
   */
  MemoryBlob(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Of any driver's blob. */
  static byte[] read(Blob blob) throws SQLException {
    try {
      long length = blob.length();
      if (length > Integer.MAX_VALUE - 8) {
        throw SqlExceptions.invalidArgument("a blob of " + length + " bytes is too long");
      }
      return length == 0 ? new byte[0] : blob.getBytes(1, (int) length);
    } catch (RuntimeException e) { // of another driver's
      throw SqlExceptions.of(SqlExceptions.INVALID_ARGUMENT, "the blob cannot be read: " + e, e);
    }
  }

  private byte[] bytes() throws SQLException {
    byte[] present = bytes;
    if (present == null) {
      throw SqlExceptions.invalidArgument("the blob was freed");
    }
    return present;
  }

  @Override
  public long length() throws SQLException {
    return bytes().length;
  }

  @Override
  public byte[] getBytes(long position, int length) throws SQLException {
    int from = offset(position);
    if (length < 0) {
      throw SqlExceptions.invalidArgument("a length of " + length);
    }
    return Arrays.copyOfRange(bytes(), from, (int) Math.min((long) from + length, length()));
  }

  @Override
  public InputStream getBinaryStream() throws SQLException {
    return new ByteArrayInputStream(bytes());
  }

  @Override
  public InputStream getBinaryStream(long position, long length) throws SQLException {
    int from = offset(position);
    if (length < 0 || length > length() - from) {
      throw SqlExceptions.invalidArgument("a length of " + length + " at position " + position);
    }
    return new ByteArrayInputStream(bytes(), from, (int) length);
  }

  @Override
  public long position(byte @Nullable [] pattern, long start) throws SQLException {
    byte[] text = bytes();
    if (pattern == null) {
      throw SqlExceptions.invalidArgument("the pattern is null");
    }
    for (int i = offset(start); i + pattern.length <= text.length; i++) {
      if (Arrays.equals(text, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i + 1L;
      }
    }
    return -1;
  }

  @Override
  public long position(@Nullable Blob pattern, long start) throws SQLException {
    return position(pattern == null ? null : read(pattern), start);
  }

  @Override
  public int setBytes(long position, byte @Nullable [] added) throws SQLException {
    return setBytes(position, added, 0, added == null ? 0 : added.length);
  }

  @Override
  public int setBytes(long position, byte @Nullable [] added, int offset, int length)
      throws SQLException {
    if (added == null || offset < 0 || length < 0 || length > added.length - offset) {
      throw SqlExceptions.invalidArgument("no such range of bytes");
    }
    int at = offset(position);
    byte[] old = bytes();
    byte[] changed = Arrays.copyOf(old, Math.max(old.length, Math.addExact(at, length)));
    System.arraycopy(added, offset, changed, at, length);
    bytes = changed;
    return length;
  }

  /** What is written takes effect when the stream is closed. */
  @Override
  public OutputStream setBinaryStream(long position) throws SQLException {
    offset(position);
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        try {
          setBytes(position, toByteArray());
        } catch (SQLException e) {
          throw new UncheckedIOException(new IOException(e));
        }
      }
    };
  }

  @Override
  public void truncate(long length) throws SQLException {
    if (length < 0 || length > length()) {
      throw SqlExceptions.invalidArgument("a length of " + length);
    }
    bytes = Arrays.copyOf(bytes(), (int) length);
  }

  @Override
  public void free() {
    bytes = null;
  }

  /** From 0, of a position within the bytes or just behind them. */
  private int offset(long position) throws SQLException {
    if (position < 1 || position > length() + 1) {
      throw SqlExceptions.invalidArgument("position " + position + " of " + length() + " bytes");
    }
    return (int) (position - 1);
  }
}
