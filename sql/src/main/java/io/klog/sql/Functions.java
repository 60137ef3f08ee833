package io.klog.sql;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;
import org.jspecify.annotations.Nullable;

/**
 * The functions that SQL may call: the standard ones, klog's own, and others chosen one by one.
 * Never a whole library: the XML functions read files (CVE-2022-39135), and nothing here may name a
 * Java class.
 */
final class Functions implements SqlOperatorTable {
  /** UTF8(bytes): the text of UTF-8 bytes; the identity for every other type. */
  static final SqlUserDefinedFunction UTF8 = own("UTF8", "utf8", Functions::textType);

  /** UTF8_BYTES(text): its bytes. */
  static final SqlUserDefinedFunction UTF8_BYTES =
      own("UTF8_BYTES", "utf8Bytes", binding -> nullableAs(binding, SqlTypeName.VARBINARY));

  static final Functions TABLE = new Functions();

  private final SqlOperatorTable standard = SqlStdOperatorTable.instance();
  private final SqlOperatorTable own = SqlOperatorTables.of(UTF8, UTF8_BYTES);

  private Functions() {}

  // Made when first asked for: a statement of standard functions only need not wait for it.
  private static final class Chosen {
    static final SqlOperatorTable TABLE =
        SqlOperatorTables.of(
            SqlLibraryOperators.BOOL_AND,
            SqlLibraryOperators.BOOL_OR,
            SqlLibraryOperators.STRING_AGG,
            SqlLibraryOperators.ARRAY_AGG,
            SqlLibraryOperators.CONCAT_FUNCTION,
            SqlLibraryOperators.CONCAT_WS,
            SqlLibraryOperators.ENDS_WITH,
            SqlLibraryOperators.STARTS_WITH,
            SqlLibraryOperators.FROM_BASE64,
            SqlLibraryOperators.TO_BASE64,
            SqlLibraryOperators.FROM_HEX,
            SqlLibraryOperators.TO_HEX,
            SqlLibraryOperators.GREATEST,
            SqlLibraryOperators.LEAST,
            SqlLibraryOperators.ILIKE,
            SqlLibraryOperators.NOT_ILIKE,
            SqlLibraryOperators.RLIKE,
            SqlLibraryOperators.NOT_RLIKE,
            SqlLibraryOperators.REGEXP_REPLACE_3,
            SqlLibraryOperators.JSON_DEPTH,
            SqlLibraryOperators.JSON_KEYS,
            SqlLibraryOperators.JSON_LENGTH,
            SqlLibraryOperators.JSON_PRETTY,
            SqlLibraryOperators.JSON_TYPE,
            SqlLibraryOperators.LEFT,
            SqlLibraryOperators.RIGHT,
            SqlLibraryOperators.LPAD,
            SqlLibraryOperators.RPAD,
            SqlLibraryOperators.LTRIM,
            SqlLibraryOperators.RTRIM,
            SqlLibraryOperators.LENGTH,
            SqlLibraryOperators.MD5,
            SqlLibraryOperators.SHA1,
            SqlLibraryOperators.SHA256,
            SqlLibraryOperators.NVL,
            SqlLibraryOperators.REPEAT,
            SqlLibraryOperators.REVERSE,
            SqlLibraryOperators.SPLIT_PART,
            SqlLibraryOperators.TIMESTAMP_MILLIS,
            SqlLibraryOperators.UNIX_MILLIS);
  }

  // Bytes given to one of these are taken for text. OCTET_LENGTH, TO_BASE64, TO_HEX and the hashes
  // are about bytes, and not here.
  private static final Set<String> ON_TEXT =
      Set.of(
          "ASCII",
          "CHAR_LENGTH",
          "CHARACTER_LENGTH",
          "CONCAT",
          "CONCAT_WS",
          "ENDS_WITH",
          "FROM_BASE64",
          "FROM_HEX",
          "INITCAP",
          "JSON_ARRAY",
          "JSON_OBJECT",
          "LEFT",
          "LENGTH",
          "LISTAGG",
          "LOWER",
          "LPAD",
          "LTRIM",
          "OVERLAY",
          "POSITION",
          "REGEXP_REPLACE",
          "REPEAT",
          "REPLACE",
          "REVERSE",
          "RIGHT",
          "RPAD",
          "RTRIM",
          "SPLIT_PART",
          "STARTS_WITH",
          "STRING_AGG",
          "SUBSTRING",
          "TRANSLATE",
          "TRIM",
          "UPPER",
          "||");

