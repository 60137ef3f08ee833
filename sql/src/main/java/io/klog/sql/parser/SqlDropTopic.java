package io.klog.sql.parser;

import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.parser.SqlParserPos;

/** {@code DROP TOPIC [IF EXISTS] name}. */
public final class SqlDropTopic extends SqlDropNamed {
  private static final SqlOperator OPERATOR =
      new SqlSpecialOperator("DROP TOPIC", SqlKind.DROP_TABLE);

  private final SqlIdentifier name;

  SqlDropTopic(SqlParserPos pos, boolean ifExists, SqlIdentifier name) {
    super(OPERATOR, pos, ifExists, name);
    this.name = name;
  }

  /** The topic's name, perhaps with a schema before it. */
  public SqlIdentifier name() {
    return name;
  }
}
