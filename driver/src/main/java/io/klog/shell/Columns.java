package io.klog.shell;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** The columns of a result, and how a cell of each is read. Columns are counted from 0 here. */
final class Columns {
  private enum Kind {
    TEXT,
    NUMBER,
    BYTES,
    TIMESTAMP,
    NESTED,
    OTHER
  }

  private final String[] labels;
  private final Kind[] kinds;

  Columns(ResultSetMetaData metadata) throws SQLException {
    labels = new String[metadata.getColumnCount()];
    kinds = new Kind[labels.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = metadata.getColumnLabel(i + 1);
      kinds[i] = kind(metadata.getColumnType(i + 1));
    }
  }

  private static Kind kind(int type) {
    return switch (type) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.DECIMAL,
          Types.NUMERIC,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE ->
          Kind.NUMBER;
      case Types.CHAR, Types.VARCHAR -> Kind.TEXT;
      case Types.BINARY, Types.VARBINARY -> Kind.BYTES;
      case Types.TIMESTAMP -> Kind.TIMESTAMP;
      case Types.ARRAY, Types.JAVA_OBJECT, Types.OTHER, Types.STRUCT -> Kind.NESTED;
      default -> Kind.OTHER;
    };
  }

  int count() {
    return labels.length;
  }

  String label(int column) {
    return labels[column];
  }

  boolean isNumber(int column) {
    return kinds[column] == Kind.NUMBER;
  }

  /** The cell of the current row as text; null for NULL. */
  @Nullable String text(ResultSet row, int column) throws SQLException {
    switch (kinds[column]) {
      case BYTES -> {
        byte[] bytes = row.getBytes(column + 1);
        return bytes == null ? null : Values.text(bytes);
      }
      case NESTED -> {
        Object value = row.getObject(column + 1);
        return value == null
            ? null
            : value instanceof String text ? text : Values.nestedText(value);
      }
      default -> {
        return row.getString(column + 1);
      }
    }
  }

  /** Writes the cell of the current row. */
  void write(JsonGenerator json, ResultSet row, int column) throws IOException, SQLException {
    switch (kinds[column]) {
      case TEXT -> json.writeString(row.getString(column + 1));
      case TIMESTAMP -> {
        String text = row.getString(column + 1);
        json.writeString(text == null ? null : text.replace(' ', 'T') + "Z");
      }
      case OTHER -> {
        Object value = row.getObject(column + 1);
        Values.write(
            json, value == null || value instanceof Boolean ? value : row.getString(column + 1));
      }
      default -> Values.write(json, row.getObject(column + 1));
    }
  }
}
