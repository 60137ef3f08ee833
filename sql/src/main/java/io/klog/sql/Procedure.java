package io.klog.sql;

import io.klog.sql.SystemTable.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/**
 * A procedure of schema {@code klog}: it does something with the store and gives rows.
 *
 * @param parameters what it can be given, by name; all are text
 * @param required how many of these it has to be given
 * @param columns of the rows
 * @param actsAtOnce whether it changes the store, whatever transaction is open
 */
record Procedure(
    String name,
    List<String> parameters,
    int required,
    List<Field> columns,
    boolean actsAtOnce,
    Body body) {
  /** Does it, and makes the rows, of canonical values. */
  interface Body {
    List<@Nullable Object[]> rows(Execution execution, List<@Nullable String> arguments);
  }

  /** As people write it: {@code klog.check()}, {@code klog.f(a [, b])}. */
  String signature() {
    StringBuilder text = new StringBuilder(Schemas.SYSTEM + "." + name + "(");
    for (int i = 0; i < parameters.size(); i++) {
      String separated = (i == 0 ? "" : ", ") + parameters.get(i);
      text.append(i < required ? separated : " [" + separated + "]");
    }
    return text + ")";
  }

  ProcedureInfo info() {
    return new ProcedureInfo(Schemas.SYSTEM, name, parameters, required, signature());
  }

  List<ColumnInfo> columnInfos() {
    KlogTypes types = new KlogTypes();
    List<ColumnInfo> infos = new ArrayList<>();
    for (Field field : columns) {
      RelDataType type = types.createSqlType(field.type());
      infos.add(JdbcTypes.column(field.name(), field.name(), null, null, type, field.nullable()));
    }
    return infos;
  }
}
