package io.klog.jdbc;

import io.klog.sql.PreparedSql;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a procedure could give back in its parameters: none does, what they give are rows. */
abstract sealed class OutParameters extends NamedParameterSetters permits KlogCallableStatement {
  OutParameters(KlogConnection connection, PreparedSql statement, ResultColumns columns) {
    super(connection, statement, columns);
  }

  private SQLException noOutParameters() throws SQLException {
    checkOpen();
    return SqlExceptions.notSupported("OUT parameters (procedures give rows)");
  }

  @Override
  public final void registerOutParameter(int index, int type) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(int index, int type, int scale) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final boolean wasNull() throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final String getString(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final boolean getBoolean(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final byte getByte(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final short getShort(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final int getInt(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final long getLong(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final float getFloat(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final double getDouble(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  @Deprecated
  public final BigDecimal getBigDecimal(int index, int scale) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final byte[] getBytes(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Date getDate(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Time getTime(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Timestamp getTimestamp(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Object getObject(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final BigDecimal getBigDecimal(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Object getObject(int index, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Ref getRef(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Blob getBlob(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Clob getClob(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Array getArray(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Date getDate(int index, @Nullable Calendar calendar) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Time getTime(int index, @Nullable Calendar calendar) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Timestamp getTimestamp(int index, @Nullable Calendar calendar) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(int index, int type, @Nullable String typeName)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(@Nullable String name, int type) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(@Nullable String name, int type, int scale)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(@Nullable String name, int type, @Nullable String typeName)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final URL getURL(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final String getString(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final boolean getBoolean(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final byte getByte(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final short getShort(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final int getInt(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final long getLong(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final float getFloat(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final double getDouble(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final byte[] getBytes(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Date getDate(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Time getTime(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Timestamp getTimestamp(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Object getObject(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final BigDecimal getBigDecimal(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Object getObject(@Nullable String name, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Ref getRef(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Blob getBlob(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Clob getClob(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Array getArray(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Date getDate(@Nullable String name, @Nullable Calendar calendar)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Time getTime(@Nullable String name, @Nullable Calendar calendar)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Timestamp getTimestamp(@Nullable String name, @Nullable Calendar calendar)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final URL getURL(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final RowId getRowId(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final RowId getRowId(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final NClob getNClob(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final NClob getNClob(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final SQLXML getSQLXML(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final SQLXML getSQLXML(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final String getNString(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final String getNString(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Reader getNCharacterStream(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Reader getNCharacterStream(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Reader getCharacterStream(int index) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final Reader getCharacterStream(@Nullable String name) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final <T> T getObject(int index, @Nullable Class<T> type) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final <T> T getObject(@Nullable String name, @Nullable Class<T> type) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(int index, @Nullable SQLType type) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(int index, @Nullable SQLType type, int scale)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(
      int index, @Nullable SQLType type, @Nullable String typeName) throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(@Nullable String name, @Nullable SQLType type)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(@Nullable String name, @Nullable SQLType type, int scale)
      throws SQLException {
    throw noOutParameters();
  }

  @Override
  public final void registerOutParameter(
      @Nullable String name, @Nullable SQLType type, @Nullable String typeName)
      throws SQLException {
    throw noOutParameters();
  }
}
