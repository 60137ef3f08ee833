package io.klog.sql;

import static org.apache.calcite.sql.type.SqlTypeName.BIGINT;
import static org.apache.calcite.sql.type.SqlTypeName.INTEGER;
import static org.apache.calcite.sql.type.SqlTypeName.VARCHAR;

import io.klog.Backup;
import io.klog.Fault;
import io.klog.sql.SystemTable.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** What CALL can run. */
final class Procedures {
  private static final List<Procedure> ALL = List.of(check(), backup(), ResetOffsets.procedure());

  private Procedures() {}

  static List<ProcedureInfo> infos() {
    return ALL.stream().map(Procedure::info).toList();
  }

  /**
   * The parameter that each {@code ?} of a CALL is given to; null for one that is only part of an
   * argument.
   *
   * @param count of the statement's parameters
   */
  static List<@Nullable String> parameterNames(SqlCall call, int count) {
    SqlCall routine = call.operand(0);
    @Nullable String[] names = new @Nullable String[count];
    List<String> parameters = of(call).parameters();
    List<SqlNode> values = values(routine, of(call));
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) instanceof SqlDynamicParam parameter) {
        names[parameter.getIndex()] = parameters.get(i);
      }
    }
    return Arrays.asList(names);
  }

  /**
   * The procedure that a CALL names.
   *
   * @throws SqlFault when there is none of that name, or the arguments are not as many as it wants
   */
  static Procedure of(SqlCall call) {
    SqlCall routine = call.operand(0);
    SqlIdentifier name =
        Objects.requireNonNull(((SqlFunction) routine.getOperator()).getSqlIdentifier());
    Procedure procedure = find(name);
    if (procedure == null) {
      throw Faults.at(
          name.getParserPosition(),
          Faults.UNKNOWN_FUNCTION,
          "there is no procedure " + name + "; there are: " + signatures());
    }
    int given = routine.operandCount();
    int most = procedure.parameters().size();
    if (given < procedure.required() || given > most) {
      String count =
          most == 0 ? "no" : procedure.required() == most ? "" + most : "at most " + most;
      throw Faults.at(
          name.getParserPosition(),
          Faults.UNKNOWN_FUNCTION,
          procedure.signature() + " takes " + count + " arguments, not " + given);
    }
    values(routine, procedure);
    return procedure;
  }

  /**
   * The arguments as the procedure's parameters come, of which the last may be missing. Those that
   * have no name stand before those that have one.
   *
   * @throws SqlFault when a name is unknown or given twice, or what has to be given is not
   */
  private static List<SqlNode> values(SqlCall routine, Procedure procedure) {
    List<String> parameters = procedure.parameters();
    @Nullable SqlNode[] values = new @Nullable SqlNode[parameters.size()];
    boolean named = false;
    for (int i = 0; i < routine.operandCount(); i++) {
      SqlNode argument = routine.operand(i);
      SqlNode value = argument;
      int place = i;
      if (argument.getKind() == SqlKind.ARGUMENT_ASSIGNMENT) {
        named = true;
        value = ((SqlCall) argument).operand(0);
        place = place(((SqlCall) argument).operand(1), procedure);
      } else if (named) {
        throw unfit(argument, "an argument without a name stands behind one with a name");
      }
      if (values[place] != null) {
        throw unfit(argument, procedure.signature() + ": " + parameters.get(place) + " twice");
      }
      values[place] = value;
    }
    List<SqlNode> given = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      SqlNode value = values[i];
      if (value != null) {
        if (given.size() < i) {
          throw unfit(routine, procedure.signature() + ": no " + parameters.get(given.size()));
        }
        given.add(value);
      }
    }
    if (given.size() < procedure.required()) {
      throw unfit(routine, procedure.signature() + ": no " + parameters.get(given.size()));
    }
    return given;
  }

  private static int place(SqlIdentifier name, Procedure procedure) {
    for (int i = 0; i < procedure.parameters().size(); i++) {
      if (procedure.parameters().get(i).equalsIgnoreCase(name.getSimple())) {
        return i;
      }
    }
    throw unfit(name, procedure.signature() + " has no parameter " + name);
  }

  private static SqlFault unfit(SqlNode where, String message) {
    return Faults.at(where.getParserPosition(), Faults.UNKNOWN_FUNCTION, message);
  }

  /** A query for the arguments of a CALL, as text. */
  static SqlNode arguments(SqlCall call) {
    SqlCall routine = call.operand(0);
    SqlParserPos position = call.getParserPosition();
    SqlNodeList values = new SqlNodeList(position);
    for (SqlNode argument : values(routine, of(call))) {
      SqlParserPos at = argument.getParserPosition();
      values.add(
          SqlStdOperatorTable.CAST.createCall(
              at, argument, new SqlDataTypeSpec(new SqlBasicTypeNameSpec(VARCHAR, at), at)));
    }
    return new SqlSelect(
        position, null, values, null, null, null, null, null, null, null, null, null, null);
  }

  static List<@Nullable String> evaluated(QueryPlanner.Plan arguments, Execution execution) {
    try (RowCursor row = arguments.operator().open(execution)) {
      List<@Nullable String> values = new ArrayList<>();
      if (row.next()) {
        for (int i = 0; i < arguments.columns().size(); i++) {
          values.add(row.isNull(i) ? null : row.getString(i));
        }
      }
      return values;
    }
  }

  private static @Nullable Procedure find(SqlIdentifier name) {
    if (name.names.size() != 2 || !name.names.get(0).equalsIgnoreCase(Schemas.SYSTEM)) {
      return null;
    }
    return ALL.stream()
        .filter(procedure -> procedure.name().equalsIgnoreCase(name.names.get(1)))
        .findFirst()
        .orElse(null);
  }

  private static String signatures() {
    return ALL.stream().map(Procedure::signature).collect(Collectors.joining(", "));
  }

  /** Every fault of what the store holds; no rows when all is sound. */
  private static Procedure check() {
    return new Procedure(
        "check",
        List.of(),
        0,
        List.of(
            new Field("position", BIGINT, false),
            new Field("where", VARCHAR, false),
            new Field("expected", VARCHAR, false),
            new Field("found", VARCHAR, false)),
        false,
        (execution, arguments) -> {
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Fault fault : execution.check()) {
            rows.add(
                new @Nullable Object[] {
                  fault.position(), fault.where(), fault.expected(), fault.found()
                });
          }
          return rows;
        });
  }

  /** Copies the store into a new file, as of the newest commit, whatever transaction is open. */
  private static Procedure backup() {
    return new Procedure(
        "backup",
        List.of("file"),
        1,
        List.of(
            new Field("topics", INTEGER, false),
            new Field("records", BIGINT, false),
            new Field("bytes", BIGINT, false)),
        false,
        (execution, arguments) -> {
          Backup copied = execution.backup(given(arguments, 0, "klog.backup: file"));
          return List.<@Nullable Object[]>of(
              new @Nullable Object[] {copied.topics(), copied.records(), copied.bytes()});
        });
  }

  /**
   * The argument, which may not be NULL.
   *
   * @param name of the procedure and the argument, for messages
   */
  static String given(List<@Nullable String> arguments, int index, String name) {
    String value = arguments.get(index);
    if (value == null) {
      throw new SqlFault("22004", name + " is NULL");
    }
    return value;
  }
}
