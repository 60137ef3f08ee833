package io.klog.sql;

import io.klog.Catalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBinaryStringLiteral;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.BitString;
import org.jspecify.annotations.Nullable;

/** Plans INSERT: by itself where it is of parameters and literals, else with the query planner. */
final class InsertPlanner {
  private final String sql;
  private final Catalog catalog;

  /** What is known of the parameters of a row, by index. */
  private final List<@Nullable RelDataType> parameterTypes = new ArrayList<>();

  private final KlogTypes types = new KlogTypes();

  InsertPlanner(String sql, Catalog catalog) {
    this.sql = sql;
    this.catalog = catalog;
  }

  /** A plan, and its words for EXPLAIN. */
  record Planned(PreparedInsert insert, Supplier<String> explained) {}

  Planned plan(SqlInsert insert, Supplier<SqlNode> parsedAnew) {
    if (insert.isUpsert()) {
      throw Faults.at(
          insert.getParserPosition(),
          Faults.NOT_SUPPORTED,
          "a topic is only appended to: write INSERT instead of UPSERT");
    }
    InsertTarget target = InsertTarget.of(insert, catalog, types);
    List<InsertValues.Row> rows = values(insert.getSource(), target);
    if (rows != null) {
      PreparedInsert planned = new InsertValues(head(parameterTypesOrFail()), target, rows);
      return new Planned(planned, () -> explained(target) + ", rows=[" + rows.size() + "])\n");
    }
    QueryPlanner.Plan source =
        new QueryPlanner(catalog)
            .plan(
                withColumns(insert, target),
                () -> withColumns((SqlInsert) parsedAnew.get(), target),
                null);
    PreparedInsert planned =
        new InsertQuery(head(source.parameterTypes()), target, source.operator(), source.topics());
    return new Planned(planned, () -> explained(target) + ")\n" + source.explained().indent(2));
  }

  private static String explained(InsertTarget target) {
    return "KlogInsert(topic=["
        + target.topic().name()
        + "], columns="
        + target.columns().stream().map(target.layout()::name).toList();
  }

  private Prepared.Head head(List<RelDataType> parameters) {
    return new Prepared.Head(sql, catalog.version(), List.of(), parameters);
  }

  private List<RelDataType> parameterTypesOrFail() {
    List<RelDataType> all = new ArrayList<>();
    for (RelDataType type : parameterTypes) {
      if (type == null) {
        throw new AssertionError("a parameter was not seen");
      }
      all.add(type);
    }
    return all;
  }

  /** The statement with its columns written out, as the validator needs it. */
  private static SqlInsert withColumns(SqlInsert insert, InsertTarget target) {
    SqlParserPos position = insert.getTargetTable().getParserPosition();
    SqlNodeList columns = insert.getTargetColumnList();
    if (columns == null) {
      columns = new SqlNodeList(position);
      for (int column : target.columns()) {
        columns.add(new SqlIdentifier(target.layout().name(column), position));
      }
    }
    return new SqlInsert(
        insert.getParserPosition(),
        (SqlNodeList) insert.getOperandList().get(0),
        new SqlIdentifier(List.of(Schemas.TARGETS, target.topic().name()), position),
        insert.getSource(),
        columns);
  }

  /** The rows, if they are of parameters and plain literals; else null. */
  private @Nullable List<InsertValues.Row> values(SqlNode source, InsertTarget target) {
    if (source.getKind() != SqlKind.VALUES) {
      return null;
    }
    List<InsertValues.Row> rows = new ArrayList<>();
    for (SqlNode node : ((SqlCall) source).getOperandList()) {
      InsertValues.Row row = node.getKind() == SqlKind.ROW ? row((SqlCall) node, target) : null;
      if (row == null) {
        return null;
      }
      rows.add(row);
    }
    return rows;
  }

  private InsertValues.@Nullable Row row(SqlCall row, InsertTarget target) {
    List<SqlNode> values = row.getOperandList();
    if (values.size() != target.columns().size()) {
      throw Faults.at(
          row.getParserPosition(),
          Faults.SYNTAX,
          target.columns().size() + " columns, but " + values.size() + " values");
    }
    Columns layout = target.layout();
    InsertValues.Slot[] slots = new InsertValues.Slot[layout.count()];
    Arrays.fill(slots, InsertValues.ABSENT);
    for (int i = 0; i < values.size(); i++) {
      int column = target.columns().get(i);
      InsertValues.Slot slot = slot(values.get(i), column, layout);
      if (slot == null || slots[column] != InsertValues.ABSENT) {
        return null;
      }
      slots[column] = slot;
    }
    return new InsertValues.Row(
        slots[Columns.PARTITION],
        slots[Columns.TIMESTAMP],
        slots[layout.key()],
        slots[layout.value()],
        slots[layout.headers()],
        List.of(slots)
            .subList(Columns.FIRST_DECLARED, Columns.FIRST_DECLARED + layout.declared().size()));
  }

