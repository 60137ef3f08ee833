package io.klog.sql.parser;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * {@code ALTER TOPIC name}, then one of {@code SET ('option'='value', ...)}, {@code RESET
 * ('option', ...)} and {@code ADD [COLUMN] column, ADD ...}.
 */
public final class SqlAlterTopic extends SqlCall {
  private static final SqlOperator OPERATOR =
      new SqlSpecialOperator("ALTER TOPIC", SqlKind.ALTER_TABLE);

  private enum Action {
    SET,
    RESET,
    ADD
  }

  private final Action action;
  private final SqlIdentifier name;

  /** Options and values by turns, options, or columns. */
  private final SqlNodeList list;

  private SqlAlterTopic(SqlParserPos pos, Action action, SqlIdentifier name, SqlNodeList list) {
    super(pos);
    this.action = action;
    this.name = name;
    this.list = list;
  }

  static SqlAlterTopic set(SqlParserPos pos, SqlIdentifier name, SqlNodeList options) {
    SqlCreateTopic.toMap(options);
    return new SqlAlterTopic(pos, Action.SET, name, options);
  }

  static SqlAlterTopic reset(SqlParserPos pos, SqlIdentifier name, SqlNodeList options) {
    return new SqlAlterTopic(pos, Action.RESET, name, options);
  }

  static SqlAlterTopic add(SqlParserPos pos, SqlIdentifier name, SqlNodeList columns) {
    return new SqlAlterTopic(pos, Action.ADD, name, columns);
  }

  /** The topic's name, perhaps with a schema before it. */
  public SqlIdentifier name() {
    return name;
  }

  /** Options that get a value. */
  public Map<String, String> set() {
    return action == Action.SET ? SqlCreateTopic.toMap(list) : new LinkedHashMap<>();
  }

  /** Options that are as if they had never been given one. */
  public Set<String> reset() {
    Set<String> names = new LinkedHashSet<>();
    if (action == Action.RESET) {
      list.forEach(option -> names.add(((SqlLiteral) option).getValueAs(String.class)));
    }
    return names;
  }

  /** Columns that the topic has from now on, each a {@link SqlTopicColumn}. */
  public SqlNodeList added() {
    return action == Action.ADD ? list : SqlNodeList.EMPTY;
  }

  @Override
  public SqlOperator getOperator() {
    return OPERATOR;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return List.of(name, list);
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword("ALTER TOPIC");
    name.unparse(writer, 0, 0);
    if (action == Action.ADD) {
      String separator = "";
      for (SqlNode column : list) {
        if (!separator.isEmpty()) {
          writer.print(separator);
        }
        separator = ",";
        writer.keyword("ADD COLUMN");
        column.unparse(writer, 0, 0);
      }
      return;
    }
    writer.keyword(action.name());
    SqlWriter.Frame frame = writer.startList("(", ")");
    if (action == Action.SET) {
      SqlCreateTopic.unparseOptions(writer, list);
    } else {
      for (SqlNode option : list) {
        writer.sep(",");
        option.unparse(writer, 0, 0);
      }
    }
    writer.endList(frame);
  }
}
