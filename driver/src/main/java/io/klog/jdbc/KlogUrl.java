package io.klog.jdbc;

import io.klog.Suggestion;
import io.klog.sql.SessionSettings;
import io.klog.sql.Setting;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The URL as a grammar:
 *
 * <pre>
 * url      = "jdbc:klog:" location [ "?" [ property *( "&amp;" property ) ] ]
 * location = path | "mem:" name
 * property = name "=" value
 * </pre>
 *
 * <p>The location is taken as it is written, spaces, percent signs, backslashes and all, so that a
 * program can append any path to the prefix. The properties begin after the last question mark; a
 * path that has one is followed by a question mark of its own. Names and values of properties may
 * be percent-encoded UTF-8.
 */
final class KlogUrl {
  static final String PREFIX = "jdbc:klog:";

  /** Pools and tools hand these to every driver; a file has no use for them. */
  private static final Set<String> IGNORED = Set.of("user", "password");

  private final String url;
  private final String location;
  // Property by name, each with where it came from, for messages.
  private final Map<String, Given> given = new LinkedHashMap<>();

  private record Given(Object value, String text) {}

  private KlogUrl(String url) throws SQLException {
    this.url = url;
    int query = url.lastIndexOf('?');
    this.location = url.substring(PREFIX.length(), query < 0 ? url.length() : query);
    if (query >= 0 && query + 1 < url.length()) {
      for (String property : url.substring(query + 1).split("&", -1)) {
        int equals = property.indexOf('=');
        if (equals <= 0) {
          throw refused("'" + property + "' is no property: expected name=value");
        }
        add(decode(property.substring(0, equals)), decode(property.substring(equals + 1)));
      }
    }
  }

  static boolean accepts(@Nullable String url) {
    return url != null && url.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  /**
   * What the URL and the properties ask for together.
   *
   * @param url one that is {@linkplain #accepts accepted}
   * @param info is not changed
   * @throws SQLException 08001 with what is wrong and what would be right
   */
  static ConnectionSettings parse(String url, @Nullable Properties info) throws SQLException {
    KlogUrl parsed = new KlogUrl(url);
    parsed.checkLocation();
    for (Map.Entry<String, String> entry : entries(info).entrySet()) {
      if (!IGNORED.contains(entry.getKey())) {
        parsed.add(entry.getKey(), entry.getValue());
      }
    }
    return new ConnectionSettings(
        url,
        parsed.location,
        parsed.get(ConnectionProperty.SYNC),
        parsed.get(ConnectionProperty.MODE),
        parsed.get(ConnectionProperty.BUSY_TIMEOUT),
        parsed.get(ConnectionProperty.MAX_RECORD_SIZE),
        parsed.get(ConnectionProperty.EXCLUSIVE),
        parsed.sessionSettings());
  }

  private SessionSettings sessionSettings() {
    SessionSettings settings = SessionSettings.DEFAULTS;
    for (Setting setting : Setting.values()) {
      String text = get(ConnectionProperty.of(setting));
      settings = Objects.requireNonNull(setting.set(settings, text));
    }
    return settings;
  }

  /** The text of the properties in the URL and beside it, unchecked: for property dialogs. */
  static Map<String, String> properties(@Nullable String url, @Nullable Properties info) {
    Map<String, String> result = new HashMap<>(entries(info));
    if (url != null && accepts(url)) {
      try {
        new KlogUrl(url).given.forEach((name, value) -> result.put(name, value.text()));
      } catch (SQLException e) {
        // The dialog is there to mend the URL; connecting will tell what is wrong with it.
        return result;
      }
    }
    return result;
  }

  private void checkLocation() throws SQLException {
    if (location.isBlank() || location.equals("mem:")) {
      throw refused(
          "it names no file; expected " + PREFIX + "path/to/file.klog or " + PREFIX + "mem:name");
    }
    if (location.regionMatches(true, 0, "kafka:", 0, 6)) {
      throw refused("this version of klog works on files, not on clusters");
    }
    if (location.indexOf('\0') >= 0) {
      throw refused("the path has a NUL character");
    }
  }

  private void add(String name, String text) throws SQLException {
    ConnectionProperty<?> property = property(name);
    Object value = property.parse(text);
    if (value == null) {
      throw refused(
          "connection property " + name + " is '" + text + "': expected " + property.expected());
    }
    Given before = given.putIfAbsent(name, new Given(value, text));
    if (before != null && !before.value().equals(value)) {
      throw refused(
          "connection property "
              + name
              + " is given twice: '"
              + before.text()
              + "' and '"
              + text
              + "'");
    }
  }

  private ConnectionProperty<?> property(String name) throws SQLException {
    for (ConnectionProperty<?> property : ConnectionProperty.ALL) {
      if (property.name().equals(name)) {
        return property;
      }
    }
    List<String> known = ConnectionProperty.ALL.stream().map(ConnectionProperty::name).toList();
    String meant = Suggestion.of(name, known);
    String advice =
        name.indexOf('/') >= 0 || name.indexOf('\\') >= 0
            ? "; if the path has a question mark, end it with another one"
            : meant.isEmpty() ? "; known are " + String.join(", ", known) : meant;
    throw refused("unknown connection property '" + name + "'" + advice);
  }

  @SuppressWarnings("unchecked") // add() stored what the property of this name parsed
  private <T> T get(ConnectionProperty<T> property) {
    Given value = given.get(property.name());
    return value == null ? property.defaultValue() : (T) value.value();
  }

  private SQLException refused(String why) {
    return SqlExceptions.cannotConnect(url + ": " + why, null);
  }

  private String decode(String text) throws SQLException {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '%') {
        bytes.writeBytes(text.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw refused("'" + text + "' has a '%' that no two hexadecimal digits follow");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** All entries, those of the defaults too, and those whose values are no strings. */
  private static Map<String, String> entries(@Nullable Properties info) {
    Map<String, String> result = new TreeMap<>();
    if (info != null) {
      for (String name : info.stringPropertyNames()) {
        result.put(name, Objects.requireNonNullElse(info.getProperty(name), ""));
      }
      info.forEach((name, value) -> result.put(name.toString(), value.toString()));
    }
    return result;
  }
}
