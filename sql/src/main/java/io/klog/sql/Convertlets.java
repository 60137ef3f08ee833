package io.klog.sql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlJsonEmptyOrError;
import org.apache.calcite.sql.SqlJsonValueEmptyOrErrorBehavior;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql2rel.SqlRexContext;
import org.apache.calcite.sql2rel.SqlRexConvertlet;
import org.apache.calcite.sql2rel.SqlRexConvertletTable;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.TimestampString;
import org.jspecify.annotations.Nullable;

/**
 * Makes casts between bytes and text mean UTF-8, before anything of Calcite's gets to see them and
 * reads the text as hexadecimal.
 */
final class Convertlets implements SqlRexConvertletTable {
  static final Convertlets TABLE = new Convertlets();

  /** Of a TIMESTAMP in milliseconds. */
  private static final int TIMESTAMP_DIGITS = 3;

  private Convertlets() {}

  @Override
  public @Nullable SqlRexConvertlet get(SqlCall call) {
    if (call.getOperator().equals(Functions.UTF8)) {
      return Convertlets::utf8;
    }
    if (call.getKind() == SqlKind.CAST) {
      return Convertlets::cast;
    }
    if (call.getOperator().equals(SqlStdOperatorTable.JSON_VALUE)) {
      return Convertlets::jsonValue;
    }
    return StandardConvertletTable.INSTANCE.get(call);
  }

  /**
   * Converts what the path finds to the type that RETURNING names; where it does not convert it is
   * NULL, as the standard has it, or an error where ERROR ON ERROR asks for one. Calcite's own
   * function casts the Java object that Jackson made: a whole number is not even a DOUBLE.
   */
  private static RexNode jsonValue(SqlRexContext context, SqlCall call) {
    RexNode converted = standard(context, call);
    RelDataType type = converted.getType();
    if (SqlTypeUtil.isCharacter(type) || !(converted instanceof RexCall json)) {
      return converted;
    }
    RexBuilder builder = context.getRexBuilder();
    RelDataType text =
        builder
            .getTypeFactory()
            .createTypeWithNullability(
                builder.getTypeFactory().createSqlType(SqlTypeName.VARCHAR), true);
    RexNode found = builder.makeCall(text, json.getOperator(), json.getOperands());
    return builder.makeAbstractCast(type, found, !failsOnError(json));
  }

  /** What to do comes before when to do it; what is for errors comes last. */
  private static boolean failsOnError(RexCall json) {
    List<RexNode> operands = json.getOperands();
    int last = operands.size() - 1;
    return isFlag(operands.get(last), SqlJsonEmptyOrError.ERROR)
        && isFlag(operands.get(last - 1), SqlJsonValueEmptyOrErrorBehavior.ERROR);
  }

  private static boolean isFlag(RexNode node, Object flag) {
    return node instanceof RexLiteral literal && flag.equals(literal.getValue());
  }

  private static RexNode utf8(SqlRexContext context, SqlCall call) {
    RexNode operand = context.convertExpression(call.operand(0));
    return SqlTypeUtil.isBinary(operand.getType())
        ? text(context.getRexBuilder(), operand)
        : operand;
  }

  private static RexNode text(RexBuilder builder, RexNode bytes) {
    RelDataType type =
        builder
            .getTypeFactory()
            .createTypeWithNullability(
                builder.getTypeFactory().createSqlType(SqlTypeName.VARCHAR),
                bytes.getType().isNullable());
    return builder.makeCall(type, Functions.UTF8, List.of(bytes));
  }

  private static RexNode cast(SqlRexContext context, SqlCall call) {
    SqlNode operand = call.operand(0);
    if (operand instanceof SqlDynamicParam parameter) {
      RexNode fitted = fitted(context, parameter, call);
      if (fitted != null) {
        return fitted;
      }
    }
    RelDataType from = context.getValidator().getValidatedNodeTypeIfKnown(operand);
    RelDataType to = context.getValidator().getValidatedNodeTypeIfKnown(call);
    if (from == null || to == null) {
      return standard(context, call);
    }
    RexBuilder builder = context.getRexBuilder();
    if (SqlTypeUtil.isBinary(from) && SqlTypeUtil.isCharacter(to)) {
      RexNode text = text(builder, context.convertExpression(operand));
      return to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
          ? text
          : builder.makeCast(to, text);
    }
    if (SqlTypeUtil.isCharacter(from) && SqlTypeUtil.isBinary(to)) {
      return bytes(builder, context.convertExpression(operand), to);
    }
    if (SqlTypeUtil.isCharacter(from) && to.getSqlTypeName() == SqlTypeName.TIMESTAMP) {
      RexNode text = context.convertExpression(operand);
      if (text instanceof RexLiteral literal && !literal.isNull()) {
        return timestamp(builder, literal, to);
      }
    }
    return standard(context, call);
  }

