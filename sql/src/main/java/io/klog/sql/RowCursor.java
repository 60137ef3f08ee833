package io.klog.sql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the operators of a plan hand them on. Whoever makes rows overrides the getters that it
 * can answer without making an object.
 */
abstract class RowCursor implements Rows {
  @Override
  public abstract boolean next();

  @Override
  public abstract @Nullable Object getObject(int column);

  @Override
  public abstract void close();

  @Override
  public boolean isNull(int column) {
    return getObject(column) == null;
  }

  @Override
  public long getLong(int column) {
    return getObject(column) instanceof Number number ? number.longValue() : 0;
  }

  @Override
  public int getInt(int column) {
    return getObject(column) instanceof Number number ? number.intValue() : 0;
  }

  @Override
  public double getDouble(int column) {
    return getObject(column) instanceof Number number ? number.doubleValue() : 0;
  }

  @Override
  public @Nullable String getString(int column) {
    Object value = getObject(column);
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return value == null ? null : value.toString();
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    byte[] bytes = (byte[]) getObject(column);
    return bytes == null ? null : bytes.clone();
  }

  /** Compares the bytes of a column that is not NULL, unsigned, with others. */
  int compareBytes(int column, byte[] other) {
    byte[] bytes = (byte[]) getObject(column);
    if (bytes == null) {
      throw new AssertionError("compared NULL");
    }
    return Arrays.compareUnsigned(bytes, other);
  }

  /** Writes the bytes of a binary column that is not NULL. */
  void writeBytes(int column, KeyBuffer to) {
    byte[] bytes = (byte[]) getObject(column);
    if (bytes == null) {
      throw new AssertionError("wrote NULL");
    }
    to.addBytes(bytes, 0, bytes.length);
  }

  /** Writes the text of a column that is not NULL; of bytes, their UTF-8 text. */
  void writeText(int column, KeyBuffer to) {
    String text = getString(column);
    if (text == null) {
      throw new AssertionError("wrote NULL");
    }
    to.addText(text);
  }
}
