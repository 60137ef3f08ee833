package io.klog.sql;

import io.klog.Column;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Makes the keys and values of records of what is given for declared columns. For one thread at a
 * time, and any number of rows.
 */
final class RecordWriter {
  static final String NOT_NULL = "23502";

  private final RecordLayout layout;
  private final List<Column> declared;
  private final RelDataType[] types;
  private final int keyField;
  private final JsonWriter json;

  // Of the current row: fitted canonical values, and which columns were named at all.
  private final @Nullable Object[] values;
  private boolean valueNamed;

  RecordWriter(RecordLayout layout, JsonWriter json) {
    this.layout = layout;
    this.declared = layout.declared;
    this.types = layout.types;
    this.keyField = layout.keyField;
    this.json = json;
    this.values = new Object[types.length];
  }

  /** Begins another row. */
  void begin() {
    Arrays.fill(values, null);
    valueNamed = false;
  }

  /**
   * Gives the column's value.
   *
   * @param given as a parameter may be
   * @throws SqlFault when it is none of the column's type
   */
  void set(int field, @Nullable Object given) {
    valueNamed |= field != keyField;
    values[field] = given == null ? null : fitted(given, declared.get(field), types[field]);
  }

  /** The same for what {@link #fitted} or {@link #exact} gave. */
  void setFitted(int field, @Nullable Object value) {
    valueNamed |= field != keyField;
    values[field] = value;
  }

  /** The same, where what the column would change is refused: for what is to equal a value. */
  void setExact(int field, Object given) {
    setFitted(field, exact(given, declared.get(field), types[field]));
  }

  /** The same for a value that is canonical and of the type's kind already. */
  void setCanonical(int field, @Nullable Object value) {
    valueNamed |= field != keyField;
    values[field] = value == null ? null : fit(value, declared.get(field), types[field]);
  }

  /** A value as the column takes it. */
  static Object fitted(Object given, Column column, RelDataType type) {
    Object value;
    try {
      value = Coercion.rounded(given, type);
    } catch (SqlFault e) {
      throw new SqlFault(e.sqlState(), column(column) + e.getMessage(), e);
    }
    return fit(value, column, type);
  }

  /** A value that the column can have, not rounded and not cut. */
  static Object exact(Object given, Column column, RelDataType type) {
    try {
      Object value = Coercion.coerce(given, type);
      Object fitted = Fitting.fit(Fitting.requireCharacters(value), type);
      boolean isChanged =
          !(value instanceof String || value instanceof byte[])
              && Predicates.compare(value, fitted) != 0;
      if (isChanged) {
        throw Misfit.range(value.toString());
      }
      return fitted;
    } catch (SqlFault e) {
      throw new SqlFault(e.sqlState(), column(column) + e.getMessage(), e);
    } catch (Misfit e) {
      throw misfit(column, e);
    }
  }

  private static Object fit(Object value, Column column, RelDataType type) {
    try {
      return Fitting.stored(value, type);
    } catch (Misfit e) {
      throw misfit(column, e);
    }
  }

  private static SqlFault misfit(Column column, Misfit e) {
    return new SqlFault(
        e.sqlState(), column(column) + column.type() + " is wanted, " + e.getMessage());
  }

  private static String column(Column column) {
    return "column " + column.name() + ": ";
  }

  /** The record's key; null where there is none. */
  byte @Nullable [] key() {
    if (keyField < 0) {
      return null;
    }
    requireNotNull(keyField);
    return plain(keyField);
  }

  private void requireNotNull(int field) {
    Column column = declared.get(field);
    if (values[field] == null && !column.isNullable()) {
      throw new SqlFault(
          NOT_NULL,
          "column " + column.name() + " of topic " + layout.topic.name() + " cannot be NULL");
    }
  }

  private byte @Nullable [] plain(int field) {
    Object value = values[field];
    if (value == null || value instanceof byte[]) {
      return (byte[]) value;
    }
    return PlainText.of(value, types[field]).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The record's value. On a compacted topic a row that names none of its columns deletes the key.
   *
   * @param hasKey whether the record has a key, by whatever column
   */
  byte @Nullable [] value(boolean hasKey) {
    boolean compacts = layout.compacts;
    if (!valueNamed && hasKey && compacts) {
      return null;
    }
    boolean any = false;
    for (int i = 0; i < types.length; i++) {
      if (i != keyField) {
        requireNotNull(i);
        any |= values[i] != null;
      }
    }
    if (layout.format != TopicFormat.JSON) {
      return singleValue();
    }
    return any || !hasKey || !compacts ? json.object(values, layout) : null;
  }

  private byte @Nullable [] singleValue() {
    for (int i = 0; i < types.length; i++) {
      if (i != keyField) {
        return plain(i);
      }
    }
    return null;
  }

  /** Whether values of the type can be a key, or all of a value. */
  static boolean isScalar(RelDataType type) {
    return type.getSqlTypeName() != SqlTypeName.ARRAY && type.getSqlTypeName() != SqlTypeName.MAP;
  }
}
