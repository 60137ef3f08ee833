package io.klog.sql;

import io.klog.sql.parser.KlogParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.validate.SelectScope;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.apache.calcite.sql.validate.SqlValidatorNamespace;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.apache.calcite.sql.validate.SqlValidatorTable;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;
import org.apache.calcite.util.Util;
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

  /** Gets what a star stands for, column after column; a typed topic's raw bytes are left out. */
  @Override
  protected void addToSelectList(
      List<SqlNode> list,
      Set<String> aliases,
      List<Map.Entry<String, RelDataType>> fields,
      SqlNode column,
      SelectScope scope,
      boolean includeSystemVars) {
    List<String> names = ((SqlIdentifier) column).names;
    SqlValidatorNamespace from = resolved(Util.skipLast(names), scope);
    if (from == null || !isHidden(Util.last(names), from)) {
      super.addToSelectList(list, aliases, fields, column, scope, includeSystemVars);
    }
  }

  @Override
  protected RelDataType validateSelectList(
      SqlNodeList items, SqlSelect select, RelDataType targetType) {
    return super.validateSelectList(UsingStar.written(items, select, this), select, targetType);
  }

  /**
   * Of rows in an IN, each is of the type on its left; Calcite takes the n-th for its n-th field.
   */
  @Override
  protected void inferUnknownTypes(RelDataType inferred, SqlValidatorScope scope, SqlNode node) {
    if (node instanceof SqlNodeList rows && rows.stream().allMatch(row -> isOf(inferred, row))) {
      for (SqlNode row : rows) {
        super.inferUnknownTypes(inferred, scope, row);
      }
    } else {
      super.inferUnknownTypes(inferred, scope, node);
    }
  }

  private static boolean isOf(RelDataType type, @Nullable SqlNode node) {
    return type.isStruct()
        && node instanceof SqlCall row
        && row.getKind() == SqlKind.ROW
        && row.operandCount() == type.getFieldCount();
  }

  /** Times are UTC, and nothing computes with zones: what would be read by chance is refused. */
  @Override
  public void validateDataType(SqlDataTypeSpec type) {
    if (hasTimeZone(type.deriveType(this))) {
      throw zoned(type.getParserPosition());
    }
    super.validateDataType(type);
  }

  /** The same of literals, before Calcite makes numbers of them, or fails at it. */
  static final class ZonedLiterals extends SqlBasicVisitor<@Nullable Void> {
    @Override
    public @Nullable Void visit(SqlLiteral literal) {
      if (isZoned(literal.getTypeName())
          || (literal instanceof SqlUnknownLiteral unresolved
              && unresolved.tag.endsWith("TIME ZONE"))) {
        throw zoned(literal.getParserPosition());
      }
      return super.visit(literal);
    }
  }

  private static SqlFault zoned(SqlParserPos position) {
    return Faults.at(
        position, "42704", "there is no type with a time zone: TIME and TIMESTAMP are in UTC");
  }

  private static boolean isZoned(SqlTypeName type) {
    return switch (type) {
      case TIME_TZ, TIME_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> true;
      default -> false;
    };
  }

  /** Whether it is one, or has one within. */
  private static boolean hasTimeZone(@Nullable RelDataType type) {
    if (type == null) {
      return false;
    }
    return isZoned(type.getSqlTypeName())
        || hasTimeZone(type.getComponentType())
        || hasTimeZone(type.getKeyType())
        || hasTimeZone(type.getValueType())
        || (type.isStruct()
            && type.getFieldList().stream().anyMatch(field -> hasTimeZone(field.getType())));
  }

  /** Of a parameter, also where it is not inferred yet: the type around it is asked for first. */
  @Override
  public RelDataType getValidatedNodeType(SqlNode node) {
    RelDataType known = getValidatedNodeTypeIfKnown(node);
    return known == null && node instanceof SqlDynamicParam
        ? getUnknownType()
        : super.getValidatedNodeType(node);
  }

  /** The columns of what goes by the alias in the select, and whether a star leaves them out. */
  Map<String, Boolean> columns(String alias, SqlSelect select) {
    SelectScope scope = getRawSelectScope(select);
    SqlValidatorNamespace from = scope == null ? null : resolved(List.of(alias), scope);
    if (from == null) {
      throw new AssertionError(alias);
    }
    Map<String, Boolean> columns = new LinkedHashMap<>();
    from.getRowType().getFieldNames().forEach(name -> columns.put(name, isHidden(name, from)));
    return columns;
  }

  private @Nullable SqlValidatorNamespace resolved(List<String> names, SelectScope scope) {
    SqlValidatorScope.ResolvedImpl found = new SqlValidatorScope.ResolvedImpl();
    scope.resolve(names, getCatalogReader().nameMatcher(), true, found);
    return found.count() == 1 ? found.only().namespace : null;
  }

  /** Whether it is a hidden column of a topic itself, and not of a query over one. */
  private static boolean isHidden(String column, SqlValidatorNamespace from) {
    SqlValidatorTable table = from.getTable();
    TopicTable topic = table == null ? null : table.unwrap(TopicTable.class);
    return topic != null && topic.isHidden(column);
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
