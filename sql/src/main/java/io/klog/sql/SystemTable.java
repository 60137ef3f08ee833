package io.klog.sql;

import java.util.List;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Schema;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** A table of schema {@code klog}: the store's own state as rows, made when it is read. */
final class SystemTable extends AbstractTable implements TranslatableTable {
  /** A column; text and numbers are all they need. */
  record Field(String name, SqlTypeName type, boolean nullable) {}

  /** Makes the rows as of an execution, of canonical values. */
  interface Source {
    List<@Nullable Object[]> rows(Execution execution);
  }

  /** The digits of a TIMESTAMP behind its seconds. */
  private static final int MILLIS = 3;

  private final String name;
  private final List<Field> fields;
  private final Source source;

  SystemTable(String name, List<Field> fields, Source source) {
    this.name = name;
    this.fields = fields;
    this.source = source;
  }

  String name() {
    return name;
  }

  Source source() {
    return source;
  }

  @Override
  public Schema.TableType getJdbcTableType() {
    return Schema.TableType.SYSTEM_TABLE;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    RelDataTypeFactory.Builder row = types.builder();
    for (Field field : fields) {
      RelDataType type =
          field.type() == SqlTypeName.TIMESTAMP
              ? types.createSqlType(field.type(), MILLIS)
              : types.createSqlType(field.type());
      row.add(field.name(), types.createTypeWithNullability(type, field.nullable()));
    }
    return row.build();
  }

  @Override
  public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
    return new SystemScan(context.getCluster(), table, this);
  }
}
