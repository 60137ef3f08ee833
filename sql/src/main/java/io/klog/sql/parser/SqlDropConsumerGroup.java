package io.klog.sql.parser;

import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.parser.SqlParserPos;

/** {@code DROP CONSUMER GROUP [IF EXISTS] name}, the name an identifier or a string. */
public final class SqlDropConsumerGroup extends SqlDropNamed {
  private static final SqlOperator OPERATOR =
      new SqlSpecialOperator("DROP CONSUMER GROUP", SqlKind.OTHER_DDL);

  private final SqlNode name;

  SqlDropConsumerGroup(SqlParserPos pos, boolean ifExists, SqlNode name) {
    super(OPERATOR, pos, ifExists, name);
    this.name = name;
  }

  public String groupName() {
    return name instanceof SqlIdentifier identifier
        ? identifier.getSimple()
        : ((SqlLiteral) name).getValueAs(String.class);
  }
}
