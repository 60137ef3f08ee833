package io.klog.sql;

import io.klog.Catalog;
import io.klog.Topic;
import io.klog.View;
import io.klog.sql.ScanSpec.Driving;
import io.klog.sql.ScanSpec.GroupRef;
import io.klog.sql.parser.KlogParser;
import io.klog.sql.parser.SqlAlterTopic;
import io.klog.sql.parser.SqlCreateTopic;
import io.klog.sql.parser.SqlCreateView;
import io.klog.sql.parser.SqlDescribeTopic;
import io.klog.sql.parser.SqlDropConsumerGroup;
import io.klog.sql.parser.SqlDropTopic;
import io.klog.sql.parser.SqlDropView;
import io.klog.sql.parser.SqlForConsumerGroup;
import io.klog.sql.parser.SqlShow;
import io.klog.sql.parser.SqlShowCreate;
import io.klog.sql.parser.SqlShowSetting;
import io.klog.sql.parser.SqlTransaction;
import io.klog.sql.parser.SyntaxException;
import java.sql.JDBCType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDelete;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlExplain;
import org.apache.calcite.sql.SqlExplainFormat;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSetOption;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/** Plans a statement of any kind, by the catalog alone: it needs no store. */
final class StatementPlanner {
  private final String sql;
  private final Catalog catalog;

  private StatementPlanner(String sql, Catalog catalog) {
    this.sql = sql;
    this.catalog = catalog;
  }

