package io.klog.sql;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Makes casts of a DOUBLE to an integer round as those of a DECIMAL do, by way of one: Calcite's
 * own drop what is behind the point for some of the types.
 */
final class RoundingRexBuilder extends RexBuilder {
  RoundingRexBuilder(RelDataTypeFactory types) {
    super(types);
  }

  @Override
  public RexNode makeAbstractCast(
      SqlParserPos position,
      RelDataType type,
      RexNode operand,
      boolean safe,
      @Nullable RexLiteral format) {
    RelDataType from = operand.getType();
    boolean rounds =
        !safe
            && SqlTypeName.APPROX_TYPES.contains(from.getSqlTypeName())
            && SqlTypeName.INT_TYPES.contains(type.getSqlTypeName());
    RexNode whole =
        rounds ? super.makeAbstractCast(position, whole(from), operand, false, format) : operand;
    return super.makeAbstractCast(position, type, whole, safe, format);
  }

  private RelDataType whole(RelDataType from) {
    int digits = getTypeFactory().getTypeSystem().getMaxPrecision(SqlTypeName.DECIMAL);
    return getTypeFactory()
        .createTypeWithNullability(
            getTypeFactory().createSqlType(SqlTypeName.DECIMAL, digits, 0), from.isNullable());
  }
}
