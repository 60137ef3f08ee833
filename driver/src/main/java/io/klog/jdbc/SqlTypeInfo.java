package io.klog.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A type of klog's SQL, as getTypeInfo tells of it.
 *
 * @param prefix before a literal, where it is quoted
 * @param parameters of its declaration
 * @param scale the greatest
 */
record SqlTypeInfo(
    String name,
    JDBCType type,
    int precision,
    @Nullable String prefix,
    @Nullable String suffix,
    @Nullable String parameters,
    int scale) {

  /** In the order of the type codes, as JDBC wants it. */
  static final List<SqlTypeInfo> ALL =
      Stream.of(
              plain("BOOLEAN", JDBCType.BOOLEAN, 1),
              plain("TINYINT", JDBCType.TINYINT, 3),
              plain("SMALLINT", JDBCType.SMALLINT, 5),
              plain("INTEGER", JDBCType.INTEGER, 10),
              plain("BIGINT", JDBCType.BIGINT, 19),
              new SqlTypeInfo("DECIMAL", JDBCType.DECIMAL, 38, null, null, "precision,scale", 38),
              plain("REAL", JDBCType.REAL, 7),
              plain("FLOAT", JDBCType.FLOAT, 15),
              plain("DOUBLE", JDBCType.DOUBLE, 15),
              quoted("CHAR", JDBCType.CHAR, Integer.MAX_VALUE, "'", "length", 0),
              quoted("VARCHAR", JDBCType.VARCHAR, Integer.MAX_VALUE, "'", "length", 0),
              quoted("BINARY", JDBCType.BINARY, Integer.MAX_VALUE, "X'", "length", 0),
              quoted("VARBINARY", JDBCType.VARBINARY, Integer.MAX_VALUE, "X'", "length", 0),
              quoted("DATE", JDBCType.DATE, 10, "DATE '", null, 0),
              quoted("TIME", JDBCType.TIME, 12, "TIME '", "precision", 3),
              quoted("TIMESTAMP", JDBCType.TIMESTAMP, 23, "TIMESTAMP '", "precision", 3),
              plain("ARRAY", JDBCType.ARRAY, 0),
              plain("MAP", JDBCType.JAVA_OBJECT, 0))
          .sorted(Comparator.comparing(info -> info.type().getVendorTypeNumber()))
          .toList();

  private static SqlTypeInfo plain(String name, JDBCType type, int precision) {
    return new SqlTypeInfo(name, type, precision, null, null, null, 0);
  }

  private static SqlTypeInfo quoted(
      String name,
      JDBCType type,
      int precision,
      String prefix,
      @Nullable String parameters,
      int scale) {
    return new SqlTypeInfo(name, type, precision, prefix, "'", parameters, scale);
  }

  /** In the order of getTypeInfo's columns. */
  @Nullable Object[] row() {
    ColumnKind kind = ColumnKind.of(type, name);
    boolean isNumber =
        switch (kind) {
          case INT, LONG, DECIMAL, REAL, DOUBLE -> true;
          default -> false;
        };
    boolean isCollection = kind == ColumnKind.ARRAY || kind == ColumnKind.MAP;
    return new @Nullable Object[] {
      name,
      type.getVendorTypeNumber(),
      precision,
      prefix,
      suffix,
      parameters,
      DatabaseMetaData.typeNullable,
      kind == ColumnKind.TEXT,
      isCollection ? DatabaseMetaData.typePredNone : DatabaseMetaData.typeSearchable,
      !isNumber,
      false,
      type == JDBCType.BIGINT, // a topic's offset
      null,
      0,
      scale,
      null,
      null,
      isNumber ? 10 : null
    };
  }
}
