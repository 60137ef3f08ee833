package io.klog.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/** How the values of a column are written into a {@link KeyBuffer}, and read from there. */
enum KeyColumn {
  LONG,
  INT,
  BOOLEAN,
  DOUBLE,
  DECIMAL,
  TEXT,
  BYTES;

  /** The way of a type; null where equal values of it cannot be told by their bytes. */
  static @Nullable KeyColumn of(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case BIGINT, TIMESTAMP -> LONG;
      case TINYINT, SMALLINT, INTEGER, DATE, TIME -> INT;
      case BOOLEAN -> BOOLEAN;
      case FLOAT, REAL, DOUBLE -> DOUBLE;
      case DECIMAL -> DECIMAL;
      case CHAR, VARCHAR -> TEXT;
      case BINARY, VARBINARY -> BYTES;
      default -> null;
    };
  }

  /** The ways of some columns of rows; null where one has none. */
  static KeyColumn @Nullable [] of(RelDataType rowType, int[] columns) {
    KeyColumn[] types = new KeyColumn[columns.length];
    for (int i = 0; i < columns.length; i++) {
      KeyColumn type = of(rowType.getFieldList().get(columns[i]).getType());
      if (type == null) {
        return null;
      }
      types[i] = type;
    }
    return types;
  }

  /** Whether equal values of both are written alike. */
  boolean isLike(KeyColumn other) {
    return this == other || (isNumber() && other.isNumber());
  }

  private boolean isNumber() {
    return this == LONG || this == INT;
  }

  void write(RowCursor row, int column, KeyBuffer to) {
    if (row.isNull(column)) {
      to.addNull();
      return;
    }
    switch (this) {
      case LONG -> to.addNumber(row.getLong(column));
      case INT -> to.addNumber(row.getInt(column));
      case BOOLEAN -> to.addNumber(Boolean.TRUE.equals(row.getObject(column)) ? 1 : 0);
      case DOUBLE -> // to SQL there is one zero
          to.addNumber(Double.doubleToLongBits(row.getDouble(column) + 0.0));
      case DECIMAL -> writeDecimal(row.getObject(column), to);
      case TEXT -> row.writeText(column, to);
      case BYTES -> row.writeBytes(column, to);
    }
  }

  /** Without trailing zeros, which change no value, though the scale. */
  private static void writeDecimal(@Nullable Object value, KeyBuffer to) {
    BigDecimal decimal = value instanceof BigDecimal d ? d.stripTrailingZeros() : BigDecimal.ZERO;
    byte[] digits = decimal.unscaledValue().toByteArray();
    to.addNumber(decimal.scale());
    to.addBytes(digits, 0, digits.length);
  }

  /** Where the column that starts here ends. */
  int end(byte[] key, int at) {
    int end = KeyBuffer.end(key, at);
    return this == DECIMAL && key[at] != KeyBuffer.NULL ? KeyBuffer.end(key, end) : end;
  }

  /**
   * The canonical value that starts here.
   *
   * @param scale of the column's type
   */
  @Nullable Object read(byte[] key, int at, int scale) {
    if (key[at] == KeyBuffer.NULL) {
      return null;
    }
    return switch (this) {
      case LONG -> KeyBuffer.number(key, at);
      case INT -> (int) KeyBuffer.number(key, at);
      case BOOLEAN -> KeyBuffer.number(key, at) != 0;
      case DOUBLE -> Double.longBitsToDouble(KeyBuffer.number(key, at));
      case DECIMAL -> readDecimal(key, at, scale);
      case TEXT -> KeyBuffer.text(key, at);
      case BYTES -> KeyBuffer.bytes(key, at);
    };
  }

  private static BigDecimal readDecimal(byte[] key, int at, int scale) {
    BigInteger digits = new BigInteger(KeyBuffer.bytes(key, KeyBuffer.end(key, at)));
    BigDecimal stripped = new BigDecimal(digits, (int) KeyBuffer.number(key, at));
    return stripped.scale() < scale ? stripped.setScale(scale) : stripped;
  }
}