  // Of these, a parameter is text too, wherever it stands.
  private static final Set<String> ON_TEXT_ALONE =
      Set.of(
          "ASCII",
          "CHAR_LENGTH",
          "CHARACTER_LENGTH",
          "CONCAT",
          "CONCAT_WS",
          "ENDS_WITH",
          "INITCAP",
          "LENGTH",
          "LOWER",
          "LTRIM",
          "REGEXP_REPLACE",
          "REPLACE",
          "REVERSE",
          "RTRIM",
          "STARTS_WITH",
          "TRANSLATE",
          "TRIM",
          "UPPER",
          "||");

  /** Whether the operator takes nothing but text. */
  static boolean isOnTextAlone(SqlOperator operator) {
    return switch (operator.kind) {
      case LIKE, RLIKE, SIMILAR -> true;
      default -> ON_TEXT_ALONE.contains(operator.getName().toUpperCase(Locale.ROOT));
    };
  }

  /** Whether the operator works on text, so that bytes given to it are to be decoded. */
  static boolean isOnText(SqlOperator operator) {
    return switch (operator.kind) {
      // The names of the last two say what becomes of NULLs, too.
      case LIKE, RLIKE, SIMILAR, JSON_ARRAYAGG, JSON_OBJECTAGG -> true;
      default -> ON_TEXT.contains(operator.getName().toUpperCase(Locale.ROOT));
    };
  }

  /** Whether the operator reads its first operand as a JSON text. */
  static boolean isOnJson(SqlOperator operator) {
    String name = operator.getName().toUpperCase(Locale.ROOT);
    return switch (name) {
      case "JSON_EXISTS",
          "JSON_VALUE",
          "JSON_QUERY",
          "JSON_DEPTH",
          "JSON_KEYS",
          "JSON_LENGTH",
          "JSON_PRETTY",
          "JSON_TYPE" ->
          true;
      default -> name.startsWith("IS JSON") || name.startsWith("IS NOT JSON");
    };
  }

  @Override
  public void lookupOperatorOverloads(
      SqlIdentifier name,
      @Nullable SqlFunctionCategory category,
      SqlSyntax syntax,
      List<SqlOperator> found,
      SqlNameMatcher matcher) {
    standard.lookupOperatorOverloads(name, category, syntax, found, matcher);
    if (syntax == SqlSyntax.FUNCTION_ID) {
      return; // asked of every column's name; none of the others goes without parentheses
    }
    if (found.isEmpty()) {
      own.lookupOperatorOverloads(name, category, syntax, found, matcher);
    }
    if (found.isEmpty()) {
      Chosen.TABLE.lookupOperatorOverloads(name, category, syntax, found, matcher);
    }
  }

  @Override
  public List<SqlOperator> getOperatorList() {
    return ImmutableList.<SqlOperator>builder()
        .addAll(standard.getOperatorList())
        .addAll(own.getOperatorList())
        .addAll(Chosen.TABLE.getOperatorList())
        .build();
  }

  private static RelDataType textType(SqlOperatorBinding binding) {
    RelDataType operand = binding.getOperandType(0);
    return SqlTypeUtil.isBinary(operand) ? nullableAs(binding, SqlTypeName.VARCHAR) : operand;
  }

  private static RelDataType nullableAs(SqlOperatorBinding binding, SqlTypeName type) {
    RelDataTypeFactory types = binding.getTypeFactory();
    return types.createTypeWithNullability(
        types.createSqlType(type), binding.getOperandType(0).isNullable());
  }

  private static SqlUserDefinedFunction own(
      String name, String method, org.apache.calcite.sql.type.SqlReturnTypeInference returnType) {
    return new SqlUserDefinedFunction(
        new SqlIdentifier(name, SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        returnType,
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            ImmutableList.of(SqlTypeFamily.ANY),
            types -> ImmutableList.of(types.createSqlType(SqlTypeName.ANY)),
            i -> "value",
            i -> false),
        OwnFunction.of(method));
  }
}
