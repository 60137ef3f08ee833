package io.klog.sql.parser;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;

/** {@code SHOW TOPICS}, {@code VIEWS}, {@code CONSUMER GROUPS}, and {@code ALL}, the settings. */
public final class SqlShow extends SqlCall {
  private static final SqlOperator OPERATOR = new SqlSpecialOperator("SHOW", SqlKind.OTHER);

  /** What is shown. */
  public enum Subject {
    TOPICS("TOPICS"),
    VIEWS("VIEWS"),
    CONSUMER_GROUPS("CONSUMER GROUPS"),
    SETTINGS("ALL");

    private final String words;

    Subject(String words) {
      this.words = words;
    }
  }

  private final Subject subject;

  SqlShow(SqlParserPos pos, Subject subject) {
    super(pos);
    this.subject = subject;
  }

  public Subject subject() {
    return subject;
  }

  @Override
  public SqlOperator getOperator() {
    return OPERATOR;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return List.of();
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword("SHOW");
    writer.keyword(subject.words);
  }
}