  private InsertValues.@Nullable Slot slot(SqlNode node, int column, Columns layout) {
    if (node instanceof SqlDynamicParam parameter) {
      return parameter(parameter, layout.type(column));
    }
    // Of a partition or a timestamp as if it was not given.
    if (SqlUtil.isNullLiteral(node, false)) {
      return new InsertValues.Constant(null);
    }
    if (layout.isDeclared(column)) {
      int field = column - Columns.FIRST_DECLARED;
      return DeclaredLiterals.slot(
          node, layout.declared().get(field), layout.declaredTypes().get(field), false);
    }
    if (column == layout.key() || column == layout.value()) {
      return bytesLiteral(node);
    }
    if (column == Columns.PARTITION) {
      return integerLiteral(node);
    }
    if (column == Columns.TIMESTAMP) {
      return timestamp(node);
    }
    return column == layout.headers() && node.getKind() == SqlKind.MAP_VALUE_CONSTRUCTOR
        ? map((SqlCall) node)
        : null;
  }

  /** A text or bytes, or NULL; null where the node is none of these. */
  static InsertValues.@Nullable Slot bytesLiteral(SqlNode node) {
    byte[] bytes = bytes(node);
    return bytes != null || SqlUtil.isNullLiteral(node, false)
        ? new InsertValues.Constant(bytes)
        : null;
  }

  /** A whole number, or NULL; null where the node is none of these. */
  static InsertValues.@Nullable Slot integerLiteral(SqlNode node) {
    if (node instanceof SqlNumericLiteral number && number.isInteger()) {
      return new InsertValues.Constant(number.longValue(true));
    }
    return SqlUtil.isNullLiteral(node, false) ? new InsertValues.Constant(null) : null;
  }

  /** A time as text, with or without TIMESTAMP before it. */
  private static InsertValues.@Nullable Slot timestamp(SqlNode node) {
    String text = null;
    if (node instanceof SqlCharStringLiteral literal) {
      text = literal.getValueAs(String.class);
    } else if (node instanceof SqlUnknownLiteral literal && literal.tag.equals("TIMESTAMP")) {
      text = literal.getValue();
    }
    if (text == null) {
      return null;
    }
    try {
      return new InsertValues.Constant(Coercion.parseTimestamp(text.trim()));
    } catch (SqlFault e) {
      throw Faults.at(node.getParserPosition(), e.sqlState(), String.valueOf(e.getMessage()));
    }
  }

  private InsertValues.Parameter parameter(SqlDynamicParam parameter, RelDataType type) {
    while (parameterTypes.size() <= parameter.getIndex()) {
      parameterTypes.add(null);
    }
    parameterTypes.set(parameter.getIndex(), type);
    return new InsertValues.Parameter(parameter.getIndex());
  }

  private static byte @Nullable [] bytes(SqlNode node) {
    if (node instanceof SqlCharStringLiteral text) {
      return Coercion.bytes(text.getValueAs(String.class));
    }
    if (node instanceof SqlBinaryStringLiteral literal) {
      BitString bits = literal.getValueAs(BitString.class);
      return new ByteString(bits.getAsByteArray()).getBytes();
    }
    return null;
  }

  private InsertValues.@Nullable Slot map(SqlCall map) {
    List<InsertValues.Slot> names = new ArrayList<>();
    List<InsertValues.Slot> values = new ArrayList<>();
    List<SqlNode> operands = map.getOperandList();
    for (int i = 0; i + 1 < operands.size(); i += 2) {
      InsertValues.Slot name = headerPart(operands.get(i), SqlTypeName.VARCHAR);
      InsertValues.Slot value = headerPart(operands.get(i + 1), SqlTypeName.VARBINARY);
      if (name == null || value == null) {
        return null;
      }
      names.add(name);
      values.add(value);
    }
    return new InsertValues.MapOf(names, values);
  }

  private InsertValues.@Nullable Slot headerPart(SqlNode node, SqlTypeName type) {
    if (node instanceof SqlDynamicParam parameter) {
      return parameter(parameter, types.createTypeWithNullability(types.createSqlType(type), true));
    }
    if (type == SqlTypeName.VARBINARY && SqlUtil.isNullLiteral(node, false)) {
      return new InsertValues.Constant(null);
    }
    byte[] bytes = bytes(node);
    return bytes == null ? null : new InsertValues.Constant(bytes);
  }
}
