package io.klog.sql;

import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The types of declared columns as the store keeps them: {@code DECIMAL(10, 2)}, {@code VARCHAR
 * ARRAY}, {@code MAP<VARCHAR, INTEGER>}.
 */
final class TypeText {
  private static final String ARRAY = " ARRAY";

  private final String text;
  private final RelDataTypeFactory factory;
  private int at;

  private TypeText(String text, RelDataTypeFactory factory) {
    this.text = text;
    this.factory = factory;
  }

  static String of(RelDataType type) {
    SqlTypeName name = type.getSqlTypeName();
    int precision = type.getPrecision();
    return switch (name) {
      case CHAR, VARCHAR, BINARY, VARBINARY ->
          precision == RelDataType.PRECISION_NOT_SPECIFIED
              ? name.getName()
              : name.getName() + "(" + precision + ")";
      case TIME, TIMESTAMP -> name.getName() + "(" + precision + ")";
      case DECIMAL -> name.getName() + "(" + precision + ", " + type.getScale() + ")";
      case ARRAY -> of(component(type)) + ARRAY;
      case MAP -> "MAP<" + of(mapKey(type)) + ", " + of(mapValue(type)) + ">";
      default -> name.getName();
    };
  }

  /** Of an ARRAY. */
  static RelDataType component(RelDataType array) {
    return present(array.getComponentType(), array);
  }

  static RelDataType mapKey(RelDataType map) {
    return present(map.getKeyType(), map);
  }

  static RelDataType mapValue(RelDataType map) {
    return present(map.getValueType(), map);
  }

  private static RelDataType present(@Nullable RelDataType part, RelDataType whole) {
    if (part == null) {
      throw new AssertionError(whole);
    }
    return part;
  }

  /**
   * @throws SqlFault when the text is none that {@link #of} gives: a later version wrote it
   */
  static RelDataType parse(String text, RelDataTypeFactory factory) {
    TypeText parser = new TypeText(text, factory);
    RelDataType type = parser.type();
    if (parser.at != text.length()) {
      throw parser.unknown();
    }
    return type;
  }

  private RelDataType type() {
    RelDataType type = plain();
    while (text.startsWith(ARRAY, at)) {
      at += ARRAY.length();
      type = factory.createArrayType(nullable(type), -1);
    }
    return type;
  }

  private RelDataType plain() {
    int start = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at).toUpperCase(Locale.ROOT);
    if (word.equals("MAP")) {
      expect("<");
      RelDataType key = type();
      expect(", ");
      RelDataType value = type();
      expect(">");
      return factory.createMapType(key, nullable(value));
    }
    SqlTypeName name = SqlTypeName.get(word);
    if (name == null) {
      throw unknown();
    }
    if (!text.startsWith("(", at)) {
      return factory.createSqlType(name);
    }
    at++;
    int precision = number();
    if (!text.startsWith(", ", at)) {
      expect(")");
      return factory.createSqlType(name, precision);
    }
    expect(", ");
    int scale = number();
    expect(")");
    return factory.createSqlType(name, precision, scale);
  }

  private RelDataType nullable(RelDataType type) {
    return factory.createTypeWithNullability(type, true);
  }

  private int number() {
    int start = at;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    try {
      return Integer.parseInt(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw unknown();
    }
  }

  private void expect(String token) {
    if (!text.startsWith(token, at)) {
      throw unknown();
    }
    at += token.length();
  }

  private SqlFault unknown() {
    return new SqlFault(
        Faults.NOT_SUPPORTED,
        "the type '" + text + "' of a column is not known to this version of klog");
  }
}
