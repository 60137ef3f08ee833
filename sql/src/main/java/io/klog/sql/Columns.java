package io.klog.sql;

import io.klog.Column;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a topic by their place in its row type. All have offset, partition and timestamp
 * first. A raw topic has key, value and headers then; a typed one has the columns that it declares,
 * then the headers, then key and value as they are stored, which a star leaves out.
 */
final class Columns {
  static final int OFFSET = 0;
  static final int PARTITION = 1;
  static final int TIMESTAMP = 2;

  /** The first column that a typed topic declares. */
  static final int FIRST_DECLARED = 3;

  private static final List<String> ALWAYS = List.of("offset", "partition", "timestamp");
  private static final String KEY = "key";
  private static final String VALUE = "value";
  private static final String HEADERS = "headers";

  /** Of the columns that every topic has; no topic declares one of its own. */
  static final List<String> SYSTEM_NAMES =
      List.of("offset", "partition", "timestamp", KEY, VALUE, HEADERS);

  private final List<Column> declared;
  private final List<RelDataType> types;
  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();
  private final int key;
  private final int value;
  private final int headers;
  private final RelDataType rowType;

  private Columns(List<Column> declared, RelDataTypeFactory factory) {
    this.declared = declared;
    this.types = declared.stream().map(column -> type(column, factory)).toList();
    this.key = key(declared);
    this.value = key + 1;
    this.headers = isTyped() ? key - 1 : value + 1;
    this.names = names(declared);
    for (int i = 0; i < names.size(); i++) {
      places.put(names.get(i).toLowerCase(Locale.ROOT), i);
    }
    this.rowType = rowType(factory);
  }

  static Columns of(Topic topic, RelDataTypeFactory factory) {
    return new Columns(topic.columns(), factory);
  }

  private static RelDataType type(Column column, RelDataTypeFactory factory) {
    return factory.createTypeWithNullability(TypeText.parse(column.type(), factory), true);
  }

  /** The place of the key's bytes. */
  static int key(List<Column> declared) {
    int next = FIRST_DECLARED + declared.size();
    return declared.isEmpty() ? next : next + 1;
  }

  /** Whether a star leaves out the topic's column of that name. */
  static boolean isHidden(Topic topic, String name) {
    return !topic.columns().isEmpty()
        && (name.equalsIgnoreCase(KEY) || name.equalsIgnoreCase(VALUE));
  }

  /** The names of the topic's columns, in order. */
  static List<String> names(Topic topic) {
    return names(topic.columns());
  }

  private static List<String> names(List<Column> declared) {
    List<String> names = new ArrayList<>(ALWAYS);
    declared.forEach(column -> names.add(column.name()));
    names.addAll(declared.isEmpty() ? List.of(KEY, VALUE, HEADERS) : List.of(HEADERS, KEY, VALUE));
    return List.copyOf(names);
  }

  private RelDataType rowType(RelDataTypeFactory factory) {
    RelDataType bytes =
        factory.createTypeWithNullability(factory.createSqlType(SqlTypeName.VARBINARY), true);
    RelDataType map = factory.createMapType(factory.createSqlType(SqlTypeName.VARCHAR), bytes);
    RelDataTypeFactory.Builder row =
        factory
            .builder()
            .add(names.get(OFFSET), SqlTypeName.BIGINT)
            .add(names.get(PARTITION), SqlTypeName.INTEGER)
            .add(names.get(TIMESTAMP), SqlTypeName.TIMESTAMP, 3);
    for (int i = FIRST_DECLARED; i < names.size(); i++) {
      row.add(
          names.get(i),
          isDeclared(i)
              ? shown(types.get(i - FIRST_DECLARED), factory)
              : i == headers ? factory.createTypeWithNullability(map, true) : bytes);
    }
    return row.build();
  }

  /**
   * The type as SQL has it. A CHAR is read without the blanks at its end, and is a VARCHAR to SQL:
   * else it would equal only what has as many.
   */
  private static RelDataType shown(RelDataType type, RelDataTypeFactory factory) {
    RelDataType shown =
        switch (type.getSqlTypeName()) {
          case CHAR -> factory.createSqlType(SqlTypeName.VARCHAR, type.getPrecision());
          case ARRAY -> factory.createArrayType(shown(TypeText.component(type), factory), -1);
          case MAP ->
              factory.createMapType(
                  shown(TypeText.mapKey(type), factory), shown(TypeText.mapValue(type), factory));
          default -> type;
        };
    return factory.createTypeWithNullability(shown, type.isNullable());
  }

  /** Whether the topic declares columns of its own. */
  boolean isTyped() {
    return !declared.isEmpty();
  }

  boolean isDeclared(int column) {
    return column >= FIRST_DECLARED && column < FIRST_DECLARED + declared.size();
  }

  /** What the topic declares; the first has the place {@link #FIRST_DECLARED}. */
  List<Column> declared() {
    return declared;
  }

  /** The types of what is declared, nullable all of them: whoever wrote a record may not know. */
  List<RelDataType> declaredTypes() {
    return types;
  }

  /** The place of the key's bytes. */
  int key() {
    return key;
  }

  /** The place of the value's bytes. */
  int value() {
    return value;
  }

  int headers() {
    return headers;
  }

  int count() {
    return names.size();
  }

  /** Whether a star leaves the column out. */
  boolean isHidden(int column) {
    return isTyped() && (column == key || column == value);
  }

  String name(int column) {
    return names.get(column);
  }

  List<String> names() {
    return names;
  }

  /** The place of the column of that name, whatever the case, or -1. */
  int indexOf(String name) {
    Integer place = places.get(name.toLowerCase(Locale.ROOT));
    return place == null ? -1 : place;
  }

  RelDataType type(int column) {
    return rowType.getFieldList().get(column).getType();
  }

  RelDataType rowType() {
    return rowType;
  }

  /** The declared column that the record's key has, or null. */
  @Nullable Column keyColumn() {
    return declared.stream().filter(Column::isKey).findFirst().orElse(null);
  }
}
