package io.klog.jdbc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The getters that give what another one does, in another wrapping; and those for what no column
 * has.
 */
abstract class DerivedResultSet extends LabelledResultSet {
  /** Whether there is a current row, with such a column. */
  abstract void checkAt(int column) throws SQLException;

  @Override
  public final @Nullable Date getDate(int column) throws SQLException {
    return getDate(column, null);
  }

  @Override
  public final @Nullable Time getTime(int column) throws SQLException {
    return getTime(column, null);
  }

  @Override
  public final @Nullable Timestamp getTimestamp(int column, @Nullable Calendar calendar)
      throws SQLException {
    return getTimestamp(column);
  }

  @Override
  public final @Nullable Object getObject(int column, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return getObject(column);
  }

  @Override
  public final @Nullable InputStream getBinaryStream(int column) throws SQLException {
    byte[] bytes = getBytes(column);
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  @Override
  public final @Nullable InputStream getAsciiStream(int column) throws SQLException {
    String text = getString(column);
    return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  @Deprecated
  public final @Nullable InputStream getUnicodeStream(int column) throws SQLException {
    String text = getString(column);
    return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_16BE));
  }

  @Override
  public final @Nullable Reader getCharacterStream(int column) throws SQLException {
    String text = getString(column);
    return text == null ? null : new StringReader(text);
  }

  @Override
  public final @Nullable Reader getNCharacterStream(int column) throws SQLException {
    return getCharacterStream(column);
  }

  @Override
  public final @Nullable String getNString(int column) throws SQLException {
    return getString(column);
  }

  @Override
  public final @Nullable Blob getBlob(int column) throws SQLException {
    byte[] bytes = getBytes(column);
    return bytes == null ? null : new MemoryBlob(bytes);
  }

  @Override
  public final @Nullable Clob getClob(int column) throws SQLException {
    return getNClob(column);
  }

  @Override
  public final @Nullable NClob getNClob(int column) throws SQLException {
    String text = getString(column);
    return text == null ? null : new MemoryClob(text);
  }

  @Override
  public final @Nullable Ref getRef(int column) throws SQLException {
    checkAt(column);
    throw SqlExceptions.notSupported("REF values");
  }

  @Override
  public final @Nullable RowId getRowId(int column) throws SQLException {
    checkAt(column);
    throw SqlExceptions.notSupported("ROWID values");
  }

  @Override
  public final @Nullable SQLXML getSQLXML(int column) throws SQLException {
    checkAt(column);
    throw SqlExceptions.notSupported("XML values");
  }
}
