package io.klog.sql;

import io.klog.Catalog;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.jspecify.annotations.Nullable;

/** Validates one statement and translates it to relational algebra. For one use. */
final class Translator {
  private static final CalciteConnectionConfig CONFIG = config();
  private static final SqlToRelConverter.Config CONVERTER =
      SqlToRelConverter.config()
          .withTrimUnusedFields(false)
          .withExpand(false)
          // A list in IN stays a condition, however long: it may bound a scan.
          .withInSubQueryThreshold(Integer.MAX_VALUE);

  // Calcite 1.42 puts a computed column in the place of its name, though it keeps the projection
  // that computes it, where a subquery refers to that.
  private static final SqlToRelConverter.Config CONVERTER_OF_SUBQUERIES =
      CONVERTER.withRelBuilderConfigTransform(config -> config.withBloat(-1));

  private final Validator validator;
  private final SqlToRelConverter converter;
  private final SqlNode validated;

  /**
   * @param statement changed by this: parse it anew for another use
   * @throws SqlFault what is wrong with the statement, and where
   */
  Translator(Catalog catalog, SqlNode statement, RelOptPlanner planner) {
    this(Views.of(catalog), statement, planner);
  }

  Translator(Views views, SqlNode statement, RelOptPlanner planner) {
    this(views, statement, RelOptCluster.create(planner, new RoundingRexBuilder(new KlogTypes())));
  }

  /** For what is to become a part of a plan. */
  Translator(Views views, SqlNode statement, RelOptCluster cluster) {
    RelDataTypeFactory types = cluster.getTypeFactory();
    CalciteCatalogReader reader =
        new CalciteCatalogReader(Schemas.root(views), List.of(Schemas.TOPICS), types, CONFIG);
    this.validator = new Validator(reader, types);
    try {
      this.validated = validator.validate(TextOperands.decoded(statement));
    } catch (RuntimeException e) {
      throw Faults.ofPlanning(e);
    }
    this.converter =
        new SqlToRelConverter(
            (rowType, sql, schemaPath, viewPath) -> {
              throw new AssertionError("views are tables that translate themselves");
            },
            validator,
            reader,
            cluster,
            Convertlets.TABLE,
            hasSubquery(validated) ? CONVERTER_OF_SUBQUERIES : CONVERTER);
  }

  private static CalciteConnectionConfig config() {
    Properties properties = new Properties();
    properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
    return new CalciteConnectionConfigImpl(properties);
  }

  /** Whether an expression asks a query. */
  private static boolean hasSubquery(SqlNode node) {
    return Boolean.TRUE.equals(
        node.accept(
            new SqlBasicVisitor<Boolean>() {
              @Override
              public Boolean visit(SqlCall call) {
                boolean found =
                    switch (call.getKind()) {
                      case SCALAR_QUERY, EXISTS, IN, NOT_IN, SOME, ALL, UNIQUE ->
                          call.getOperandList().stream().anyMatch(Translator::isQuery);
                      default -> false;
                    };
                if (found) {
                  return true;
                }
                for (SqlNode operand : call.getOperandList()) {
                  if (operand != null && Boolean.TRUE.equals(operand.accept(this))) {
                    return true;
                  }
                }
                return false;
              }

              @Override
              public Boolean visit(SqlNodeList list) {
                for (SqlNode item : list) {
                  if (item != null && Boolean.TRUE.equals(item.accept(this))) {
                    return true;
                  }
                }
                return false;
              }
            }));
  }

  private static boolean isQuery(@Nullable SqlNode node) {
    return node != null && node.getKind().belongsTo(SqlKind.QUERY);
  }

  /** Of the rows that the statement gives. */
  RelDataType rowType() {
    return validator.getValidatedNodeType(validated);
  }

  /** The same fields under other names. */
  RelDataType named(RelDataType rowType, List<String> names) {
    List<RelDataType> types =
        rowType.getFieldList().stream().map(RelDataTypeField::getType).toList();
    return validator.getTypeFactory().createStructType(types, names);
  }

  RelRoot toRel() {
    try {
      return converter.convertQuery(validated, false, true);
    } catch (RuntimeException e) {
      throw Faults.ofPlanning(e);
    }
  }

  /** The types of the parameters, by their index, as far as the statement has them. */
  List<RelDataType> parameterTypes() {
    TreeMap<Integer, RelDataType> types = new TreeMap<>();
    validated.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlDynamicParam parameter) {
            RelDataType type = validator.getValidatedNodeTypeIfKnown(parameter);
            if (type == null || type.getSqlTypeName() == SqlTypeName.UNKNOWN) {
              throw Faults.untyped(parameter.getParserPosition());
            }
            types.putIfAbsent(parameter.getIndex(), type);
            return null;
          }
        });
    return new ArrayList<>(types.values());
  }

  List<ColumnInfo> columns(RelDataType rowType) {
    List<@Nullable List<String>> origins = validator.getFieldOrigins(validated);
    List<ColumnInfo> columns = new ArrayList<>();
    for (RelDataTypeField field : rowType.getFieldList()) {
      RelDataType type = field.getType();
      List<String> origin = origins.get(field.getIndex());
      int last = origin == null ? -1 : origin.size() - 1;
      columns.add(
          JdbcTypes.column(
              field.getName(),
              origin == null ? field.getName() : origin.get(last),
              origin == null || last < 1 ? null : origin.get(last - 1),
              origin == null || last < 2 ? null : origin.get(last - 2),
              type,
              type.isNullable()));
    }
    return columns;
  }

  static Set<Topic> topics(RelNode rel) {
    Set<Topic> topics = new HashSet<>();
    new RelVisitor() {
      @Override
      public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
        if (node instanceof TopicScan scan) {
          topics.add(scan.spec().topic());
        }
        super.visit(node, ordinal, parent);
      }
    }.go(rel);
    return topics;
  }
}
