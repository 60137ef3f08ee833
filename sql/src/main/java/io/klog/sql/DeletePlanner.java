package io.klog.sql;

import io.klog.Catalog;
import io.klog.Column;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDelete;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Plans what a log can delete: its oldest records, by offset; and, where it is compacted, keys. All
 * else is refused with what to do instead.
 */
final class DeletePlanner {
  private static final String OFFSET = "offset";
  private static final String PARTITION = "partition";
  private static final String KEY = "key";

  private final String sql;
  private final Catalog catalog;
  private final Topic topic;
  private final InsertTarget target;
  private final SqlDelete delete;

  // What the WHERE says, as far as it was looked at.
  private @Nullable SqlNode offset;
  private boolean including;
  private @Nullable SqlNode partition;
  private @Nullable List<SqlNode> keys;
  private int keyColumn = DeleteKeys.BYTES;

  private DeletePlanner(String sql, Catalog catalog, SqlDelete delete) {
    this.sql = sql;
    this.catalog = catalog;
    this.delete = delete;
    if (!(delete.getTargetTable() instanceof SqlIdentifier table)) {
      throw Faults.at(
          delete.getTargetTable().getParserPosition(),
          Faults.SYNTAX,
          "DELETE FROM takes a topic's name, no EXTEND or hints");
    }
    this.topic = InsertTarget.topic(table, catalog);
    this.target = new InsertTarget(topic, Columns.of(topic, new KlogTypes()), List.of());
  }

  /** A plan, and its words for EXPLAIN. */
  record Planned(Prepared deletion, String explained) {}

  /**
   * Plans.
   *
   * @param parsedAnew the same once more
   */
  static Planned plan(
      String sql, Catalog catalog, SqlDelete delete, Supplier<SqlDelete> parsedAnew) {
    DeletePlanner planner = new DeletePlanner(sql, catalog, delete);
    planner.read();
    return planner.keys == null ? planner.records(parsedAnew) : planner.tombstones(planner.keys);
  }

  private void read() {
    SqlNode condition = delete.getCondition();
    if (condition != null) {
      conjunct(condition);
    }
    if (keys != null && offset != null) {
      throw refused(delete.getParserPosition(), "DELETE goes by key or by offset, not by both");
    }
    if (keys != null && !DdlPlanner.isCompacted(topic)) {
      throw refused(
          delete.getParserPosition(),
          "records of topic "
              + topic.name()
              + " are not deleted by key: its cleanup.policy is not compact. ALTER TOPIC "
              + topic.name()
              + " SET ('cleanup.policy'='compact') makes it the newest record of a key that"
              + " counts; DELETE ... WHERE offset < n deletes the oldest records");
    }
  }

  private void conjunct(SqlNode condition) {
    if (condition.getKind() == SqlKind.AND) {
      ((SqlCall) condition).getOperandList().forEach(this::conjunct);
      return;
    }
    if (!(condition instanceof SqlCall call) || call.operandCount() != 2) {
      throw notDeletable(condition);
    }
    SqlKind kind = call.getKind();
    String column = column(call.operand(0));
    SqlNode other = call.operand(1);
    if (column == null) {
      column = column(call.operand(1));
      other = call.operand(0);
      kind = kind.reverse();
    }
    if (column == null || !accept(column, kind, other)) {
      throw notDeletable(condition);
    }
  }

  private boolean accept(String column, SqlKind kind, SqlNode other) {
    switch (column) {
      case OFFSET -> {
        if (offset != null || (kind != SqlKind.LESS_THAN && kind != SqlKind.LESS_THAN_OR_EQUAL)) {
          return false;
        }
        including = kind == SqlKind.LESS_THAN_OR_EQUAL;
        offset = constant(other);
        return true;
      }
      case PARTITION -> {
        if (partition != null || kind != SqlKind.EQUALS) {
          return false;
        }
        partition = constant(other);
        return true;
      }
      default -> {
        keyColumn = keyColumn(column);
        if (keyColumn == DeleteKeys.BYTES && !column.equals(KEY)) {
          return false;
        }
        if (keys != null || (kind != SqlKind.EQUALS && kind != SqlKind.IN)) {
          return false;
        }
        keys =
            kind == SqlKind.EQUALS
                ? List.of(other)
                : other instanceof SqlNodeList list ? List.copyOf(list.getList()) : null;
        return keys != null;
      }
    }
  }

