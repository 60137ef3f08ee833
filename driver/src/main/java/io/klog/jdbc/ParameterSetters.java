package io.klog.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/** JDBC's many ways to set a parameter, each made into a value that the session takes. */
abstract sealed class ParameterSetters extends KlogStatement implements PreparedStatement
    permits KlogPreparedStatement {
  ParameterSetters(KlogConnection connection) {
    super(connection);
  }

  /**
   * @param index from 1
   * @param value one that {@link io.klog.sql.Session} takes
   */
  abstract void set(int index, @Nullable Object value) throws SQLException;

  /** Makes a parameter of what the caller gave. */
  private interface Conversion {
    @Nullable Object apply() throws SQLException;
  }

  private void convert(int index, Conversion conversion) throws SQLException {
    Object value;
    try {
      value = conversion.apply();
    } catch (RuntimeException e) {
      throw SqlExceptions.within("parameter " + index, e);
    }
    set(index, value);
  }

  @Override
  public final void setNull(int index, int type) throws SQLException {
    set(index, null);
  }

  @Override
  public final void setNull(int index, int type, @Nullable String typeName) throws SQLException {
    set(index, null);
  }

  @Override
  public final void setBoolean(int index, boolean x) throws SQLException {
    set(index, x);
  }

  @Override
  public final void setByte(int index, byte x) throws SQLException {
    set(index, (long) x);
  }

  @Override
  public final void setShort(int index, short x) throws SQLException {
    set(index, (long) x);
  }

  @Override
  public final void setInt(int index, int x) throws SQLException {
    set(index, (long) x);
  }

  @Override
  public final void setLong(int index, long x) throws SQLException {
    set(index, x);
  }

  @Override
  public final void setFloat(int index, float x) throws SQLException {
    set(index, (double) x);
  }

  @Override
  public final void setDouble(int index, double x) throws SQLException {
    set(index, x);
  }

  @Override
  public final void setBigDecimal(int index, @Nullable BigDecimal x) throws SQLException {
    set(index, x);
  }

  @Override
  public final void setString(int index, @Nullable String x) throws SQLException {
    set(index, x);
  }

  @Override
  public final void setNString(int index, @Nullable String x) throws SQLException {
    set(index, x);
  }

  @Override
  public final void setBytes(int index, byte @Nullable [] x) throws SQLException {
    set(index, x);
  }

  @Override
  public final void setDate(int index, @Nullable Date x) throws SQLException {
    set(index, x == null ? null : TimeConversion.fromSqlDate(x, null));
  }

  @Override
  public final void setDate(int index, @Nullable Date x, @Nullable Calendar calendar)
      throws SQLException {
    set(index, x == null ? null : TimeConversion.fromSqlDate(x, calendar));
  }

  @Override
  public final void setTime(int index, @Nullable Time x) throws SQLException {
    set(index, x == null ? null : TimeConversion.fromSqlTime(x, null));
  }

  @Override
  public final void setTime(int index, @Nullable Time x, @Nullable Calendar calendar)
      throws SQLException {
    set(index, x == null ? null : TimeConversion.fromSqlTime(x, calendar));
  }

  @Override
  public final void setTimestamp(int index, @Nullable Timestamp x) throws SQLException {
    set(index, x == null ? null : x.toInstant());
  }

  @Override
  public final void setTimestamp(int index, @Nullable Timestamp x, @Nullable Calendar calendar)
      throws SQLException {
    set(index, x == null ? null : x.toInstant());
  }

  @Override
  public final void setURL(int index, @Nullable URL x) throws SQLException {
    set(index, x == null ? null : x.toString());
  }

  @Override
  public final void setBinaryStream(int index, @Nullable InputStream x) throws SQLException {
    convert(index, () -> ParameterConversion.bytes(x));
  }

  @Override
  public final void setAsciiStream(int index, @Nullable InputStream x) throws SQLException {
    convert(index, () -> ParameterConversion.ascii(x));
  }

  @Override
  public final void setCharacterStream(int index, @Nullable Reader x) throws SQLException {
    convert(index, () -> ParameterConversion.text(x));
  }

  @Override
  public final void setBinaryStream(int index, @Nullable InputStream x, int length)
      throws SQLException {
    convert(index, () -> ParameterConversion.bytes(x, length));
  }

  @Override
  public final void setAsciiStream(int index, @Nullable InputStream x, int length)
      throws SQLException {
    convert(index, () -> ParameterConversion.ascii(x, length));
  }

  @Override
  public final void setCharacterStream(int index, @Nullable Reader x, int length)
      throws SQLException {
    convert(index, () -> ParameterConversion.text(x, length));
  }

  @Override
  public final void setBinaryStream(int index, @Nullable InputStream x, long length)
      throws SQLException {
    convert(index, () -> ParameterConversion.bytes(x, length));
  }

  @Override
  public final void setAsciiStream(int index, @Nullable InputStream x, long length)
      throws SQLException {
    convert(index, () -> ParameterConversion.ascii(x, length));
  }

  @Override
  public final void setCharacterStream(int index, @Nullable Reader x, long length)
      throws SQLException {
    convert(index, () -> ParameterConversion.text(x, length));
  }

  @Override
  @Deprecated
  public final void setUnicodeStream(int index, @Nullable InputStream x, int length)
      throws SQLException {
    convert(index, () -> ParameterConversion.utf8(x, length));
  }

  @Override
  public final void setNCharacterStream(int index, @Nullable Reader x) throws SQLException {
    convert(index, () -> ParameterConversion.text(x));
  }

  @Override
  public final void setNCharacterStream(int index, @Nullable Reader x, long length)
      throws SQLException {
    convert(index, () -> ParameterConversion.text(x, length));
  }

  @Override
  public final void setBlob(int index, @Nullable Blob x) throws SQLException {
    convert(index, () -> x == null ? null : MemoryBlob.read(x));
  }

  @Override
  public final void setBlob(int index, @Nullable InputStream x) throws SQLException {
    convert(index, () -> ParameterConversion.bytes(x));
  }

  @Override
  public final void setBlob(int index, @Nullable InputStream x, long length) throws SQLException {
    convert(index, () -> ParameterConversion.bytes(x, length));
  }

  @Override
  public final void setClob(int index, @Nullable Clob x) throws SQLException {
    convert(index, () -> x == null ? null : MemoryClob.read(x));
  }

  @Override
  public final void setClob(int index, @Nullable Reader x) throws SQLException {
    convert(index, () -> ParameterConversion.text(x));
  }

  @Override
  public final void setClob(int index, @Nullable Reader x, long length) throws SQLException {
    convert(index, () -> ParameterConversion.text(x, length));
  }

  @Override
  public final void setNClob(int index, @Nullable NClob x) throws SQLException {
    convert(index, () -> x == null ? null : MemoryClob.read(x));
  }

  @Override
  public final void setNClob(int index, @Nullable Reader x) throws SQLException {
    convert(index, () -> ParameterConversion.text(x));
  }

  @Override
  public final void setNClob(int index, @Nullable Reader x, long length) throws SQLException {
    convert(index, () -> ParameterConversion.text(x, length));
  }

  @Override
  public final void setArray(int index, @Nullable Array x) throws SQLException {
    convert(index, () -> ParameterConversion.canonical(x));
  }

  @Override
  public final void setObject(int index, @Nullable Object x) throws SQLException {
    convert(index, () -> ParameterConversion.canonical(x));
  }

  @Override
  public final void setObject(int index, @Nullable Object x, int type) throws SQLException {
    convert(index, () -> ParameterConversion.to(type, x, -1));
  }

  @Override
  public final void setObject(int index, @Nullable Object x, int type, int scale)
      throws SQLException {
    convert(index, () -> ParameterConversion.to(type, x, scale));
  }

  @Override
  public final void setObject(int index, @Nullable Object x, @Nullable SQLType type)
      throws SQLException {
    convert(index, () -> ParameterConversion.to(type, x, -1));
  }

  @Override
  public final void setObject(int index, @Nullable Object x, @Nullable SQLType type, int scale)
      throws SQLException {
    convert(index, () -> ParameterConversion.to(type, x, scale));
  }

  private SQLException unsupported(String what) throws SQLException {
    checkOpen();
    return SqlExceptions.notSupported(what);
  }

  @Override
  public final void setRef(int index, @Nullable Ref x) throws SQLException {
    throw unsupported("REF values");
  }

  @Override
  public final void setRowId(int index, @Nullable RowId x) throws SQLException {
    throw unsupported("ROWID values");
  }

  @Override
  public final void setSQLXML(int index, @Nullable SQLXML x) throws SQLException {
    throw unsupported("XML values");
  }
}
