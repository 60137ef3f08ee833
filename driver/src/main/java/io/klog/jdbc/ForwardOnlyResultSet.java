package io.klog.jdbc;

import java.sql.SQLException;

/** The moves of a scrolling cursor: rows are read once, forward, as they are made. */
abstract class ForwardOnlyResultSet extends ReadOnlyResultSet {
  private SQLException refused() throws SQLException {
    checkOpen();
    return SqlExceptions.notSupported("scrolling result sets");
  }

  @Override
  public final int getType() throws SQLException {
    checkOpen();
    return TYPE_FORWARD_ONLY;
  }

  @Override
  public final int getFetchDirection() throws SQLException {
    checkOpen();
    return FETCH_FORWARD;
  }

  @Override
  public final void setFetchDirection(int direction) throws SQLException {
    checkOpen();
    if (direction != FETCH_FORWARD) {
      throw refused();
    }
  }

  @Override
  public final boolean isLast() throws SQLException {
    throw refused();
  }

  @Override
  public final void beforeFirst() throws SQLException {
    throw refused();
  }

  @Override
  public final void afterLast() throws SQLException {
    throw refused();
  }

  @Override
  public final boolean first() throws SQLException {
    throw refused();
  }

  @Override
  public final boolean last() throws SQLException {
    throw refused();
  }

  @Override
  public final boolean previous() throws SQLException {
    throw refused();
  }

  @Override
  public final boolean absolute(int row) throws SQLException {
    throw refused();
  }

  @Override
  public final boolean relative(int rows) throws SQLException {
    throw refused();
  }
}
