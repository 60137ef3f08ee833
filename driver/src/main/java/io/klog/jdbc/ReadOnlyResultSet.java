package io.klog.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import org.jspecify.annotations.Nullable;

/** What JDBC has for changing a row in place: a log is append-only, so all of it is refused. */
abstract class ReadOnlyResultSet implements ResultSet {
  abstract void checkOpen() throws SQLException;

  private SQLException refused() throws SQLException {
    checkOpen();
    return SqlExceptions.notSupported("updates through a result set");
  }

  @Override
  public final int getConcurrency() throws SQLException {
    checkOpen();
    return CONCUR_READ_ONLY;
  }

  @Override
  public final boolean rowUpdated() throws SQLException {
    checkOpen();
    return false;
  }

  @Override
  public final boolean rowInserted() throws SQLException {
    checkOpen();
    return false;
  }

  @Override
  public final boolean rowDeleted() throws SQLException {
    checkOpen();
    return false;
  }

  @Override
  public final void insertRow() throws SQLException {
    throw refused();
  }

  @Override
  public final void updateRow() throws SQLException {
    throw refused();
  }

  @Override
  public final void deleteRow() throws SQLException {
    throw refused();
  }

  @Override
  public final void refreshRow() throws SQLException {
    throw refused();
  }

  @Override
  public final void cancelRowUpdates() throws SQLException {
    throw refused();
  }

  @Override
  public final void moveToInsertRow() throws SQLException {
    throw refused();
  }

  @Override
  public final void moveToCurrentRow() throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNull(int column) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBoolean(int column, boolean x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateByte(int column, byte x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateShort(int column, short x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateInt(int column, int x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateLong(int column, long x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateFloat(int column, float x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateDouble(int column, double x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBigDecimal(int column, @Nullable BigDecimal x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateString(int column, @Nullable String x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBytes(int column, byte @Nullable [] x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateDate(int column, @Nullable Date x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateTime(int column, @Nullable Time x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateTimestamp(int column, @Nullable Timestamp x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateAsciiStream(int column, @Nullable InputStream x, int length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateAsciiStream(int column, @Nullable InputStream x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateAsciiStream(int column, @Nullable InputStream x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBinaryStream(int column, @Nullable InputStream x, int length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBinaryStream(int column, @Nullable InputStream x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBinaryStream(int column, @Nullable InputStream x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateCharacterStream(int column, @Nullable Reader x, int length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateCharacterStream(int column, @Nullable Reader x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateCharacterStream(int column, @Nullable Reader x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNCharacterStream(int column, @Nullable Reader x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNCharacterStream(int column, @Nullable Reader x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(int column, @Nullable Object x, int scale) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(int column, @Nullable Object x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(int column, @Nullable Object x, @Nullable SQLType type, int scale)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(int column, @Nullable Object x, @Nullable SQLType type)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateRef(int column, @Nullable Ref x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateArray(int column, @Nullable Array x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateRowId(int column, @Nullable RowId x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNString(int column, @Nullable String x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateSQLXML(int column, @Nullable SQLXML x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBlob(int column, @Nullable Blob x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBlob(int column, @Nullable InputStream x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBlob(int column, @Nullable InputStream x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateClob(int column, @Nullable Clob x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateClob(int column, @Nullable Reader x, long length) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateClob(int column, @Nullable Reader x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNClob(int column, @Nullable NClob x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNClob(int column, @Nullable Reader x, long length) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNClob(int column, @Nullable Reader x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNull(@Nullable String label) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBoolean(@Nullable String label, boolean x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateByte(@Nullable String label, byte x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateShort(@Nullable String label, short x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateInt(@Nullable String label, int x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateLong(@Nullable String label, long x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateFloat(@Nullable String label, float x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateDouble(@Nullable String label, double x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBigDecimal(@Nullable String label, @Nullable BigDecimal x)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateString(@Nullable String label, @Nullable String x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBytes(@Nullable String label, byte @Nullable [] x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateDate(@Nullable String label, @Nullable Date x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateTime(@Nullable String label, @Nullable Time x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateTimestamp(@Nullable String label, @Nullable Timestamp x)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateAsciiStream(@Nullable String label, @Nullable InputStream x, int length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateAsciiStream(@Nullable String label, @Nullable InputStream x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateAsciiStream(@Nullable String label, @Nullable InputStream x)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBinaryStream(@Nullable String label, @Nullable InputStream x, int length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBinaryStream(@Nullable String label, @Nullable InputStream x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBinaryStream(@Nullable String label, @Nullable InputStream x)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateCharacterStream(@Nullable String label, @Nullable Reader x, int length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateCharacterStream(@Nullable String label, @Nullable Reader x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateCharacterStream(@Nullable String label, @Nullable Reader x)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNCharacterStream(@Nullable String label, @Nullable Reader x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNCharacterStream(@Nullable String label, @Nullable Reader x)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(@Nullable String label, @Nullable Object x, int scale)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(@Nullable String label, @Nullable Object x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(
      @Nullable String label, @Nullable Object x, @Nullable SQLType type, int scale)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateObject(@Nullable String label, @Nullable Object x, @Nullable SQLType type)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateRef(@Nullable String label, @Nullable Ref x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateArray(@Nullable String label, @Nullable Array x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateRowId(@Nullable String label, @Nullable RowId x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNString(@Nullable String label, @Nullable String x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateSQLXML(@Nullable String label, @Nullable SQLXML x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBlob(@Nullable String label, @Nullable Blob x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBlob(@Nullable String label, @Nullable InputStream x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateBlob(@Nullable String label, @Nullable InputStream x)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateClob(@Nullable String label, @Nullable Clob x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateClob(@Nullable String label, @Nullable Reader x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateClob(@Nullable String label, @Nullable Reader x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNClob(@Nullable String label, @Nullable NClob x) throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNClob(@Nullable String label, @Nullable Reader x, long length)
      throws SQLException {
    throw refused();
  }

  @Override
  public final void updateNClob(@Nullable String label, @Nullable Reader x) throws SQLException {
    throw refused();
  }
}