  /** Which declared column of that name has the key; else BYTES. */
  private int keyColumn(String name) {
    for (int i = 0; i < topic.columns().size(); i++) {
      Column column = topic.columns().get(i);
      if (column.isKey() && column.name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return DeleteKeys.BYTES;
  }

  /** The name of the topic's column that the node is; null when it is none. */
  private @Nullable String column(SqlNode node) {
    if (!(node instanceof SqlIdentifier name) || name.names.size() > 2) {
      return null;
    }
    if (name.names.size() == 2) {
      SqlIdentifier alias = delete.getAlias();
      String called = alias == null ? topic.name() : alias.getSimple();
      if (!name.names.get(0).equalsIgnoreCase(called)) {
        return null;
      }
    }
    return name.names.get(name.names.size() - 1).toLowerCase(Locale.ROOT);
  }

  /** The node, if nothing of the topic is in it. */
  private SqlNode constant(SqlNode node) {
    node.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlIdentifier name) {
            throw notDeletable(node);
          }

          @Override
          public @Nullable Void visit(SqlCall call) {
            if (call.isA(SqlKind.QUERY)) {
              throw notDeletable(node);
            }
            return super.visit(call);
          }
        });
    return node;
  }

  private SqlFault notDeletable(SqlNode condition) {
    return refused(
        condition.getParserPosition(),
        "a topic is a log, of which the oldest records can go: DELETE FROM "
            + topic.name()
            + " WHERE offset < n [AND partition = p]; or, where cleanup.policy is compact, keys:"
            + " WHERE key = k, or key IN (...). This is neither");
  }

  private static SqlFault refused(SqlParserPos position, String why) {
    return Faults.at(position, Faults.NOT_SUPPORTED, why);
  }

  private Planned records(Supplier<SqlDelete> parsedAnew) {
    SqlNode bounds = DeletionBounds.query(offset, including, partition, delete.getParserPosition());
    QueryPlanner.Plan plan =
        new QueryPlanner(catalog)
            .plan(
                bounds,
                () -> {
                  DeletePlanner again = new DeletePlanner(sql, catalog, parsedAnew.get());
                  again.read();
                  return DeletionBounds.query(
                      again.offset, again.including, again.partition, delete.getParserPosition());
                },
                null);
    Prepared.Head head =
        new Prepared.Head(sql, catalog.version(), List.of(), plan.parameterTypes());
    String explained = "KlogDeleteRecords(topic=[" + topic.name() + "]";
    explained += offset == null ? "" : ", offset=[" + (including ? "<= " : "< ") + offset + "]";
    explained += partition == null ? ")" : ", partition=[" + partition + "])";
    boolean all = offset == null;
    return new Planned(
        new PreparedDeletion(
            head, topic, new DeletionBounds(plan.operator(), all, including, partition != null)),
        numbered(explained));
  }

  /** Each key gets a record without a value, which the newest record of the key is then. */
  private Planned tombstones(List<SqlNode> nodes) {
    List<RelDataType> types = new ArrayList<>();
    List<InsertValues.Slot> slots = new ArrayList<>();
    KlogTypes factory = new KlogTypes();
    Columns layout = target.layout();
    RelDataType keyType =
        keyColumn == DeleteKeys.BYTES
            ? layout.type(layout.key())
            : layout.declaredTypes().get(keyColumn);
    for (SqlNode node : nodes) {
      slots.add(slot(node, types, keyType, keyLiteral(node, keyType)));
    }
    SqlNode where = partition;
    InsertValues.Slot place =
        where == null
            ? InsertValues.ABSENT
            : slot(
                where,
                types,
                factory.createSqlType(SqlTypeName.INTEGER),
                InsertPlanner.integerLiteral(where));
    Prepared.Head head = new Prepared.Head(sql, catalog.version(), List.of(), types);
    String explained =
        "KlogDeleteKeys(topic=["
            + topic.name()
            + "], keys="
            + nodes
            + (where == null ? ")" : ", partition=[" + where + "])");
    return new Planned(new DeleteKeys(head, target, keyColumn, slots, place), numbered(explained));
  }

  /**
   * Where a value comes from.
   *
   * @param literal the value, if the node is a literal
   */
  private static InsertValues.Slot slot(
      SqlNode node,
      List<RelDataType> types,
      RelDataType type,
      InsertValues.@Nullable Slot literal) {
    if (node instanceof SqlDynamicParam parameter) {
      while (types.size() <= parameter.getIndex()) {
        types.add(type);
      }
      types.set(parameter.getIndex(), type);
      return new InsertValues.Parameter(parameter.getIndex());
    }
    if (literal == null) {
      throw Faults.at(
          node.getParserPosition(),
          Faults.NOT_SUPPORTED,
          "DELETE by key takes literals of the key's type and parameters: "
              + node
              + " is none of these");
    }
    return literal;
  }

  private InsertValues.@Nullable Slot keyLiteral(SqlNode node, RelDataType type) {
    return SqlUtil.isNullLiteral(node, false)
        ? new InsertValues.Constant(null)
        : keyColumn == DeleteKeys.BYTES
            ? InsertPlanner.bytesLiteral(node)
            : DeclaredLiterals.slot(node, topic.columns().get(keyColumn), type, true);
  }

  /** Parameters with their numbers, as in other plans. */
  private static String numbered(String text) {
    StringBuilder result = new StringBuilder();
    int next = 0;
    for (int i = 0; i < text.length(); i++) {
      result.append(text.charAt(i));
      if (text.charAt(i) == '?') {
        result.append(next++);
      }
    }
    return result.toString();
  }
}