  /**
   * A parameter that is cast to a type which its value may not fit. The parameter itself gets a
   * type that takes all of them, or the cast would go away as one that changes nothing.
   */
  private static @Nullable RexNode fitted(
      SqlRexContext context, SqlDynamicParam parameter, SqlCall call) {
    RelDataType to = context.getValidator().getValidatedNodeTypeIfKnown(call);
    boolean bounded =
        call.operand(1) instanceof SqlDataTypeSpec spec
            && spec.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic
            && basic.getPrecision() >= 0;
    // Calcite's TIMESTAMP without digits has none, klog's has milliseconds: only what is written.
    if (to == null || !bounded) {
      return null;
    }
    RexBuilder builder = context.getRexBuilder();
    RelDataTypeFactory types = builder.getTypeFactory();
    int digits = types.getTypeSystem().getMaxPrecision(SqlTypeName.DECIMAL);
    RelDataType any =
        switch (to.getSqlTypeName()) {
          case CHAR, VARCHAR -> types.createSqlType(SqlTypeName.VARCHAR);
          case DECIMAL -> types.createSqlType(SqlTypeName.DECIMAL, digits, digits / 2);
          case TIMESTAMP ->
              to.getPrecision() < TIMESTAMP_DIGITS
                  ? types.createSqlType(SqlTypeName.TIMESTAMP, TIMESTAMP_DIGITS)
                  : null;
          default -> null;
        };
    return any == null
        ? null
        : builder.makeAbstractCast(
            types.createTypeWithNullability(to, true),
            builder.makeDynamicParam(
                types.createTypeWithNullability(any, true), parameter.getIndex()),
            false);
  }

  /**
   * The rows of an insert, with the text of bytes where a column wants text: their casts to the
   * columns' types come to no convertlet.
   */
  static RelNode withTextOfBytes(RelNode source) {
    if (!(source instanceof Project project)) {
      return source;
    }
    RexBuilder builder = project.getCluster().getRexBuilder();
    List<RexNode> converted =
        project.getProjects().stream()
            .map(
                node ->
                    node.getKind() == SqlKind.CAST
                            && node instanceof RexCall cast
                            && SqlTypeUtil.isCharacter(cast.getType())
                            && SqlTypeUtil.isBinary(cast.getOperands().get(0).getType())
                        ? text(builder, cast.getOperands().get(0))
                        : node)
            .toList();
    return project.copy(project.getTraitSet(), project.getInput(), converted, project.getRowType());
  }

  private static RexNode standard(SqlRexContext context, SqlCall call) {
    SqlRexConvertlet convertlet = StandardConvertletTable.INSTANCE.get(call);
    if (convertlet == null) {
      throw new AssertionError(call);
    }
    return convertlet.convertCall(context, call);
  }

  private static RexNode bytes(RexBuilder builder, RexNode text, RelDataType to) {
    RelDataType type =
        builder
            .getTypeFactory()
            .createTypeWithNullability(
                builder.getTypeFactory().createSqlType(SqlTypeName.VARBINARY),
                text.getType().isNullable());
    RexNode bytes;
    if (text instanceof RexLiteral literal) {
      NlsString value = literal.getValueAs(NlsString.class);
      bytes =
          value == null
              ? builder.makeNullLiteral(type)
              : builder.makeLiteral(
                  new ByteString(value.getValue().getBytes(StandardCharsets.UTF_8)), type, false);
    } else {
      bytes = builder.makeCall(type, Functions.UTF8_BYTES, List.of(text));
    }
    return to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
        ? bytes
        : builder.makeCast(to, bytes);
  }

  /** A time that is written down is read once, and what is wrong with it is said at once. */
  private static RexNode timestamp(RexBuilder builder, RexLiteral text, RelDataType to) {
    String value = text.getValueAs(String.class);
    long millis = Coercion.parseTimestamp(value == null ? "" : value.trim());
    return builder.makeTimestampLiteral(
        TimestampString.fromMillisSinceEpoch(millis), Math.max(to.getPrecision(), 0));
  }
}
