package io.klog.sql.parser;

import java.util.List;
import org.apache.calcite.sql.SqlDrop;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;

/** {@code DROP ... [IF EXISTS] name}; the operator's name says of what. */
abstract class SqlDropNamed extends SqlDrop {
  private final SqlNode name;

  SqlDropNamed(SqlOperator operator, SqlParserPos pos, boolean ifExists, SqlNode name) {
    super(operator, pos, ifExists);
    this.name = name;
  }

  public final boolean ifExists() {
    return ifExists;
  }

  @Override
  public final List<SqlNode> getOperandList() {
    return List.of(name);
  }

  @Override
  public final void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword(getOperator().getName());
    if (ifExists) {
      writer.keyword("IF EXISTS");
    }
    name.unparse(writer, 0, 0);
  }
}
