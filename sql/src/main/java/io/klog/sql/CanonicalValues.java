package io.klog.sql;

import io.klog.Headers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/** Between the border's canonical values and those that Calcite's compiled code works with. */
final class CanonicalValues {
  private CanonicalValues() {}

  static @Nullable Object toInternal(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return new ByteString(bytes);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> converted = new LinkedHashMap<>();
      map.forEach((k, v) -> converted.put(k, toInternal(v)));
      return converted;
    }
    return value;
  }

  /**
   * The same of a value of the type: of the narrow ones compiled code has the boxes of their own.
   */
  static @Nullable Object toInternal(@Nullable Object value, RelDataType type) {
    if (value == null) {
      return null;
    }
    return switch (type.getSqlTypeName()) {
      case TINYINT -> ((Number) value).byteValue();
      case SMALLINT -> ((Number) value).shortValue();
      // Compiled code tells the zeros apart where it groups and joins.
      case REAL -> ((Number) value).floatValue() + 0.0f;
      case FLOAT, DOUBLE -> ((Number) value).doubleValue() + 0.0;
      case ARRAY -> list((List<?>) value, type, CanonicalValues::toInternal);
      case MAP -> map((Map<?, ?>) value, type, CanonicalValues::toInternal);
      default -> toInternal(value);
    };
  }

  /** A value of the given type as compiled code made it. */
  static @Nullable Object toCanonical(@Nullable Object value, RelDataType type) {
    if (value == null) {
      return null;
    }
    return switch (type.getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER, DATE, TIME -> ((Number) value).intValue();
      case BIGINT, TIMESTAMP -> ((Number) value).longValue();
      case REAL, FLOAT, DOUBLE -> ((Number) value).doubleValue();
      case ARRAY ->
          list(
              value instanceof Object[] array ? Arrays.asList(array) : (List<?>) value,
              type,
              CanonicalValues::toCanonical);
      case MAP -> map((Map<?, ?>) value, type, CanonicalValues::toCanonical);
      default -> untyped(value);
    };
  }

  private interface Conversion {
    @Nullable Object of(@Nullable Object value, RelDataType type);
  }

  private static List<@Nullable Object> list(List<?> from, RelDataType type, Conversion each) {
    RelDataType component = TypeText.component(type);
    List<@Nullable Object> converted = new ArrayList<>();
    from.forEach(element -> converted.add(each.of(element, component)));
    return converted;
  }

  private static Map<@Nullable Object, @Nullable Object> map(
      Map<?, ?> from, RelDataType type, Conversion each) {
    RelDataType key = TypeText.mapKey(type);
    RelDataType element = TypeText.mapValue(type);
    Map<@Nullable Object, @Nullable Object> converted = new LinkedHashMap<>();
    from.forEach((k, v) -> converted.put(each.of(k, key), each.of(v, element)));
    return converted;
  }

  private static @Nullable Object untyped(@Nullable Object value) {
    if (value instanceof ByteString bytes) {
      return bytes.getBytes();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> converted = new LinkedHashMap<>();
      map.forEach((k, v) -> converted.put(k, untyped(v)));
      return converted;
    }
    if (value instanceof Object[] row) {
      return untyped(Arrays.asList(row));
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> converted = new ArrayList<>(list.size());
      list.forEach(v -> converted.add(untyped(v)));
      return converted;
    }
    return value;
  }

  /** The headers as SQL shows them; of a repeated name, the last. */
  static Map<String, byte @Nullable []> toMap(Headers headers) {
    Map<String, byte @Nullable []> map = new LinkedHashMap<>();
    for (Headers.Header header : headers.list()) {
      map.put(header.name(), header.value());
    }
    return map;
  }
}
