package io.klog.sql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.runtime.JsonFunctions;
import org.apache.calcite.sql.SqlJsonValueEmptyOrErrorBehavior;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * JSON_VALUE and JSON_EXISTS of bytes by simple paths, without a tree of Java objects. What a text
 * means that is not plainly well-formed is Calcite's to say, so that all paths see the same.
 */
final class JsonExprs {
  // Longer texts may have names and strings longer than Calcite's parser takes.
  private static final int MAX_LENGTH = 50_000;

  private JsonExprs() {}

  /** The expression; null where the call is another, or has clauses, or is of no column's bytes. */
  static @Nullable Expr of(RexCall call) {
    SqlOperator operator = call.getOperator();
    boolean isValue = operator.equals(SqlStdOperatorTable.JSON_VALUE);
    if (!isValue && !operator.equals(SqlStdOperatorTable.JSON_EXISTS)) {
      return null;
    }
    List<RexNode> operands = call.getOperands();
    if (operands.size() != 2
        || !(operands.get(0) instanceof RexCall utf8)
        || !utf8.getOperator().equals(Functions.UTF8)
        || !(utf8.getOperands().get(0) instanceof RexInputRef bytes)
        || !(operands.get(1) instanceof RexLiteral literal)
        || (isValue && call.getType().getSqlTypeName() != SqlTypeName.VARCHAR)) {
      return null;
    }
    String path = literal.getValueAs(String.class);
    JsonPathSteps steps = path == null ? null : JsonPathSteps.of(path);
    return steps == null ? null : new AtPath(bytes.getIndex(), path, steps, isValue);
  }

  /** A cast of such a value, or null where it is of something else. */
  static @Nullable Expr cast(RexBuilder builder, RexCall cast) {
    Expr value = cast.getOperands().get(0) instanceof RexCall call ? of(call) : null;
    if (value == null) {
      return null;
    }
    RelDataType text = cast.getOperands().get(0).getType();
    RexNode ofText =
        builder.makeCall(
            cast.getType(), cast.getOperator(), List.of(builder.makeInputRef(text, 0)));
    RelDataTypeFactory types = builder.getTypeFactory();
    RelDataType row = types.builder().add("text", text).build();
    return new Converted(value, WarmUp.compiled(() -> new CompiledExpr(builder, ofText, row)));
  }

  /** What a path leads to: its text, or whether there is something. */
  private static final class AtPath extends Expr {
    private final int column;
    private final String path;
    private final JsonPathSteps steps;
    private final boolean isValue;
    private final JsonFunctions.StatefulFunction calcite = new JsonFunctions.StatefulFunction();

    AtPath(int column, String path, JsonPathSteps steps, boolean isValue) {
      this.column = column;
      this.path = path;
      this.steps = steps;
      this.isValue = isValue;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      byte[] in = row.isNull(column) ? null : row.getBytes(column);
      if (in == null) {
        return null;
      }
      int start = JsonScanner.blanks(in, 0, in.length);
      if (start == in.length || (in[start] != '{' && in[start] != '[') || in.length > MAX_LENGTH) {
        return byCalcite(in);
      }
      JsonPathSteps.Found found = steps.find(in);
      if (found.isMalformed()) {
        return byCalcite(in);
      }
      if (!isValue) {
        return found.exists(in);
      }
      return found.exists(in) ? text(in, found.start(), found.end()) : null;
    }

    private @Nullable Object byCalcite(byte[] in) {
      JsonFunctions.JsonValueContext text =
          JsonFunctions.jsonValueExpression(new String(in, StandardCharsets.UTF_8));
      if (!isValue) {
        return calcite.jsonExists(text, path);
      }
      Object value =
          calcite.jsonValue(
              text,
              path,
              SqlJsonValueEmptyOrErrorBehavior.NULL,
              null,
              SqlJsonValueEmptyOrErrorBehavior.NULL,
              null);
      return value == null ? null : value.toString();
    }
  }

  /** As the text of the Java object that a parser would make; of what is no scalar null. */
  private static @Nullable String text(byte[] in, int start, int end) {
    return switch (in[start]) {
      case '{', '[' -> null;
      case '"' -> JsonReader.text(in, start + 1, end - 1);
      case 't' -> "true";
      case 'f' -> "false";
      default -> number(new String(in, start, end - start, StandardCharsets.ISO_8859_1));
    };
  }

  private static String number(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || c == 'e' || c == 'E') {
        return Double.toString(Double.parseDouble(text));
      }
    }
    return text.equals("-0") ? "0" : text;
  }

  /** A text, converted by what Calcite compiled for it. */
  private static final class Converted extends Expr {
    private final Expr text;
    private final Expr cast;

    Converted(Expr text, Expr cast) {
      this.text = text;
      this.cast = cast;
    }

    @Override
    @Nullable Object eval(RowCursor row, Execution execution) {
      Object value = text.eval(row, execution);
      return cast.eval(new OneValue(value), execution);
    }
  }

  /** A row of one value. */
  private static final class OneValue extends RowCursor {
    private final @Nullable Object value;

    OneValue(@Nullable Object value) {
      this.value = value;
    }

    @Override
    public boolean next() {
      return false;
    }

    @Override
    public @Nullable Object getObject(int column) {
      return value;
    }

    @Override
    public void close() {}
  }
}
