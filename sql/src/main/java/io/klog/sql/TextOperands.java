package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/**
 * Puts UTF8(...) around what is given to functions on text, before validation, when no types are
 * known yet: over anything but bytes it is the identity, and goes away in {@link Convertlets}.
 * Calcite's own coercion would not do: LIKE, SUBSTRING, || and others take bytes for bytes, the
 * JSON functions take anything and fail when they run.
 */
final class TextOperands extends SqlShuttle {
  static SqlNode decoded(SqlNode statement) {
    SqlNode result = statement.accept(new TextOperands());
    return result == null ? statement : result;
  }

  @Override
  public @Nullable SqlNode visit(SqlCall call) {
    SqlNode visited = super.visit(call);
    if (!(visited instanceof SqlCall result)) {
      return visited;
    }
    if (Functions.isOnJson(result.getOperator())) {
      return withLaxPath(withText(result, 1));
    }
    if (Functions.isOnText(result.getOperator())) {
      return withText(result, result.operandCount());
    }
    return isCastFromText(result) ? withText(result, 1) : result;
  }

  /** CAST(value AS DOUBLE) reads the text; to bytes or by a type's name, it is Calcite's matter. */
  private static boolean isCastFromText(SqlCall call) {
    if (call.getKind() != SqlKind.CAST && call.getKind() != SqlKind.SAFE_CAST) {
      return false;
    }
    if (!(call.operand(1) instanceof SqlDataTypeSpec type)) {
      return false;
    }
    SqlTypeName name = SqlTypeName.get(type.getTypeName().getSimple());
    return name != null
        && !SqlTypeName.BINARY_TYPES.contains(name)
        && name.getFamily() != SqlTypeFamily.MAP
        && name.getFamily() != SqlTypeFamily.ARRAY;
  }

  /**
   * A path without the word is lax in standard SQL, to Calcite strict: then what is not there is an
   * error, and no ON EMPTY is asked.
   */
  private static SqlCall withLaxPath(SqlCall call) {
    if (call.operandCount() < 2 || !(call.operand(1) instanceof SqlCharStringLiteral literal)) {
      return call;
    }
    String path = literal.getValueAs(String.class).strip();
    if (!path.startsWith("$")) {
      return call;
    }
    List<@Nullable SqlNode> operands = new ArrayList<>(call.getOperandList());
    operands.set(1, SqlLiteral.createCharString("lax " + path, literal.getParserPosition()));
    return call.getOperator()
        .createCall(
            call.getFunctionQuantifier(),
            call.getParserPosition(),
            operands.toArray(new SqlNode[0]));
  }

  private static SqlCall withText(SqlCall call, int count) {
    boolean alone = Functions.isOnTextAlone(call.getOperator());
    List<@Nullable SqlNode> operands = new ArrayList<>(call.getOperandList());
    boolean changed = false;
    for (int i = 0; i < count; i++) {
      SqlNode operand = operands.get(i);
      if (operand != null && mayBeBytes(operand)) {
        operands.set(i, Functions.UTF8.createCall(operand.getParserPosition(), operand));
        changed = true;
      } else if (operand instanceof SqlDynamicParam && alone) {
        operands.set(i, asText(operand));
        changed = true;
      }
    }
    return changed
        ? call.getOperator()
            .createCall(
                call.getFunctionQuantifier(),
                call.getParserPosition(),
                operands.toArray(new SqlNode[0]))
        : call;
  }

  /** Of itself a parameter has no type where any text will do. */
  private static SqlNode asText(SqlNode parameter) {
    SqlParserPos position = parameter.getParserPosition();
    return SqlStdOperatorTable.CAST.createCall(
        position,
        parameter,
        new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.VARCHAR, position), position));
  }

  private static boolean mayBeBytes(SqlNode node) {
    if (node instanceof SqlIdentifier identifier) {
      return !identifier.isStar();
    }
    return node instanceof SqlCall call
        && !call.isA(SqlKind.QUERY)
        && switch (call.getKind()) {
          case ROW, DESCENDING, WITHIN_GROUP, SEPARATOR -> false;
          default -> true;
        };
  }
}
