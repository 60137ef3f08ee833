package io.klog.sql.parser;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;

/** {@code SHOW CREATE TOPIC name}, {@code SHOW CREATE VIEW name}. */
public final class SqlShowCreate extends SqlCall {
  private static final SqlOperator OPERATOR = new SqlSpecialOperator("SHOW CREATE", SqlKind.OTHER);

  /** What is created. */
  public enum Subject {
    TOPIC,
    VIEW
  }

  private final Subject subject;
  private final SqlIdentifier name;

  SqlShowCreate(SqlParserPos pos, Subject subject, SqlIdentifier name) {
    super(pos);
    this.subject = subject;
    this.name = name;
  }

  public Subject subject() {
    return subject;
  }

  /** The name of the topic or view, perhaps with a schema before it. */
  public SqlIdentifier name() {
    return name;
  }

  @Override
  public SqlOperator getOperator() {
    return OPERATOR;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return List.of(name);
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword("SHOW CREATE");
    writer.keyword(subject.name());
    name.unparse(writer, 0, 0);
  }
}
