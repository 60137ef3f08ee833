package io.klog.sql;

import io.klog.Column;
import io.klog.sql.parser.SqlTopicColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCollectionTypeNameSpec;
import org.apache.calcite.sql.SqlMapTypeNameSpec;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Makes the columns of a topic of what a statement declares; what cannot be one is refused. */
final class DeclaredColumns {
  private static final String DUPLICATE = "42701";
  private static final String RESERVED = "42939";
  private static final String BAD_TYPE = "42704";
  private static final int MAX_MILLIS_DIGITS = 3;
  // The text of a type is kept in the catalog; a type that a person can read is far from it.
  private static final int MAX_NESTING = 16;

  // Values of a BINARY are filled to their length, whoever reads them.
  private static final int MAX_FIXED_LENGTH = 1 << 16;

  private final RelDataTypeFactory types = new KlogTypes();
  private final TopicFormat format;
  private final List<Column> columns = new ArrayList<>();

  private DeclaredColumns(TopicFormat format) {
    this.format = format;
  }

  /**
   * @param declared each a {@link SqlTopicColumn}
   * @param format of the topic's values
   * @throws SqlFault what cannot be, and where
   */
  static List<Column> of(SqlNodeList declared, TopicFormat format) {
    return added(List.of(), declared, format);
  }

  /** The columns that come to those which the topic has. */
  static List<Column> added(List<Column> known, SqlNodeList declared, TopicFormat format) {
    DeclaredColumns all = new DeclaredColumns(format);
    all.columns.addAll(known);
    for (SqlNode node : declared) {
      all.add((SqlTopicColumn) node);
    }
    return List.copyOf(all.columns.subList(known.size(), all.columns.size()));
  }

  private void add(SqlTopicColumn declared) {
    SqlParserPos position = declared.name().getParserPosition();
    String name = declared.name().getSimple();
    if (Columns.SYSTEM_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
      throw Faults.at(
          position,
          RESERVED,
          "'"
              + name
              + "' is a column that every topic has, beside those it declares: "
              + String.join(", ", Columns.SYSTEM_NAMES));
    }
    for (Column other : columns) {
      if (other.name().equalsIgnoreCase(name)) {
        throw Faults.at(position, DUPLICATE, "column '" + name + "' is declared twice");
      }
      if (other.isKey() && declared.isKey()) {
        throw Faults.at(
            position,
            Faults.SYNTAX,
            "'" + name + "' cannot be KEY too: a record has one key, and it is " + other.name());
      }
    }
    RelDataType type = type(declared.type().getTypeNameSpec(), 0);
    requireRoom(declared, type);
    boolean nullable = !Boolean.FALSE.equals(declared.type().getNullable());
    columns.add(new Column(name, TypeText.of(type), declared.isKey(), nullable));
  }

  /** A key, and a value that is no JSON, is one value of a scalar type. */
  private void requireRoom(SqlTopicColumn declared, RelDataType type) {
    SqlParserPos position = declared.name().getParserPosition();
    SqlParserPos typePosition = declared.type().getParserPosition();
    if (declared.isKey()) {
      if (!RecordWriter.isScalar(type)) {
        throw Faults.at(
            typePosition, BAD_TYPE, "a KEY is no ARRAY and no MAP: its text is the key");
      }
      return;
    }
    if (format == TopicFormat.JSON) {
      return;
    }
    if (columns.stream().anyMatch(other -> !other.isKey())) {
      throw Faults.at(
          position,
          Faults.SYNTAX,
          "format '" + format + "' has room for one column beside the KEY; 'json' for any number");
    }
    if (format == TopicFormat.STRING && !RecordWriter.isScalar(type)) {
      throw Faults.at(
          typePosition, BAD_TYPE, "format 'string' has no way to write an ARRAY or a MAP");
    }
    if (format == TopicFormat.RAW && !SqlTypeName.BINARY_TYPES.contains(type.getSqlTypeName())) {
      throw Faults.at(
          typePosition,
          BAD_TYPE,
          "format 'raw' has bytes: its column is a VARBINARY or BINARY, not " + TypeText.of(type));
    }
  }

