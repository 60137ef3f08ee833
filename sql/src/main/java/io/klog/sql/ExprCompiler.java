package io.klog.sql;

import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Expr}s of planned expressions: the common ones as closures, which takes
 * microseconds; any other by {@link CompiledExpr}.
 */
final class ExprCompiler {
  private final RexBuilder builder;
  private final RelDataType rowType;

  /**
   * @param rowType of the rows that the expressions are evaluated over
   */
  ExprCompiler(RexBuilder builder, RelDataType rowType) {
    this.builder = builder;
    this.rowType = rowType;
  }

  /** Makes one that is true where all of these are; null where there are none. */
  @Nullable Expr conjunction(List<RexNode> conditions) {
    if (conditions.isEmpty()) {
      return null;
    }
    return conditions.size() == 1
        ? compile(conditions.get(0))
        : new Predicates.And(compileAll(conditions));
  }

  Expr compile(RexNode node) {
    if (node instanceof RexInputRef ref) {
      return new Expr.Column(ref.getIndex(), isInt(ref.getType()));
    }
    if (node instanceof RexDynamicParam parameter) {
      return new Expr.Parameter(parameter.getIndex());
    }
    Expr closure = null;
    if (node instanceof RexLiteral literal) {
      closure = literal(literal);
    } else if (node.getKind() == SqlKind.SEARCH) {
      return compile(RexUtil.expandSearch(builder, null, node));
    } else if (node instanceof RexCall call) {
      closure = call(call);
    }
    return closure != null
        ? closure
        : WarmUp.compiled(() -> new CompiledExpr(builder, node, rowType));
  }

  private Expr[] compileAll(List<RexNode> nodes) {
    return nodes.stream().map(this::compile).toArray(Expr[]::new);
  }

  private static @Nullable Expr literal(RexLiteral literal) {
    if (literal.isNull()) {
      return new Expr.Constant(null);
    }
    Object value = literal.getValue();
    return switch (literal.getType().getSqlTypeName()) {
      case BOOLEAN -> new Expr.Constant(value);
      case TINYINT, SMALLINT, INTEGER, DATE, TIME ->
          new Expr.Constant(literal.getValueAs(Integer.class));
      case BIGINT, TIMESTAMP -> new Expr.Constant(literal.getValueAs(Long.class));
      case DECIMAL -> new Expr.Constant(literal.getValueAs(BigDecimal.class));
      case FLOAT, REAL, DOUBLE -> new Expr.Constant(literal.getValueAs(Double.class));
      case CHAR, VARCHAR ->
          value instanceof NlsString text ? new Expr.Constant(text.getValue()) : null;
      case BINARY, VARBINARY ->
          value instanceof ByteString bytes ? new Expr.Constant(bytes.getBytes()) : null;
      default ->
          SqlTypeName.DAY_INTERVAL_TYPES.contains(literal.getType().getSqlTypeName())
              ? new Expr.Constant(literal.getValueAs(Long.class))
              : null;
    };
  }

  private @Nullable Expr call(RexCall call) {
    List<RexNode> operands = call.getOperands();
    SqlOperator operator = call.getOperator();
    return switch (call.getKind()) {
      case AND -> new Predicates.And(compileAll(operands));
      case OR -> new Predicates.Or(compileAll(operands));
      case NOT -> new Predicates.Not(compile(operands.get(0)));
      case IS_NULL, IS_NOT_NULL, IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE ->
          new Predicates.Is(call.getKind(), compile(operands.get(0)));
      case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
          comparison(call.getKind(), operands.get(0), operands.get(1));
      case LIKE -> like((SqlLikeOperator) operator, operands);
      case CASE -> branches(call);
      case PLUS, CHECKED_PLUS -> arithmetic(SqlKind.PLUS, call);
      case MINUS, CHECKED_MINUS -> arithmetic(SqlKind.MINUS, call);
      case TIMES, CHECKED_TIMES -> arithmetic(SqlKind.TIMES, call);
      case CAST -> cast(call);
      case SAFE_CAST -> JsonExprs.cast(builder, call);
      default -> {
        Expr json = JsonExprs.of(call);
        yield json != null ? json : function(operator, operands);
      }
    };
  }

  private @Nullable Expr function(SqlOperator operator, List<RexNode> operands) {
    if (operator.equals(Functions.UTF8)) {
      return new Scalars.Utf8(compile(operands.get(0)));
    }
    if (operator.equals(Functions.UTF8_BYTES)) {
      return new Scalars.Utf8Bytes(compile(operands.get(0)));
    }
    if (operator.equals(SqlStdOperatorTable.UPPER) || operator.equals(SqlStdOperatorTable.LOWER)) {
      return new Scalars.ChangeCase(
          compile(operands.get(0)), operator.equals(SqlStdOperatorTable.UPPER));
    }
    if (operator.equals(SqlStdOperatorTable.CURRENT_TIMESTAMP)
        || operator.equals(SqlStdOperatorTable.LOCALTIMESTAMP)) {
      return new Scalars.Now();
    }
    return null;
  }

