package io.klog.sql;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Makes canonical values of a type's kind values of the type itself: digits behind the scale are
 * rounded, a CHAR's last blanks dropped, short BINARYs filled, and what is lost otherwise is
 * refused. What is to be stored has to be text that UTF-8 can write, too.
 */
final class Fitting {
  /** The unit of a TIME or TIMESTAMP, in ms, by its precision. */
  private static final int[] UNITS = {1000, 100, 10, 1};

  private Fitting() {}

  /** Of a value that is read. */
  static Object fit(Object value, RelDataType type) throws Misfit {
    return fit(value, type, false);
  }

  /** Of a value that is to be stored. */
  static Object stored(Object value, RelDataType type) throws Misfit {
    return fit(value, type, true);
  }

  private static Object fit(Object value, RelDataType type, boolean stores) throws Misfit {
    return switch (type.getSqlTypeName()) {
      case CHAR, VARCHAR -> text((String) value, type, stores);
      case VARBINARY, BINARY -> bytes((byte[]) value, type);
      case DECIMAL -> decimal((BigDecimal) value, type.getPrecision(), type.getScale());
      case REAL -> real((Double) value);
      case FLOAT, DOUBLE -> finite((Double) value);
      case TIMESTAMP -> {
        long millis = (Long) value;
        yield millis - Math.floorMod(millis, UNITS[type.getPrecision()]);
      }
      case TIME -> {
        int millis = (Integer) value;
        yield millis - Math.floorMod(millis, UNITS[type.getPrecision()]);
      }
      case ARRAY -> list((List<?>) value, TypeText.component(type), stores);
      case MAP -> map((Map<?, ?>) value, type, stores);
      default -> value;
    };
  }

  static BigDecimal decimal(BigDecimal value, int precision, int scale) throws Misfit {
    if (value.scale() == scale && value.precision() <= precision) {
      return value;
    }
    // Of 1e999999999 nothing may be computed: how far its digits reach is known without.
    long before = (long) value.precision() - value.scale();
    if (value.signum() == 0 || before < -scale) {
      return BigDecimal.valueOf(0, scale);
    }
    if (before <= precision - scale) {
      BigDecimal rounded = value.setScale(scale, RoundingMode.HALF_UP);
      if (rounded.precision() <= precision) {
        return rounded;
      }
    }
    throw Misfit.range(value.toString());
  }

  private static Double real(Double value) throws Misfit {
    float narrow = value.floatValue();
    if (Float.isNaN(narrow) || Float.isInfinite(narrow)) {
      throw Misfit.range(value.toString());
    }
    return narrow + 0.0; // to SQL there is one zero
  }

  static Double finite(Double value) throws Misfit {
    if (value.isNaN() || value.isInfinite()) {
      throw Misfit.range(value.toString());
    }
    return value + 0.0; // to SQL there is one zero
  }

  private static String text(String given, RelDataType type, boolean stores) throws Misfit {
    String text = type.getSqlTypeName() == SqlTypeName.CHAR ? withoutBlanks(given) : given;
    if (stores) {
      requireCharacters(text);
    }
    return checked(text, type.getPrecision());
  }

  /** Text of at most the length, in characters of Unicode. */
  private static String checked(String text, int length) throws Misfit {
    if (length >= 0 && text.length() > length && text.codePointCount(0, text.length()) > length) {
      throw Misfit.length("'" + text + "'");
    }
    return text;
  }

  /**
   * A CHAR's blanks at its end mean nothing: without them it equals what people compare it with.
   */
  private static String withoutBlanks(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }

  /**
   * The value, unless it is a text with half a character: UTF-8 has no way to write a surrogate.
   */
  static Object requireCharacters(Object value) throws Misfit {
    if (!(value instanceof String text)) {
      return value;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        int character = text.codePointAt(i);
        if (!Character.isSupplementaryCodePoint(character)) {
          throw Misfit.character(String.format("U+%04X at place %d", character, i + 1));
        }
        i++;
      }
    }
    return value;
  }

  private static byte[] bytes(byte[] value, RelDataType type) throws Misfit {
    int length = type.getPrecision();
    if (length < 0 || value.length == length) {
      return value;
    }
    if (value.length > length) {
      throw Misfit.length("a value of " + value.length + " bytes");
    }
    boolean fixed = type.getSqlTypeName() == SqlTypeName.BINARY;
    return fixed ? Arrays.copyOf(value, length) : value;
  }

  private static List<@Nullable Object> list(List<?> values, RelDataType type, boolean stores)
      throws Misfit {
    List<@Nullable Object> fitted = new ArrayList<>(values.size());
    for (Object value : values) {
      fitted.add(value == null ? null : fit(value, type, stores));
    }
    return fitted;
  }

  private static Map<Object, @Nullable Object> map(
      Map<?, ?> values, RelDataType type, boolean stores) throws Misfit {
    Map<Object, @Nullable Object> fitted = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      Object value = entry.getValue();
      fitted.put(
          fit(entry.getKey(), TypeText.mapKey(type), stores),
          value == null ? null : mapValue(value, TypeText.mapValue(type), stores));
    }
    return fitted;
  }

  /** Of one that is stored: no query casts what is in a map, which may be text for bytes. */
  private static Object mapValue(Object value, RelDataType type, boolean stores) throws Misfit {
    boolean isCanonical =
        switch (type.getSqlTypeName()) {
          case DATE, TIME, TIMESTAMP, ARRAY, MAP -> true;
          default -> !stores;
        };
    return fit(isCanonical ? value : Coercion.rounded(value, type), type, stores);
  }
}