  /**
   * Plans.
   *
   * @throws SqlFault what is wrong with the statement, and where
   */
  static Prepared plan(String sql, Catalog catalog) {
    try {
      return new StatementPlanner(sql, catalog).plan();
    } catch (SyntaxException e) {
      throw new SqlFault(e.sqlState(), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      throw Names.suggesting(Faults.ofPlanning(e), sql, catalog);
    } catch (StackOverflowError e) {
      throw new SqlFault("54001", "statement too complex", e);
    } catch (AssertionError e) {
      // Calcite's way to say that it had not thought of such a statement.
      throw Faults.cannotBePlanned(e);
    }
  }

  /**
   * Plans a query with its literals as parameters.
   *
   * @return null where it is no query, or has no literal that can be one
   */
  static @Nullable SharedPlan planShared(SqlTemplate template, Catalog catalog) {
    return new StatementPlanner(template.sql(), catalog).planShared(template);
  }

  private @Nullable SharedPlan planShared(SqlTemplate template) {
    SqlNode statement = KlogParser.parse(sql);
    if (!statement.isA(SqlKind.QUERY) || StreamKeyword.take(statement)) {
      return null;
    }
    refuse(statement);
    statement.accept(new Validator.ZonedLiterals());
    List<Integer> shared = LiteralSharing.apply(template, statement);
    if (shared.isEmpty()) {
      return null;
    }
    Query query =
        query(
            statement,
            () -> {
              SqlNode anew = KlogParser.parse(sql);
              LiteralSharing.apply(template, anew);
              return anew;
            },
            null);
    return SharedPlan.of(template, shared, query.prepared());
  }

  private Prepared plan() {
    SqlNode statement = KlogParser.parse(sql);
    statement.accept(new Validator.ZonedLiterals());
    if (statement instanceof SqlCreateTopic create) {
      return new PreparedDdl(sql, catalog.version(), DdlPlanner.create(create));
    }
    if (statement instanceof SqlDropTopic drop) {
      return new PreparedDdl(sql, catalog.version(), DdlPlanner.drop(drop, catalog));
    }
    if (statement instanceof SqlAlterTopic alter) {
      return new PreparedDdl(sql, catalog.version(), AlterPlanner.alter(alter, catalog));
    }
    if (statement instanceof SqlCreateView create) {
      return new PreparedDdl(sql, catalog.version(), ViewPlanner.create(create, sql, catalog));
    }
    if (statement instanceof SqlDropView drop) {
      return new PreparedDdl(sql, catalog.version(), ViewPlanner.drop(drop, catalog));
    }
    if (statement instanceof SqlDropConsumerGroup drop) {
      return new PreparedDdl(sql, catalog.version(), DdlPlanner.drop(drop));
    }
    if (statement instanceof SqlSetOption option) {
      return new PreparedCommand(sql, catalog.version(), CommandPlanner.setOption(option));
    }
    if (statement instanceof SqlTransaction transaction) {
      return new PreparedCommand(sql, catalog.version(), CommandPlanner.transaction(transaction));
    }
    if (statement instanceof SqlExplain explain) {
      return explained(explain);
    }
    if (statement instanceof SqlInsert insert) {
      return insert(insert, UnaryOperator.identity()).insert();
    }
    if (statement instanceof SqlDelete delete) {
      return DeletePlanner.plan(sql, catalog, delete, () -> (SqlDelete) KlogParser.parse(sql))
          .deletion();
    }
    if (statement.getKind() == SqlKind.PROCEDURE_CALL) {
      return called((SqlCall) statement);
    }
    return query(statement, UnaryOperator.identity()).prepared();
  }

  /**
   * @param unwrap takes the insert out of the statement that the text is
   */
  private InsertPlanner.Planned insert(SqlInsert insert, UnaryOperator<SqlNode> unwrap) {
    insert.getSource().accept(new Refusals());
    return new InsertPlanner(sql, catalog).plan(insert, () -> unwrap.apply(KlogParser.parse(sql)));
  }

  private Prepared called(SqlCall call) {
    Procedure procedure = Procedures.of(call);
    if (procedure.parameters().isEmpty()) {
      return called(procedure, List.of(), List.of(), Set.of(), execution -> List.of());
    }
    QueryPlanner.Plan arguments =
        new QueryPlanner(catalog)
            .plan(
                Procedures.arguments(call),
                () -> Procedures.arguments((SqlCall) KlogParser.parse(sql)),
                null);
    return called(
        procedure,
        arguments.parameterTypes(),
        Procedures.parameterNames(call, arguments.parameterTypes().size()),
        arguments.topics(),
        execution -> Procedures.evaluated(arguments, execution));
  }

  private Prepared called(
      Procedure procedure,
      List<RelDataType> parameterTypes,
      List<@Nullable String> parameterNames,
      Set<Topic> topics,
      Function<Execution, List<@Nullable String>> arguments) {
    Procedure.Body body = procedure.body();
    return new PreparedQuery(
        new Prepared.Head(sql, catalog.version(), procedure.columnInfos(), parameterTypes),
        execution -> new ListRows(body.rows(execution, arguments.apply(execution))),
        topics,
        procedure.actsAtOnce(),
        parameterNames);
  }

  /** A planned query, and its plan in words. */
  private record Query(PreparedQuery prepared, Supplier<String> explained) {}

  /**
   * @param unwrap takes the query out of the statement that the text is
   */
  private Query query(SqlNode statement, UnaryOperator<SqlNode> unwrap) {
    if (statement instanceof SqlShow show) {
      return query(
          switch (show.subject()) {
            case TOPICS -> "SELECT topic, partitions, records FROM klog.topics ORDER BY topic";
            case VIEWS -> "SELECT name, text FROM klog.views ORDER BY name";
            case CONSUMER_GROUPS ->
                "SELECT group_id, state, members, topics, partitions, records_lag"
                    + " FROM klog.consumer_groups ORDER BY group_id";
            case SETTINGS -> "SELECT name, value, description FROM klog.settings ORDER BY name";
          });
    }
    if (statement instanceof SqlShowSetting show) {
      return query(CommandPlanner.show(show.setting()));
    }
    if (statement instanceof SqlShowCreate show) {
      return query(CreateText.query(show, catalog));
    }
    if (statement instanceof SqlDescribeTopic describe) {
      return query(describe(describe.name()));
    }
    if (statement instanceof SqlForConsumerGroup grouped) {
      boolean follows = StreamKeyword.take(grouped.query());
      refuse(grouped.query());
      return query(
          grouped.query(),
          () -> ((SqlForConsumerGroup) unwrap.apply(KlogParser.parse(sql))).query(),
          new Driving(group(grouped), follows));
    }
    boolean follows = StreamKeyword.take(statement);
    refuse(statement);
    return query(
        statement,
        () -> unwrap.apply(KlogParser.parse(sql)),
        follows ? new Driving(null, true) : null);
  }

  private Query query(String text) {
    return query(KlogParser.parse(text), () -> KlogParser.parse(text), null);
  }

  private Query query(SqlNode parsed, Supplier<SqlNode> parsedAnew, @Nullable Driving driving) {
    QueryPlanner.Plan plan = new QueryPlanner(catalog).plan(parsed, parsedAnew, driving);
    Prepared.Head head =
        new Prepared.Head(sql, catalog.version(), plan.columns(), plan.parameterTypes());
    return new Query(new PreparedQuery(head, plan.operator(), plan.topics()), plan::explained);
  }

  private static GroupRef group(SqlForConsumerGroup grouped) {
    return grouped.group() instanceof SqlDynamicParam parameter
        ? new GroupRef(null, parameter.getIndex())
        : new GroupRef(grouped.groupName(), -1);
  }

  /** A query over the system tables; the name is the catalog's own, so it cannot break out. */
  private String describe(SqlIdentifier name) {
    List<String> parts = name.names;
    boolean system = parts.size() == 2 && parts.get(0).equalsIgnoreCase(Schemas.SYSTEM);
    String table = system ? parts.get(1) : tableName(name);
    if (system && SystemTables.all().stream().noneMatch(t -> t.name().equalsIgnoreCase(table))) {
      throw Faults.at(
          name.getParserPosition(),
          Faults.UNKNOWN_TABLE,
          "there is no system table '" + name + "'" + Names.nearSystemTable(table));
    }
    return "SELECT column_name, sql_type AS type_name, is_nullable, is_key"
        + " FROM klog.columns WHERE table_schem = '"
        + (system ? Schemas.SYSTEM : Schemas.TOPICS)
        + "' AND LOWER(table_name) = LOWER('"
        + table.replace("'", "''")
        + "') ORDER BY ordinal_position";
  }

  private String tableName(SqlIdentifier name) {
    View view = catalog.view(name.names.get(name.names.size() - 1));
    if (view == null) {
      return InsertTarget.topic(name, catalog).name();
    }
    String described = DdlPlanner.name(name);
    query("SELECT * FROM \"" + described + "\""); // one that cannot be read says why
    return described;
  }

  private Prepared explained(SqlExplain explain) {
    if (explain.getFormat() != SqlExplainFormat.TEXT) {
      throw Faults.at(
          explain.getParserPosition(), Faults.NOT_SUPPORTED, "EXPLAIN gives a plan as text only");
    }
    SqlNode explicand = explain.getExplicandum();
    String text;
    Prepared planned;
    if (explicand instanceof SqlInsert insert) {
      InsertPlanner.Planned insertPlan =
          insert(insert, parsed -> ((SqlExplain) parsed).getExplicandum());
      text = insertPlan.explained().get();
      planned = insertPlan.insert();
    } else if (explicand instanceof SqlDelete delete) {
      DeletePlanner.Planned deletion =
          DeletePlanner.plan(
              sql,
              catalog,
              delete,
              () -> (SqlDelete) ((SqlExplain) KlogParser.parse(sql)).getExplicandum());
      text = deletion.explained();
      planned = deletion.deletion();
    } else {
      Query query = query(explicand, parsed -> ((SqlExplain) parsed).getExplicandum());
      text = query.explained().get();
      planned = query.prepared();
    }
    List<@Nullable Object[]> lines = new ArrayList<>();
    text.lines().forEach(line -> lines.add(new @Nullable Object[] {line}));
    ColumnInfo column =
        new ColumnInfo(
            "PLAN", "PLAN", null, null, JDBCType.VARCHAR, "VARCHAR", Integer.MAX_VALUE, 0, false);
    return PreparedQuery.explaining(
        new Prepared.Head(sql, catalog.version(), List.of(column), planned.parameterTypes()),
        execution -> new ListRows(lines));
  }

  private void refuse(SqlNode statement) {
    SqlParserPos position = statement.getParserPosition();
    switch (statement.getKind()) {
      case UPDATE, MERGE ->
          throw refused(
              position,
              "a topic is a log: its records never change, so there is no " + statement.getKind());
      default -> {
        if (!statement.isA(SqlKind.QUERY)) {
          throw refused(
              position, "this kind of statement is not supported: " + statement.getKind());
        }
        statement.accept(new Refusals());
      }
    }
  }

  private static SqlFault refused(SqlParserPos position, String why) {
    return Faults.at(position, Faults.NOT_SUPPORTED, why);
  }

  /** What the grammar has, and a log has not. */
  private static final class Refusals extends SqlBasicVisitor<@Nullable Void> {
    private static final Set<String> GROUP_WINDOWS = Set.of("$TUMBLE", "$HOP", "$SESSION");

    @Override
    public @Nullable Void visit(SqlCall call) {
      if (call instanceof SqlSelect select && StreamKeyword.has(select)) {
        throw refused(
            call.getParserPosition(),
            "SELECT STREAM stands at the beginning of a query: what is within one, or inserted, has"
                + " an end");
      }
      if (GROUP_WINDOWS.contains(call.getOperator().getName().toUpperCase(Locale.ROOT))
          && call.operandCount() > 0
          && call.operand(0) instanceof SqlIdentifier) {
        throw refused(
            call.getParserPosition(),
            "windows of time are tables: FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(timestamp), INTERVAL"
                + " '1' HOUR)) has columns window_start and window_end to group by");
      }
      if (call.getKind() == SqlKind.EXTEND) {
        throw refused(
            call.getParserPosition(), "EXTEND is not supported: a topic has the columns it has");
      }
      return super.visit(call);
    }
  }
}
