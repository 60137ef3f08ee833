package io.klog.shell;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The columns of a topic, as one who inserts into it sees them. */
final class TopicColumns {
  /** An unknown table, as SQL says it. */
  static final String UNKNOWN = "42P01";

  /** The schema that topics and views are in. */
  private static final String TOPICS = "main";

  private static final Set<String> IN_EVERY_TOPIC =
      Set.of("offset", "partition", "timestamp", "headers");

  /** Of statements that the user did not write, so it tells him nothing. */
  private static final Pattern PLACE = Pattern.compile("^line \\d+, column \\d+: ");

  /** An ARRAY of bytes, or a MAP to them. */
  private static final Pattern OF_BYTES =
      Pattern.compile("(^|, )(VAR)?BINARY(\\(\\d+\\))?( ARRAY|>)+$");

  private final String topic;
  private final Map<String, Integer> types = new HashMap<>();
  private final Set<String> ofBytes = new HashSet<>();
  private final List<String> own = new ArrayList<>();
  private final boolean typed;

  private TopicColumns(String topic, ResultSetMetaData metadata) throws SQLException {
    this.topic = topic;
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      String name = metadata.getColumnName(i);
      types.put(folded(name), metadata.getColumnType(i));
      if (!IN_EVERY_TOPIC.contains(folded(name))) {
        own.add(name);
      }
    }
    // A star leaves them out where the topic declares columns, and they can be inserted all the
    // same.
    this.typed = !types.containsKey("value");
    types.putIfAbsent("key", Types.VARBINARY);
    types.putIfAbsent("value", Types.VARBINARY);
  }

  /**
   * Of a topic that is there.
   *
   * @throws SQLException 42P01 if it is not; 42809 if it is a view or a system table
   */
  static TopicColumns of(Connection connection, String topic) throws SQLException {
    try (PreparedStatement asked =
            connection.prepareStatement("SHOW CREATE TOPIC " + quoted(topic));
        PreparedStatement all = connection.prepareStatement("SELECT * FROM " + quoted(topic));
        Statement statement = connection.createStatement();
        ResultSet described = statement.executeQuery("DESCRIBE " + quoted(topic))) {
      asked.getMetaData();
      TopicColumns columns = new TopicColumns(topic, all.getMetaData());
      while (described.next()) {
        if (OF_BYTES.matcher(described.getString("type_name")).find()) {
          columns.ofBytes.add(folded(described.getString("column_name")));
        }
      }
      return columns;
    } catch (SQLException e) {
      throw withoutPlace(e);
    }
  }

  /** The same, with a message that speaks of no line and column. */
  static SQLException withoutPlace(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return new SQLException(PLACE.matcher(message).replaceFirst(""), e.getSQLState(), e);
  }

  /** A name as SQL takes any. A topic's name may have a schema before it. */
  static String quoted(String name) {
    for (String schema : List.of(TOPICS, Names.SYSTEM_SCHEMA)) {
      if (name.regionMatches(true, 0, schema + ".", 0, schema.length() + 1)) {
        return schema + "." + SqlText.name(name.substring(schema.length() + 1));
      }
    }
    return SqlText.name(name);
  }

  /** A topic's name as system tables have it: without the schema of the topics. */
  static String withoutSchema(String name) {
    String prefix = TOPICS + ".";
    return name.regionMatches(true, 0, prefix, 0, prefix.length())
        ? name.substring(prefix.length())
        : name;
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  String topic() {
    return topic;
  }

  /** Whether the topic declares columns. */
  boolean typed() {
    return typed;
  }

  /** Those that are given where an INSERT names none: the declared ones, or key and value. */
  List<String> own() {
    return own;
  }

  /** One of {@link Types}; null if there is no such column. */
  @Nullable Integer type(String column) {
    return types.get(folded(column));
  }

  /** Whether the column is an ARRAY of bytes, or a MAP to them. */
  boolean isOfBytes(String column) {
    return ofBytes.contains(folded(column));
  }

  /** Whether the log itself gives the column, so that nobody can insert it. */
  static boolean isGiven(String column) {
    return folded(column).equals("offset");
  }
}
