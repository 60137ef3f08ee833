package io.klog.jdbc;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.ClientInfoStatus;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The part of a connection that needs no session: JDBC's many ways to ask for a statement, and what
 * can be set but makes no difference to a file.
 */
abstract class ConnectionSurface implements Connection, Unwrappable {
  private final Properties clientInfo = new Properties();
  private Map<String, Class<?>> typeMap = new HashMap<>();
  private final Warnings warnings = new Warnings(); // guarded by this
  private volatile int networkTimeoutMillis;

  abstract void checkOpen() throws SQLException;

  abstract Statement newStatement() throws SQLException;

  abstract PreparedStatement newPreparedStatement(@Nullable String sql, KeyColumns keys)
      throws SQLException;

  abstract CallableStatement newCallableStatement(@Nullable String sql) throws SQLException;

  // Statements.

  @Override
  public final Statement createStatement() throws SQLException {
    checkOpen();
    return newStatement();
  }

  @Override
  public final Statement createStatement(int type, int concurrency) throws SQLException {
    return createStatement(type, concurrency, ResultSet.HOLD_CURSORS_OVER_COMMIT);
  }

  @Override
  public final Statement createStatement(int type, int concurrency, int holdability)
      throws SQLException {
    checkOpen();
    checkResultSet(type, concurrency, holdability);
    return newStatement();
  }

  @Override
  public final PreparedStatement prepareStatement(@Nullable String sql) throws SQLException {
    checkOpen();
    return newPreparedStatement(sql, KeyColumns.NONE);
  }

  @Override
  public final PreparedStatement prepareStatement(@Nullable String sql, int keys)
      throws SQLException {
    checkOpen();
    return newPreparedStatement(sql, KeyColumns.of(keys));
  }

  @Override
  public final PreparedStatement prepareStatement(@Nullable String sql, int @Nullable [] columns)
      throws SQLException {
    checkOpen();
    return newPreparedStatement(sql, KeyColumns.of(columns));
  }

  @Override
  public final PreparedStatement prepareStatement(@Nullable String sql, String @Nullable [] columns)
      throws SQLException {
    checkOpen();
    return newPreparedStatement(sql, KeyColumns.of(columns));
  }

  @Override
  public final PreparedStatement prepareStatement(@Nullable String sql, int type, int concurrency)
      throws SQLException {
    return prepareStatement(sql, type, concurrency, ResultSet.HOLD_CURSORS_OVER_COMMIT);
  }

  @Override
  public final PreparedStatement prepareStatement(
      @Nullable String sql, int type, int concurrency, int holdability) throws SQLException {
    checkOpen();
    checkResultSet(type, concurrency, holdability);
    return newPreparedStatement(sql, KeyColumns.NONE);
  }

  @Override
  public final CallableStatement prepareCall(@Nullable String sql) throws SQLException {
    checkOpen();
    return newCallableStatement(sql);
  }

  @Override
  public final CallableStatement prepareCall(@Nullable String sql, int type, int concurrency)
      throws SQLException {
    return prepareCall(sql, type, concurrency, ResultSet.HOLD_CURSORS_OVER_COMMIT);
  }

  @Override
  public final CallableStatement prepareCall(
      @Nullable String sql, int type, int concurrency, int holdability) throws SQLException {
    checkOpen();
    checkResultSet(type, concurrency, holdability);
    return newCallableStatement(sql);
  }

  /** What is not there is replaced by what is, with a warning, as JDBC wants it. */
  private void checkResultSet(int type, int concurrency, int holdability) throws SQLException {
    switch (type) {
      case ResultSet.TYPE_FORWARD_ONLY -> {}
      case ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.TYPE_SCROLL_SENSITIVE ->
          warn("result sets are forward-only, not scrolling");
      default -> throw SqlExceptions.invalidArgument(type + " is no type of result set");
    }
    switch (concurrency) {
      case ResultSet.CONCUR_READ_ONLY -> {}
      case ResultSet.CONCUR_UPDATABLE -> warn("result sets are read-only, not updatable");
      default ->
          throw SqlExceptions.invalidArgument(concurrency + " is no concurrency of result sets");
    }
    checkHoldability(holdability);
  }

  private void checkHoldability(int holdability) throws SQLException {
    switch (holdability) {
      case ResultSet.HOLD_CURSORS_OVER_COMMIT -> {}
      case ResultSet.CLOSE_CURSORS_AT_COMMIT -> warn("result sets stay open over a commit");
      default ->
          throw SqlExceptions.invalidArgument(holdability + " is no holdability of result sets");
    }
  }

  @Override
  public final String nativeSQL(@Nullable String sql) throws SQLException {
    checkOpen();
    if (sql == null) {
      throw SqlExceptions.invalidArgument("the SQL is null");
    }
    return JdbcEscapes.translate(sql);
  }

  // Warnings.

  private synchronized void warn(String message) {
    warnings.add(message);
  }

