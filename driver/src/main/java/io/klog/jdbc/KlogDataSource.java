package io.klog.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKeyBuilder;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one URL, as a bean: each connection property has a setter. The user and password
 * of {@link #getConnection(String, String)} are not looked at; a file has none.
 */
public final class KlogDataSource implements DataSource, Unwrappable {
  private final Properties properties = new Properties();
  private volatile @Nullable String url;
  private volatile @Nullable PrintWriter logWriter;
  private volatile int loginTimeout;

  public KlogDataSource() {}

  /** Of a URL as in {@code jdbc:klog:path/to/file.klog}. */
  public KlogDataSource(String url) {
    this.url = url;
  }

  public @Nullable String getUrl() {
    return url;
  }

  public void setUrl(@Nullable String url) {
    this.url = url;
  }

  /** A copy. */
  public Properties getProperties() {
    Properties copy = new Properties();
    copy.putAll(properties);
    return copy;
  }

  /** Sets all of these connection properties; the others stay. */
  public void setProperties(Properties added) {
    properties.putAll(added);
  }

  public @Nullable String getSync() {
    return properties.getProperty(ConnectionProperty.SYNC.name());
  }

  /** What a commit waits for: full, normal or off. */
  public void setSync(String sync) {
    properties.setProperty(ConnectionProperty.SYNC.name(), sync);
  }

  public @Nullable String getMode() {
    return properties.getProperty(ConnectionProperty.MODE.name());
  }

  /** What may be done with the file: rwc, rw or ro. */
  public void setMode(String mode) {
    properties.setProperty(ConnectionProperty.MODE.name(), mode);
  }

  public @Nullable String getBusyTimeout() {
    return properties.getProperty(ConnectionProperty.BUSY_TIMEOUT.name());
  }

  /** How long to wait for another writer, in milliseconds. */
  public void setBusyTimeout(String milliseconds) {
    properties.setProperty(ConnectionProperty.BUSY_TIMEOUT.name(), milliseconds);
  }

  public @Nullable String getMaxRecordSize() {
    return properties.getProperty(ConnectionProperty.MAX_RECORD_SIZE.name());
  }

  /** The longest record that may be inserted: bytes, perhaps with k or M behind the number. */
  public void setMaxRecordSize(String bytes) {
    properties.setProperty(ConnectionProperty.MAX_RECORD_SIZE.name(), bytes);
  }

  public @Nullable String getExclusive() {
    return properties.getProperty(ConnectionProperty.EXCLUSIVE.name());
  }

  /** Whether no other process may have the file open for writing: true or false. */
  public void setExclusive(String exclusive) {
    properties.setProperty(ConnectionProperty.EXCLUSIVE.name(), exclusive);
  }

  public @Nullable String getAutoOffsetReset() {
    return properties.getProperty(ConnectionProperty.AUTO_OFFSET_RESET.name());
  }

  /** Where a consumer group begins that has no position: earliest, latest or none. */
  public void setAutoOffsetReset(String reset) {
    properties.setProperty(ConnectionProperty.AUTO_OFFSET_RESET.name(), reset);
  }

  public @Nullable String getMaxPollInterval() {
    return properties.getProperty(ConnectionProperty.MAX_POLL_INTERVAL.name());
  }

  /** How long a group's member may take from one row to the next, in milliseconds. */
  public void setMaxPollInterval(String milliseconds) {
    properties.setProperty(ConnectionProperty.MAX_POLL_INTERVAL.name(), milliseconds);
  }

  public @Nullable String getPollTimeout() {
    return properties.getProperty(ConnectionProperty.POLL_TIMEOUT.name());
  }

  /** How long next() of a SELECT STREAM waits for a row, in milliseconds; -1, for ever. */
  public void setPollTimeout(String milliseconds) {
    properties.setProperty(ConnectionProperty.POLL_TIMEOUT.name(), milliseconds);
  }

  @Override
  public Connection getConnection() throws SQLException {
    String known = url;
    if (known == null) {
      throw SqlExceptions.cannotConnect("the data source has no URL", null);
    }
    if (!KlogUrl.accepts(known)) {
      throw SqlExceptions.cannotConnect(known + ": expected " + KlogUrl.PREFIX + "...", null);
    }
    return KlogConnection.open(KlogUrl.parse(known, properties));
  }

  @Override
  public Connection getConnection(@Nullable String user, @Nullable String password)
      throws SQLException {
    return getConnection();
  }

  @Override
  public ConnectionBuilder createConnectionBuilder() throws SQLException {
    throw SqlExceptions.notSupported("connection builders");
  }

  @Override
  public ShardingKeyBuilder createShardingKeyBuilder() throws SQLException {
    throw SqlExceptions.notSupported("sharding keys");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return logWriter;
  }

  /** Kept for whoever asks for it; klog writes nothing to it. */
  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    this.logWriter = out;
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  /** Kept; what can wait when a file is opened is bounded by busy_timeout. */
  @Override
  public void setLoginTimeout(int seconds) {
    this.loginTimeout = seconds;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw SqlExceptions.notSupported("java.util.logging loggers");
  }
}
