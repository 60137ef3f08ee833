package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * The word STREAM of a group's query. To Calcite it is a property of tables; to klog, of the cursor
 * that reads them: it is taken out before the query is validated.
 */
final class StreamKeyword {
  private StreamKeyword() {}

  static boolean has(SqlSelect select) {
    return select.getModifierNode(SqlSelectKeyword.STREAM) != null;
  }

  /**
   * Takes it out of the query.
   *
   * @return whether it was there
   * @throws SqlFault only some branches of a UNION ALL have it
   */
  static boolean take(SqlNode query) {
    List<SqlSelect> branches = new ArrayList<>();
    addBranches(query, branches);
    boolean follows = !branches.isEmpty() && has(branches.get(0));
    for (SqlSelect branch : branches) {
      if (has(branch) != follows) {
        throw Faults.at(
            branch.getParserPosition(),
            Faults.NOT_SUPPORTED,
            "either all branches of a UNION ALL are SELECT STREAM, or none is");
      }
    }
    if (follows) {
      query.accept(new Removal());
    }
    return follows;
  }

  private static void addBranches(SqlNode query, List<SqlSelect> branches) {
    if (query instanceof SqlSelect select) {
      branches.add(select);
    } else if (query instanceof SqlOrderBy ordered) {
      addBranches(ordered.query, branches);
    } else if (query instanceof SqlWith with) {
      addBranches(with.body, branches);
    } else if (query.getKind() == SqlKind.UNION) {
      ((SqlCall) query).getOperandList().forEach(operand -> addBranches(operand, branches));
    }
  }

  private static final class Removal extends SqlBasicVisitor<@Nullable Void> {
    @Override
    public @Nullable Void visit(SqlCall call) {
      if (call instanceof SqlSelect select && has(select)) {
        SqlNodeList kept = new SqlNodeList(select.getParserPosition());
        for (SqlNode keyword : (SqlNodeList) select.getOperandList().get(0)) {
          if (((SqlLiteral) keyword).symbolValue(SqlSelectKeyword.class)
              != SqlSelectKeyword.STREAM) {
            kept.add(keyword);
          }
        }
        select.setOperand(0, kept);
      }
      return super.visit(call);
    }
  }
}
