package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Makes parameters of the literals of a query that a plan need not know: those that a column is
 * compared with in a WHERE. Anywhere else a literal may be more than a value (the 1 of ORDER BY 1),
 * or give the rows their type.
 *
 * <p>The parser says what a literal is and where it lies; it is shared if {@link SqlTemplate} found
 * it in just that place. So another text of the same template, whose other literals are the same
 * too, is parsed to the same statement but for the values.
 */
final class LiteralSharing {
  private final SqlTemplate template;
  private final int[] lineStarts;
  private final List<Integer> shared = new ArrayList<>();
  private final int parameters;

  private LiteralSharing(SqlTemplate template, SqlNode query) {
    this.template = template;
    this.lineStarts = lineStarts(template.sql());
    this.parameters = parameterCount(query);
  }

  /**
   * Changes the query.
   *
   * @return which of the template's literals are parameters now, in the order of these, which come
   *     behind those that the query has
   */
  static List<Integer> apply(SqlTemplate template, SqlNode query) {
    LiteralSharing sharing = new LiteralSharing(template, query);
    sharing.shareIn(query);
    return sharing.shared;
  }

  static int parameterCount(SqlNode query) {
    int[] count = {0};
    query.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlDynamicParam parameter) {
            count[0] = Math.max(count[0], parameter.getIndex() + 1);
            return null;
          }
        });
    return count[0];
  }

  private static int[] lineStarts(String sql) {
    List<Integer> starts = new ArrayList<>();
    starts.add(0);
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      boolean crLf = c == '\r' && i + 1 < sql.length() && sql.charAt(i + 1) == '\n';
      if (c == '\n' || (c == '\r' && !crLf)) {
        starts.add(i + 1);
      }
    }
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private void shareIn(@Nullable SqlNode node) {
    if (node instanceof SqlSelect select) {
      shareIn(select.getFrom());
      SqlNode where = select.getWhere();
      if (where != null) {
        shareInCondition(where);
      }
    } else if (node instanceof SqlCall call) {
      call.getOperandList().forEach(this::shareIn);
    } else if (node instanceof SqlNodeList list) {
      list.forEach(this::shareIn);
    }
  }

  private void shareInCondition(SqlNode condition) {
    if (!(condition instanceof SqlBasicCall call)) {
      return;
    }
    switch (call.getKind()) {
      case AND, OR, NOT -> call.getOperandList().forEach(this::shareInCondition);
      case EQUALS,
          NOT_EQUALS,
          LESS_THAN,
          LESS_THAN_OR_EQUAL,
          GREATER_THAN,
          GREATER_THAN_OR_EQUAL -> {
        if (call.operand(0) instanceof SqlIdentifier) {
          shareOperand(call, 1);
        } else if (call.operand(1) instanceof SqlIdentifier) {
          shareOperand(call, 0);
        }
      }
      case BETWEEN -> {
        if (call.operand(0) instanceof SqlIdentifier) {
          shareOperand(call, 1);
          shareOperand(call, 2);
        }
      }
      case IN -> {
        if (call.operand(0) instanceof SqlIdentifier
            && call.operand(1) instanceof SqlNodeList set) {
          shareList(call, set);
        }
      }
      default -> {}
    }
  }

  private void shareOperand(SqlBasicCall call, int operand) {
    SqlNode value = call.operand(operand);
    int literal = literal(value);
    if (literal >= 0) {
      call.setOperand(operand, parameter(literal, value));
    }
  }

  private void shareList(SqlBasicCall call, SqlNodeList set) {
    SqlNodeList values = new SqlNodeList(set.getParserPosition());
    for (SqlNode value : set) {
      int literal = literal(value);
      values.add(literal < 0 ? value : parameter(literal, value));
    }
    call.setOperand(1, values);
  }

  private SqlDynamicParam parameter(int literal, SqlNode value) {
    shared.add(literal);
    return new SqlDynamicParam(parameters + shared.size() - 1, value.getParserPosition());
  }

  /** Which literal of the template the node is, or -1. */
  private int literal(SqlNode node) {
    boolean isPlain =
        node.getKind() == SqlKind.LITERAL
            && (node instanceof SqlCharStringLiteral || node instanceof SqlNumericLiteral);
    if (!isPlain) {
      return -1;
    }
    SqlParserPos position = node.getParserPosition();
    return template.literalAt(
        offset(position.getLineNum(), position.getColumnNum()),
        offset(position.getEndLineNum(), position.getEndColumnNum()) + 1);
  }

  /** In the text, of a line and column from 1 on. */
  private int offset(int line, int column) {
    return line < 1 || line > lineStarts.length ? -1 : lineStarts[line - 1] + column - 1;
  }
}
