package io.klog.sql;

import io.klog.sql.parser.KlogParser;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;
import org.jspecify.annotations.Nullable;

/** Calcite's validator, where text that meets bytes becomes bytes. */
final class Validator extends SqlValidatorImpl {
  private static final Config CONFIG =
      Config.DEFAULT
          .withConformance(KlogParser.CONFORMANCE)
          .withIdentifierExpansion(true)
          .withTypeCoercionFactory(Coercions::new);

  Validator(CalciteCatalogReader catalog, RelDataTypeFactory types) {
    super(Functions.TABLE, catalog, types, CONFIG);
  }

  private static final class Coercions extends TypeCoercionImpl {
    Coercions(RelDataTypeFactory types, SqlValidator validator) {
      super(types, validator);
    }

    @Override
    public @Nullable RelDataType commonTypeForBinaryComparison(
        @Nullable RelDataType a, @Nullable RelDataType b) {
      RelDataType bytes = bytesIfMixed(a, b);
      return bytes != null ? bytes : super.commonTypeForBinaryComparison(a, b);
    }

    @Override
    public @Nullable RelDataType getTightestCommonType(
        @Nullable RelDataType a, @Nullable RelDataType b) {
      RelDataType bytes = bytesIfMixed(a, b);
      return bytes != null ? bytes : super.getTightestCommonType(a, b);
    }

    private @Nullable RelDataType bytesIfMixed(@Nullable RelDataType a, @Nullable RelDataType b) {
      if (a == null || b == null) {
        return null;
      }
      boolean mixed =
          (SqlTypeUtil.isBinary(a) && SqlTypeUtil.isCharacter(b))
              || (SqlTypeUtil.isCharacter(a) && SqlTypeUtil.isBinary(b));
      return mixed
          ? factory.createTypeWithNullability(
              factory.createSqlType(SqlTypeName.VARBINARY), a.isNullable() || b.isNullable())
          : null;
    }
  }
}
