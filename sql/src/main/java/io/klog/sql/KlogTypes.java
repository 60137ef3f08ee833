package io.klog.sql;

import java.math.RoundingMode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;

/** Calcite's types with text in Unicode, and without limits of length that klog does not have. */
final class KlogTypes extends JavaTypeFactoryImpl {
  private static final Limits LIMITS = new Limits();

  /** One for each plan: the factory keeps synthetic types and is not safe for threads. */
  KlogTypes() {
    super(LIMITS);
  }

  @Override
  public Charset getDefaultCharset() {
    return StandardCharsets.UTF_8;
  }

  private static final class Limits extends RelDataTypeSystemImpl {
    private static final int DECIMAL_DIGITS = 38;

    @Override
    public int getMaxPrecision(SqlTypeName type) {
      return switch (type) {
        case CHAR, VARCHAR, BINARY, VARBINARY -> Integer.MAX_VALUE;
        case DECIMAL -> DECIMAL_DIGITS;
        default -> super.getMaxPrecision(type);
      };
    }

    @Override
    public int getMaxScale(SqlTypeName type) {
      return type == SqlTypeName.DECIMAL ? DECIMAL_DIGITS : super.getMaxScale(type);
    }

    @Override
    public RoundingMode roundingMode() {
      return Coercion.ROUNDING;
    }

    /** Calcite would sum INTEGERs in an INTEGER, and let it run over. */
    @Override
    public RelDataType deriveSumType(RelDataTypeFactory types, RelDataType argument) {
      return switch (argument.getSqlTypeName()) {
        case TINYINT, SMALLINT, INTEGER -> nullableAs(types, SqlTypeName.BIGINT, argument);
        default -> super.deriveSumType(types, argument);
      };
    }

    /** The mean of whole numbers is seldom one. */
    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory types, RelDataType argument) {
      return switch (argument.getSqlTypeName()) {
        case TINYINT, SMALLINT, INTEGER, BIGINT -> nullableAs(types, SqlTypeName.DOUBLE, argument);
        default -> super.deriveAvgAggType(types, argument);
      };
    }

    private static RelDataType nullableAs(
        RelDataTypeFactory types, SqlTypeName name, RelDataType argument) {
      return types.createTypeWithNullability(types.createSqlType(name), argument.isNullable());
    }

    // CASE WHEN c THEN 'a' ELSE 'bcd' END gives 'a', not 'a  '.
    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true;
    }
  }
}
