package io.klog.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The driver of {@code jdbc:klog:path/to/file.klog?name=value&...} and {@code jdbc:klog:mem:name}.
 * Found by ServiceLoader; {@code Class.forName} registers it too.
 */
public final class KlogDriver implements Driver {
  static {
    try {
      DriverManager.registerDriver(new KlogDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  public @Nullable Connection connect(@Nullable String url, @Nullable Properties info)
      throws SQLException {
    if (url == null) {
      throw SqlExceptions.cannotConnect("the URL is null", null);
    }
    return KlogUrl.accepts(url) ? KlogConnection.open(KlogUrl.parse(url, info)) : null;
  }

  @Override
  public boolean acceptsURL(@Nullable String url) {
    return KlogUrl.accepts(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(@Nullable String url, @Nullable Properties info) {
    Map<String, String> given = KlogUrl.properties(url, info);
    return ConnectionProperty.ALL.stream()
        .map(property -> describe(property, given.get(property.name())))
        .toArray(DriverPropertyInfo[]::new);
  }

  private static DriverPropertyInfo describe(
      ConnectionProperty<?> property, @Nullable String given) {
    DriverPropertyInfo info =
        new DriverPropertyInfo(property.name(), given == null ? property.defaultText() : given);
    info.description = property.description();
    info.required = false;
    if (!property.choices().isEmpty()) {
      info.choices = property.choices().toArray(String[]::new);
    }
    return info;
  }

  @Override
  public int getMajorVersion() {
    return DriverVersion.MAJOR;
  }

  @Override
  public int getMinorVersion() {
    return DriverVersion.MINOR;
  }

  /** False: SQL-92 entry level has UPDATE, which an append-only log has not. */
  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw SqlExceptions.notSupported("java.util.logging loggers");
  }
}
