package io.klog.sql;

import io.klog.View;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Schema;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;

/** A view as Calcite sees it. */
final class ViewTable extends AbstractTable implements TranslatableTable {
  private final View view;
  private final Views views;

  ViewTable(View view, Views views) {
    this.view = view;
    this.views = views;
  }

  View view() {
    return view;
  }

  @Override
  public Schema.TableType getJdbcTableType() {
    return Schema.TableType.VIEW;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    return views.rowType(view);
  }

  @Override
  public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
    return views.toRel(view, context.getCluster(), table.getRowType());
  }
}
