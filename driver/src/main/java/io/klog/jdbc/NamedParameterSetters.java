package io.klog.jdbc;

import io.klog.sql.PreparedSql;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/** The setters by name: each finds the parameter and sets it by index. */
abstract sealed class NamedParameterSetters extends KlogPreparedStatement
    implements CallableStatement permits OutParameters {
  NamedParameterSetters(KlogConnection connection, PreparedSql statement, ResultColumns columns) {
    super(connection, statement, KeyColumns.NONE, columns);
  }

  /** From 1. */
  abstract int index(@Nullable String name) throws SQLException;

  @Override
  public final void setURL(@Nullable String name, @Nullable URL x) throws SQLException {
    setURL(index(name), x);
  }

  @Override
  public final void setNull(@Nullable String name, int type) throws SQLException {
    setNull(index(name), type);
  }

  @Override
  public final void setBoolean(@Nullable String name, boolean x) throws SQLException {
    setBoolean(index(name), x);
  }

  @Override
  public final void setByte(@Nullable String name, byte x) throws SQLException {
    setByte(index(name), x);
  }

  @Override
  public final void setShort(@Nullable String name, short x) throws SQLException {
    setShort(index(name), x);
  }

  @Override
  public final void setInt(@Nullable String name, int x) throws SQLException {
    setInt(index(name), x);
  }

  @Override
  public final void setLong(@Nullable String name, long x) throws SQLException {
    setLong(index(name), x);
  }

  @Override
  public final void setFloat(@Nullable String name, float x) throws SQLException {
    setFloat(index(name), x);
  }

  @Override
  public final void setDouble(@Nullable String name, double x) throws SQLException {
    setDouble(index(name), x);
  }

  @Override
  public final void setBigDecimal(@Nullable String name, @Nullable BigDecimal x)
      throws SQLException {
    setBigDecimal(index(name), x);
  }

  @Override
  public final void setString(@Nullable String name, @Nullable String x) throws SQLException {
    setString(index(name), x);
  }

  @Override
  public final void setBytes(@Nullable String name, byte @Nullable [] x) throws SQLException {
    setBytes(index(name), x);
  }

  @Override
  public final void setDate(@Nullable String name, @Nullable Date x) throws SQLException {
    setDate(index(name), x);
  }

  @Override
  public final void setTime(@Nullable String name, @Nullable Time x) throws SQLException {
    setTime(index(name), x);
  }

  @Override
  public final void setTimestamp(@Nullable String name, @Nullable Timestamp x) throws SQLException {
    setTimestamp(index(name), x);
  }

  @Override
  public final void setAsciiStream(@Nullable String name, @Nullable InputStream x, int length)
      throws SQLException {
    setAsciiStream(index(name), x, length);
  }

  @Override
  public final void setBinaryStream(@Nullable String name, @Nullable InputStream x, int length)
      throws SQLException {
    setBinaryStream(index(name), x, length);
  }

  @Override
  public final void setObject(@Nullable String name, @Nullable Object x, int type, int scale)
      throws SQLException {
    setObject(index(name), x, type, scale);
  }

  @Override
  public final void setObject(@Nullable String name, @Nullable Object x, int type)
      throws SQLException {
    setObject(index(name), x, type);
  }

  @Override
  public final void setObject(@Nullable String name, @Nullable Object x) throws SQLException {
    setObject(index(name), x);
  }

  @Override
  public final void setCharacterStream(@Nullable String name, @Nullable Reader x, int length)
      throws SQLException {
    setCharacterStream(index(name), x, length);
  }

  @Override
  public final void setDate(@Nullable String name, @Nullable Date x, @Nullable Calendar calendar)
      throws SQLException {
    setDate(index(name), x, calendar);
  }

  @Override
  public final void setTime(@Nullable String name, @Nullable Time x, @Nullable Calendar calendar)
      throws SQLException {
    setTime(index(name), x, calendar);
  }

  @Override
  public final void setTimestamp(
      @Nullable String name, @Nullable Timestamp x, @Nullable Calendar calendar)
      throws SQLException {
    setTimestamp(index(name), x, calendar);
  }

  @Override
  public final void setNull(@Nullable String name, int type, @Nullable String typeName)
      throws SQLException {
    setNull(index(name), type, typeName);
  }

  @Override
  public final void setRowId(@Nullable String name, @Nullable RowId x) throws SQLException {
    setRowId(index(name), x);
  }

  @Override
  public final void setNString(@Nullable String name, @Nullable String x) throws SQLException {
    setNString(index(name), x);
  }

  @Override
  public final void setNCharacterStream(@Nullable String name, @Nullable Reader x, long length)
      throws SQLException {
    setNCharacterStream(index(name), x, length);
  }

  @Override
  public final void setNClob(@Nullable String name, @Nullable NClob x) throws SQLException {
    setNClob(index(name), x);
  }

  @Override
  public final void setClob(@Nullable String name, @Nullable Reader x, long length)
      throws SQLException {
    setClob(index(name), x, length);
  }

  @Override
  public final void setBlob(@Nullable String name, @Nullable InputStream x, long length)
      throws SQLException {
    setBlob(index(name), x, length);
  }

  @Override
  public final void setNClob(@Nullable String name, @Nullable Reader x, long length)
      throws SQLException {
    setNClob(index(name), x, length);
  }

  @Override
  public final void setSQLXML(@Nullable String name, @Nullable SQLXML x) throws SQLException {
    setSQLXML(index(name), x);
  }

  @Override
  public final void setBlob(@Nullable String name, @Nullable Blob x) throws SQLException {
    setBlob(index(name), x);
  }

  @Override
  public final void setClob(@Nullable String name, @Nullable Clob x) throws SQLException {
    setClob(index(name), x);
  }

  @Override
  public final void setAsciiStream(@Nullable String name, @Nullable InputStream x, long length)
      throws SQLException {
    setAsciiStream(index(name), x, length);
  }

  @Override
  public final void setBinaryStream(@Nullable String name, @Nullable InputStream x, long length)
      throws SQLException {
    setBinaryStream(index(name), x, length);
  }

  @Override
  public final void setCharacterStream(@Nullable String name, @Nullable Reader x, long length)
      throws SQLException {
    setCharacterStream(index(name), x, length);
  }

  @Override
  public final void setAsciiStream(@Nullable String name, @Nullable InputStream x)
      throws SQLException {
    setAsciiStream(index(name), x);
  }

  @Override
  public final void setBinaryStream(@Nullable String name, @Nullable InputStream x)
      throws SQLException {
    setBinaryStream(index(name), x);
  }

  @Override
  public final void setCharacterStream(@Nullable String name, @Nullable Reader x)
      throws SQLException {
    setCharacterStream(index(name), x);
  }

  @Override
  public final void setNCharacterStream(@Nullable String name, @Nullable Reader x)
      throws SQLException {
    setNCharacterStream(index(name), x);
  }

  @Override
  public final void setClob(@Nullable String name, @Nullable Reader x) throws SQLException {
    setClob(index(name), x);
  }

  @Override
  public final void setBlob(@Nullable String name, @Nullable InputStream x) throws SQLException {
    setBlob(index(name), x);
  }

  @Override
  public final void setNClob(@Nullable String name, @Nullable Reader x) throws SQLException {
    setNClob(index(name), x);
  }

  @Override
  public final void setObject(
      @Nullable String name, @Nullable Object x, @Nullable SQLType type, int scale)
      throws SQLException {
    setObject(index(name), x, type, scale);
  }

  @Override
  public final void setObject(@Nullable String name, @Nullable Object x, @Nullable SQLType type)
      throws SQLException {
    setObject(index(name), x, type);
  }
}
