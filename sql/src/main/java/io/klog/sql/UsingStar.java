package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.validate.SqlValidatorUtil;

/**
 * Writes out the star of a select whose joins name the columns that both sides have: these come
 * once, and first. Calcite counts on a star that leaves nothing out then, and a typed topic's does.
 */
final class UsingStar {
  private final Validator validator;
  private final SqlSelect select;

  private UsingStar(Validator validator, SqlSelect select) {
    this.validator = validator;
    this.select = select;
  }

  /** The select list, changed where it has to be. */
  static SqlNodeList written(SqlNodeList selectList, SqlSelect select, Validator validator) {
    SqlNode from = select.getFrom();
    if (from == null || !hasUsing(from)) {
      return selectList;
    }
    SqlNodeList written = new SqlNodeList(selectList.getParserPosition());
    for (SqlNode item : selectList) {
      if (item instanceof SqlIdentifier star && star.isStar() && star.names.size() == 1) {
        new UsingStar(validator, select)
            .columns(from)
            .forEach(names -> written.add(new SqlIdentifier(names, star.getParserPosition())));
      } else {
        written.add(item);
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

  /** The names of the columns, qualified but for those that both sides of a join have. */
  private List<List<String>> columns(SqlNode from) {
    if (from instanceof SqlJoin join) {
      List<String> common = validator.usingNames(join);
      List<List<String>> columns = new ArrayList<>();
      List<String> once = common == null ? List.of() : common;
      once.forEach(name -> columns.add(List.of(name)));
      for (SqlNode side : List.of(join.getLeft(), join.getRight())) {
        for (List<String> names : columns(side)) {
          if (once.stream().noneMatch(names.get(names.size() - 1)::equalsIgnoreCase)) {
            columns.add(names);
          }
        }
      }
      return columns;
    }
    String alias = SqlValidatorUtil.alias(from, 0);
    return validator.starColumns(alias, select).stream().map(name -> List.of(alias, name)).toList();
  }
}
