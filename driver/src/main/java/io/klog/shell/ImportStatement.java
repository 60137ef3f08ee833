package io.klog.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The INSERT for records that have the same fields. */
final class ImportStatement implements AutoCloseable {
  private static final Pattern PARAMETER = Pattern.compile("^parameter (\\d+): (column .*)?");

  /** What is none of the column's type. */
  private static final String MISFIT = "22018";

  private static final Pattern MILLIS = Pattern.compile("-?\\d{1,18}");

  private final List<String> columns;
  private final int[] types;
  private final boolean[] ofBytes;
  private final PreparedStatement insert;

  /**
   * @param columns those that are given a value
   * @throws SQLException what is wrong with them
   */
  ImportStatement(Connection connection, TopicColumns topic, List<String> columns)
      throws SQLException {
    this.columns = columns;
    this.types = new int[columns.size()];
    this.ofBytes = new boolean[columns.size()];
    for (int i = 0; i < types.length; i++) {
      Integer type = topic.type(columns.get(i));
      types[i] = type == null ? Types.OTHER : type;
      ofBytes[i] = topic.isOfBytes(columns.get(i));
    }
    String names = columns.stream().map(SqlText::name).collect(Collectors.joining(", "));
    String marks = String.join(", ", Collections.nCopies(types.length, "?"));
    try {
      this.insert =
          connection.prepareStatement(
              "INSERT INTO "
                  + TopicColumns.quoted(topic.topic())
                  + " ("
                  + names
                  + ") VALUES ("
                  + marks
                  + ")");
    } catch (SQLException e) {
      throw TopicColumns.withoutPlace(e);
    }
  }

  PreparedStatement statement() {
    return insert;
  }

  /**
   * Gives a column's value for the next {@link #insert}.
   *
   * @throws SQLException 22018 when the column cannot have it
   */
  void set(int column, @Nullable Object value) throws SQLException, IOException {
    int parameter = column + 1;
    if (value == null) {
      insert.setNull(parameter, Types.NULL);
      return;
    }
    switch (types[column]) {
      case Types.BINARY, Types.VARBINARY -> setBytes(parameter, value);
      case Types.CHAR, Types.VARCHAR -> insert.setString(parameter, text(value));
      case Types.ARRAY, Types.JAVA_OBJECT, Types.OTHER ->
          insert.setObject(parameter, nested(column, value));
      case Types.DATE, Types.TIME, Types.TIMESTAMP -> {
        if (value instanceof Long millis) {
          insert.setLong(parameter, millis);
        } else if (value instanceof String digits && MILLIS.matcher(digits).matches()) {
          insert.setLong(parameter, Long.parseLong(digits));
        } else {
          insert.setString(parameter, text(value));
        }
      }
      default -> {
        if (value instanceof List || value instanceof Map) {
          throw misfit(column, "expected one value, found " + shortened(text(value)));
        }
        if (value instanceof Long number) {
          insert.setLong(parameter, number);
        } else if (value instanceof Boolean truth) {
          insert.setBoolean(parameter, truth);
        } else {
          insert.setString(parameter, value.toString());
        }
      }
    }
  }

  private void setBytes(int parameter, Object value) throws SQLException, IOException {
    byte[] bytes = value instanceof String text ? Values.hex(text) : null;
    if (bytes != null) {
      insert.setBytes(parameter, bytes);
    } else {
      insert.setString(parameter, text(value));
    }
  }

  private static String text(Object value) throws IOException {
    return value instanceof List || value instanceof Map
        ? JsonLinesSource.text(value)
        : value.toString();
  }

  /** For an ARRAY or MAP, which a text may hold as JSON. */
  private Object nested(int column, Object value) throws SQLException, IOException {
    Object nested = value;
    if (value instanceof String text) {
      try {
        nested = JsonLinesSource.value(text);
      } catch (JsonProcessingException e) {
        throw misfit(column, "expected JSON, found " + shortened(text));
      }
    }
    boolean isArray = types[column] == Types.ARRAY;
    if (isArray ? !(nested instanceof List) : !(nested instanceof Map)) {
      throw misfit(
          column,
          "expected a JSON "
              + (isArray ? "array" : "object")
              + ", found "
              + shortened(text(value)));
    }
    Object plain = plain(nested, ofBytes[column]);
    if (plain == null) {
      throw new AssertionError(nested);
    }
    return plain;
  }

  /**
   * As the driver takes it.
   *
   * @param bytes whether texts may be bytes, written as {@code x'00'}
   */
  private static @Nullable Object plain(@Nullable Object value, boolean bytes) {
    if (value instanceof List<?> elements) {
      List<@Nullable Object> list = new ArrayList<>();
      elements.forEach(element -> list.add(plain(element, bytes)));
      return list;
    }
    if (value instanceof Map<?, ?> members) {
      Map<Object, @Nullable Object> map = new LinkedHashMap<>();
      members.forEach((name, member) -> map.put(name, plain(member, bytes)));
      return map;
    }
    if (bytes && value != null) {
      byte[] hex = Values.hex(value.toString());
      return hex == null ? value.toString() : hex;
    }
    return value instanceof RecordSource.JsonNumber number ? number.text() : value;
  }

  private SQLException misfit(int column, String what) {
    return new SQLException("column " + columns.get(column) + ": " + what, MISFIT);
  }

  private static String shortened(String text) {
    return Width.cut(Width.printable(text), 40, "...");
  }

  /**
   * Inserts what was set.
   *
   * @throws SQLException which tells the column by its name, if it is about one
   */
  void insert() throws SQLException {
    try {
      insert.executeUpdate();
    } catch (SQLException e) {
      Matcher parameter = PARAMETER.matcher(String.valueOf(e.getMessage()));
      if (!parameter.find()) {
        throw e;
      }
      String column = "column " + columns.get(Integer.parseInt(parameter.group(1)) - 1) + ": ";
      String rest =
          parameter.group(2) == null
              ? column + String.valueOf(e.getMessage()).substring(parameter.end())
              : parameter.group(2);
      throw new SQLException(rest, e.getSQLState(), e);
    }
  }

  @Override
  public void close() throws SQLException {
    insert.close();
  }
}
