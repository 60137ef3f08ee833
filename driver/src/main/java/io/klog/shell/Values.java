package io.klog.shell;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a cell holds, as text and as JSON. */
final class Values {
  static final JsonFactory JSON = new JsonFactory();

  private Values() {}

  /**
   * The bytes' text where they are UTF-8, or else {@code x'c3'}, as SQL writes them. So is a text
   * that looks like that, for {@link #hex} to give the same bytes again.
   */
  static String text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (hex(text) == null) {
        return text;
      }
    } catch (CharacterCodingException e) {
      return "x'" + HexFormat.of().formatHex(bytes) + "'";
    }
    return "x'" + HexFormat.of().formatHex(bytes) + "'";
  }

  /** The bytes that {@code x'c3'} stands for; null where the text is anything else. */
  static byte @Nullable [] hex(String text) {
    int end = text.length() - 1;
    if (end < 2 || !text.startsWith("x'") || text.charAt(end) != '\'' || end % 2 != 0) {
      return null;
    }
    for (int i = 2; i < end; i++) {
      if (!HexFormat.isHexDigit(text.charAt(i))) {
        return null;
      }
    }
    return HexFormat.of().parseHex(text, 2, end);
  }

  /** An array or a map, as JSON. */
  static String nestedText(Object value) throws SQLException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  /** A value as getObject gives it. */
  static void write(JsonGenerator json, @Nullable Object value) throws IOException, SQLException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number.toPlainString());
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (Double.isFinite(number)) {
        json.writeNumber(value.toString());
      } else {
        json.writeString(value.toString()); // JSON has no such numbers
      }
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof byte[] bytes) {
      json.writeString(text(bytes));
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        Object name = entry.getKey();
        json.writeFieldName(name instanceof byte[] bytes ? text(bytes) : String.valueOf(name));
        write(json, entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof Array array) {
      write(json, array.getArray());
    } else if (value instanceof Object[] elements) {
      writeElements(json, elements);
    } else if (value instanceof Iterable<?> elements) {
      json.writeStartArray();
      for (Object element : elements) {
        write(json, element);
      }
      json.writeEndArray();
    } else {
      json.writeString(value.toString());
    }
  }

  private static void writeElements(JsonGenerator json, @Nullable Object[] elements)
      throws IOException, SQLException {
    json.writeStartArray();
    for (Object element : elements) {
      write(json, element);
    }
    json.writeEndArray();
  }
}
