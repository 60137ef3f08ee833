package io.klog.sql;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;

/** The columns that every topic has, by their place in its row type. */
final class Columns {
  static final int OFFSET = 0;
  static final int PARTITION = 1;
  static final int TIMESTAMP = 2;
  static final int KEY = 3;
  static final int VALUE = 4;
  static final int HEADERS = 5;
  static final int COUNT = 6;

  static final List<String> NAMES =
      List.of("offset", "partition", "timestamp", "key", "value", "headers");

  private Columns() {}

  /** The place of the column of that name, whatever the case, or -1. */
  static int indexOf(String name) {
    for (int i = 0; i < COUNT; i++) {
      if (NAMES.get(i).equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  static RelDataType rowType(RelDataTypeFactory types) {
    RelDataType bytes =
        types.createTypeWithNullability(types.createSqlType(SqlTypeName.VARBINARY), true);
    RelDataType text = types.createSqlType(SqlTypeName.VARCHAR);
    return types
        .builder()
        .add(NAMES.get(OFFSET), SqlTypeName.BIGINT)
        .add(NAMES.get(PARTITION), SqlTypeName.INTEGER)
        .add(NAMES.get(TIMESTAMP), SqlTypeName.TIMESTAMP, 3)
        .add(NAMES.get(KEY), bytes)
        .add(NAMES.get(VALUE), bytes)
        .add(
            NAMES.get(HEADERS),
            types.createTypeWithNullability(types.createMapType(text, bytes), true))
        .build();
  }
}