  private RelDataType type(SqlTypeNameSpec spec, int depth) {
    if (depth > MAX_NESTING) {
      throw refused(spec, "types are nested at most " + MAX_NESTING + " deep");
    }
    if (spec instanceof SqlCollectionTypeNameSpec collection) {
      if (!collection.getTypeName().getSimple().equals(SqlTypeName.ARRAY.name())) {
        throw refused(spec, "there is ARRAY and MAP, no " + collection.getTypeName());
      }
      return types.createArrayType(nullable(type(collection.getElementTypeName(), depth + 1)), -1);
    }
    if (spec instanceof SqlMapTypeNameSpec map) {
      RelDataType key = type(map.getKeyType().getTypeNameSpec(), depth + 1);
      if (!RecordWriter.isScalar(key)) {
        throw refused(spec, "the keys of a MAP are the names in an object: no ARRAY and no MAP");
      }
      return types.createMapType(
          key, nullable(type(map.getValType().getTypeNameSpec(), depth + 1)));
    }
    return scalar(spec);
  }

  private RelDataType nullable(RelDataType type) {
    return types.createTypeWithNullability(type, true);
  }

  private RelDataType scalar(SqlTypeNameSpec spec) {
    int precision = spec instanceof SqlBasicTypeNameSpec basic ? basic.getPrecision() : -1;
    SqlTypeName name = name(spec);
    if (name == null) {
      throw refused(
          spec,
          "a column cannot be "
              + spec.getTypeName()
              + "; there are BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, DOUBLE,"
              + " CHAR, VARCHAR, BINARY, VARBINARY, DATE, TIME, TIMESTAMP, ARRAY and MAP");
    }
    switch (name) {
      case TIME, TIMESTAMP -> {
        if (precision > MAX_MILLIS_DIGITS) {
          throw refused(spec, name + "(" + precision + "): time is kept in milliseconds, (3)");
        }
        return types.createSqlType(name, precision < 0 ? MAX_MILLIS_DIGITS : precision);
      }
      case DECIMAL -> {
        return decimal((SqlBasicTypeNameSpec) spec);
      }
      case CHAR, BINARY -> {
        if (precision == 0) {
          throw refused(spec, name + " has a length of 1 at least");
        }
        if (precision > MAX_FIXED_LENGTH) {
          throw refused(
              spec,
              name + " has a length of " + MAX_FIXED_LENGTH + " at most; VAR" + name + " of any");
        }
        return types.createSqlType(name, precision < 0 ? 1 : precision);
      }
      default -> {
        return precision < 0 ? types.createSqlType(name) : types.createSqlType(name, precision);
      }
    }
  }

  private RelDataType decimal(SqlBasicTypeNameSpec spec) {
    int most = types.getTypeSystem().getMaxPrecision(SqlTypeName.DECIMAL);
    int precision = spec.getPrecision();
    int scale = Math.max(spec.getScale(), 0);
    if (precision < 0) {
      return types.createSqlType(SqlTypeName.DECIMAL);
    }
    if (precision == 0 || precision > most || scale > precision) {
      throw refused(
          spec,
          "DECIMAL("
              + precision
              + ", "
              + scale
              + "): it has 1 to "
              + most
              + " digits, no more of them behind the point than there are");
    }
    return types.createSqlType(SqlTypeName.DECIMAL, precision, scale);
  }

  /** The type's name, also where it goes by another; null for one that no column can have. */
  private static @Nullable SqlTypeName name(SqlTypeNameSpec spec) {
    String word = spec.getTypeName().getSimple().toUpperCase(Locale.ROOT);
    SqlTypeName known =
        switch (word) {
          case "TEXT", "STRING" -> SqlTypeName.VARCHAR;
          case "BYTES", "BYTEA", "BLOB" -> SqlTypeName.VARBINARY;
          default -> spec instanceof SqlBasicTypeNameSpec ? SqlTypeName.get(word) : null;
        };
    if (known == null) {
      return null;
    }
    return switch (known) {
      case BOOLEAN,
          TINYINT,
          SMALLINT,
          INTEGER,
          BIGINT,
          DECIMAL,
          REAL,
          FLOAT,
          DOUBLE,
          CHAR,
          VARCHAR,
          BINARY,
          VARBINARY,
          DATE,
          TIME,
          TIMESTAMP ->
          known;
      default -> null;
    };
  }

  private static SqlFault refused(SqlTypeNameSpec spec, String why) {
    return Faults.at(spec.getParserPos(), BAD_TYPE, why);
  }
}
