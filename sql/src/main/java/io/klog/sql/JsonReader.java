package io.klog.sql;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Makes canonical values of well-formed JSON values in bytes. */
final class JsonReader {
  // So many digits fit a long whatever they are.
  private static final int LONG_DIGITS = 18;

  private JsonReader() {}

  static boolean isNull(byte[] in, int start) {
    return in[start] == 'n';
  }

  /** Of an integer type. */
  static long integer(byte[] in, int start, int end, RelDataType type) throws Misfit {
    int at = in[start] == '-' ? start + 1 : start;
    if (end - at <= LONG_DIGITS) {
      long number = 0;
      int next = at;
      while (next < end && in[next] >= '0' && in[next] <= '9') {
        number = number * 10 + in[next++] - '0';
      }
      if (next == end) {
        return PlainText.inRange(at == start ? number : -number, type);
      }
    }
    return PlainText.integer(number(in, start, end), type);
  }

  /** Of an approximate type. */
  static double approximate(byte[] in, int start, int end, RelDataType type) throws Misfit {
    requireNumber(in, start, end);
    return (Double) Fitting.fit(PlainText.approximate(ascii(in, start, end)), type);
  }

  /** Of any type; null for JSON's null. */
  static @Nullable Object value(byte[] in, int start, int end, RelDataType type) throws Misfit {
    if (isNull(in, start)) {
      return null;
    }
    return switch (type.getSqlTypeName()) {
      case BOOLEAN -> bool(in, start, end);
      case TINYINT, SMALLINT, INTEGER -> (int) integer(in, start, end, type);
      case BIGINT -> integer(in, start, end, type);
      case DECIMAL -> decimal(in, start, end, type);
      case REAL, FLOAT, DOUBLE -> approximate(in, start, end, type);
      case CHAR, VARCHAR -> Fitting.fit(textOfScalar(in, start, end), type);
      case TIMESTAMP ->
          in[start] == '"' || !isNumber(in, start)
              ? parsed(in, start, end, type)
              : Fitting.fit(integer(in, start, end, type), type);
      case ARRAY -> list(in, start, end, TypeText.component(type));
      case MAP -> map(in, start, end, type);
      default -> parsed(in, start, end, type);
    };
  }

  private static Boolean bool(byte[] in, int start, int end) throws Misfit {
    if (in[start] != 't' && in[start] != 'f') {
      throw misshapen(in, start, end);
    }
    return in[start] == 't';
  }

  private static BigDecimal decimal(byte[] in, int start, int end, RelDataType type) throws Misfit {
    return Fitting.decimal(number(in, start, end), type.getPrecision(), type.getScale());
  }

  private static BigDecimal number(byte[] in, int start, int end) throws Misfit {
    requireNumber(in, start, end);
    if (end - start > LONG_DIGITS) {
      return PlainText.decimal(ascii(in, start, end));
    }
    long digits = 0;
    int scale = -1;
    for (int i = in[start] == '-' ? start + 1 : start; i < end; i++) {
      byte b = in[i];
      if (b == '.') {
        scale = 0;
      } else if (b >= '0' && b <= '9') {
        digits = digits * 10 + b - '0';
        scale = scale < 0 ? scale : scale + 1;
      } else {
        return PlainText.decimal(ascii(in, start, end)); // it has an exponent
      }
    }
    return BigDecimal.valueOf(in[start] == '-' ? -digits : digits, Math.max(scale, 0));
  }

  private static boolean isNumber(byte[] in, int start) {
    return in[start] == '-' || (in[start] >= '0' && in[start] <= '9');
  }

  private static void requireNumber(byte[] in, int start, int end) throws Misfit {
    if (!isNumber(in, start)) {
      throw misshapen(in, start, end);
    }
  }

  /** What is in a string, by the type's way to write it as text. */
  private static Object parsed(byte[] in, int start, int end, RelDataType type) throws Misfit {
    if (in[start] != '"') {
      throw misshapen(in, start, end);
    }
    return PlainText.parse(text(in, start + 1, end - 1), type);
  }

  /** Numbers and truth values are text too, as they are written. */
  private static String textOfScalar(byte[] in, int start, int end) throws Misfit {
    return switch (in[start]) {
      case '"' -> text(in, start + 1, end - 1);
      case '{', '[' -> throw misshapen(in, start, end);
      default -> ascii(in, start, end);
    };
  }

  private static List<@Nullable Object> list(byte[] in, int start, int end, RelDataType type)
      throws Misfit {
    if (in[start] != '[') {
      throw misshapen(in, start, end);
    }
    List<@Nullable Object> values = new ArrayList<>();
    int at = JsonScanner.blanks(in, start + 1, end);
    while (in[at] != ']') {
      int next = JsonScanner.value(in, at, end);
      values.add(value(in, at, next, type));
      at = JsonScanner.blanks(in, next, end);
      if (in[at] == ',') {
        at = JsonScanner.blanks(in, at + 1, end);
      }
    }
    return values;
  }

  private static Map<Object, @Nullable Object> map(byte[] in, int start, int end, RelDataType type)
      throws Misfit {
    if (in[start] != '{') {
      throw misshapen(in, start, end);
    }
    Map<Object, @Nullable Object> values = new LinkedHashMap<>();
    int at = JsonScanner.blanks(in, start + 1, end);
    while (in[at] != '}') {
      int next = JsonScanner.string(in, at, end);
      Object key = PlainText.parse(text(in, at + 1, next - 1), TypeText.mapKey(type));
      at = JsonScanner.blanks(in, JsonScanner.blanks(in, next, end) + 1, end);
      next = JsonScanner.value(in, at, end);
      values.put(key, value(in, at, next, TypeText.mapValue(type)));
      at = JsonScanner.blanks(in, next, end);
      if (in[at] == ',') {
        at = JsonScanner.blanks(in, at + 1, end);
      }
    }
    return values;
  }

  static boolean hasEscape(byte[] in, int start, int end) {
    for (int i = start; i < end; i++) {
      if (in[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** The text between the quotes of a string. */
  static String text(byte[] in, int start, int end) {
    if (!hasEscape(in, start, end)) {
      return new String(in, start, end - start, StandardCharsets.UTF_8);
    }
    StringBuilder text = new StringBuilder(end - start);
    int plain = start;
    int at = start;
    while (at < end) {
      if (in[at] != '\\') {
        at++;
        continue;
      }
      text.append(new String(in, plain, at - plain, StandardCharsets.UTF_8));
      if (in[at + 1] == 'u') {
        text.append((char) Integer.parseInt(ascii(in, at + 2, at + 6), 16));
        plain = at + 6;
      } else {
        text.append(unescaped((char) in[at + 1]));
        plain = at + 2;
      }
      at = plain;
    }
    return text.append(new String(in, plain, end - plain, StandardCharsets.UTF_8)).toString();
  }

  private static char unescaped(char letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> letter;
    };
  }

  private static String ascii(byte[] in, int start, int end) {
    return new String(in, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private static Misfit misshapen(byte[] in, int start, int end) {
    return Misfit.shape(new String(in, start, Math.min(end - start, 400), StandardCharsets.UTF_8));
  }

  /** Whether {@link #integer} reads the type. */
  static boolean isInteger(RelDataType type) {
    SqlTypeName name = type.getSqlTypeName();
    return SqlTypeName.INT_TYPES.contains(name);
  }
}
