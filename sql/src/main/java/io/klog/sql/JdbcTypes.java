package io.klog.sql;

import java.sql.JDBCType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Types as the border shows them. */
final class JdbcTypes {
  private static final int BIGINT_DIGITS = 19;
  private static final int INTEGER_DIGITS = 10;
  private static final int SMALLINT_DIGITS = 5;
  private static final int TINYINT_DIGITS = 3;
  private static final int DOUBLE_DIGITS = 15;
  private static final int REAL_DIGITS = 7;

  private JdbcTypes() {}

  static ColumnInfo column(
      String label,
      String name,
      @Nullable String table,
      @Nullable String schema,
      RelDataType type,
      boolean nullable) {
    return new ColumnInfo(
        label,
        name,
        table,
        schema,
        of(type),
        name(type),
        precision(type),
        scale(type),
        nullable,
        element(type));
  }

  private static @Nullable ColumnInfo element(RelDataType type) {
    RelDataType element =
        switch (type.getSqlTypeName()) {
          case ARRAY, MULTISET -> type.getComponentType();
          case MAP -> type.getValueType();
          default -> null;
        };
    return element == null
        ? null
        : column("VALUE", "VALUE", null, null, element, element.isNullable());
  }

  static JDBCType of(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case BOOLEAN -> JDBCType.BOOLEAN;
      case TINYINT -> JDBCType.TINYINT;
      case SMALLINT -> JDBCType.SMALLINT;
      case INTEGER -> JDBCType.INTEGER;
      case BIGINT -> JDBCType.BIGINT;
      case DECIMAL -> JDBCType.DECIMAL;
      case REAL -> JDBCType.REAL;
      case FLOAT -> JDBCType.FLOAT;
      case DOUBLE -> JDBCType.DOUBLE;
      case CHAR -> JDBCType.CHAR;
      case VARCHAR -> JDBCType.VARCHAR;
      case BINARY -> JDBCType.BINARY;
      case VARBINARY -> JDBCType.VARBINARY;
      case TIMESTAMP -> JDBCType.TIMESTAMP;
      case DATE -> JDBCType.DATE;
      case TIME -> JDBCType.TIME;
      case ARRAY, MULTISET -> JDBCType.ARRAY;
      case MAP -> JDBCType.JAVA_OBJECT;
      case NULL -> JDBCType.NULL;
      default -> JDBCType.OTHER;
    };
  }

  static String name(RelDataType type) {
    SqlTypeName name = type.getSqlTypeName();
    return SqlTypeName.INTERVAL_TYPES.contains(name) ? "INTERVAL" : name.getName();
  }

  /** Digits, characters or bytes; for times the characters they are written with. */
  static int precision(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case BOOLEAN -> 1;
      case TINYINT -> TINYINT_DIGITS;
      case SMALLINT -> SMALLINT_DIGITS;
      case INTEGER -> INTEGER_DIGITS;
      case BIGINT -> BIGINT_DIGITS;
      case REAL -> REAL_DIGITS;
      case FLOAT, DOUBLE -> DOUBLE_DIGITS;
      case DECIMAL, CHAR, BINARY -> type.getPrecision();
      case VARCHAR, VARBINARY ->
          type.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
              ? Integer.MAX_VALUE
              : type.getPrecision();
      case DATE -> "2026-01-01".length();
      case TIME -> "00:00:00".length() + fraction(type);
      case TIMESTAMP -> "2026-01-01 00:00:00".length() + fraction(type);
      default -> 0;
    };
  }

  private static int fraction(RelDataType type) {
    return type.getPrecision() > 0 ? 1 + type.getPrecision() : 0;
  }

  static int scale(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case DECIMAL -> type.getScale();
      case TIME, TIMESTAMP -> Math.max(0, type.getPrecision());
      default -> 0;
    };
  }
}
