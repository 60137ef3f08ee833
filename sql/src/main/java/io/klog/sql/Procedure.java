package io.klog.sql;

import io.klog.sql.SystemTable.Field;
import io.klog.sql.SystemTable.Source;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;

/**
 * A procedure of schema {@code klog}: it does something to the store and gives rows.
 *
 * @param parameters what it wants to be given, by name
 * @param columns of the rows
 */
record Procedure(String name, List<String> parameters, List<Field> columns, Source rows) {
  /** As people write it: {@code klog.check()}. */
  String signature() {
    return Schemas.SYSTEM + "." + name + "(" + String.join(", ", parameters) + ")";
  }

  List<ColumnInfo> columnInfos() {
    KlogTypes types = new KlogTypes();
    List<ColumnInfo> infos = new ArrayList<>();
    for (Field field : columns) {
      RelDataType type = types.createSqlType(field.type());
      infos.add(
          new ColumnInfo(
              field.name(),
              field.name(),
              null,
              null,
              JdbcTypes.of(type),
              JdbcTypes.name(type),
              JdbcTypes.precision(type),
              JdbcTypes.scale(type),
              field.nullable()));
    }
    return infos;
  }
}