  @Override
  public final synchronized @Nullable SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return warnings.first();
  }

  @Override
  public final synchronized void clearWarnings() throws SQLException {
    checkOpen();
    warnings.clear();
  }

  // Holdability.

  @Override
  public final int getHoldability() throws SQLException {
    checkOpen();
    return ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public final void setHoldability(int holdability) throws SQLException {
    checkOpen();
    checkHoldability(holdability);
  }

  // Names.

  /** There are no catalogs. */
  @Override
  public final @Nullable String getCatalog() throws SQLException {
    checkOpen();
    return null;
  }

  /** Ignored, as JDBC wants it where there are no catalogs. */
  @Override
  public final void setCatalog(@Nullable String catalog) throws SQLException {
    checkOpen();
  }

  @Override
  public final String getSchema() throws SQLException {
    checkOpen();
    return KlogConnection.TOPIC_SCHEMA;
  }

  /** Takes the schema of the topics, where unqualified names are looked up anyway. */
  @Override
  public final void setSchema(@Nullable String name) throws SQLException {
    checkOpen();
    if (name == null || !name.toLowerCase(Locale.ROOT).equals(KlogConnection.TOPIC_SCHEMA)) {
      throw SqlExceptions.of(
          SqlExceptions.UNKNOWN_SCHEMA,
          "the schema cannot be '"
              + name
              + "': unqualified names are topics, in schema "
              + KlogConnection.TOPIC_SCHEMA);
    }
  }

  @Override
  public final Map<String, Class<?>> getTypeMap() throws SQLException {
    checkOpen();
    return typeMap;
  }

  /** Kept; there are no user-defined types to apply it to. */
  @Override
  public final void setTypeMap(@Nullable Map<String, Class<?>> map) throws SQLException {
    checkOpen();
    typeMap = map == null ? new HashMap<>() : map;
  }

  // Client info and timeouts.

  /** Any name is taken and given back; klog makes no use of it. */
  @Override
  public final void setClientInfo(@Nullable String name, @Nullable String value)
      throws SQLClientInfoException {
    checkClientInfo();
    if (name == null) {
      throw new SQLClientInfoException(
          "the name is null", SqlExceptions.INVALID_ARGUMENT, Map.of());
    }
    if (value == null) {
      clientInfo.remove(name);
    } else {
      clientInfo.setProperty(name, value);
    }
  }

  @Override
  public final void setClientInfo(@Nullable Properties properties) throws SQLClientInfoException {
    checkClientInfo();
    clientInfo.clear();
    if (properties != null) {
      for (String name : properties.stringPropertyNames()) {
        setClientInfo(name, properties.getProperty(name));
      }
    }
  }

  private void checkClientInfo() throws SQLClientInfoException {
    if (isClosedNow()) {
      throw new SQLClientInfoException(
          "the connection is closed",
          SqlExceptions.CONNECTION_CLOSED,
          Map.<String, ClientInfoStatus>of());
    }
  }

  private boolean isClosedNow() {
    try {
      checkOpen();
      return false;
    } catch (SQLException e) {
      return true;
    }
  }

  @Override
  public final @Nullable String getClientInfo(@Nullable String name) throws SQLException {
    checkOpen();
    return name == null ? null : clientInfo.getProperty(name);
  }

  @Override
  public final Properties getClientInfo() throws SQLException {
    checkOpen();
    Properties copy = new Properties();
    copy.putAll(clientInfo);
    return copy;
  }

  @Override
  public final int getNetworkTimeout() throws SQLException {
    checkOpen();
    return networkTimeoutMillis;
  }

  /** Kept; there is no network. */
  @Override
  public final void setNetworkTimeout(@Nullable Executor executor, int milliseconds)
      throws SQLException {
    checkOpen();
    if (milliseconds < 0) {
      throw SqlExceptions.invalidArgument("a timeout of " + milliseconds);
    }
    networkTimeoutMillis = milliseconds;
  }

  // Values.

  @Override
  public final Blob createBlob() throws SQLException {
    checkOpen();
    return new MemoryBlob(new byte[0]);
  }

  @Override
  public final Clob createClob() throws SQLException {
    return createNClob();
  }

  @Override
  public final NClob createNClob() throws SQLException {
    checkOpen();
    return new MemoryClob("");
  }

  @Override
  public final Array createArrayOf(
      @Nullable String typeName, @Nullable Object @Nullable [] elements) throws SQLException {
    checkOpen();
    if (typeName == null) {
      throw SqlExceptions.invalidArgument("the type of the array is null");
    }
    JDBCType type = JDBCType.JAVA_OBJECT;
    for (JDBCType known : JDBCType.values()) {
      if (known.getName().equalsIgnoreCase(typeName)) {
        type = known;
      }
    }
    return new KlogArray(typeName, type, elements == null ? List.of() : Arrays.asList(elements));
  }

  @Override
  public final SQLXML createSQLXML() throws SQLException {
    checkOpen();
    throw SqlExceptions.notSupported("XML values");
  }

  @Override
  public final Struct createStruct(
      @Nullable String typeName, @Nullable Object @Nullable [] attributes) throws SQLException {
    checkOpen();
    throw SqlExceptions.notSupported("structured types");
  }

  // Sharding.

  private SQLException shardingRefused() throws SQLException {
    checkOpen();
    return SqlExceptions.notSupported("sharding keys");
  }

  @Override
  public final void setShardingKey(@Nullable ShardingKey key) throws SQLException {
    throw shardingRefused();
  }

  @Override
  public final void setShardingKey(@Nullable ShardingKey key, @Nullable ShardingKey superKey)
      throws SQLException {
    throw shardingRefused();
  }

  @Override
  public final boolean setShardingKeyIfValid(@Nullable ShardingKey key, int timeout)
      throws SQLException {
    throw shardingRefused();
  }

  @Override
  public final boolean setShardingKeyIfValid(
      @Nullable ShardingKey key, @Nullable ShardingKey superKey, int timeout) throws SQLException {
    throw shardingRefused();
  }
}
