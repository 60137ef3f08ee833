package io.klog.sql;

import io.klog.KlogException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Gives Calcite's failures their SQLState, and the place in the statement. */
final class Faults {
  private static final int MAX_REASON = 200;
  private static final String UNTYPED = "42P18";
  private static final String CAST_HINT =
      ": nothing says what type it has; CAST(? AS VARCHAR) would, for instance";
  private static final String MISPLACED = "a parameter cannot stand in this place" + CAST_HINT;

  static final String SYNTAX = "42601";
  static final String UNKNOWN_TABLE = "42P01";
  static final String UNKNOWN_COLUMN = "42703";
  static final String UNKNOWN_FUNCTION = "42883";
  static final String UNKNOWN_OBJECT = "42704";
  static final String NOT_SUPPORTED = "42000";
  static final String INVALID_ARGUMENT = "22023";

  /** A message of the validator, and the state that it stands for. */
  private record Known(Pattern message, String sqlState) {}

  // The validator's messages have no codes; these are their texts in Calcite's resources.
  private static final List<Known> KNOWN =
      List.of(
          known("Object '.*' not found.*|Table '.*' not found.*", UNKNOWN_TABLE),
          known("Column '.*' not found.*|Unknown target column '.*'.*", UNKNOWN_COLUMN),
          known("Unknown field '.*'", UNKNOWN_COLUMN),
          known("Column '.*' is ambiguous", "42702"),
          known("Illegal (TIMESTAMP|DATE|TIME)\\b.* literal .*", "22007"),
          known("No match found for function signature .*", UNKNOWN_FUNCTION),
          known("Function '.*' is not defined", UNKNOWN_FUNCTION),
          known("Invalid number of arguments to function .*", UNKNOWN_FUNCTION),
          known("Illegal use of dynamic parameter", UNTYPED),
          known("(?s)Expression '.*' is not being grouped|Aggregate expressions? .*", "42803"),
          known("Target column '.*' is assigned more than once", "42701"),
          known("Number of INSERT target columns .*", SYNTAX),
          known("(?s)Cannot apply '.*' to arguments of type .*", "42804"),
          known("(?s)Cast function cannot convert .*|Cannot assign to target field .*", "42846"));

  /** What Calcite says of values, and the states that SQL has for it. */
  private static final List<Known> KNOWN_OF_DATA =
      List.of(
          known("Invalid (DATE|TIME|TIMESTAMP) value.*", "22007"),
          known("Value of \\w+ field is out of range.*", "22008"));

  private static final Pattern WHOLE_NUMBER = Pattern.compile("\"[+-]?\\d+\"");

  private Faults() {}

  private static Known known(String pattern, String sqlState) {
    return new Known(Pattern.compile(pattern), sqlState);
  }

  static SqlFault at(SqlParserPos position, String sqlState, String message) {
    return new SqlFault(sqlState, place(position) + message);
  }

  private static String place(SqlParserPos position) {
    return position.getLineNum() <= 0
        ? ""
        : "line " + position.getLineNum() + ", column " + position.getColumnNum() + ": ";
  }

  /** A failure to validate or to plan. */
  static RuntimeException ofPlanning(RuntimeException e) {
    if (e instanceof SqlFault || e instanceof KlogException) {
      return e;
    }
    SqlFault own = find(e, SqlFault.class);
    if (own != null) { // what a view is made of was looked at in its place
      return own;
    }
    CalciteContextException context = find(e, CalciteContextException.class);
    if (context != null) {
      Throwable cause = context.getCause() == null ? context : context.getCause();
      String message = String.valueOf(cause.getMessage());
      SqlParserPos position =
          new SqlParserPos(context.getPosLine(), Math.max(context.getPosColumn(), 0));
      String state = stateOf(message, KNOWN, NOT_SUPPORTED);
      String hint = state.equals(UNTYPED) ? CAST_HINT : "";
      return new SqlFault(state, place(position) + message + hint, e);
    }
    if (String.valueOf(e.getMessage()).contains(SqlDynamicParam.class.getName())) {
      return new SqlFault(UNTYPED, MISPLACED, e);
    }
    return cannotBePlanned(e);
  }

  /** Of a parameter. */
  static SqlFault untyped(SqlParserPos position) {
    return at(position, UNTYPED, MISPLACED);
  }

  /** Calcite's reasons may run to pages of plans and generated code: the first line has to do. */
  static SqlFault cannotBePlanned(Throwable e) {
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new SqlFault(
        NOT_SUPPORTED,
        "the statement cannot be planned: "
            + reason.substring(0, Math.min(reason.length(), MAX_REASON)),
        e);
  }

  private static String stateOf(String message, List<Known> all, String otherwise) {
    for (Known known : all) {
      if (known.message.matcher(message).matches()) {
        return known.sqlState;
      }
    }
    return otherwise;
  }

  /** A failure of an expression over a row's values. */
  static RuntimeException ofData(RuntimeException e) {
    if (e instanceof SqlFault || e instanceof KlogException) {
      return e;
    }
    SqlFault own = find(e, SqlFault.class);
    if (own != null) {
      return own;
    }
    String message = String.valueOf(e.getMessage());
    if (e instanceof NumberFormatException) {
      if (WHOLE_NUMBER.matcher(message).find()) {
        return new SqlFault("22003", "a number is out of range: " + message, e);
      }
      return new SqlFault("22018", "this is no number: " + message, e);
    }
    PatternSyntaxException pattern = find(e, PatternSyntaxException.class);
    if (pattern != null) {
      return new SqlFault("2201B", "this is no regular expression: " + pattern.getMessage(), e);
    }
    if (e instanceof ArithmeticException) {
      boolean zero = message.contains("zero");
      return new SqlFault(zero ? "22012" : "22003", message, e);
    }
    if (message.contains("SINGLE_VALUE")) {
      return new SqlFault(
          "21000", "a subquery that stands for one value gave more than one row", e);
    }
    if (find(e, CalciteException.class) != null || e instanceof IllegalArgumentException) {
      return new SqlFault(stateOf(message, KNOWN_OF_DATA, "22000"), message, e);
    }
    return new SqlFault("22000", "an expression failed: " + e, e);
  }

  private static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }
}
