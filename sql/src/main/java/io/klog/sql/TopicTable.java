package io.klog.sql;

import io.klog.Topic;
import io.klog.Transaction;
import java.math.BigDecimal;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.ColumnStrategy;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql2rel.InitializerContext;
import org.apache.calcite.sql2rel.InitializerExpressionFactory;
import org.apache.calcite.sql2rel.NullInitializerExpressionFactory;
import org.jspecify.annotations.Nullable;

/** A topic as Calcite sees it. */
final class TopicTable extends AbstractTable implements TranslatableTable {
  private static final InitializerExpressionFactory DEFAULTS = new Defaults();

  private final Topic topic;
  private final boolean isTarget;
  // A table is of one plan; so are its types.
  private @Nullable Columns columns;

  private TopicTable(Topic topic, boolean isTarget) {
    this.topic = topic;
    this.isTarget = isTarget;
  }

  static TopicTable of(Topic topic) {
    return new TopicTable(topic, false);
  }

  /** As an INSERT has it before it: text and bytes of any length, which it then looks at itself. */
  static TopicTable asTarget(Topic topic) {
    return new TopicTable(topic, true);
  }

  Topic topic() {
    return topic;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    RelDataType rowType = columns(types).rowType();
    return isTarget ? withoutLengths(rowType, types) : rowType;
  }

  /** The topic's columns, made once. */
  Columns columns(RelDataTypeFactory types) {
    Columns known = columns;
    if (known == null) {
      known = Columns.of(topic, types);
      columns = known;
    }
    return known;
  }

  /** Whether a star leaves out the column of that name. */
  boolean isHidden(String column) {
    return Columns.isHidden(topic, column);
  }

  /** Calcite would cut what is longer to the column's length. */
  private static RelDataType withoutLengths(RelDataType rowType, RelDataTypeFactory types) {
    RelDataTypeFactory.Builder row = types.builder();
    for (RelDataTypeField field : rowType.getFieldList()) {
      SqlTypeName name = field.getType().getSqlTypeName();
      if (SqlTypeName.CHAR_TYPES.contains(name)) {
        row.add(field.getName(), SqlTypeName.VARCHAR).nullable(true);
      } else if (SqlTypeName.BINARY_TYPES.contains(name)) {
        row.add(field.getName(), SqlTypeName.VARBINARY).nullable(true);
      } else {
        row.add(field);
      }
    }
    return row.build();
  }

  @Override
  public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
    return TopicScan.of(context.getCluster(), table, topic);
  }

  @Override
  public <C> @Nullable C unwrap(Class<C> type) {
    return type == InitializerExpressionFactory.class ? type.cast(DEFAULTS) : super.unwrap(type);
  }

  /** What an INSERT may leave out. The insert itself knows what was, and fills in what it means. */
  private static final class Defaults extends NullInitializerExpressionFactory {
    @Override
    public ColumnStrategy generationStrategy(RelOptTable table, int column) {
      return column <= Columns.TIMESTAMP ? ColumnStrategy.DEFAULT : ColumnStrategy.NULLABLE;
    }

    @Override
    public RexNode newColumnDefaultValue(
        RelOptTable table, int column, InitializerContext context) {
      RexBuilder rex = context.getRexBuilder();
      RelDataType type = table.getRowType().getFieldList().get(column).getType();
      return switch (column) {
        case Columns.OFFSET -> rex.makeExactLiteral(BigDecimal.ZERO, type);
        case Columns.PARTITION ->
            rex.makeLiteral(BigDecimal.valueOf(Transaction.ANY_PARTITION), type, false);
        case Columns.TIMESTAMP -> rex.makeAbstractCast(type, rex.makeZeroLiteral(type), false);
        default -> rex.makeNullLiteral(type);
      };
    }
  }
}
