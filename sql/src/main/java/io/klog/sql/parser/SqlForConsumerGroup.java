package io.klog.sql.parser;

import java.util.List;
import java.util.Objects;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlExplain;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * {@code query FOR CONSUMER GROUP group}: a group's cursor over a query. It is no query to Calcite,
 * so the planner takes {@link #query()} out of it before it validates.
 */
public final class SqlForConsumerGroup extends SqlCall {
  private static final SqlOperator OPERATOR =
      new SqlSpecialOperator("FOR CONSUMER GROUP", SqlKind.OTHER) {
        @Override
        public SqlCall createCall(
            @Nullable SqlLiteral functionQualifier,
            SqlParserPos pos,
            @Nullable SqlNode... operands) {
          return new SqlForConsumerGroup(
              pos, Objects.requireNonNull(operands[0]), Objects.requireNonNull(operands[1]));
        }
      };

  private final SqlNode query;
  private final SqlNode group;

  private SqlForConsumerGroup(SqlParserPos pos, SqlNode query, SqlNode group) {
    super(pos);
    this.query = query;
    this.group = group;
  }

  /**
   * Puts the group over the statement where that is a query, or under EXPLAIN, over the query that
   * it explains.
   *
   * @param parameters how many {@code ?} the text has so far, the group's among them
   * @throws SyntaxException the statement is none of these
   */
  static SqlNode over(SqlParserPos pos, SqlNode statement, SqlNode group, int parameters) {
    if (statement instanceof SqlExplain explain) {
      List<SqlNode> operands = explain.getOperandList();
      return new SqlExplain(
          pos,
          over(pos, explain.getExplicandum(), group, parameters),
          (SqlLiteral) operands.get(1),
          (SqlLiteral) operands.get(2),
          (SqlLiteral) operands.get(3),
          parameters);
    }
    if (!statement.isA(SqlKind.QUERY)) {
      throw SyntaxFaults.at(
          group.getParserPosition(), "FOR CONSUMER GROUP goes with a query, and this is none");
    }
    return new SqlForConsumerGroup(pos, statement, group);
  }

  /** What the group's cursor goes over. */
  public SqlNode query() {
    return query;
  }

  /** The group's name, or the parameter that stands for it. */
  public SqlNode group() {
    return group;
  }

  /** The group's name; null where it is a parameter. */
  public @Nullable String groupName() {
    if (group instanceof SqlIdentifier identifier) {
      return identifier.getSimple();
    }
    return group instanceof SqlLiteral literal ? literal.getValueAs(String.class) : null;
  }

  @Override
  public SqlOperator getOperator() {
    return OPERATOR;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return List.of(query, group);
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    query.unparse(writer, 0, 0);
    writer.newlineAndIndent();
    writer.keyword("FOR CONSUMER GROUP");
    group.unparse(writer, 0, 0);
  }
}
