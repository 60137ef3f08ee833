package io.klog.sql.parser;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlCreate;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.ImmutableNullableList;
import org.jspecify.annotations.Nullable;

/** {@code CREATE TOPIC [IF NOT EXISTS] name [(column, ...)] [WITH ('option'='value', ...)]}. */
public final class SqlCreateTopic extends SqlCreate {
  private static final SqlOperator OPERATOR =
      new SqlSpecialOperator("CREATE TOPIC", SqlKind.CREATE_TABLE);

  private final SqlIdentifier name;
  private final @Nullable SqlNodeList columns;

  /** Names and values by turns, each a character literal. */
  private final SqlNodeList optionList;

  private final Map<String, String> options;

  private SqlCreateTopic(
      SqlParserPos pos,
      boolean ifNotExists,
      SqlIdentifier name,
      @Nullable SqlNodeList columns,
      SqlNodeList optionList) {
    super(OPERATOR, pos, false, ifNotExists);
    this.name = name;
    this.columns = columns;
    this.optionList = optionList;
    this.options = toMap(optionList);
  }

  static SqlCreateTopic of(
      SqlParserPos pos,
      boolean replace,
      boolean ifNotExists,
      SqlIdentifier name,
      @Nullable SqlNodeList columns,
      SqlNodeList optionList) {
    if (replace) {
      throw SyntaxFaults.at(pos, "a topic cannot be replaced: DROP it, then CREATE it");
    }
    return new SqlCreateTopic(pos, ifNotExists, name, columns, optionList);
  }

  /** The topic's name, perhaps with a schema before it. */
  public SqlIdentifier name() {
    return name;
  }

  public boolean ifNotExists() {
    return ifNotExists;
  }

  /** As declared, each a {@link SqlTopicColumn}; null for a raw topic, which declares none. */
  public @Nullable SqlNodeList columns() {
    return columns;
  }

  /** The options in the order written; none twice. */
  public Map<String, String> options() {
    return options;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return ImmutableNullableList.of(name, columns, optionList);
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword("CREATE TOPIC");
    if (ifNotExists) {
      writer.keyword("IF NOT EXISTS");
    }
    name.unparse(writer, 0, 0);
    if (columns != null) {
      SqlWriter.Frame frame = writer.startList("(", ")");
      for (SqlNode column : columns) {
        writer.sep(",");
        column.unparse(writer, 0, 0);
      }
      writer.endList(frame);
    }
    if (optionList.size() > 0) {
      writer.keyword("WITH");
      SqlWriter.Frame frame = writer.startList("(", ")");
      unparseOptions(writer, optionList);
      writer.endList(frame);
    }
  }

  static void unparseOptions(SqlWriter writer, SqlNodeList optionList) {
    for (int i = 0; i < optionList.size(); i += 2) {
      writer.sep(",");
      optionList.get(i).unparse(writer, 0, 0);
      writer.setNeedWhitespace(false);
      writer.print("=");
      optionList.get(i + 1).unparse(writer, 0, 0);
    }
  }

  /**
   * Options by their names.
   *
   * @throws SyntaxException an option is given twice
   */
  static Map<String, String> toMap(SqlNodeList optionList) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < optionList.size(); i += 2) {
      String option = text(optionList.get(i));
      if (options.put(option, text(optionList.get(i + 1))) != null) {
        throw SyntaxFaults.at(
            optionList.get(i).getParserPosition(), "the option '" + option + "' is given twice");
      }
    }
    return Collections.unmodifiableMap(options);
  }

  private static String text(SqlNode literal) {
    return ((SqlLiteral) literal).getValueAs(String.class);
  }
}
