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
import org.jspecify.annotations.Nullable;

/** {@code BEGIN}, {@code COMMIT}, {@code ROLLBACK}, and savepoints. */
public final class SqlTransaction extends SqlCall {
  private static final SqlOperator OPERATOR = new SqlSpecialOperator("TRANSACTION", SqlKind.OTHER);

  /** What is done. */
  public enum Action {
    BEGIN("BEGIN"),
    COMMIT("COMMIT"),
    ROLLBACK("ROLLBACK"),
    SAVEPOINT("SAVEPOINT"),
    ROLLBACK_TO("ROLLBACK TO SAVEPOINT"),
    RELEASE("RELEASE SAVEPOINT");

    private final String words;

    Action(String words) {
      this.words = words;
    }
  }

  private final Action action;
  private final @Nullable SqlIdentifier savepoint;

  SqlTransaction(SqlParserPos pos, Action action, @Nullable SqlIdentifier savepoint) {
    super(pos);
    this.action = action;
    this.savepoint = savepoint;
  }

  public Action action() {
    return action;
  }

  /** The savepoint's name; empty where it is about the whole transaction. */
  public String savepoint() {
    return savepoint == null ? "" : savepoint.getSimple();
  }

  @Override
  public SqlOperator getOperator() {
    return OPERATOR;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return savepoint == null ? List.of() : List.of(savepoint);
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword(action.words);
    if (savepoint != null) {
      savepoint.unparse(writer, 0, 0);
    }
  }
}