  private @Nullable Expr comparison(SqlKind kind, RexNode left, RexNode right) {
    SqlTypeName type = left.getType().getSqlTypeName();
    boolean sameClock =
        (type == SqlTypeName.DATE || type == SqlTypeName.TIME)
            && right.getType().getSqlTypeName() == type;
    if (sameClock || (isLong(left.getType()) && isLong(right.getType()))) {
      return new Predicates.CompareLongs(kind, compile(left), compile(right));
    }
    if (SqlTypeUtil.isBinary(left.getType()) && SqlTypeUtil.isBinary(right.getType())) {
      if (left instanceof RexInputRef ref) {
        return new Predicates.CompareColumnBytes(kind, ref.getIndex(), compile(right));
      }
      if (right instanceof RexInputRef ref) {
        return new Predicates.CompareColumnBytes(kind.reverse(), ref.getIndex(), compile(left));
      }
      return new Predicates.Compare(kind, compile(left), compile(right));
    }
    boolean comparable =
        (SqlTypeUtil.isNumeric(left.getType()) && SqlTypeUtil.isNumeric(right.getType()))
            || (SqlTypeUtil.isCharacter(left.getType()) && SqlTypeUtil.isCharacter(right.getType()))
            || (SqlTypeUtil.isBoolean(left.getType()) && SqlTypeUtil.isBoolean(right.getType()));
    return comparable ? new Predicates.Compare(kind, compile(left), compile(right)) : null;
  }

  private @Nullable Expr like(SqlLikeOperator operator, List<RexNode> operands) {
    if (!operator.isCaseSensitive()) {
      return null;
    }
    for (RexNode operand : operands) {
      if (!SqlTypeUtil.isCharacter(operand.getType())) {
        return null;
      }
    }
    Expr like =
        new Predicates.Like(
            compile(operands.get(0)),
            compile(operands.get(1)),
            operands.size() > 2 ? compile(operands.get(2)) : null);
    return operator.isNegated() ? new Predicates.Not(like) : like;
  }

  private @Nullable Expr arithmetic(SqlKind kind, RexCall call) {
    RelDataType type = call.getType();
    boolean isTime = type.getSqlTypeName() == SqlTypeName.TIMESTAMP;
    boolean isInt = type.getSqlTypeName() == SqlTypeName.INTEGER;
    if ((!isTime && !isInt && type.getSqlTypeName() != SqlTypeName.BIGINT)
        || call.getOperands().size() != 2) {
      return null;
    }
    for (RexNode operand : call.getOperands()) {
      boolean interval =
          isTime && SqlTypeName.DAY_INTERVAL_TYPES.contains(operand.getType().getSqlTypeName());
      if (!interval && !isLong(operand.getType())) {
        return null;
      }
    }
    return new Scalars.LongArithmetic(
        kind, compile(call.getOperands().get(0)), compile(call.getOperands().get(1)), isInt);
  }

  /** A CASE whose branches need no cast to its type. */
  private @Nullable Expr branches(RexCall call) {
    List<RexNode> operands = call.getOperands();
    for (int i = 0; i < operands.size(); i++) {
      boolean isResult = i % 2 == 1 || i == operands.size() - 1;
      RelDataType type = operands.get(i).getType();
      if (isResult
          && type.getSqlTypeName() != call.getType().getSqlTypeName()
          && type.getSqlTypeName() != SqlTypeName.NULL) {
        return null;
      }
    }
    return new Scalars.Case(compileAll(operands));
  }

  /** Casts that change nothing, or make room for more digits. */
  private @Nullable Expr cast(RexCall call) {
    RexNode operand = call.getOperands().get(0);
    RelDataType from = operand.getType();
    RelDataType to = call.getType();
    if (operand instanceof RexDynamicParam
        && !SqlTypeUtil.equalSansNullability(from, to)
        && Scalars.Fitted.canFit(from, to)) {
      return new Scalars.Fitted(compile(operand), to);
    }
    if (SqlTypeUtil.equalSansNullability(from, to)
        || (SqlTypeUtil.isCharacter(from)
            && to.getSqlTypeName() == SqlTypeName.VARCHAR
            && to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED)
        || (SqlTypeUtil.isBinary(from)
            && to.getSqlTypeName() == SqlTypeName.VARBINARY
            && to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED)) {
      return compile(operand);
    }
    if (from.getSqlTypeName() == SqlTypeName.TIMESTAMP
        && to.getSqlTypeName() == SqlTypeName.TIMESTAMP
        && to.getPrecision() >= from.getPrecision()) {
      return compile(operand);
    }
    if (Scalars.ToDecimal.isWidening(from, to)) {
      return new Scalars.ToDecimal(compile(operand), to.getScale());
    }
    if (to.getSqlTypeName() == SqlTypeName.DOUBLE && SqlTypeUtil.isExactNumeric(from)) {
      return new Scalars.ToDouble(compile(operand));
    }
    return to.getSqlTypeName() == SqlTypeName.BIGINT && SqlTypeUtil.isIntType(from)
        ? new Scalars.ToLong(compile(operand))
        : JsonExprs.cast(builder, call);
  }

  private static boolean isLong(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, TIMESTAMP -> true;
      default -> false;
    };
  }

  private static boolean isInt(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER, DATE, TIME -> true;
      default -> false;
    };
  }
}
