package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes out the star of a select whose joins name the columns that both sides have: these come
 * once, and first. Calcite counts on a star that leaves nothing out then, and a typed topic's does;
 * a star that has all is left to it.
 */
final class UsingStar {
  /** A column of what a FROM gives, and what it is called there. */
  private record Item(String name, SqlNode value, boolean hidden) {
    SqlNode written(SqlParserPos position) {
      return value instanceof SqlIdentifier
          ? value
          : SqlStdOperatorTable.AS.createCall(
              position, value, new SqlIdentifier(name, SqlParserPos.ZERO));
    }
  }

  private final Validator validator;
  private final SqlSelect select;
  private final SqlParserPos position;
  // Whether the star leaves out anything of what is joined.
  private boolean leavesOut;

  private UsingStar(Validator validator, SqlSelect select, SqlParserPos position) {
    this.validator = validator;
    this.select = select;
    this.position = position;
  }

  /** The select list, changed where it has to be. */
  static SqlNodeList written(SqlNodeList selectList, SqlSelect select, Validator validator) {
    SqlNode from = select.getFrom();
    if (from == null || !hasUsing(from)) {
      return selectList;
    }
    SqlNodeList written = new SqlNodeList(selectList.getParserPosition());
    for (SqlNode node : selectList) {
      if (node instanceof SqlIdentifier name && name.isStar() && name.names.size() == 1) {
        written.addAll(new UsingStar(validator, select, node.getParserPosition()).star(node, from));
      } else {
        written.add(node);
      }
    }
    return written;
  }

  private static boolean hasUsing(SqlNode from) {
    return from instanceof SqlJoin join
        && (join.isNatural()
            || join.getConditionType() == JoinConditionType.USING
            || hasUsing(join.getLeft())
            || hasUsing(join.getRight()));
  }

  private List<SqlNode> star(SqlNode star, SqlNode from) {
    List<Item> items = items(from);
    return leavesOut
        ? items.stream().filter(item -> !item.hidden).map(item -> item.written(position)).toList()
        : List.of(star);
  }

  /** All columns, those that a star leaves out, too: a join may name them. */
  private List<Item> items(SqlNode from) {
    if (!(from instanceof SqlJoin join)) {
      return itemsOf(from);
    }
    List<Item> left = items(join.getLeft());
    List<Item> right = items(join.getRight());
    List<String> named = validator.usingNames(join);
    List<String> common = named == null ? List.of() : named;
    List<Item> items = new ArrayList<>();
    for (String name : common) {
      items.add(merged(named(name, left), named(name, right), join.getJoinType()));
    }
    for (List<Item> side : List.of(left, right)) {
      for (Item item : side) {
        if (common.stream().noneMatch(item.name::equalsIgnoreCase)) {
          items.add(item);
        }
      }
    }
    return items;
  }

  private static Item named(String name, List<Item> items) {
    return items.stream()
        .filter(item -> item.name.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("validated without column " + name));
  }

  /** The column that stands for those of both sides: of one that has no row, the other's. */
  private Item merged(Item left, Item right, JoinType type) {
    SqlNode value =
        switch (type) {
          case RIGHT -> right.value;
          case FULL -> SqlStdOperatorTable.COALESCE.createCall(position, left.value, right.value);
          default -> left.value;
        };
    return new Item(left.name, value, false);
  }

  private List<Item> itemsOf(SqlNode from) {
    String alias = alias(from);
    if (alias == null) {
      throw Faults.at(
          from.getParserPosition(),
          "42000",
          "give it a name by AS: a * over a join by USING, or a NATURAL JOIN, needs one");
    }
    List<Item> items = new ArrayList<>();
    validator
        .columns(alias, select)
        .forEach(
            (name, hidden) -> {
              items.add(new Item(name, new SqlIdentifier(List.of(alias, name), position), hidden));
              leavesOut |= hidden;
            });
    return items;
  }

  /** What the columns of a part of the FROM are qualified by, whatever is done to its rows. */
  private static @Nullable String alias(SqlNode from) {
    return switch (from.getKind()) {
      case TABLESAMPLE, EXTEND, SNAPSHOT, TABLE_REF -> alias(((SqlCall) from).operand(0));
      default -> SqlValidatorUtil.alias(from);
    };
  }
}
