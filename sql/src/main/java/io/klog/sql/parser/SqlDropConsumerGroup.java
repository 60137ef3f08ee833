package io.klog.sql.parser;

import java.util.List;
import org.apache.calcite.sql.SqlDrop;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;

/** {@code DROP CONSUMER GROUP [IF EXISTS] name}, the name an identifier or a string. */
public final class SqlDropConsumerGroup extends SqlDrop {
  private static final SqlOperator OPERATOR =
      new SqlSpecialOperator("DROP CONSUMER GROUP", SqlKind.OTHER_DDL);

  private final SqlNode name;

  SqlDropConsumerGroup(SqlParserPos pos, boolean ifExists, SqlNode name) {
    super(OPERATOR, pos, ifExists);
    this.name = name;
  }

  public String groupName() {
    return name instanceof SqlIdentifier identifier
        ? identifier.getSimple()
        : ((SqlLiteral) name).getValueAs(String.class);
  }

  public boolean ifExists() {
    return ifExists;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return List.of(name);
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword("DROP CONSUMER GROUP");
    if (ifExists) {
      writer.keyword("IF EXISTS");
    }
    name.unparse(writer, 0, 0);
  }
}
