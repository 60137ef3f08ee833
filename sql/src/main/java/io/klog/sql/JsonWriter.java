package io.klog.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON objects of columns' values, one after the other by one generator: to make one costs
 * more than a row, so that a session has one. For one thread at a time.
 */
final class JsonWriter {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .rootValueSeparator((String) null)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  // What is longer than this is not kept for the next one.
  private static final int MAX_KEPT = 1 << 16;

  private ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  // Writes into the buffer.
  private @Nullable JsonGenerator generator;

  /**
   * The object of all columns but the key; one that is NULL is left out.
   *
   * @param values fitted to the types
   */
  byte[] object(@Nullable Object[] values, RecordLayout layout) {
    JsonGenerator out = generator;
    generator = null; // where this fails it is of no use any more
    buffer.reset();
    try {
      if (out == null) {
        out = FACTORY.createGenerator(buffer);
      }
      out.writeStartObject();
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        SerializedString name = layout.names[i];
        if (value != null && name != null) {
          out.writeFieldName(name);
          write(out, value, layout.types[i]);
        }
      }
      out.writeEndObject();
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no device, and no limit
    }
    byte[] object = buffer.toByteArray();
    if (object.length > MAX_KEPT) {
      buffer = new ByteArrayOutputStream();
    } else {
      generator = out;
    }
    return object;
  }

  private static void write(JsonGenerator out, @Nullable Object value, RelDataType type)
      throws IOException {
    if (value == null) {
      out.writeNull();
      return;
    }
    switch (type.getSqlTypeName()) {
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case TINYINT, SMALLINT, INTEGER -> out.writeNumber((Integer) value);
      case BIGINT -> out.writeNumber((Long) value);
      case DECIMAL -> out.writeNumber((BigDecimal) value);
      case REAL -> out.writeNumber(((Double) value).floatValue());
      case FLOAT, DOUBLE -> out.writeNumber((Double) value);
      case BINARY, VARBINARY -> out.writeBinary((byte[]) value);
      case ARRAY -> {
        RelDataType component = TypeText.component(type);
        out.writeStartArray();
        for (Object element : (List<?>) value) {
          write(out, element, component);
        }
        out.writeEndArray();
      }
      case MAP -> {
        RelDataType key = TypeText.mapKey(type);
        RelDataType component = TypeText.mapValue(type);
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          out.writeFieldName(PlainText.of(entry.getKey(), key));
          write(out, entry.getValue(), component);
        }
        out.writeEndObject();
      }
      default -> out.writeString(PlainText.of(value, type));
    }
  }
}
