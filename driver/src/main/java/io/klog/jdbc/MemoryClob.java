package io.klog.jdbc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Text in memory. Positions count from 1, as JDBC's do. */
final class MemoryClob implements NClob {
  private @Nullable String text;

  MemoryClob(String text) {
    this.text = text;
  }

  /** Of any driver's clob. */
  static String read(Clob clob) throws SQLException {
    try {
      long length = clob.length();
      if (length > Integer.MAX_VALUE - 8) {
        throw SqlExceptions.invalidArgument("a clob of " + length + " characters is too long");
      }
      return length == 0 ? "" : clob.getSubString(1, (int) length);
    } catch (RuntimeException e) { // of another driver's
      throw SqlExceptions.of(SqlExceptions.INVALID_ARGUMENT, "the clob cannot be read: " + e, e);
    }
  }

  private String text() throws SQLException {
    String present = text;
    if (present == null) {
      throw SqlExceptions.invalidArgument("the clob was freed");
    }
    return present;
  }

  @Override
  public long length() throws SQLException {
    return text().length();
  }

  @Override
  public String getSubString(long position, int length) throws SQLException {
    int from = offset(position);
    if (length < 0) {
      throw SqlExceptions.invalidArgument("a length of " + length);
    }
    return text().substring(from, (int) Math.min((long) from + length, length()));
  }

  @Override
  public Reader getCharacterStream() throws SQLException {
    return new StringReader(text());
  }

  @Override
  public Reader getCharacterStream(long position, long length) throws SQLException {
    int from = offset(position);
    if (length < 0 || length > length() - from) {
      throw SqlExceptions.invalidArgument("a length of " + length + " at position " + position);
    }
    return new StringReader(text().substring(from, from + (int) length));
  }

  @Override
  public InputStream getAsciiStream() throws SQLException {
    return new ByteArrayInputStream(text().getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public long position(@Nullable String pattern, long start) throws SQLException {
    if (pattern == null) {
      throw SqlExceptions.invalidArgument("the pattern is null");
    }
    int found = text().indexOf(pattern, offset(start));
    return found < 0 ? -1 : found + 1L;
  }

  @Override
  public long position(@Nullable Clob pattern, long start) throws SQLException {
    return position(pattern == null ? null : read(pattern), start);
  }

  @Override
  public int setString(long position, @Nullable String added) throws SQLException {
    return setString(position, added, 0, added == null ? 0 : added.length());
  }

  @Override
  public int setString(long position, @Nullable String added, int offset, int length)
      throws SQLException {
    if (added == null || offset < 0 || length < 0 || length > added.length() - offset) {
      throw SqlExceptions.invalidArgument("no such range of characters");
    }
    int at = offset(position);
    StringBuilder changed = new StringBuilder(text());
    changed.replace(
        at, Math.min(changed.length(), at + length), added.substring(offset, offset + length));
    text = changed.toString();
    return length;
  }

  /** What is written takes effect when the stream is closed. */
  @Override
  public OutputStream setAsciiStream(long position) throws SQLException {
    offset(position);
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        store(position, toString(StandardCharsets.US_ASCII));
      }
    };
  }

  /** What is written takes effect when the writer is closed. */
  @Override
  public Writer setCharacterStream(long position) throws SQLException {
    offset(position);
    return new StringWriter() {
      @Override
      public void close() {
        store(position, toString());
      }
    };
  }

  private void store(long position, String written) {
    try {
      setString(position, written);
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void truncate(long length) throws SQLException {
    if (length < 0 || length > length()) {
      throw SqlExceptions.invalidArgument("a length of " + length);
    }
    text = text().substring(0, (int) length);
  }

  @Override
  public void free() {
    text = null;
  }

  /** From 0, of a position within the text or just behind it. */
  private int offset(long position) throws SQLException {
    if (position < 1 || position > length() + 1) {
      throw SqlExceptions.invalidArgument(
          "position " + position + " of " + length() + " characters");
    }
    return (int) (position - 1);
  }
}
